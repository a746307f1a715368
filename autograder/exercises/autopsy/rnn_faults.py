"""What claims to be ``rnn_backward``, right and wrong, for tests of learners to be judged with.

Nothing of this is ever in the sandbox: there these functions only answer. The wrong ones have
parameters that are drawn, so that no two students meet the same. The draws never decide whether a
test can see a fault: the same test gets the same mark whatever the seed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from autograder.course.exercise import Draw

Array = np.ndarray[Any, Any]
Backward = Callable[..., Any]


def walk(
    dh: Array,
    x: Array,
    h0: Array,
    h: Array,
    Wxh: Array,
    Whh: Array,
    *,
    slope: Callable[[Array, Array], Array] = lambda new, old: 1 - new**2,
    back: Callable[..., Array] = lambda da, Whh, t, dh_t: da @ Whh.T,
    own: Callable[..., Array] = lambda dh, t: dh[:, t],
    steps: Callable[..., Any] = lambda N, T: reversed(range(T)),
    before: Callable[..., Array] = lambda h, h0, t: h[:, t - 1] if t else h0,
    entered: Callable[..., Array] = lambda x, t: x[:, t],
    paired: Callable[..., Array] = lambda old, new: old,
    add: Callable[..., Array] = lambda total, term, which, t, T: total + term,
) -> list[Array]:
    """Go back through all steps; every part of the way may be another one.

    Returns dx (N, T, D), dh0 (N, H), dWxh (D, H), dWhh (H, H), dbh (H,).
    """
    N, T, H = h.shape
    dx, dh_next = np.zeros(x.shape), np.zeros((N, H))
    sums = [np.zeros(Wxh.shape), np.zeros(Whh.shape), np.zeros(H)]
    for t in steps(N, T):
        old, new = before(h, h0, t), h[:, t]
        dh_t = own(dh, t) + dh_next  # (N, H)
        da = dh_t * slope(new, old)
        dx[:, t] = da @ Wxh.T
        dh_next = back(da, Whh, t, dh_t)
        terms = (entered(x, t).T @ da, paired(old, new).T @ da, da.sum(axis=0))
        sums = [add(total, term, k, t, T) for k, (total, term) in enumerate(zip(sums, terms, strict=True))]
    return [dx, dh_next, *sums]


def _changed(**parts: Any) -> Backward:
    """Return the walk with some of its parts exchanged."""

    def rnn_backward(dh: Array, x: Array, h0: Array, h: Array, Wxh: Array, Whh: Array) -> tuple[Array, ...]:
        return tuple(walk(dh, x, h0, h, Wxh, Whh, **parts))

    return rnn_backward


def _afterwards(change: Callable[..., Any]) -> Backward:
    """Return the right walk with something done to its results, and perhaps to its arguments."""

    def rnn_backward(dh: Array, x: Array, h0: Array, h: Array, Wxh: Array, Whh: Array) -> Any:
        results = walk(dh, x, h0, h, Wxh, Whh)
        return change(results, dh, x)

    return rnn_backward


def _one(which: int, change: Callable[[Array, Array], Array]) -> Backward:
    """Return the right walk with one of its five results changed; `change` sees x, too."""

    def exchange(results: list[Array], dh: Array, x: Array) -> tuple[Array, ...]:
        results[which] = change(results[which], x)
        return tuple(results)

    return _afterwards(exchange)


def transposes(draw: Draw) -> Iterator[Backward]:
    """Yield those with a missing or needless transpose, or a wrong sign."""
    yield _changed(back=lambda da, Whh, t, dh_t: da @ Whh)
    yield _one(3, lambda dWhh, x: dWhh.T.copy())
    yield from (_one(which, lambda array, x: -array) for which in (2, 3, 4))


def slopes(draw: Draw) -> Iterator[Backward]:
    """Yield those that take a wrong slope of tanh, or none."""
    yield _changed(slope=lambda new, old: 1.0)
    yield _changed(slope=lambda new, old: (1 - new**2) ** 2)
    yield _changed(slope=lambda new, old: 1 - new)
    yield _changed(slope=lambda new, old: 1 - old**2)
    yield _changed(back=lambda da, Whh, t, dh_t: dh_t @ Whh.T)


def flow(draw: Draw) -> Iterator[Backward]:
    """Yield those in which the gradient does not flow through time as it should."""
    factor = draw.uniform(0.97, 0.99)
    yield _changed(back=lambda da, Whh, t, dh_t: 0 * da if t else da @ Whh.T)
    yield _changed(back=lambda da, Whh, t, dh_t: 0 * da if t % 4 == 2 else da @ Whh.T)
    yield _changed(back=lambda da, Whh, t, dh_t: (factor if t else 1.0) * da @ Whh.T)
    yield _changed(steps=lambda N, T: range(T))


def starts(draw: Draw) -> Iterator[Backward]:
    """Yield those that treat the state before the first step wrongly."""
    yield _changed(before=lambda h, h0, t: h[:, t - 1] if t else 0 * h0)
    yield _changed(before=lambda h, h0, t: h[:, t - 1])
    yield _one(1, lambda dh0, x: 0 * dh0)
    yield _changed(steps=lambda N, T: range(T - 1, 0, -1))


def sums(draw: Draw) -> Iterator[Backward]:
    """Yield those that do not add up what all steps contribute."""
    yield from (_changed(add=_overwriting(place)) for place in range(3))
    yield _changed(own=lambda dh, t: dh[:, t] * (t == dh.shape[1] - 1))
    yield _changed(steps=lambda N, T: reversed(range(min(N, T))))


def _overwriting(place: int) -> Callable[..., Array]:
    """Return a sum that keeps only the last term of one of the three parameters."""
    return lambda total, term, which, t, T: term if which == place else total + term


def means(draw: Draw) -> Iterator[Backward]:
    """Yield those that divide where nothing is to be divided, or make long gradients shorter."""
    longest = draw.uniform(1.0, 1.5)
    yield _one(4, lambda dbh, x: dbh / len(x))
    yield _afterwards(lambda results, dh, x: (*results[:2], *(array / len(x) for array in results[2:])))
    yield from (_one(which, lambda array, x: array / x.shape[1]) for which in (2, 3))
    yield _afterwards(lambda results, dh, x: _shortened(results, longest))


def _shortened(results: list[Array], longest: float) -> tuple[Array, ...]:
    norm = float(np.sqrt(sum((array**2).sum() for array in results[2:])))
    factor = min(1.0, longest / norm) if norm else 1.0
    return (*results[:2], *(factor * array for array in results[2:]))


def orders(draw: Draw) -> Iterator[Backward]:
    """Yield those that mix up steps, axes or results, or break off."""
    yield _changed(entered=lambda x, t: x[:, t - 1])
    yield _changed(paired=lambda old, new: new)
    yield _one(0, lambda dx, x: dx[:, ::-1].copy())
    yield _afterwards(lambda results, dh, x: (*results[:2], *results[2:][::-1]))
    yield _one(2, lambda dWxh, x: x[:, 0].T @ dWxh)


def numbers(draw: Draw) -> Iterator[Backward]:
    """Yield those that cut large gradients off, or answer with what is no number."""
    limit = draw.uniform(20.0, 24.0)
    yield _afterwards(lambda results, dh, x: tuple(np.clip(array, -limit, limit) for array in results))
    yield _one(3, lambda dWhh, x: np.where(np.eye(len(dWhh)) == 1, np.nan, dWhh))


def manners(draw: Draw) -> Iterator[Backward]:
    """Yield those that change an argument, or remember the call before."""
    yield _afterwards(_writes_into_dh)
    yield _remembering()


def _writes_into_dh(results: list[Array], dh: Array, x: Array) -> tuple[Array, ...]:
    dh[:, 0] += results[1]
    return tuple(results)


def _remembering() -> Backward:
    """Return one whose dWxh has that of the call before in it, as when nobody sets sums back to zero."""
    kept: list[Array] = []

    def added(array: Array, x: Array) -> Array:
        total = array + kept[-1] if kept and kept[-1].shape == array.shape else array
        kept.append(total)
        return total

    return _one(2, added)


def right_ones(draw: Draw) -> Iterator[Backward]:
    """Yield right implementations that agree up to rounding."""
    yield _changed()
    yield _einsum
    yield _one_by_one
    yield _path_by_path
    yield _afterwards(lambda results, dh, x: results)


def _einsum(dh: Array, x: Array, h0: Array, h: Array, Wxh: Array, Whh: Array) -> tuple[Array, ...]:
    da = np.zeros(h.shape)
    dh_next = np.zeros(h0.shape)
    for t in reversed(range(h.shape[1])):
        da[:, t] = (dh[:, t] + dh_next) * (1 - h[:, t]) * (1 + h[:, t])
        dh_next = np.einsum("nh,gh->ng", da[:, t], Whh)
    before = np.concatenate([h0[:, None], h[:, :-1]], axis=1)
    weights = np.einsum("ntd,nth->dh", x, da), np.einsum("ntg,nth->gh", before, da)
    return np.einsum("nth,dh->ntd", da, Wxh), dh_next, *weights, np.einsum("nth->h", da)


def _one_by_one(dh: Array, x: Array, h0: Array, h: Array, Wxh: Array, Whh: Array) -> tuple[Array, ...]:
    rows = []
    for n in reversed(range(len(x))):
        one = slice(n, n + 1)
        rows.append(walk(dh[one], x[one], h0[one], h[one], Wxh, Whh))
    dx, dh0 = (np.concatenate([row[k] for row in rows[::-1]]) for k in (0, 1))
    dWxh, dWhh, dbh = (np.sum([row[k] for row in rows], axis=0) for k in (2, 3, 4))
    return dx, dh0, dWxh, dWhh, dbh


def _path_by_path(dh: Array, x: Array, h0: Array, h: Array, Wxh: Array, Whh: Array) -> tuple[Array, ...]:
    """Add up the way from each loss to each use, which takes the square of the number of steps."""
    da, dh0 = np.zeros(h.shape), np.zeros(h0.shape)
    for s in range(h.shape[1]):
        moving = dh[:, s]
        for t in range(s, -1, -1):
            arrived = moving * (1 - h[:, t] ** 2)
            da[:, t] += arrived
            moving = arrived @ Whh.T
        dh0 += moving
    before = np.concatenate([h0[:, None], h[:, :-1]], axis=1)
    dWxh = np.tensordot(x, da, ((0, 1), (0, 1)))
    return da @ Wxh.T, dh0, dWxh, np.tensordot(before, da, ((0, 1), (0, 1))), da.sum(axis=1).sum(axis=0)


FAMILIES: dict[str, Callable[[Draw], Iterator[Backward]]] = {
    "core": right_ones,
    "transposes": transposes,
    "slopes": slopes,
    "flow": flow,
    "starts": starts,
    "sums": sums,
    "means": means,
    "orders": orders,
    "numbers": numbers,
    "manners": manners,
}
"""The right ones, and the wrong ones by what they do wrong."""
