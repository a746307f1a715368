"""Start a command inside sandlock: ``launch_sandlock.py WRITABLE READABLE... -- DENIED... -- COMMAND...``."""

from __future__ import annotations

import ctypes
import os
import signal
import sys

from sandlock import Sandbox

PR_SET_PDEATHSIG = 1


def main(words: list[str]) -> int:
    """Run the command confined and return its exit code; end with the process that asked for it."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    first = words.index("--")
    second = words.index("--", first + 1)
    scratch, readable, denied, command = (
        words[0],
        words[1:first],
        words[first + 1 : second],
        words[second + 1 :],
    )
    devices = ["/dev/null", "/dev/urandom", "/dev/zero"]
    sandbox = Sandbox(
        fs_readable=[scratch, *readable, *devices],  # not the folder around it: it held others' files once
        fs_writable=[scratch, "/dev/null"],
        fs_denied=denied,
        clean_env=True,
        env=dict(os.environ),
        max_processes=4,
        no_coredump=True,
        cwd=scratch,
    )
    return int(sandbox.run_interactive(command))


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
