"""Find the whole corpus: every file of two folders, and write it out for other graders to try."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from functools import cache
from importlib import import_module
from pathlib import Path
from types import ModuleType

from tests.corpus.anywhere import Anywhere
from tests.corpus.entry import Entry

FOLDER = Path(__file__).resolve().parent.parent


def _modules(package: str) -> list[ModuleType]:
    folder = FOLDER / Path(*package.split("."))
    names = sorted(path.stem for path in folder.glob("*.py") if path.stem != "__init__")
    return [import_module(f"tests.{package}.{name}") for name in names]


def _entries(package: str) -> tuple[Entry, ...]:
    return tuple(e for module in _modules(package) for e in module.ENTRIES)


@cache
def attack_files() -> dict[str, ModuleType]:
    """Return the modules of hostile submissions by name."""
    return {module.__name__.rpartition(".")[2]: module for module in _modules("adversarial.attacks")}


@cache
def anywheres() -> tuple[Anywhere, ...]:
    """Return the attacks that need no particular exercise."""
    return tuple(a for module in attack_files().values() for a in getattr(module, "ANYWHERE", ()))


@cache
def attacks() -> tuple[Entry, ...]:
    """Return every hostile submission."""
    own = [getattr(module, "ENTRIES", ()) for module in attack_files().values()]
    found = (*(e for entries in own for e in entries), *(a.here for a in anywheres()))
    return tuple(sorted(found, key=lambda e: e.id))


@cache
def mishaps() -> tuple[Entry, ...]:
    """Return every honest submission that something happened to."""
    return _entries("honest.cases")


def write_corpus(folder: Path, entries: Iterable[Entry] = ()) -> None:
    """Write each submission as a file, all of them unless some are named, and beside them what each deserves."""
    deserts = {}
    for item in entries or (*attacks(), *mishaps()):
        item.put(folder / item.id)
        deserts[item.id] = {"notebook": item.notebook, "deserved": item.deserved, "spoilt": item.spoilt}
    (folder / "deserved.json").write_text(json.dumps(deserts, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    write_corpus(Path(sys.argv[1]))
