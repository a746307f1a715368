"""Lines that were of use while working were left in the answer."""

from __future__ import annotations

from tests.corpus.entry import Entry
from tests.honest.draft import Draft, code, handed_in


def _around(variant: str, above: str = "", below: str = "", *said: str) -> Entry:
    """Put lines above and below an answer, in its cell."""
    draft = Draft("01_one_hot")
    draft.write("one_hot", f"{above}\n{draft.source('one_hot')}\n{below}")
    return handed_in(f"left_over/{variant}", draft, *said)


def the_stubs_last_line() -> Entry:
    """Below a return it is never reached."""
    draft = Draft("03_bptt")
    for name in ("squared_error", "rnn_backward", "output_backward"):
        draft.write(name, draft.source(name) + "\n    raise NotImplementedError()")
    return handed_in("left_over/the_stubs_last_line", draft)


def the_stubs_last_line_below_a_value() -> Entry:
    draft = Draft("05_vanishing_gradients")
    draft.write("fates", draft.source("fates") + "\nraise NotImplementedError()")
    return handed_in("left_over/the_stubs_last_line_below_a_value", draft)


def the_stubs_last_line_above_a_value() -> Entry:
    """The value stands below it in the cell, and the cell stops above it."""
    draft = Draft("05_vanishing_gradients")
    draft.write("fates", "# YOUR CODE HERE\nraise NotImplementedError()\n" + draft.source("fates"))
    return handed_in("left_over/the_stubs_last_line_above_a_value", draft)


def an_older_version_below_a_stop() -> Entry:
    """Somebody stopped the cell on purpose, and kept what was there before."""
    draft = Draft("02_forward")
    old = "raise Exception('old version below')\n\n\ndef softmax(logits):\n    return np.exp(logits)"
    draft.write("softmax", f"{draft.source('softmax')}\n\n\n{old}")
    return handed_in("left_over/an_older_version_below_a_stop", draft)


def an_older_version_above() -> Entry:
    draft = Draft("02_forward")
    draft.write("softmax", f"def softmax(logits):\n    return np.exp(logits)\n\n\n{draft.source('softmax')}")
    return handed_in("left_over/an_older_version_above", draft)


def imports_in_the_setup() -> Entry:
    """A package that is not there, imported where everything begins."""
    draft = Draft("02_forward")
    draft.write(
        "setup", f"import seaborn as sns\nimport pandas as pd\nsns.set_theme()\n{draft.source('setup')}"
    )
    return handed_in(
        "left_over/imports_in_the_setup", draft, "asks for the package seaborn, which is not there"
    )


def a_name_for_checks() -> Entry:
    """Questions to an input box and a stop at the end of the notebook."""
    draft = Draft("00_start_here")
    draft.put(code("name = input('Your name? ')\nage = int(input() or 20)\nprint(name, age)"), after="setup")
    draft.put(code("import sys\nsys.exit()"))
    draft.put(code("exit()"))
    return handed_in("left_over/a_name_for_checks", draft)


INPUT = "answer = input('continue? ')\nif answer == 'n':\n    raise SystemExit"
MAIN = 'if __name__ == "__main__":\n    print(one_hot(np.array([[0, 1]]), 3))'
ASSERT = (
    "assert one_hot(np.array([[0, 1]]), 3).shape == (1, 2, 3)\nassert one_hot(np.array([[5]]), 3).sum() == 0"
)
TEST = """
import unittest


class Test(unittest.TestCase):
    def test_one_hot(self):
        self.assertIsNotNone(one_hot)


unittest.main(argv=[""], exit=False)
"""
DRIVE = "from google.colab import drive\ndrive.mount('/content/drive')\nimport os\nos.chdir('/content/drive/MyDrive')"
ENTRIES = (
    _around("input", INPUT),
    _around("matplotlib_inline", "%matplotlib inline"),
    _around("matplotlib_widget", "%matplotlib widget\n%config InlineBackend.figure_format = 'retina'"),
    _around("a_window", "import matplotlib\nmatplotlib.use('TkAgg')"),
    _around("a_window_of_a_package", "import matplotlib\nmatplotlib.use('WXAgg')"),
    _around(
        "another_backend",
        "import matplotlib.pyplot as plt\nplt.switch_backend('module://ipympl.backend_nbagg')",
    ),
    _around("autoreload", "%load_ext autoreload\n%autoreload 2"),
    _around("pip_install", "!pip install --quiet numpy\n%pip install tqdm"),
    _around("timeit", "", "%timeit one_hot(np.array([[0, 1]]), 3)\n%timeit -n 100 -r 3 np.zeros(3)"),
    _around("time", "%%time"),
    _around("capture", "%%capture"),
    _around("a_question", "", "one_hot?\nnp.eye?"),
    _around("help", "", "help(one_hot)\ndir()"),
    _around("debugger", "import pdb\npdb.set_trace()\nbreakpoint()", "%debug"),
    _around("debugger_after_an_error", "1 / 0\n%debug\n%pdb on\n1 / 0"),
    _around("main", "", MAIN),
    _around("asserts", "", ASSERT),
    _around("an_assert_that_fails", "", "assert one_hot(np.array([[0]]), 2).shape == (9, 9)"),
    _around("an_assert_that_fails_above", "assert False, 'not yet'"),
    _around("unittest", "", TEST),
    _around("a_check_inside", "", "check(one_hot)"),
    _around("a_seed", "np.random.seed(42)\nimport random\nrandom.seed(42)"),
    _around("print_options", "np.set_printoptions(precision=2, suppress=True)"),
    _around("torch_in_a_try", "try:\n    import torch\nexcept ImportError:\n    torch = None"),
    _around(
        "torch", "import torch\nimport torch.nn as nn", "", "asks for the package torch, which is not there"
    ),
    _around("a_mounted_drive", DRIVE, "", "asks for the package google"),
    _around("a_file_of_their_own", "import numpy as np\ndata = np.load('mine.npy')"),
    _around("the_shell", "files = !ls\n!nvidia-smi"),
    the_stubs_last_line(),
    the_stubs_last_line_below_a_value(),
    the_stubs_last_line_above_a_value(),
    an_older_version_below_a_stop(),
    an_older_version_above(),
    imports_in_the_setup(),
    a_name_for_checks(),
)
