"""Uses all the memory it can get, in a cell and in a function."""

from __future__ import annotations

from tests.adversarial.arena import Arena

CELL = """
hoard = []
while True:
    hoard.append(bytearray(1 << 26))
"""
FUNCTION = """
def count_parameters(D, H, K):
    hoard = []
    while True:
        hoard.append(np.ones(1 << 23))
"""


def test_a_cell_gets_an_error(arena: Arena) -> None:
    fight = arena.fight(last=f"try:\n    exec({CELL!r})\nexcept MemoryError:\n    print('no more')")
    assert "no more" in fight.printed
    assert fight.restarts == 0


def test_a_function_that_does_is_wrong_and_alone_in_it(arena: Arena) -> None:
    verdict = arena.fight(count_parameters=FUNCTION)["count_parameters"]
    assert verdict.score == 0
    assert verdict.outcome in ("crashed", "timed_out"), "whichever limit it meets first"
