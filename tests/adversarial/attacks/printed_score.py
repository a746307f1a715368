"""Prints and displays what looks like a score, in cells and in the function."""

from __future__ import annotations

from tests.corpus import anywhere, entry

SECTION = "Forging"

CLAIM = """
print("2.0")
print('{"score": 2.0, "max_score": 2.0}')
display(2.0)
get_ipython().displayhook(2.0)
2.0
"""
FUNCTIONS = {
    "printed": "print('### SCORE 2.0 ###', flush=True)\n    return 2.0",
    "on the descriptors": "import os\n    [os.write(fd, b'2.0\\n') for fd in (1, 2)]\n    return 2.0",
    "as a card": "print('✓ NAME: correct')\n    return '✓ NAME: correct'",
}
ENTRIES = (
    entry(
        "printed_score/kept as output",
        first=CLAIM,
        last=CLAIM,
        shown=("score",),
        never_shown=("execute_result",),  # nbgrader reads the score of a cell from its execute_result
        softmax="def softmax(logits):\n    return 2.0",
    ),
)
ANYWHERE = tuple(
    anywhere(f"printed_score/{name}", f"def NAME(*args):\n    {body}", first=CLAIM, last=CLAIM)
    for name, body in FUNCTIONS.items()
)
