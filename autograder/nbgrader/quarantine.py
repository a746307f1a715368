"""Keep nbgrader's own copying away from what is no file: links, pipes and devices in a submission."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from traitlets.log import get_logger

from autograder.nbgrader.handed_in import read_timestamp

FOLDER = Path(".rnncourse", "set-aside")


def set_aside(assignment: str, student: str, notebooks: Sequence[str]) -> None:
    """Move what nbgrader must not read out of the folders of some submissions; nothing is deleted.

    nbgrader copies every file beside a notebook and follows links, so that a link to a file of the
    instructor's would end in the marked folder, and one to an endless device would never end. It runs
    before nbgrader looks into the folder, with the course directory as working directory.

    Parameters
    ----------
    assignment, student : str
        Patterns that nbgrader was asked for; not used.
    notebooks : sequence of str
        The notebooks that are about to be graded.
    """
    for folder in {Path(notebook).parent for notebook in notebooks}:
        for path, why in list(_unfit(folder)):
            place = FOLDER / os.path.relpath(path).replace(f"..{os.sep}", "")
            place.parent.mkdir(parents=True, exist_ok=True)
            while os.path.lexists(place):
                place = place.with_name(f"{place.name}+")
            os.rename(path, place)
            get_logger().warning("%s %s; it was set aside as %s", path, why, place)


def _unfit(folder: Path) -> Iterator[tuple[Path, str]]:
    """Yield what is no regular file, and a time stamp that is none."""
    for parent, folders, files in os.walk(folder):
        for path in (Path(parent, name) for name in (*folders, *files)):
            if path.suffix == ".ipynb" and path.parent == folder:
                continue  # whoever hands in a link as the notebook is told so
            if path.is_symlink() or not (path.is_file() or path.is_dir()):
                yield path, "is a link or a device, not a file"
    stamp = folder / "timestamp.txt"
    if not stamp.is_symlink() and stamp.is_file() and read_timestamp(stamp)[1]:
        yield stamp, "holds no time that can be read"
