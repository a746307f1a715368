"""The folder that a sandbox sees: the worker, and ``rnncourse`` without its cases."""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from autograder.errors import SandboxError

MASKED = ("autograder", "rnncourse", "nbgrader")
"""Installed packages that student code never sees: the grader, and what the box has a copy of."""
INSIDE = Path("sandbox", "inside")
"""Where in the package that which runs in a sandbox is."""
_NEW, _PREFIX, _CLAIM = "rnncourse-new-", "rnncourse-box-", "claim"

MAKE_ROOM = "Make room for temporary files, or name another place in the environment variable TMPDIR"
"""What to do where the folder of a sandbox cannot be made."""


@dataclass(frozen=True)
class Contents:
    """What a box holds for one course.

    Attributes
    ----------
    masked : tuple of str
        Installed packages that its students must not have, beside those of the grader itself.
    package : Path, optional
        The folder of the package that its students import, where that is not ``rnncourse``.
    """

    masked: tuple[str, ...] = ()
    package: Path | None = None


class Box:
    """A temporary folder with all that the worker needs, removed by :meth:`close`.

    Parameters
    ----------
    contents : Contents, optional
        What is different from course to course.

    Raises
    ------
    SandboxError
        If there is no room for it.

    Attributes
    ----------
    root : Path
        Read-only for student code: the worker, ``rnncourse`` without its cases, a font cache.
    scratch : Path
        The one folder that student code may write to.
    """

    def __init__(self, contents: Contents | None = None) -> None:
        contents = contents or Contents()
        self.masked = (*MASKED, *contents.masked)
        self._package = contents.package
        _remove_abandoned()
        try:
            self.folder, self._claim = _claimed_folder()
            self.root, self.scratch = self.folder / "box", self.folder / "scratch"
            self._fill()
        except OSError as error:
            raise SandboxError(
                f"the folder of a sandbox cannot be made in {tempfile.gettempdir()}: {error}. {MAKE_ROOM}"
            ) from error

    def _fill(self) -> None:
        """Copy what the worker needs."""
        self.scratch.mkdir()
        package, place = Path(__file__).resolve().parent.parent, self.root / "autograder"
        ignored = shutil.ignore_patterns("cases", "slips", "__pycache__")
        if self._package and self._package.name != "rnncourse":
            shutil.copytree(self._package, self.root / self._package.name, ignore=ignored)
        shutil.copytree(package / INSIDE, place / INSIDE, ignore=ignored)
        for folder in (place, place / INSIDE.parent):
            (folder / "__init__.py").touch()  # nothing else of the grader is there
        shutil.copytree(package.parent / "rnncourse", self.root / "rnncourse", ignore=ignored)
        self._copy_font_cache()

    def _copy_font_cache(self) -> None:
        """Give Matplotlib the list of fonts, which takes seconds to make."""
        import matplotlib
        from matplotlib import font_manager

        font_manager.fontManager.get_default_size()
        (self.root / "matplotlib").mkdir()
        for path in Path(matplotlib.get_cachedir()).glob("fontlist*.json"):
            shutil.copy(path, self.root / "matplotlib")

    def renew(self) -> None:
        """Put a new scratch folder in the place of one that a submission may have spoilt.

        What was in it is deleted at once: it may be large, and is nobody else's to read.
        """
        place = Path(tempfile.mkdtemp(dir=self.folder))
        self.scratch.rename(place / "spoilt")
        self.scratch.mkdir()
        _remove(place)

    def close(self) -> None:
        """Remove the folder, however deep and however locked what is in it."""
        _remove(self.folder)
        self._claim.close()


def _remove(folder: Path) -> None:
    for command in (["chmod", "-R", "u+rwX"], ["rm", "-rf"]):
        subprocess.run([*command, "--", str(folder)], capture_output=True, check=False)


def _claimed_folder() -> tuple[Path, TextIO]:
    """Make a folder that nobody takes for abandoned: it has its name only once the lock in it is held."""
    made = Path(tempfile.mkdtemp(prefix=_NEW))
    with contextlib.ExitStack() as undo:
        undo.callback(_remove, made)
        claim = undo.enter_context((made / _CLAIM).open("w"))
        fcntl.flock(claim, fcntl.LOCK_EX)
        folder = made.rename(made.with_name(_PREFIX + made.name.removeprefix(_NEW)))
        undo.pop_all()
        return folder, claim


def _remove_abandoned() -> None:
    """Remove the folders that killed runs of this user have left: nobody holds the lock in them."""
    for folder in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
        with contextlib.suppress(OSError):
            if folder.is_symlink() or folder.stat().st_uid != os.getuid():
                continue
            with (folder / _CLAIM).open("r") as claim:
                fcntl.flock(claim, fcntl.LOCK_EX | fcntl.LOCK_NB)
                _remove(folder)


def interpreter_folders() -> list[Path]:
    """Return the folders that the running Python needs, without those inside others."""
    names = {sys.prefix, sys.base_prefix, sysconfig.get_path("purelib"), sysconfig.get_path("stdlib")}
    system = ("/usr", "/lib", "/lib64", "/bin", "/etc/ld.so.cache")
    folders = sorted({Path(name) for name in (*names, *system) if Path(name).exists()})
    return [f for f in folders if not any(other != f and other in f.parents for other in folders)]


def masked_folders(box: Box) -> Iterator[Path]:
    """Yield what must be hidden inside the interpreter's folders."""
    for site in {sysconfig.get_path("purelib"), sysconfig.get_path("platlib")}:
        for name in box.masked:
            if (Path(site) / name).is_dir():
                yield Path(site) / name


def worker_command(root: str, scratch: str) -> list[str]:
    """Return the command that starts the worker, given where it sees the box and its scratch folder."""
    readable = [str(folder) for folder in interpreter_folders()]
    return [sys.executable, "-I", "-B", f"{root}/autograder/{INSIDE}/worker.py", scratch, root, *readable]


def worker_environment(root: str, scratch: str) -> dict[str, str]:
    """Return the whole environment of the worker: nothing of the host's."""
    return {
        "HOME": scratch,
        "PATH": "/usr/bin:/bin",
        "LANG": "C.UTF-8",
        "MPLCONFIGDIR": f"{root}/matplotlib",
        "TMPDIR": scratch,
        "IPYTHONDIR": scratch,
        "OPENBLAS_NUM_THREADS": "1",
        "OMP_NUM_THREADS": "1",
        "MKL_NUM_THREADS": "1",
    }
