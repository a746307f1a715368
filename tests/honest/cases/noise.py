"""Warnings, prints and progress: a lot is shown while the right answer is computed."""

from __future__ import annotations

from tests.corpus.entry import Entry
from tests.honest.draft import Draft, code, handed_in

SOFTMAX = "    e = np.exp(logits - logits.max(axis=-1, keepdims=True))\n    return e / e.sum(axis=-1, keepdims=True)"


def _softmax(variant: str, lines: str, first: str = "") -> Entry:
    """Put lines into the function, above what computes the answer."""
    inside = "\n".join(f"    {line}" for line in lines.split("\n"))
    draft = Draft("02_forward", softmax=f"{first}\ndef softmax(logits):\n{inside}\n{SOFTMAX}")
    return handed_in(f"noise/{variant}", draft)


def training_with_prints() -> Entry:
    """A line for each update, as everybody prints."""
    draft = Draft("04_training")
    line = 'history["loss"].append(loss)'
    source = draft.source("train").replace(
        line, f'{line}\n            print(f"step {{start}} loss {{loss:.3f}}", end="\\r")'
    )
    draft.write("train", source)
    return handed_in("noise/training_with_prints", draft)


def a_figure_in_a_function() -> Entry:
    source = """
    import matplotlib.pyplot as plt

    def count_parameters(D, H, K):
        plt.figure(figsize=(1, 1))
        plt.plot([D, H, K])
        plt.show()
        return D * H + H * H + H + H * K + K
    """
    return handed_in("noise/a_figure_in_a_function", Draft("02_forward", count_parameters=source))


def a_cell_that_warns() -> Entry:
    draft = Draft("02_forward")
    source = "import warnings\nwarnings.warn('old')\nnp.log(np.zeros(3))\nnp.array([1.0]) / 0\nprint('done')"
    draft.put(code(source), before="rnn_step")
    return handed_in("noise/a_cell_that_warns", draft)


def warnings_as_errors() -> Entry:
    """Made so in a cell of their own; the course does not run under it."""
    draft = Draft("02_forward")
    draft.put(code("import warnings\nwarnings.simplefilter('error')\nnp.seterr(all='raise')"), after="setup")
    return handed_in("noise/warnings_as_errors", draft)


TQDM = """
def tqdm(items, desc=""):
    items = list(items)
    for i, item in enumerate(items):
        print(f"\\r{desc}: {100 * i // len(items):3d}%|{'#' * i}", end="", flush=True, file=sys.stderr)
        yield item
"""
ENTRIES = (
    _softmax("numpy_warnings", "np.exp(np.array([1e5]))\nnp.zeros(2) / np.zeros(2)\nnp.log(0 * logits)"),
    _softmax("prints", "print('shape', logits.shape, logits)"),
    _softmax("a_megabyte_of_prints", "for i in range(100):\n    print('x' * 10_000)"),
    _softmax("on_stderr", "sys.stderr.write('here')\nprint('there', file=sys.stderr)", "import sys"),
    _softmax("logging", "logging.warning('softmax %s', logits.shape)", "import logging"),
    _softmax("its_own_warning", "warnings.warn('careful', RuntimeWarning)", "import warnings"),
    _softmax("a_progress_bar", "for _ in tqdm(range(50), 'softmax'):\n    pass", f"import sys\n{TQDM}"),
    _softmax("a_short_sleep", "time.sleep(0.005)", "import time"),
    training_with_prints(),
    a_figure_in_a_function(),
    a_cell_that_warns(),
    warnings_as_errors(),
)
