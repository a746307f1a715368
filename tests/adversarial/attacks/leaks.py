"""Carries hidden inputs out, through whatever a student gets to see."""

from __future__ import annotations

from tests.corpus import anywhere, entry

SECTION = "Reading"

LETTERS = """
def spelt(args):
    numbers = [np.asarray(a, float).ravel()[:2] for a in args if isinstance(a, (float, np.ndarray))]
    return "".join(chr(97 + int(digit, 16)) for part in numbers for digit in part.tobytes().hex())
"""
WAYS = {
    "message": "raise ValueError(repr(args))",
    "one number": "raise ValueError('it is ' + repr(np.asarray(args[0]).ravel()[:1].tolist()))",
    "letters": "raise ValueError('LEAK ' + spelt(args)[:150])",
    "kind": "raise type('Leak' + spelt(args)[:70], (Exception,), {})('')",
    "printed": "print('LEAK', spelt(args), args)\n    return args",
    "figure": "from matplotlib import pyplot as plt\n    plt.title(spelt(args))\n    plt.show()\n    return args",
    "source": "code = compile(f'def f():\\n raise ValueError  # LEAK {spelt(args)}', '<cell', 'exec')\n"
    "    exec(code, d := {})\n    d['f']()",
}
ACROSS = """
import os
if os.path.exists("notes"):
    print("SEEN", open("notes").read())
"""
KEPT = """
def softmax(logits):
    with open("notes", "w") as file:
        file.write(repr(logits))
    import os
    os._exit(0)
"""
ENTRIES = (
    entry("leaks/across a restart", first=ACROSS, outcomes=("crashed",), never_shown=("SEEN",), softmax=KEPT),
)
ANYWHERE = tuple(
    anywhere(f"leaks/{name}", f"{LETTERS}\ndef NAME(*args):\n    {way}", "wrong", "crashed", "timed_out")
    for name, way in WAYS.items()
)
