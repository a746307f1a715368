"""Suspects: backward passes of unknown quality, for a learner's test to be tried on.

Some are right and some are wrong, and a test has to say which. In a notebook they are those of
this file. When a notebook is graded they are others, which answer from outside of the sandbox
and follow the same rules: see :class:`Suspect`.

None of them goes backwards. The first kind carries the derivatives of all states *forwards*
through time; the second measures with a complex step. A wrong one is wrong somewhere on that way.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]

MOST_CALLS = 40
MOST_NUMBERS = 20_000
MOST_STEPS = 100


SHAPES = {
    "rnn": {"dh": "N T H", "x": "N T D", "h0": "N H", "h": "N T H", "Wxh": "D H", "Whh": "H H"},
    "lstm": {
        "dh": "N H",
        "dc": "N H",
        "x_t": "N D",
        "h_prev": "N H",
        "c_prev": "N H",
        "Wx": "D 4H",
        "Wh": "H 4H",
        "b": "4H",
    },
}
"""The arguments of each kind in order, with their shapes."""


class Suspect:
    """A function that may be called a limited number of times, with arguments of limited size.

    Parameters
    ----------
    kind : str
        A key of :data:`SHAPES`.
    function : callable
        What answers, once the arguments are admitted.

    Raises
    ------
    TypeError
        When called with too many or too few arguments, or one that is not an array of real numbers.
    ValueError
        When called with shapes that do not belong together, with more than :data:`MOST_NUMBERS`
        numbers in an array, more than :data:`MOST_STEPS` steps, or a number that is not finite.
    RuntimeError
        After :data:`MOST_CALLS` calls.
    """

    def __init__(self, kind: str, function: Callable[..., Any]) -> None:
        self._shapes, self._function, self._calls = SHAPES[kind], function, 0

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Return what the function answers."""
        self._calls += 1
        if self._calls > MOST_CALLS:
            raise RuntimeError(f"a suspect answers {MOST_CALLS} calls, not more")
        names = list(self._shapes)
        given = dict(zip(names, args, strict=False)) | kwargs
        if len(args) + len(kwargs) != len(names) or set(given) != set(names):
            raise TypeError(f"a suspect takes {', '.join(names)}")
        arguments = [_admitted(name, given[name]) for name in names]
        _must_fit(dict(zip(names, arguments, strict=True)), self._shapes)
        with np.errstate(all="ignore"):
            return self._function(*arguments)


def _admitted(name: str, value: Any) -> Array:
    """Return an argument that may be worked with; one in double precision is the caller's own array."""
    if not isinstance(value, np.ndarray) or value.dtype.kind not in "iuf":
        raise TypeError(f"{name} is not an array of real numbers")
    if value.size > MOST_NUMBERS:
        raise ValueError(f"{name} has {value.size} numbers; a suspect takes {MOST_NUMBERS}")
    if value.ndim == 3 and value.shape[1] > MOST_STEPS:
        raise ValueError(f"{name} has {value.shape[1]} steps; a suspect takes {MOST_STEPS}")
    if not np.isfinite(value).all():
        raise ValueError(f"{name} has a number that is not finite")
    return value if value.dtype == np.float64 else value.astype(np.float64)


