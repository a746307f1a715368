"""Prints without end, on one line, in binary, and with thousands of figures."""

from __future__ import annotations

from tests.corpus import anywhere, entry

SECTION = "Harm"
HERE = "00_start_here"

PRINTS = {
    "one line": "for n in range(100_000):\n    print('x' * 100, end='')",
    "binary": "os.write(1, b'z' * 1_000_000)\nos.write(2, bytes(range(256)) * 4000)\nprint('\\0' * 1000)",
    "many displays": "for n in range(20_000):\n    display({'text/plain': 'w' * 100, 'text/html': '<b>'}, raw=True)",
    "large displays": "for n in range(100):\n    display({'text/plain': 'w' * 10**6, 'text/html': 'v'}, raw=True)",
    "half a character": "print('\\ud800 half a character')\ndisplay({'text/plain': '\\udfff'}, raw=True)",
    "large figure": "from matplotlib import pyplot as plt\nplt.figure(figsize=(40, 40), dpi=100)\n"
    "plt.imshow(np.random.rand(1000, 1000))\nplt.show()",
    "large error": "raise ValueError('x' * 10_000_000)",
    "long value": "'x' * 50_000_000",
    "control characters": "print('\\x1b[2J\\x1b]0;title\\x07\\x1b]52;c;cm0gLXJmIC8=\\x07\\r\\b\\b' * 100)",
}
FUNCTIONS = {
    "endless": "while True:\n        print('x' * 1000)",
    "endless error": "raise ValueError('é' * 20_000_000)",
}
ENTRIES = tuple(
    entry(f"huge_output/{name}", HERE, last=f"import os, sys\n{source}") for name, source in PRINTS.items()
)
ANYWHERE = tuple(
    anywhere(f"huge_output/{name}", f"def NAME(*args):\n    {body}", "crashed", "timed_out")
    for name, body in FUNCTIONS.items()
)
