"""Find the slips of an exercise in the course that is served."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from rnncourse import serving
from rnncourse.checking import slips


def slips_of(exercise: str) -> slips.SlipTable:
    """Return the slips of an exercise; none where there is no file of them."""
    folder = serving.folder() / "slips"
    return slips.load_slips(exercise) if folder == slips.SLIPS else _read(folder / f"{exercise}.json")


@cache
def _read(path: Path) -> slips.SlipTable:
    there = path.stem.isidentifier() and path.is_file()
    return slips.unpacked(path.read_text(encoding="utf-8")) if there else slips.NONE
