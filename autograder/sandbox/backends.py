"""The two sandboxes, each as the command that wraps the worker."""

from __future__ import annotations

import os
import platform
import shutil
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from autograder.errors import SandboxError
from autograder.sandbox.box import (
    Box,
    interpreter_folders,
    masked_folders,
    worker_command,
    worker_environment,
)

SCRATCH_BYTES = 64 << 20
NAMES = ("bwrap", "sandlock")
UNCONFINED = "none"
"""The name of no sandbox at all."""


@dataclass(frozen=True)
class Backend:
    """One way to confine the worker.

    Attributes
    ----------
    name : str
        ``bwrap``, ``sandlock`` or :data:`UNCONFINED`; empty where it is chosen once something is to be run.
    """

    name: str = ""

    def missing(self) -> str:
        """Return why this backend cannot work here, or an empty string."""
        if self.name == "bwrap":
            return (
                ""
                if shutil.which("bwrap")
                else "bubblewrap is not installed (Debian: apt install bubblewrap)"
            )
        if self.name == "sandlock":
            return _sandlock_missing()
        return ""

    def command(self, box: Box, program: Sequence[str] = ()) -> tuple[list[str], dict[str, str]]:
        """Return the command that starts the worker, or another program, in this sandbox, and its environment.

        Raises
        ------
        SandboxError
            If there is no sandbox of that name.
        """
        if self.name not in (*NAMES, UNCONFINED):
            raise SandboxError(f"No sandbox was chosen ({self.name!r}), so nothing is run.")
        if self.name == "bwrap":
            return _bwrap(box, program)
        environment = worker_environment(str(box.root), str(box.scratch))
        command = list(program) or worker_command(str(box.root), str(box.scratch))
        if self.name == "sandlock":
            launcher = str(Path(__file__).with_name("launch_sandlock.py"))
            readable = _and_behind_links([box.root, *interpreter_folders()])
            denied = _and_behind_links(masked_folders(box))
            words = [str(box.scratch), *readable, "--", *denied, "--", *command]
            return [sys.executable, "-I", launcher, *words], environment
        return command, environment


def _bwrap(box: Box, program: Sequence[str]) -> tuple[list[str], dict[str, str]]:
    """Return the bubblewrap command: own namespaces, read-only system, small scratch, no network."""
    words = [
        "bwrap",
        "--unshare-all",
        "--die-with-parent",
        "--new-session",
        "--as-pid-1",
        "--hostname",
        "box",
    ]
    words += ["--proc", "/proc", "--dev", "/dev", "--ro-bind", str(box.root), "/box"]
    for folder in interpreter_folders():
        words += ["--ro-bind", str(folder), str(folder)]
    for folder in masked_folders(box):
        words += ["--tmpfs", str(folder), "--remount-ro", str(folder)]
    words += ["--size", str(SCRATCH_BYTES), "--tmpfs", "/scratch", "--chdir", "/scratch", "--clearenv"]
    for key, value in worker_environment("/box", "/scratch").items():
        words += ["--setenv", key, value]
    command = list(program) or worker_command("/box", "/scratch")
    return [*words, "--", *command], {"PATH": os.environ.get("PATH", os.defpath)}


def _and_behind_links(folders: Iterable[Path]) -> list[str]:
    """Return the names of folders, and where they really are: sandlock knows a file by that name."""
    return list(dict.fromkeys(str(name) for folder in folders for name in (folder, folder.resolve())))


def _sandlock_missing() -> str:
    if platform.system() != "Linux":
        return "sandlock needs Linux"
    try:
        import sandlock
    except ImportError:
        return "the Python package sandlock is not installed (pip install sandlock)"
    have, need = sandlock.landlock_abi_version(), sandlock.min_landlock_abi()
    return "" if have >= need else f"sandlock needs Landlock ABI {need} (Linux 6.12), this kernel has {have}"
