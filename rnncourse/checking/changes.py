"""The changes that may have led from a right array to a wrong one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]
Change = Callable[[Array], Any]


def changes(expected: Array, got: Array) -> Iterator[tuple[str, str, Change, bool]]:
    """Yield name, words, change, and whether it is exact, for all that may have led from one array to another."""
    yield from _ENTRYWISE
    yield from _rounded(got)
    for axis in range(expected.ndim):
        yield from _along(axis, axis_name(expected.ndim, axis))
    yield from _SHAPES
    for axis in range(expected.ndim):
        for name, words, change in _shorter(axis, axis_name(expected.ndim, axis)):
            yield name, words, change, False


def axis_name(axes: int, axis: int) -> str:
    """Return what an axis runs over, as students read it."""
    if axes == 1:
        return "entry"
    return (
        ("example", "step", "unit")[axis]
        if axes == 3
        else ("row", "column")[axis]
        if axes == 2
        else f"axis {axis}"
    )


def _many(name: str) -> str:
    return "entries" if name == "entry" else f"{name}s"


def _softmax(e: Array) -> Array:
    raised = np.exp(e - e.max(axis=-1, keepdims=True))
    return np.asarray(raised / raised.sum(axis=-1, keepdims=True))


_ENTRYWISE: tuple[tuple[str, str, Change, bool], ...] = (
    ("sign_turned", "the negative of what it should be", lambda e: -e, False),
    (
        "upside_down",
        "one over what it should be: something is divided the wrong way round",
        lambda e: 1 / e,
        False,
    ),
    ("squared", "the square of what it should be", lambda e: e**2, False),
    ("root_taken", "the root of what it should be", lambda e: np.sqrt(e), False),
    ("signs_lost", "what it should be without the signs", np.abs, False),
    ("one_minus", "one minus what it should be", lambda e: 1 - e, False),
    ("exponential_taken", "the exponential of what it should be: one step too many", np.exp, False),
    ("logarithm_taken", "the logarithm of what it should be: one step too many", np.log, False),
    ("exponential_missing", "the logarithm of what it should be: an exponential is missing", np.log, False),
    ("bent_again", "what it should be, put through tanh once more", np.tanh, False),
    ("bend_missing", "what it should be before tanh: the bend is missing", np.arctanh, False),
    (
        "sigmoid_taken",
        "what it should be, put through a sigmoid once more",
        lambda e: 1 / (1 + np.exp(-e)),
        False,
    ),
    ("softmax_taken", "what it should be, put through a softmax once more", _softmax, False),
    (
        "negative_to_zero",
        "what it should be with negative numbers set to zero",
        lambda e: np.maximum(e, 0),
        False,
    ),
    ("signs_only", "only the signs of what it should be", np.sign, False),
    ("one_too_much", "one more than it should be everywhere", lambda e: e + 1, False),
    ("one_too_little", "one less than it should be everywhere", lambda e: e - 1, False),
)

_SHAPES: tuple[tuple[str, str, Change, bool], ...] = (
    ("transposed", "the transpose of what it should be", lambda e: e.T, False),
    ("axes_exchanged", "right but for the order of its first two axes", lambda e: e.swapaxes(0, 1), False),
    (
        "last_axes_exchanged",
        "right but for the order of its last two axes",
        lambda e: e.swapaxes(-1, -2),
        False,
    ),
    ("all_added_up", "one number, the sum of all that should be there", lambda e: e.sum(), False),
    ("all_averaged", "one number, the mean of all that should be there", lambda e: e.mean(), False),
    ("flattened", "right in its numbers, but one long row", lambda e: e.ravel(), False),
)


def _cast(e: Array, kind: Any) -> Array:
    return np.asarray(e.astype(kind).astype(float))


def _for_all(e: Array, end: int, axis: int) -> Array:
    return np.asarray(np.broadcast_to(np.take(e, [end], axis), e.shape))


def _rounded(got: Array) -> Iterator[tuple[str, str, Change, bool]]:
    """Yield what rounding may have done."""
    kinds: tuple[tuple[Any, str], ...] = ((np.float16, "half"), (np.float32, "single"))
    for kind, words in kinds:
        yield (
            f"{words}_precision",
            f"rounded to {words} precision (`{kind.__name__}`)",
            partial(_cast, kind=kind),
            True,
        )
    for digits in range(9):
        words = f"rounded to {digits} digits after the point" if digits else "rounded to whole numbers"
        yield f"rounded_to_{digits}", words, partial(np.round, decimals=digits), True
    yield "rounded_down", "rounded down to whole numbers", np.floor, True
    yield "cut_to_whole", "cut off after the point", np.trunc, True


def _along(axis: int, name: str) -> Iterator[tuple[str, str, Change, bool]]:
    """Yield changes along one axis that keep the shape."""
    yield (
        f"{name}s_reversed",
        f"right but for the order of the {_many(name)}, which is turned round",
        (lambda e: np.flip(e, axis)),
        False,
    )
    for by, way in ((1, "late"), (-1, "early")):
        words = f"right, but one {name} {way}, and what falls off at one end comes in at the other"
        yield f"{name}s_rolled_{way}", words, partial(np.roll, shift=by, axis=axis), False
    yield (
        f"{name}s_added_on",
        f"a running sum over the {_many(name)} of what it should be",
        lambda e: e.cumsum(axis),
        False,
    )
    for end, which in ((0, "first"), (-1, "last")):
        words = f"the same for every {name}: that of the {which}"
        yield (
            f"{which}_{name}_for_all",
            words,
            partial(_for_all, end=end, axis=axis),
            False,
        )
    words = f"the same for every {name}: the mean over them"
    yield (
        f"mean_{name}_for_all",
        words,
        lambda e: np.broadcast_to(e.mean(axis, keepdims=True), e.shape),
        False,
    )
    words = (
        f"divided by its sum over the {_many(name)}: a normalisation that should not be, or over another axis"
    )
    yield f"normalised_over_{name}s", words, lambda e: e / e.sum(axis, keepdims=True), False


def _shorter(axis: int, name: str) -> Iterator[tuple[str, str, Change]]:
    """Yield changes along one axis that change the shape."""
    yield f"{name}s_summed", f"summed over the {_many(name)}, which should stay apart", lambda e: e.sum(axis)
    yield (
        f"{name}s_averaged",
        f"averaged over the {_many(name)}, which should stay apart",
        lambda e: e.mean(axis),
    )
    for end, which in ((-1, "last"), (0, "first")):
        yield (
            f"{which}_{name}_only",
            f"right for the {which} {name}, and has no others",
            partial(np.take, indices=end, axis=axis),
        )
        yield (
            f"{which}_{name}_kept_only",
            f"right for the {which} {name}, and has no others",
            partial(np.take, indices=[end], axis=axis),
        )
    yield (
        f"first_{name}_lost",
        f"right, but the first {name} is missing",
        (lambda e: np.take(e, range(1, e.shape[axis]), axis)),
    )
    yield (
        f"last_{name}_lost",
        f"right, but the last {name} is missing",
        (lambda e: np.take(e, range(e.shape[axis] - 1), axis)),
    )
    yield (
        f"axis_too_many_{axis}",
        "right in its numbers, but with an axis of length one too many",
        (lambda e: np.expand_dims(e, axis)),
    )
