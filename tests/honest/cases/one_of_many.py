"""One exercise fails, hangs or is missing. The others, also those that call it, lose nothing."""

from __future__ import annotations

from tests.corpus.entry import Entry
from tests.honest.draft import Draft, handed_in


def _one(
    variant: str, name: str, source: str, outcome: str, *said: str, notebook: str = "02_forward"
) -> Entry:
    draft = Draft(notebook)
    draft.write(name, source)
    return handed_in(f"one_of_many/{variant}", draft, *said, **{name: (outcome, 0.0)})


STEP = "def rnn_step(x_t, h_prev, Wxh, Whh, bh):\n"
SLOW = "took too long and was stopped; the others were run without it."
ENTRIES = (
    _one("a_loop_in_a_helper", "rnn_step", STEP + "    while True:\n        pass", "timed_out"),
    _one("a_helper_that_raises", "rnn_step", STEP + "    raise ValueError('shapes')", "crashed"),
    _one(
        "a_helper_that_returns_nothing",
        "rnn_step",
        STEP + "    h = np.tanh(x_t @ Wxh + h_prev @ Whh + bh)",
        "wrong",
    ),
    _one("a_helper_that_is_no_python", "rnn_step", STEP + "    return np.tanh(x_t @ Wxh", "crashed"),
    _one("a_helper_that_is_the_stub", "rnn_step", Draft("02_forward").stub("rnn_step"), "not_attempted"),
    _one(
        "a_loop_above_the_function",
        "softmax",
        "while True:\n    pass\n\n\ndef softmax(z):\n    return z",
        "timed_out",
        SLOW,
    ),
    _one(
        "a_wrong_value",
        "count_parameters",
        "def count_parameters(D, H, K):\n    return D * H + H * H",
        "wrong",
    ),
    _one("half_of_a_line", "cross_entropy", "def cross_entropy(", "crashed", notebook="03_bptt"),
    _one(
        "a_package_that_is_needed",
        "softmax",
        "from scipy.special import softmax",
        "crashed",
        "the package scipy",
    ),
    _one("a_stopped_cell", "softmax", "raise SystemExit\ndef softmax(z):\n    return z", "crashed"),
)
