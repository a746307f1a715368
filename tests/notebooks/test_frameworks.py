"""Notebook 09 with TensorFlow and JAX: what it prints is what it has recorded, and what it says is so.

Run by ``make frameworks``. Everywhere else these tests are skipped.
"""

from __future__ import annotations

import copy
import re
import time
from importlib.util import find_spec
from typing import Any

import numpy as np
import pytest
from nbclient import NotebookClient
from nbformat import NotebookNode

from rnncourse.recorded import printed_elsewhere
from tests.ours import read_master, reference

MISSING = [name for name in ("tensorflow", "jax") if find_spec(name) is None]
pytestmark = [
    pytest.mark.frameworks,
    pytest.mark.nb09,
    pytest.mark.skipif(bool(MISSING), reason=f"{' and '.join(MISSING)} not installed: make frameworks"),
    pytest.mark.filterwarnings("default"),
]

ROUNDING = 1e-12
"""Differences below this come from the last digits, and change from one machine to another."""


@pytest.fixture(scope="module")
def executed() -> tuple[NotebookNode, float]:
    notebook = copy.deepcopy(read_master("09_frameworks").notebook)
    started = time.monotonic()
    NotebookClient(notebook, timeout=120, kernel_name="python3").execute()
    return notebook, time.monotonic() - started


def printed(cell: NotebookNode) -> list[str]:
    """Return the lines that a cell printed, without what it says of an open guess."""
    text = "".join(output.text for output in cell.outputs if output.output_type == "stream")
    return [line.rstrip() for line in text.splitlines() if not line.startswith("Not compared")]


def recorded(source: str) -> list[str] | None:
    """Return the lines that a cell shows where the package is absent, or None if it needs none."""
    named = re.search(r'printed_elsewhere\("(\w+)"\)', source)
    return printed_elsewhere(named[1])["recorded"].strip("\n").splitlines() if named else None


def optional_cells(notebook: NotebookNode) -> list[tuple[list[str], list[str]]]:
    """Return what was recorded and what was printed, for each cell that needs a framework."""
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    both = [(recorded(cell.source), printed(cell)) for cell in code]
    return [(then, now) for then, now in both if then is not None]


def same_line(then: str, now: str) -> bool:
    """Return whether two lines agree: texts exactly, numbers to two digits, and rounding as rounding."""
    number = r"-?\d+\.?\d*(?:e[-+]\d+)?"
    if re.sub(number, "#", then) != re.sub(number, "#", now):
        return False
    pairs = zip(re.findall(number, then), re.findall(number, now), strict=True)
    return all(close(float(a), float(b)) for a, b in pairs)


def close(a: float, b: float) -> bool:
    return abs(a - b) <= 0.06 * abs(a) or (0 < abs(a) < ROUNDING and abs(b) < ROUNDING)


def test_what_is_printed_is_what_was_recorded(executed: tuple[NotebookNode, float]) -> None:
    cells = optional_cells(executed[0])
    assert len(cells) == 5
    for then, now in cells:
        assert len(then) == len(now), now
        for before, after in zip(then, now, strict=True):
            assert same_line(before, after), f"recorded {before!r}, printed {after!r}"


def test_the_comparison_can_fail() -> None:
    assert same_line("LSTM 108 parameters 2.8e-16", "LSTM 108 parameters 5.6e-16")
    assert not same_line("LSTM 108 parameters 2.8e-16", "LSTM 108 parameters 2.8e-07")
    assert not same_line("LSTM 108 parameters 2.8e-16", "LSTM 120 parameters 2.8e-16")
    assert not same_line("dy/da = 7.0", "dx/da = 7.0")


def test_nothing_is_written_to_stderr_and_it_takes_less_than_three_minutes(
    executed: tuple[NotebookNode, float],
) -> None:
    notebook, seconds = executed
    outputs = [o for cell in notebook.cells if cell.cell_type == "code" for o in cell.outputs]
    assert [o.text for o in outputs if o.output_type == "stream" and o.name == "stderr"] == []
    assert seconds < 180


def number_after(lines: list[str], words: str) -> float:
    """Return the last number of the line that begins with these words."""
    line = next(line for line in lines if line.strip().startswith(words))
    return float(re.findall(r"[\d.]+(?:e[-+]\d+)?", line)[-1])


def test_gradients_agree_to_rounding_and_losses_when_adam_is_written_alike(
    executed: tuple[NotebookNode, float],
) -> None:
    _, (_, loop), (_, second), *_ = optional_cells(executed[0])
    assert number_after(loop, "gradients of the first update") < ROUNDING
    assert 1e-5 < number_after(loop, "60 losses") < 1e-4
    assert number_after(second, "eps in their place") < 1e-5
    assert number_after(second, "and rounded") < ROUNDING


@pytest.mark.parametrize(
    ("layer", "parameters"), [("SimpleRNN", 31), ("LSTM", 108), ("GRU", 81), ("Bidirectional", 61)]
)
def test_keras_counts_and_calculates_as_we_do(
    executed: tuple[NotebookNode, float], layer: str, parameters: int
) -> None:
    _, lines = optional_cells(executed[0])[3]
    line = next(line for line in lines if line.startswith(layer))
    assert f" {parameters} parameters" in line
    assert number_after(lines, layer) < ROUNDING


def test_keras_has_the_shapes_that_the_exercise_asks_for() -> None:
    import tensorflow as tf

    shapes: dict[str, Any] = reference("framework_shapes")
    layers = tf.keras.layers
    x = np.zeros(shapes["keras_input"], dtype="float32")
    both = layers.Bidirectional(layers.SimpleRNN(3, return_sequences=True))
    lstm, dense = layers.LSTM(3), layers.Dense(1)
    lstm.build(x.shape)
    dense.build(both(x).shape)
    assert tuple(layers.SimpleRNN(3)(x).shape) == shapes["keras_default"]
    assert tuple(layers.SimpleRNN(3, return_sequences=True)(x).shape) == shapes["keras_sequences"]
    assert tuple(both(x).shape) == shapes["keras_bidirectional"]
    assert lstm.get_weights()[0].shape == shapes["keras_kernel"]
    assert dense.get_weights()[0].shape == shapes["keras_dense"]
    assert lstm.get_weights()[2].tolist() == [
        0,
        0,
        0,
        1,
        1,
        1,
        0,
        0,
        0,
        0,
        0,
        0,
    ]  # the forget bias starts at 1


def test_what_the_text_says_of_the_tape() -> None:
    import tensorflow as tf

    a, unused = tf.Variable(3.0), tf.Variable(1.0)
    with tf.GradientTape() as tape:
        y = a * a + a
        inside = tape.gradient(y, [a, unused])
    assert [None if g is None else float(g) for g in inside] == [7.0, None]
    with tf.GradientTape(persistent=True) as tape:
        slope = tape.gradient(a * a + a, a)
    assert float(tape.gradient(slope, a)) == 2.0  # a persistent tape writes its own walk down


def test_an_optimiser_leaves_a_variable_without_a_gradient_as_it_is() -> None:
    import tensorflow as tf

    a, b = tf.Variable(1.0), tf.Variable(2.0)
    with pytest.warns(UserWarning, match="Gradients do not exist"):
        tf.optimizers.Adam(0.1).apply_gradients([(tf.constant(1.0), a), (None, b)])
    assert float(a) != 1.0
    assert float(b) == 2.0
