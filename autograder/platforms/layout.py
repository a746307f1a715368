"""What is to be known about a platform."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from autograder.platforms.found import Download, Sorted
from autograder.platforms.sheet import Sheet


def no_points(_: Sheet, __: int, ___: int) -> str:
    """Return nothing, where the sheet of a platform does not say how many points there are."""
    return ""


def always_ours(_: Sheet, __: list[str], ___: int) -> str:
    """Return nothing: every cell of the column may be filled."""
    return ""


@dataclass(frozen=True)
class Layout:
    """How a platform lays out its download and its sheet of grades.

    Attributes
    ----------
    name : str
        What it is called on the command line.
    sort : callable
        Tells whose every file of a download is.
    title_of : callable or None
        The title of the assignment that a column is for, by its heading; empty for other columns. None
        where the platform takes no sheet.
    flat : bool
        Whether all files lie in one folder, which tells its names from those that a student gives.
    points_of : callable
        The points that the platform gives, as they stand in the sheet, by row and column.
    why_left : callable
        Why a cell is not to be filled, by its row and column, or an empty string.
    excused : str
        What the platform reads as no mark that is needed; empty where a sheet cannot say so.
    """

    name: str
    sort: Callable[[Download], Sorted]
    title_of: Callable[[str], str] | None = None
    flat: bool = False
    points_of: Callable[[Sheet, int, int], str] = no_points
    why_left: Callable[[Sheet, list[str], int], str] = always_ours
    excused: str = ""
