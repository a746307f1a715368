"""What the questions of notebook 06 are made of: whole sets of arguments of an LSTM."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from autograder.course.exercise import Draw, weights
from autograder.course.long_runs import LONG
from rnncourse.checking.values import Value


def parameters(draw: Draw, D: int, H: int, blocks: int = 4) -> dict[str, Value]:
    """Return Wx (D, blocks H), Wh (H, blocks H) and b (blocks H,), none of them zero."""
    return {
        "Wx": weights(draw, D, blocks * H),
        "Wh": weights(draw, H, blocks * H),
        "b": weights(draw, blocks * H),
    }


def step_arguments(draw: Draw, N: int, D: int, H: int) -> dict[str, Value]:
    """Return x_t, h_prev, c_prev and the parameters, in the order of ``lstm_step``."""
    states = {name: weights(draw, N, H) for name in ("h_prev", "c_prev")}
    return {"x_t": weights(draw, N, D)} | states | parameters(draw, D, H)


def sequence_arguments(draw: Draw, N: int, T: int, D: int, H: int) -> dict[str, Value]:
    """Return x, h0, c0 and the parameters, in the order of ``lstm_forward``."""
    states = {name: weights(draw, N, H) for name in ("h0", "c0")}
    return {"x": weights(draw, N, T, D)} | states | parameters(draw, D, H)


def states_of(drawn: dict[str, Value]) -> tuple[Value, Value]:
    """Return the outputs and cells (N, T, H) that the arguments of ``lstm_forward`` lead to."""
    h, c = drawn["h0"], drawn["c0"]
    outputs, cells = [], []
    for x_t in drawn["x"].swapaxes(0, 1):
        i, f, g, o = np.split(x_t @ drawn["Wx"] + h @ drawn["Wh"] + drawn["b"], 4, axis=1)
        c = c / (1 + np.exp(-f)) + np.tanh(g) / (1 + np.exp(-i))
        h = np.tanh(c) / (1 + np.exp(-o))
        outputs.append(h)
        cells.append(c)
    return np.stack(outputs, axis=1), np.stack(cells, axis=1)


def with_block(inputs: dict[str, Value], block: int, bias: float, blocks: int = 4) -> dict[str, Value]:
    """Return `inputs` with the weights of one block at 0 and its biases at `bias`, so that a gate is fixed."""
    changed = {name: inputs[name].copy() for name in ("Wx", "Wh", "b")}
    H = len(changed["b"]) // blocks
    columns = slice(block * H, (block + 1) * H)
    changed["Wx"][:, columns] = changed["Wh"][:, columns] = 0
    changed["b"][columns] = bias
    return inputs | changed


def long_arguments(draw: Draw, N: int, D: int, H: int) -> dict[str, Value]:
    """Return the arguments of ``lstm_forward`` for many steps, with forget gates near 0.95: c0 is not forgotten."""
    drawn = sequence_arguments(draw, N, LONG, D, H)
    drawn["b"][H : 2 * H] = np.round(draw.uniform(2.5, 3.5, H), 3)
    return drawn | {name: np.round(0.4 * drawn[name], 3) for name in ("x", "Wh")}


def forgetful_arguments(draw: Draw, N: int, D: int, H: int) -> dict[str, Value]:
    """Return the arguments of ``lstm_forward`` for many steps, with gates that hand next to nothing on."""
    drawn = sequence_arguments(draw, N, LONG, D, H)
    drawn["b"][H : 2 * H] = np.round(draw.uniform(-2.5, -1.5, H), 3)
    return drawn | {"Wh": np.round(0.3 * drawn["Wh"], 3)}


def rows_turned(*names: str) -> Callable[[dict[str, Value]], dict[str, Value]]:
    """Return a function that reverses the rows of the named arguments."""
    return lambda inputs: inputs | {name: inputs[name][::-1].copy() for name in names}


def both_turned(i: dict[str, Value], a: Value, j: dict[str, Value], b: Value) -> bool:
    """Return whether the rows of all answers are reversed; a relation of an :class:`Invariant`."""
    return all(np.allclose(u[::-1], v) for u, v in zip(a, b, strict=True))
