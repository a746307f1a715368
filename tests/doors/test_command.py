"""The first door as an instructor opens it: one ``autograder grade`` over a folder of attacks."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections import defaultdict
from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path

import pytest

from autograder.judging.verdict import Verdict
from tests.conftest import SMALL
from tests.corpus import Entry, bait
from tests.corpus.found import write_corpus
from tests.corpus.world import World
from tests.doors.conftest import CALLERS, OF_COMMAND, OfSandbox, meetings

OF_IT = pytest.mark.parametrize("sandbox", OF_COMMAND)
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


@dataclass(frozen=True)
class Said:
    """What the command wrote, and what it left behind.

    Attributes
    ----------
    entries : tuple of Entry
        What was in the folder.
    verdicts : dict
        Path in the folder to the verdicts on that file.
    code : int
        Exit code.
    shown, errors : str
        What it printed.
    complaints : list of str
        What is no longer as it was.
    """

    entries: tuple[Entry, ...]
    verdicts: dict[str, tuple[Verdict, ...]]
    code: int
    shown: str
    errors: str
    complaints: list[str]


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> OfSandbox[Said]:
    """One run over a folder of hostile work in each sandbox, when it is first asked for."""
    return cache(lambda sandbox: _run(tmp_path_factory.mktemp("command"), sandbox))


def _run(base: Path, sandbox: str) -> Said:
    folder, record = base / "corpus", base / "record.json"
    entries = CALLERS[sandbox]
    write_corpus(folder, entries)
    files, world = set(base.rglob("*")), World()
    limits = [f"--{field.name.replace('_', '-')}={getattr(SMALL, field.name)}" for field in fields(SMALL)]
    words = ["grade", str(folder), f"--json={record}", "--jobs=2", f"--sandbox={sandbox}", *limits]
    done = subprocess.run(
        [sys.executable, "-m", "autograder", *words],
        cwd=base,
        capture_output=True,
        text=True,
        errors="replace",
    )
    found: dict[str, list[Verdict]] = defaultdict(list)
    for item in json.loads(record.read_text(encoding="utf-8")) if record.is_file() else []:
        path, _ = str(Path(item.pop("path")).relative_to(folder)), item.pop("student")
        found[path].append(Verdict(**(item | {"flags": tuple(item["flags"])})))
    complaints = [f"{path} was put there" for path in set(base.rglob("*")) - files - {record}]
    verdicts = {path: tuple(given) for path, given in found.items()}
    return Said(entries, verdicts, done.returncode, done.stdout, done.stderr, complaints + world.complaints())


@pytest.mark.slow
@pytest.mark.tally("attacks survived", door="autograder grade")
@meetings(OF_COMMAND)
def test_an_attack_gets_what_it_deserves(sandbox: str, entry: Entry, runs: OfSandbox[Said]) -> None:
    assert entry.verdict_complaints(runs(sandbox).verdicts[_file_of(entry)]) == []


@OF_IT
@pytest.mark.slow
def test_nothing_else_is_graded_changed_or_shown(sandbox: str, runs: OfSandbox[Said]) -> None:
    said = runs(sandbox)
    assert said.verdicts.keys() == {_file_of(entry) for entry in said.entries}
    assert said.complaints == []
    assert (said.code, said.errors) == (0, "")


def _file_of(entry: Entry) -> str:
    """Return where in the folder the work of an entry is."""
    return f"{entry.id}/{entry.notebook}.ipynb"


@OF_IT
@pytest.mark.slow
def test_the_terminal_of_the_instructor_is_safe(sandbox: str, runs: OfSandbox[Said]) -> None:
    said = runs(sandbox)
    assert bait.WORD not in said.shown
    assert set(_CONTROL.findall(said.shown)) == set()
    assert max(map(len, said.shown.splitlines())) < 5_000
