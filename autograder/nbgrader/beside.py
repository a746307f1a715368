"""What lies beside a submitted notebook, and is copied to the marked one as nbgrader copies it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Sequence
from fnmatch import fnmatch
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from autograder.nbgrader.handed_in import HandedIn

MOST_BYTES = 100 << 20
"""Of all that is copied for one submission; nbgrader's own limit for a file that is handed in."""


def copy_beside(directory: Any, submission: HandedIn, target: Path) -> None:
    """Copy what is not in the folder of a marked notebook yet: the student's files, then the instructor's.

    ``nbgrader release_feedback`` needs two of them, the time and the secret of a submission. No link is
    followed, and a time that is none stays behind, as with the stock command.

    Parameters
    ----------
    directory : CourseDirectory
        nbgrader's own view of the course.
    submission : HandedIn
        What was handed in.
    target : Path
        The folder of the marked notebook.
    """
    job = submission.job
    submitted = Path(directory.format_path(directory.submitted_directory, job.student, job.assignment))
    source = Path(directory.format_path(directory.source_directory, ".", job.assignment))
    left = MOST_BYTES
    for folder in (submitted, source):
        for path in files_in(folder, [*directory.ignore, "*.ipynb"]):
            place = target / path.relative_to(folder)
            no_time = path == submitted / "timestamp.txt" and submission.timestamp is None
            left -= path.stat().st_size
            if left < 0 or no_time or os.path.lexists(place):
                continue
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, place, follow_symlinks=False)


def forget_beside(target: Path) -> None:
    """Remove the time and the secret of an earlier submission from the folder of a marked notebook."""
    for name in ("timestamp.txt", "submission_secret.txt"):
        (target / name).unlink(missing_ok=True)


def files_in(folder: Path, ignored: Sequence[str]) -> Iterator[Path]:
    """Yield the regular files in a folder; nothing if somebody put a link in its place."""
    if folder.is_symlink() or folder.parent.is_symlink():
        return
    for parent, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not _fits(name, ignored))
        for path in (Path(parent, name) for name in sorted(names)):
            if not _fits(path.name, ignored) and not path.is_symlink() and path.is_file():
                yield path


def _fits(name: str, patterns: Sequence[str]) -> bool:
    return any(fnmatch(name, pattern) for pattern in patterns)
