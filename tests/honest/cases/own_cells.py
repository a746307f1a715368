"""Cells of their own that fail, hang or end the program. Only they are lost, and they are named."""

from __future__ import annotations

from tests.corpus.entry import Entry
from tests.honest.draft import Draft, code, handed_in

SLOW = "took too long and was stopped; the others were run without it."
DIED = "ended the program; the others were run without it."


def _with(variant: str, source: str, *said: str, after: str = "check_sgd_step") -> Entry:
    draft = Draft("04_training")
    draft.put(code(source), after=after)
    return handed_in(f"own_cells/{variant}", draft, *said)


def two_that_end_the_program() -> Entry:
    """Each is named, and nothing beside them is lost."""
    draft = Draft("02_forward")
    draft.put(code("import os\nos.abort()"), after="check_rnn_step")
    draft.put(code("import os, signal\nos.kill(os.getpid(), signal.SIGKILL)"), after="check_softmax")
    said = ("'import os' ended the program", "'import os, signal' ended the program")
    return handed_in("own_cells/two_that_end_the_program", draft, *said)


def an_answer_that_ends_the_program() -> Entry:
    """A function that runs away into the C stack takes its own points, not those of the cell above or below."""
    source = "import ctypes\n\n\ndef softmax(logits):\n    ctypes.string_at(0)"
    draft = Draft("02_forward", softmax=source)
    return handed_in("own_cells/an_answer_that_ends_the_program", draft, "", softmax=("crashed", 0.0))


def a_given_cell_that_was_broken() -> Entry:
    """A demonstration was played with until it failed; nothing that is graded needs it."""
    draft = Draft("05_vanishing_gradients")
    draft.having("def unit_derivative")["source"] = "def unit_derivative(w, b):\n    return w +\n"
    draft.having("for size in (16, 64, 256)")["source"] += "\n1 / 0"
    return handed_in("own_cells/a_given_cell_that_was_broken", draft)


def a_given_name_that_was_changed() -> Entry:
    """Sizes of the demonstrations were played with, and a name of the course stands for something else."""
    draft = Draft("02_forward")
    draft.put(code("D, H, K, T = 1, 1, 1, 1\nrng = None\nencode = len\nplots = check = hint = None"))
    draft.put(code("Wxh = Whh = bh = Why = by = h0 = x = 'mine'"), after="setup")
    return handed_in("own_cells/a_given_name_that_was_changed", draft)


def an_answer_played_with_below() -> Entry:
    """The name of an exercise is used for a result, as in ``softmax = softmax(x)``."""
    draft = Draft("02_forward")
    draft.put(code("softmax = softmax(np.ones((2, 3)))\nrnn_step = None\ncount_parameters = 31"))
    return handed_in("own_cells/an_answer_played_with_below", draft)


ENTRIES = (
    _with("an_error", "1 / 0"),
    _with("no_python", "this is a note, not code"),
    _with("an_error_between", "a = 1\nb = c\ndef sgd_helper():\n    return 1"),
    _with("a_long_recursion", "def f(n):\n    return f(n + 1)\n\nf(0)"),
    _with("an_endless_loop", "n = 0\nwhile True:\n    n += 1", "'n = 0' " + SLOW),
    _with("an_endless_loop_first", "while True:\n    pass", "'while True:' " + SLOW, after="setup"),
    _with("the_end_of_the_program", "import os\nos._exit(1)", "'import os' " + DIED),
    _with("too_much_memory", "x = np.zeros((10**6, 10**6))\nx += 1"),
    _with("no_memory_for_a_list", "x = [0] * 10**12"),
    _with(
        "threads",
        "import threading\nt = threading.Thread(target=print)\ntry:\n    t.start()\nexcept RuntimeError:\n    pass",
    ),
    _with("a_file", "open('notes.txt', 'w').write('mine')\nprint(open('notes.txt').read())"),
    _with("a_plot", "import matplotlib.pyplot as plt\nplt.plot([1, 2, 3])\nplt.title('∂L/∂w')\nplt.show()"),
    _with(
        "classes", "class Trainer:\n    def __init__(self):\n        self.steps = []\n\n\nt = Trainer()\nt"
    ),
    _with("an_await", "import asyncio\nawait asyncio.sleep(0)"),
    _with("a_return", "return 5"),
    _with("an_indented_one", "    x = 1\n    y = 2"),
    two_that_end_the_program(),
    an_answer_that_ends_the_program(),
    a_given_cell_that_was_broken(),
    a_given_name_that_was_changed(),
    an_answer_played_with_below(),
)
