"""Let nbgrader meet every folder that was handed in, and each as what it is called.

nbgrader looks for ``*.ipynb`` in the folder of each student. It passes over a folder whose notebook has
another name, and takes the name of a folder for a pattern: for ``[b]ob`` it finds the files of ``bob``. Where
the name of one folder or file holds a line break, it stops, and nobody is graded.
"""

from __future__ import annotations

import glob
import os
from pathlib import Path
from typing import Any

from nbgrader.converters import Autograde
from nbgrader.converters.base import BaseConverter, NbGraderException


def meet_every_folder() -> None:
    """Put our search for notebooks in the place of nbgrader's, for this process."""
    BaseConverter.init_notebooks = _init_notebooks
    BaseConverter._format_source = _format_source


_plain_format_source = BaseConverter._format_source


def _format_source(converter: Any, assignment_id: str, student_id: str, escape: bool = False) -> str:
    """Return nbgrader's own pattern of a folder; where it is a regular expression, its dots meet line breaks."""
    pattern: str = _plain_format_source(converter, assignment_id, student_id, escape=escape)
    return f"(?s){pattern}" if escape else pattern


def _init_notebooks(converter: Any) -> None:
    """Find the notebooks of all folders asked for; names of folders are names, and no patterns."""
    coursedir = converter.coursedir
    converter.assignments, converter.notebooks = {}, []
    for folder in _folders(converter):
        if isinstance(converter, Autograde):
            _make_visible(Path(folder), converter.log)
        pattern = os.path.join(glob.escape(folder), f"{coursedir.notebook_id}.ipynb")
        found = glob.glob(pattern)
        if found:
            converter.assignments[folder] = found
        else:
            converter.log.warning("No notebooks were matched by '%s'", pattern)
    if not converter.assignments:
        message = f"No notebooks were found for {coursedir.assignment_id!r} of {coursedir.student_id!r}"
        converter.log.error(message)
        raise NbGraderException(message)


def _folders(converter: Any) -> list[str]:
    """Return the folders asked for: the one of that very name if it is there, else all that fit the pattern."""
    coursedir = converter.coursedir
    exact: str = converter._format_source(coursedir.assignment_id, coursedir.student_id)
    return [exact] if os.path.isdir(exact) else glob.glob(exact)


def _make_visible(folder: Path, log: Any) -> None:
    """Leave an empty file of the right name where there is none; what is read is chosen later.

    Without it nbgrader would say nothing about this student. What was handed in stays as it is.
    """
    place = folder / f"{folder.name}.ipynb"
    if folder.is_symlink() or folder.parent.is_symlink() or os.path.lexists(place):
        return
    try:
        place.touch()
    except OSError as error:
        log.error("%s has no %s, and none can be put there: %s", folder, place.name, error.strerror)
    else:
        log.warning("%s had no %s; an empty one was put there", folder, place.name)
