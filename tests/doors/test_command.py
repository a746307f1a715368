"""The first door as an instructor opens it: one ``autograder grade`` over a folder with everything in it."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections import defaultdict
from dataclasses import dataclass, fields
from pathlib import Path

import pytest

from autograder.verdict import Verdict
from tests.conftest import SMALL
from tests.corpus import Entry, attacks, bait
from tests.corpus.found import write_corpus
from tests.corpus.world import World
from tests.doors.conftest import WORKING

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


@dataclass(frozen=True)
class Said:
    """What the command wrote, and what it left behind.

    Attributes
    ----------
    verdicts : dict
        Path in the folder to the verdicts on that file.
    code : int
        Exit code.
    shown, errors : str
        What it printed.
    complaints : list of str
        What is no longer as it was.
    """

    verdicts: dict[str, tuple[Verdict, ...]]
    code: int
    shown: str
    errors: str
    complaints: list[str]


@pytest.fixture(scope="module", params=WORKING)
def said(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Said:
    """The result of one run over the whole written corpus, in each sandbox."""
    base = tmp_path_factory.mktemp("command")
    folder, record = base / "corpus", base / "record.json"
    write_corpus(folder)
    files, world = set(base.rglob("*")), World()
    limits = [f"--{field.name.replace('_', '-')}={getattr(SMALL, field.name)}" for field in fields(SMALL)]
    words = ["grade", str(folder), f"--json={record}", "--jobs=2", f"--sandbox={request.param}", *limits]
    done = subprocess.run(
        [sys.executable, "-m", "autograder", *words],
        cwd=base,
        capture_output=True,
        text=True,
        errors="replace",
    )
    found: dict[str, list[Verdict]] = defaultdict(list)
    for item in json.loads(record.read_text(encoding="utf-8")) if record.is_file() else []:
        path = str(Path(item.pop("path")).relative_to(folder))
        found[path].append(Verdict(**(item | {"flags": tuple(item["flags"])})))
    complaints = [f"{path} was put there" for path in set(base.rglob("*")) - files - {record}]
    verdicts = {path: tuple(given) for path, given in found.items()}
    return Said(verdicts, done.returncode, done.stdout, done.stderr, complaints + world.complaints())


@pytest.mark.slow
@pytest.mark.tally("attacks survived", door="autograder grade")
@pytest.mark.parametrize("entry", attacks(), ids=lambda e: e.id)
def test_an_attack_gets_what_it_deserves(entry: Entry, said: Said) -> None:
    assert entry.verdict_complaints(said.verdicts[f"{entry.id}/{entry.notebook}.ipynb"]) == []


@pytest.mark.slow
def test_nothing_else_is_graded_changed_or_shown(said: Said) -> None:
    own = {f"{entry.id}/{entry.notebook}.ipynb" for entry in attacks()}
    strangers = {
        path for path in said.verdicts if path.split("/")[0] in {e.id.split("/")[0] for e in attacks()}
    }
    assert strangers == own
    assert said.complaints == []
    assert (said.code, said.errors) == (0, "")


@pytest.mark.slow
def test_the_terminal_of_the_instructor_is_safe(said: Said) -> None:
    assert bait.WORD not in said.shown
    assert set(_CONTROL.findall(said.shown)) == set()
    assert max(map(len, said.shown.splitlines())) < 5_000
