"""The walls that a process puts around itself before it runs a student's code.

They come on top of those of the sandbox it runs in, and hold between the submissions of one
sandbox: Landlock keeps a process from files, signals and memory of others, a seccomp filter
from starting processes and opening sockets, and resource limits from using up the machine.
"""

from __future__ import annotations

import contextlib
import ctypes
import errno
import os
import platform
import resource
import struct
from collections.abc import Sequence

from autograder.sandbox.inside.syscalls import (
    ALLOWED,
    ARCHITECTURES,
    IOCTLS,
    LAST_KNOWN,
    PRCTLS,
    SPECIAL,
    UNUSED,
)

PR_SET_PDEATHSIG, PR_SET_DUMPABLE, PR_SET_SECCOMP, PR_SET_CHILD_SUBREAPER, PR_SET_NO_NEW_PRIVS = (
    1,
    4,
    22,
    36,
    38,
)

_CLONE_THREAD = 0x10000
_CAPABILITY_VERSION = 0x20080522
_LOAD, _JUMP_EQUAL, _JUMP_GREATER, _JUMP_BITS, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_ALLOW, _KILL, _ERRNO = 0x7FFF0000, 0x80000000, 0x00050000


def prctl(option: int, value: int = 0, pointer: object = None) -> bool:
    """Call ``prctl``; return whether it succeeded."""
    libc = ctypes.CDLL(None, use_errno=True)
    return int(libc.prctl(option, ctypes.c_ulong(value), pointer, 0, 0)) == 0


def limit_resources(cpu_seconds: int, memory: int, file_size: int, open_files: int = 64) -> None:
    """Set hard limits on this process: CPU seconds, bytes of memory, bytes a file, descriptors."""
    limits = {
        resource.RLIMIT_CPU: cpu_seconds,
        resource.RLIMIT_AS: memory,
        resource.RLIMIT_FSIZE: file_size,
        resource.RLIMIT_NOFILE: open_files,
        resource.RLIMIT_CORE: 0,
    }
    for kind, value in limits.items():
        resource.setrlimit(kind, (value, value + (kind == resource.RLIMIT_CPU)))


def landlock(readable: Sequence[str], writable: Sequence[str]) -> bool:
    """Keep this process from all other files, and from signals to processes outside; irreversible.

    Returns
    -------
    bool
        Whether it holds. It needs Linux 6.12 or newer for the signals.
    """
    try:
        import sandlock

        if sandlock.landlock_abi_version() < 6:
            return False
        sandlock.confine(sandlock.Sandbox(fs_readable=list(readable), fs_writable=list(writable)))
    except Exception:  # not there, or refused: the caller then uses each sandbox once
        return False
    return True


def drop_capabilities() -> bool:
    """Give up the powers of root, which grading may run as; return whether that worked."""
    libc = ctypes.CDLL(None, use_errno=True)
    header, none = struct.pack("Ii", _CAPABILITY_VERSION, 0), bytes(24)
    return int(libc.capset(ctypes.create_string_buffer(header), ctypes.create_string_buffer(none))) == 0


def no_processes_no_sockets() -> bool:
    """Allow what computing needs and nothing else, with a seccomp filter; irreversible.

    So there are no new processes, programs, sockets or tracing; nor what Landlock lets through: changing the
    mode, owner or times of a file, and watching a folder; nor memory and disk that no limit counts. A call that
    nobody knew when the list was made does not exist. Threads stay allowed. Returns whether the filter is in place.
    """
    machine = platform.machine()
    if machine not in ARCHITECTURES:
        return False
    column = list(ARCHITECTURES).index(machine)
    special = {name: numbers[column] for name, numbers in SPECIAL.items()}
    allowed = sorted(number for numbers in ALLOWED.values() if (number := numbers[column]) is not None)
    program = b"".join(_filter(ARCHITECTURES[machine], special, allowed, UNUSED[column]))
    buffer = ctypes.create_string_buffer(program)
    header = struct.pack("HxxxxxxP", len(program) // 8, ctypes.addressof(buffer))
    return prctl(PR_SET_NO_NEW_PRIVS, 1) and prctl(PR_SET_SECCOMP, 2, ctypes.create_string_buffer(header))


def _step(code: int, value: int, yes: int = 0, no: int = 0) -> bytes:
    return struct.pack("HBBI", code, yes, no, value)


_LET, _REFUSE = _step(_RETURN, _ALLOW), _step(_RETURN, _ERRNO | errno.EPERM)
_ABSENT, _DIE = _step(_RETURN, _ERRNO | errno.ENOSYS), _step(_RETURN, _KILL)


def _filter(
    architecture: int, special: dict[str, int], allowed: Sequence[int], unused: tuple[int, int]
) -> list[bytes]:
    """Return the instructions of the filter; each test falls through to the next when it fails."""
    steps = [_step(_LOAD, 4), _step(_JUMP_EQUAL, architecture, 1, 0), _DIE]
    steps += [_step(_LOAD, 0), _step(_JUMP_GREATER, 0x40000000, 0, 1), _DIE]
    for first, last in _runs(allowed):
        steps += [_step(_JUMP_GREATER, first, 0, 2), _step(_JUMP_GREATER, last + 1, 1, 0), _LET]
    steps += [_step(_JUMP_EQUAL, special["clone3"], 0, 1), _ABSENT]
    steps += [_step(_JUMP_GREATER, LAST_KNOWN + 1, 0, 1), _ABSENT]
    steps += [_step(_JUMP_GREATER, unused[0], 0, 2), _step(_JUMP_GREATER, unused[1], 1, 0), _ABSENT]
    for name, place, values in (("ioctl", 24, IOCTLS), ("prctl", 16, PRCTLS)):
        refused = [part for value in values for part in (_step(_JUMP_EQUAL, value, 0, 1), _REFUSE)]
        steps += [_step(_JUMP_EQUAL, special[name], 0, len(refused) + 2), _step(_LOAD, place), *refused, _LET]
    # limits may be read, but not changed: neither one's own nor those of the process that serves the next
    steps += [_step(_JUMP_EQUAL, special["prlimit64"], 0, 6), _step(_LOAD, 32), _step(_JUMP_EQUAL, 0, 0, 3)]
    steps += [_step(_LOAD, 36), _step(_JUMP_EQUAL, 0, 0, 1), _LET, _REFUSE]
    steps += [_step(_JUMP_EQUAL, special["clone"], 1, 0), _REFUSE]
    steps += [_step(_LOAD, 16), _step(_JUMP_BITS, _CLONE_THREAD, 1, 0), _REFUSE, _LET]
    return steps


def _runs(numbers: Sequence[int]) -> list[tuple[int, int]]:
    """Return the first and last number of each run without a gap, of numbers in rising order."""
    runs = list[tuple[int, int]]()
    for number in numbers:
        if runs and runs[-1][1] == number - 1:
            runs[-1] = (runs[-1][0], number)
        else:
            runs.append((number, number))
    return runs


def close_other_files(keep: Sequence[int]) -> None:
    """Close every descriptor but those in `keep` and the three standard ones."""
    top = max([*keep, 2]) + 1
    for descriptor in range(3, top):
        if descriptor not in keep:
            with contextlib.suppress(OSError):
                os.close(descriptor)
    os.closerange(top, 4096)
