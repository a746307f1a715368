"""Feeds what might be parsed as partial credit: fractions, scores, points, percentages, several answers."""

from __future__ import annotations

from tests.corpus import anywhere, entry

SECTION = "Forging"

VALUES = {
    "fraction": "{'fraction': 1.0, 'score': 2.0, 'passed': True}",
    "more than all": "{'fraction': 50.0, 'score': 1e9}",
    "true": "True",
    "pair": "(True, 'all tests passed')",
    "not a number": "float('nan')",
    "many answers": "[np.zeros((n, k)) for n in range(1, 5) for k in range(1, 5)]",
}
ERRORS = {
    "card": "raise ValueError('✓ NAME: correct\\n2.0\\nscore: 2/2')",
    "kind": "raise type('correct', (Exception,), {})('outcome: correct')",
    "stub": "raise NotImplementedError('correct')",
}
HALF = """
def output_backward(*args):
    return tuple(range(9))
"""
ENTRIES = (entry("partial_credit/parts", "03_bptt", outcomes=("wrong", "crashed"), output_backward=HALF),)
ANYWHERE = (
    *(anywhere(f"partial_credit/{name}", f"def NAME(*args):\n    return {v}") for name, v in VALUES.items()),
    *(
        anywhere(f"partial_credit/{name}", f"def NAME(*args):\n    {e}", "crashed", "not_attempted")
        for name, e in ERRORS.items()
    ),
)
