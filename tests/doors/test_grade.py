"""The first door: one running sandbox grades the whole corpus, and everything around it is as before."""

from __future__ import annotations

import json
import select
import time
from collections.abc import Callable
from dataclasses import asdict

import pytest

from autograder.sandbox import Session
from tests.conftest import EVERY_VARIANT, WORKING
from tests.corpus import Entry, attacks
from tests.corpus.world import World
from tests.handing_in import solved
from tests.ours import grade

SECRET = b"a secret that no submission has"
NEXT = "00_start_here"
START_SECONDS = 8.0
"""A sandbox may have to be started anew, on a machine that does other things too."""
MOST_WRITTEN = 3_000_000


def follow_up(session: Session) -> list[str]:
    """Return what is wrong with the result of an honest student who comes next."""
    following = grade(solved(NEXT), session, SECRET, "next.ipynb", "student-07", NEXT)
    return [f"the next one: {v.text}" for v in following.verdicts if v.outcome != "correct"]


def complaints(entry: Entry, session: Session) -> list[str]:
    """Grade one submission and return everything that is not as it must be, in it or around it."""
    if not session.started:
        assert not follow_up(session)  # so that its processes are there before
    if session._next:  # the one for the next submission, too: it says when it is confined
        select.select([session._next._connection._connection], [], [], START_SECONDS)
    world, began = World(), time.monotonic()
    graded = grade(entry.data, session, SECRET, "attack.ipynb", "student-66", entry.notebook)
    seconds = time.monotonic() - began
    lines = entry.complaints(graded) + follow_up(session) + world.complaints(graded)
    limits = session.limits
    if seconds > limits.cpu_seconds * limits.wall_factor + START_SECONDS:
        lines.append(f"it took {seconds:.1f} s")
    size = len(json.dumps(asdict(graded), ensure_ascii=False).encode())  # and it can be written
    return [*lines, f"the result has {size} bytes"] if size > MOST_WRITTEN else lines


_HERE = [entry for entry in attacks() if not entry.place]
_KINDS = {entry.id.partition("/")[0]: entry.id for entry in reversed(_HERE)}
CALLERS = [e for n, e in enumerate(_HERE) if EVERY_VARIANT or n % 2 == 0 or e.id in _KINDS.values()]
MEETINGS = [
    pytest.param(name, entry, id=f"{name}-{entry.id}")
    for turn, name in enumerate(WORKING)
    for entry in CALLERS[slice(None) if EVERY_VARIANT else slice(turn, None, len(WORKING))]
]
"""Every second attack and one of each kind, in turns in the sandboxes; all in both if the run is thorough."""


@pytest.mark.slow
@pytest.mark.tally("attacks survived", door="autograder grade, in one process")
@pytest.mark.parametrize(("sandbox", "entry"), MEETINGS)
def test_an_attack_gets_what_it_deserves(
    sandbox: str, entry: Entry, sessions: Callable[[str], Session]
) -> None:
    assert complaints(entry, sessions(sandbox)) == []
