"""Ends the program, with a good exit code and a results file that claims full marks."""

from __future__ import annotations

import pytest

from tests.adversarial.arena import Arena

LEAVE = """
import json, os, sys, pathlib

for name in ("results.json", "/tmp/results.json", "grade.json"):
    try:
        pathlib.Path(name).write_text(json.dumps({"score": 2, "tests": [{"status": "passed"}]}))
    except OSError:
        pass
"""
ENDINGS = {"exit": "os._exit(0)", "sys": "sys.exit(0)", "kill": "os.kill(os.getpid(), 9)", "quit": "quit()"}


@pytest.mark.parametrize("ending", ENDINGS)
def test_in_a_function_it_costs_that_function(arena: Arena, ending: str) -> None:
    answer = f"{LEAVE}\ndef count_parameters(D, H, K):\n    {ENDINGS[ending]}"
    verdict = arena.fight(count_parameters=answer)["count_parameters"]
    assert (verdict.score, verdict.outcome) == (0, "crashed")


@pytest.mark.parametrize("ending", ENDINGS)
def test_in_a_cell_it_costs_nothing(arena: Arena, ending: str) -> None:
    fight = arena.fight(first=f"{LEAVE}\n{ENDINGS[ending]}")
    assert fight.graded.score == fight.graded.max_score
