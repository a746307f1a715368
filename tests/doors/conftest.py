"""One course for all doors that lead into a gradebook."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import TypeAlias, TypeVar

import pytest

from autograder.nbgrader.run import autograde
from autograder.sandbox import Backend
from tests.conftest import EVERY_VARIANT, WORKING, sample
from tests.corpus import Entry, attacks, mishaps
from tests.doors.classroom import Classroom, make_classroom

OF_DEMO = sample(WORKING, 2)
OF_NBGRADER = OF_COMMAND = sample(WORKING[::-1], 2)
"""The sandboxes behind three of the doors: one each, both if the run is thorough."""


def callers(turn: int) -> tuple[Entry, ...]:
    """Return the attacks that come to a door behind the judge: one of a kind, other kinds in each sandbox.

    What such a door adds is the way from a file to a mark, a report and a page. What the judge makes
    of each variant is seen at the first door, which all of them come to, but for those that lie in
    the way of a file: these come to every other door.
    """
    kinds: dict[str, list[Entry]] = defaultdict(list)
    for attack in attacks():
        kinds[attack.id.partition("/")[0]].append(attack)
    come = [kind[turn % len(kind)] for kind in list(kinds.values())[turn :: len(WORKING)]]
    return tuple(attack for attack in attacks() if EVERY_VARIANT or attack.place or attack in come)


CALLERS = {name: callers(turn) for turn, name in enumerate(WORKING)}
"""Who comes to a door behind the judge, in each sandbox."""
HONEST = sample(mishaps(), 20)
"""Who else comes, and must not suffer for it."""


def meetings(sandboxes: Sequence[str]) -> pytest.MarkDecorator:
    """Return who comes, in which sandbox, as the parameters of a test."""
    rows = [
        pytest.param(name, entry, id=f"{name}-{entry.id}") for name in sandboxes for entry in CALLERS[name]
    ]
    return pytest.mark.parametrize(("sandbox", "entry"), rows)


Result = TypeVar("Result")
OfSandbox: TypeAlias = Callable[[str], Result]
"""Gives what came of a whole class in a sandbox. A fixture with a parameter would be made anew for each row."""


@pytest.fixture(scope="session")
def classroom(tmp_path_factory: pytest.TempPathFactory) -> Classroom:
    """A released course with bystanders, whose work is graded; nobody else has handed in."""
    if not WORKING:
        pytest.skip("no sandbox works here")
    made = make_classroom(tmp_path_factory.mktemp("doors") / "class", (*attacks(), *HONEST))
    autograde(made.course, Backend(WORKING[0]), made.notebooks, 2)
    return made
