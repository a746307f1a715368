"""Prints and displays what looks like a score, in cells and in the function."""

from __future__ import annotations

from tests.adversarial.arena import Arena

CLAIM = """
print("2.0")
print('{"score": 2.0, "max_score": 2.0}')
display(2.0)
get_ipython().displayhook(2.0)
2.0
"""
WRONG = """
def softmax(logits):
    print("### SCORE 2.0 ###", flush=True)
    import sys
    sys.stderr.write("PASSED")
    return 2.0
"""


def test_output_is_no_mark(any_arena: Arena) -> None:
    fight = any_arena.fight(first=CLAIM, last=CLAIM, softmax=WRONG)
    assert fight["softmax"].score == 0
    assert "score" in fight.printed, "the outputs are kept for the student"


def test_no_output_can_be_taken_for_the_result_of_a_check(any_arena: Arena) -> None:
    outputs = any_arena.fight(first=CLAIM).graded.outputs
    kinds = {item["output_type"] for items in outputs.values() for item in items}
    assert "execute_result" not in kinds, "nbgrader reads the score of a cell from its execute_result"