def _must_fit(arguments: dict[str, Array], shapes: dict[str, str]) -> None:
    """Raise ValueError unless all shapes belong together: so no product is larger than what came in."""
    sizes: dict[str, int] = {}
    for name, axes in shapes.items():
        shape, letters = arguments[name].shape, axes.split()
        if len(shape) != len(letters):
            raise ValueError(f"{name} has shape {shape}, and not ({', '.join(letters)})")
        for letter, size in zip(letters, shape, strict=True):
            known = sizes.setdefault(letter[-1], size // 4 if letter == "4H" else size)
            if size == 0 or size != (4 * known if letter == "4H" else known):
                raise ValueError(f"{name} has shape {shape}, which does not fit the others")


def suspect(kind: str, number: int) -> Suspect:
    """Return one of the suspects that belong to the notebook.

    Parameters
    ----------
    kind : str
        ``"rnn"`` for those that claim to be ``rnn_backward``, ``"lstm"`` for ``lstm_step_backward``.
    number : int
        From 1 on, as the card of the check names it.
    """
    names, function = KINDS[kind]
    name, memory = names[number - 1], list[Array]()
    return Suspect(kind, lambda *args: function(name, memory, *args))


RNN = (
    "untransposed",
    "plain",
    "late_input",
    "cut",
    "as_a_list",
    "no_start",
    "last_weights",
    "mutates",
    "mean_bias",
    "slope_twice",
    "limits",
    "another_order",
    "wrong_way_round",
    "fades",
    "remembers",
    "breaks",
    "turned_weights",
    "no_number",
    "start_for_free",
    "first_rows",
)
"""What is done differently in each, in the order of their numbers."""


def rnn_suspect(
    name: str, memory: list[Array], dh: Array, x: Array, h0: Array, h: Array, Wxh: Array, Whh: Array
) -> tuple[Array, ...] | list[Array]:
    """Return dx, dh0, dWxh, dWhh, dbh as the suspect of that name has them."""
    da, dh0 = _by_sums(name, dh, h, Whh)
    before = np.concatenate([0 * h0[:, None] if name == "no_start" else h0[:, None], h[:, :-1]], axis=1)
    entered = np.roll(x, 1, axis=1) if name == "late_input" else x
    counted = da[:, :1] if name == "last_weights" else da
    dWxh = np.einsum("ntd,nth->dh", entered, da)
    if name == "another_order":
        dWxh = sum((x[:, t].T @ da[:, t] for t in range(x.shape[1])), np.zeros(Wxh.shape))
    dWhh = np.einsum("ntg,nth->gh", before[:, : counted.shape[1]], counted)
    dbh = da.mean(axis=0).sum(axis=0) if name == "mean_bias" else da.sum(axis=(0, 1))
    result = [da @ Wxh.T, dh0, dWxh, dWhh.T.copy() if name == "turned_weights" else dWhh, dbh]
    return _handed_over(name, memory, result, dh, x)


def _by_sums(name: str, dh: Array, h: Array, Whh: Array) -> tuple[Array, Array]:
    """Return the derivatives of the loss by every a_t and by h0, found going forwards through time.

    ``carried[k, i, n]`` is the derivative of the state of example n by its a_k, unit i, and, for
    k = T, by its h0. It follows the state from step to step.
    """
    N, T, H = h.shape
    slopes = (1 - h**2) ** (2 if name == "slope_twice" else 1)
    ones = np.eye(H, dtype=h.dtype)[:, None]  # (H, 1, H)
    carried = np.zeros((T + 1, H, N, H), h.dtype)
    carried[T] = ones
    if name == "start_for_free":
        carried[T] = 0
    da, dh0 = np.zeros_like(h), np.zeros((N, H), h.dtype)
    for t in range(min(N, T) if name == "first_rows" else T):
        kept = {"cut": 0.0, "fades": 0.98}.get(name, 1.0) if t else 1.0
        carried = kept * carried @ (Whh.T if name == "untransposed" else Whh) * slopes[:, t]
        carried[t] = ones * slopes[:, t]
        effects = np.einsum("kinj,nj->nki", carried, dh[:, t])
        da, dh0 = da + effects[:, :T], dh0 + effects[:, T]
    return da, dh0


def _handed_over(
    name: str, memory: list[Array], result: list[Array], dh: Array, x: Array
) -> tuple[Array, ...] | list[Array]:
    """Return the five results in the form that a suspect gives them."""
    if name == "as_a_list":
        return result
    if name == "wrong_way_round":
        result[0] = result[0][:, ::-1].copy()
    if name == "limits":
        result = [np.clip(array, -20, 20) for array in result]
    if name == "mutates":
        dh[:, 0] += 1.0
    if name == "no_number":
        result[4][-1] = np.nan
    if name == "remembers":
        result[2] = _with_the_last(memory, result[2])
    if name == "breaks":
        result[2] = x[:, 0] @ result[1]
    return tuple(result)


def _with_the_last(memory: list[Array], array: Array) -> Array:
    """Return an array added to that of the call before, if they are of one shape."""
    added = array + memory[-1] if memory and memory[-1].shape == array.shape else array
    memory.append(added)
    return added


LSTM = (
    "gates_swapped",
    "as_a_list",
    "cell_unseen",
    "mutates",
    "cell_dropped",
    "plain",
    "no_forgetting",
    "mean_bias",
    "no_slope",
    "states_swapped",
    "limits",
    "old_cell",
    "no_state",
    "another_slope",
    "deaf",
    "unsummed",
)
"""The same for the second kind."""

_STEP = 1e-150


def lstm_suspect(
    name: str,
    memory: list[Array],
    dh: Array,
    dc: Array,
    x_t: Array,
    h_prev: Array,
    c_prev: Array,
    Wx: Array,
    Wh: Array,
    b: Array,
) -> tuple[Array, ...] | list[Array]:
    """Return dx_t, dh_prev, dc_prev, dWx, dWh, db as the suspect of that name has them.

    The weighed sum of the new state and cell is a number; a tiny imaginary part of one entry of an
    argument comes out of it multiplied by the derivative, exact to the last digit.
    """
    arguments = [x_t, h_prev, c_prev, Wx, Wh, b]
    result = [np.zeros(array.shape) for array in arguments]
    for place, array in enumerate(arguments):
        for index in np.ndindex(array.shape):
            moved = array.astype(complex)
            moved[index] += _STEP * 1j
            weighed = _weighed(name, dh, dc, [*arguments[:place], moved, *arguments[place + 1 :]])
            result[place][index] = weighed.imag / _STEP
    return _lstm_handed_over(name, result, dh)


def _weighed(name: str, dh: Array, dc: Array, arguments: list[Array]) -> Any:
    """Return the sum of dh * h and dc * c after one step of the LSTM."""
    x_t, h_prev, c_prev, Wx, Wh, b = arguments
    blocks = np.split(x_t @ Wx + h_prev @ Wh + b, 4, axis=1)  # i, f, g, o; (N, H) each
    gates: list[Any] = [(1 + np.tanh(blocks[k] / 2)) / 2 for k in (0, 1, 3)]
    i, f, o = gates
    g: Any = np.tanh(blocks[2])
    if name == "no_slope":
        o = o.real + 1j * blocks[3].imag
    if name == "another_slope":
        g = g.real + 1j * blocks[2].imag * g.real * (1 - g.real)
    c = f * c_prev + i * g
    if name == "no_forgetting":
        c = c + 1j * c_prev.imag * (1 - f.real)
    shown = np.tanh(c.real) if name == "cell_unseen" else np.tanh(c)
    h = o * shown
    if name == "old_cell":
        h = o.real * shown + 1j * o.imag * np.tanh(c_prev.real)
    return (dh * h).sum() + (0 if name == "cell_dropped" else (dc * c).sum())


def _lstm_handed_over(name: str, result: list[Array], dh: Array) -> tuple[Array, ...] | list[Array]:
    """Return the six results in the form that a suspect gives them."""
    if name == "as_a_list":
        return result
    if name == "gates_swapped":
        H = dh.shape[1]
        order = np.r_[H : 2 * H, 0:H, 2 * H : 4 * H]
        result[3:] = [array[..., order] for array in result[3:]]
    if name == "deaf":
        result[3:] = [_without_forget_gate(array) for array in result[3:]]
    if name == "unsummed":
        result[5] = result[5] * np.ones((len(dh), 1))
    if name == "mean_bias":
        result[5] = result[5] / len(dh)
    if name == "states_swapped":
        result[1], result[2] = result[2], result[1]
    if name == "limits":
        result = [np.clip(array, -20, 20) for array in result]
    if name == "no_state":
        result[4] = 0 * result[4]
    if name == "mutates":
        dh[:, 0] += 1.0
    return tuple(result)


def _without_forget_gate(array: Array) -> Array:
    kept = array.copy()
    kept[..., array.shape[-1] // 4 : array.shape[-1] // 2] = 0
    return kept


KINDS: dict[str, tuple[tuple[str, ...], Callable[..., Any]]] = {
    "rnn": (RNN, rnn_suspect),
    "lstm": (LSTM, lstm_suspect),
}
"""What there is of each kind, and the function that makes them."""
