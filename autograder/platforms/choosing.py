"""Which platform a download is from."""

from __future__ import annotations

from autograder.errors import AutograderError
from autograder.platforms import blackboard, canvas, classroom, folder, gradescope, moodle
from autograder.platforms.found import Download, Sorted
from autograder.platforms.layout import Layout

LAYOUTS = {
    module.LAYOUT.name: module.LAYOUT
    for module in (gradescope, blackboard, moodle, canvas, classroom, folder)
}
"""By name; the ones whose names are least like anybody else's first."""


def sort(download: Download, name: str = "") -> tuple[Layout, Sorted]:
    """Return the platform that a download is from, and whose every file is.

    Parameters
    ----------
    download : Download
        What a platform gave.
    name : str
        The platform; when empty, the one to whose names half of the files or more keep, else a folder.

    Raises
    ------
    AutograderError
        If there is no such platform.
    """
    if name:
        if name not in LAYOUTS:
            raise AutograderError(
                f"There is no platform {name!r}: choose one of {', '.join(sorted(LAYOUTS))}."
            )
        return LAYOUTS[name], LAYOUTS[name].sort(download)
    for layout in LAYOUTS.values():
        made = layout.sort(download)
        if made.found and 2 * len({found.file for found in made.found}) >= len(download.notebooks):
            return layout, made
    return LAYOUTS["folder"], LAYOUTS["folder"].sort(download)
