"""Find the whole corpus: every file of two folders, and write it out for other graders to try."""

from __future__ import annotations

import json
import sys
from functools import cache
from importlib import import_module
from pathlib import Path

from tests.corpus.entry import Entry

FOLDER = Path(__file__).resolve().parent.parent


def _entries(package: str) -> tuple[Entry, ...]:
    folder = FOLDER / Path(*package.split("."))
    names = sorted(path.stem for path in folder.glob("*.py") if path.stem != "__init__")
    return tuple(e for name in names for e in import_module(f"tests.{package}.{name}").ENTRIES)


@cache
def attacks() -> tuple[Entry, ...]:
    """Return every hostile submission."""
    return _entries("adversarial.attacks")


@cache
def mishaps() -> tuple[Entry, ...]:
    """Return every honest submission that something happened to."""
    return _entries("honest.cases")


def write_corpus(folder: Path) -> None:
    """Write each submission as a file, and beside them what each deserves."""
    deserts = {}
    for item in (*attacks(), *mishaps()):
        path = folder / item.id / f"{item.notebook}.ipynb"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(item.data)
        deserts[item.id] = {"notebook": item.notebook, "deserved": item.deserved, "spoilt": item.spoilt}
    (folder / "deserved.json").write_text(json.dumps(deserts, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    write_corpus(Path(sys.argv[1]))
