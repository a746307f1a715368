"""Searches the stack, the garbage collector and all modules for the reference and the right answers."""

from __future__ import annotations

from tests.adversarial.arena import Arena

SEARCH = """
import gc, inspect, sys
import rnncourse

def loot():
    found = set()
    for frame in inspect.stack():
        found |= set(frame.frame.f_locals) | set(frame.frame.f_globals)
    for thing in gc.get_objects():
        kind = type(thing)
        if str(kind.__module__).startswith(("autograder", "rnncourse")):
            found.add(kind.__name__)
        if kind is dict and isinstance(thing.get("expected"), (np.ndarray, list, tuple, float)):
            found.add("an expected answer")
    found |= {name for name in sys.modules if name.startswith(("autograder", "nbgrader"))}
    return found

def softmax(logits):
    raise ValueError("|".join(sorted(loot() & SECRETS)) or "nothing")
"""
SECRETS = ("Case", "CaseSet", "KnownMistake", "Exercise", "Master", "an expected answer")
MODULES = (
    "autograder.exercises",
    "autograder.judge",
    "autograder.masters",
    "autograder.casesets",
    "nbgrader",
)


def test_there_is_nothing_to_find(arena: Arena) -> None:
    answer = f"SECRETS = {set(SECRETS + MODULES)!r}\n{SEARCH}"
    verdict = arena.fight(softmax=answer)["softmax"]
    assert "ValueError: nothing" in verdict.text
    assert verdict.score == 0
