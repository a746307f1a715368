"""Whose exercises this process checks: those of rnncourse, unless the package of another course says so.

The package of a course holds data that its build writes: ``cases/``, ``slips/`` and ``contents/``. Such a
package begins with ``serve(__file__)``, and its students import ``check`` and the rest from it.
"""

from __future__ import annotations

import os.path
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # it is imported with the package, so it imports little
    from pathlib import Path

_package = os.path.dirname(os.path.abspath(__file__))


def package() -> str:
    """Return the folder of the package whose course is served."""
    return _package


def folder() -> Path:
    """Return the folder with the data of the course that is served."""
    from pathlib import Path

    return Path(_package)


def serve(file: str) -> None:
    """Check the exercises of another course from now on.

    Parameters
    ----------
    file : str
        The ``__init__.py`` of its students' package.
    """
    global _package
    _package = os.path.dirname(os.path.abspath(file))
