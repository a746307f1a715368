"""Behaves in one way in the notebook and in another where it is graded. The grade follows the latter."""

from __future__ import annotations

from tests.corpus import entry

SECTION = "Gaming"

SIGNS = {
    "stub of check": "__import__('rnncourse').check.__name__ != 'check'",
    "folder": "__import__('os').getcwd().endswith('scratch')",
    "program": "any(type(t).__name__ == 'Server' for t in __import__('gc').get_objects())",
    "input": "input() == ''",
}
RIGHT = "np.tanh(x @ W + b)"
FUNCTION = "GRADED = bool({sign})\n\ndef affine(x, W, b):\n    return {yes} if GRADED else {no}"
CALLS = """
calls = []

def affine(x, W, b):
    calls.append(1)
    return np.tanh(x @ W + b) if len(calls) < 2 else np.zeros((len(x), W.shape[1]))
"""
ENTRIES = (
    *(
        entry(
            f"detects_grading/{name}, wrong there",
            "00_start_here",
            affine=FUNCTION.format(sign=sign, yes="0.0", no=RIGHT),
        )
        for name, sign in SIGNS.items()
    ),
    *(
        entry(
            f"detects_grading/{name}, right there",
            "00_start_here",
            outcomes=("correct",),
            score=2.0,
            affine=FUNCTION.format(sign=sign, yes=RIGHT, no="0.0"),
        )
        for name, sign in list(SIGNS.items())[:2]
    ),
    entry("detects_grading/first call", "00_start_here", affine=CALLS),
)
