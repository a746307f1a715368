"""Changes its arguments, its defaults or a global variable, so that what comes later goes wrong."""

from __future__ import annotations

from tests.corpus import anywhere, entry

SECTION = "Gaming"

RIGHT = "e = np.exp(logits - logits.max(axis=-1, keepdims=True))\n    e = e / e.sum(axis=-1, keepdims=True)"
GLOBAL = f"seen = []\ndef softmax(logits):\n    {RIGHT}\n    seen.append(1)\n    return e * (seen[4:] == [])"
DEFAULT = f"def softmax(logits, seen=[]):\n    {RIGHT}\n    seen.append(e)\n    return seen[0]"
ZEROES = """
def NAME(*args):
    for argument in args:
        if isinstance(argument, np.ndarray):
            argument.setflags(write=True)
            argument[...] = 0
    return args
"""
RESIZES = """
import gc
def NAME(*args):
    for thing in gc.get_objects():
        if isinstance(thing, dict) and "inputs" in thing and isinstance(thing["inputs"], dict):
            thing["inputs"].clear()
    return args
"""
ENTRIES = (
    entry("changed_inputs/global", outcomes=("partial",), score=1.18, softmax=GLOBAL),
    entry("changed_inputs/default", outcomes=("partial",), score=0.87, softmax=DEFAULT),
)
ANYWHERE = (
    anywhere("changed_inputs/zeroes", ZEROES),
    anywhere("changed_inputs/question", RESIZES),
)
