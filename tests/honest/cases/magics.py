"""What IPython understands and Python does not, and modules that a notebook writes for itself."""

from __future__ import annotations

from dataclasses import replace

from tests.corpus.entry import Entry
from tests.honest.draft import Draft, code, handed_in

TIMED = (
    "%timeit f()",
    "%timeit -n 100 -r 3 f()",
    "%timeit -n100 -r3 f()",
    "%timeit -r3 -q f()",
    "t = %timeit -o -n 5 f()\nt.average",
    "%timeit -p2 -t f()",
    "%timeit -v res f()\nprint(res.best)",
    "for i in range(2):\n    %timeit -n 9 f()",
    "get_ipython().run_line_magic('timeit', '-n 7 f()')",
    "%%timeit\nf()",
    "%%timeit -n 10 -r 3\nf()",
    "%%timeit -n10 x = 1\nf()",
    "%%timeit -o -q\nf()",
)
"""Each calls once, and the loop twice."""


def timed_in_every_way() -> Entry:
    draft = Draft("01_one_hot")
    draft.put(code("calls = []\ndef f():\n    calls.append(1)"))
    for line in TIMED:
        draft.put(code(line))
    draft.put(code("print(len(calls), 'calls')"))
    shown = (f"{len(TIMED) + 1} calls", "per loop")
    return replace(handed_in("magics/timed_in_every_way", draft), shown=shown, never_shown=("Error",))


def _written(variant: str, module: str, use: str, below: str = "") -> Entry:
    """Write a module with a cell and take softmax from it in another."""
    draft = Draft("02_forward", softmax=use)
    draft.put(code(f"%%writefile my_rnn.py\n{module}"), before="softmax")
    if below:
        draft.put(code(below))
    return replace(handed_in(f"magics/{variant}", draft), never_shown=("Error",))


SOFTMAX = """import numpy as np
AXIS = -1

def softmax(logits):
    e = np.exp(logits - logits.max(axis=AXIS, keepdims=True))
    return e / e.sum(axis=AXIS, keepdims=True)"""
BARS = """
from tqdm.auto import tqdm, trange

def softmax(logits):
    with tqdm(total=3, desc="rows") as bar:
        for _ in trange(3, leave=False):
            bar.update(1)
            bar.set_postfix(loss=1.0)
    for _ in tqdm(range(2)):
        e = np.exp(logits - logits.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)
"""
ENTRIES = (
    timed_in_every_way(),
    _written("writefile", SOFTMAX, "from my_rnn import softmax"),
    _written(
        "writefile_module",
        SOFTMAX,
        "import my_rnn\n\ndef softmax(logits):\n    return my_rnn.softmax(logits)",
    ),
    _written("writefile_and_run", SOFTMAX, "%run my_rnn.py"),
    _written(
        "writefile_changed_below", SOFTMAX, "from my_rnn import softmax", "import my_rnn\nmy_rnn.AXIS = 0"
    ),
    _written("writefile_and_star", SOFTMAX, "from my_rnn import *", "AXIS = 0\ndel softmax"),
    handed_in("magics/a_progress_bar", Draft("02_forward", softmax=BARS)),
)
