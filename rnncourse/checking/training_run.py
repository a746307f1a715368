"""Judge a run of a training loop by what it says about itself.

Many runs are right: each shuffles in its own way. So the run is followed step by step. The loss
of a step tells which examples were in its batch, because hardly two batches have the same loss;
the parameters of the next step follow from that batch. What was found must then be a right run:
every example once in each epoch, a new order each time, clipped, and the last parameters returned.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import combinations, combinations_with_replacement, permutations
from typing import Any

import numpy as np

from rnncourse.checking.compare import Tolerance, as_array, compare
from rnncourse.checking.given import Params, Seeded, materialised, mean_squared_error, squared_errors

Array = np.ndarray[Any, Any]
Rows = tuple[int, ...]

_CLOSE = 1e-7


@dataclass(frozen=True)
class _Task:
    """The arguments of the training loop; x has shape (N, T, D), y (N,)."""

    params: Params
    x: Array
    y: Array
    loss_and_grads: Callable[..., Any]
    clip: Callable[..., Any]
    update: Callable[..., Any]
    epochs: int
    batch_size: int
    seed: int
    first_only: bool = False

    @property
    def per_epoch(self) -> int:
        """Number of batches in an epoch; the last one may be smaller."""
        return -(-len(self.x) // self.batch_size)

    def singles(self, params: Params) -> Array:
        """Return the loss of each example by itself."""
        if self.loss_and_grads is mean_squared_error:
            return squared_errors(params, self.x, self.y)  # all at once
        return np.array(
            [self.loss_and_grads(params, self.x[n : n + 1], self.y[n : n + 1])[0] for n in range(len(self.x))]
        )

    def size(self, step: int) -> int:
        """Return the number of examples of batch number `step`, counted from 0."""
        last = (step + 1) % self.per_epoch == 0 and not self.first_only
        return len(self.x) - (self.per_epoch - 1) * self.batch_size if last else self.batch_size


@dataclass(frozen=True)
class _Way:
    """A way in which parameters may change from step to step, and the mistake it is."""

    mistake: str
    clipped: bool = True
    updated: bool = True
    starts_over: bool = False
    repeats: bool = False
    filled: bool = False
    says: str = ""


_RIGHT = _Way("")
_WRONG_WAYS = (
    _Way(
        "not_clipped",
        clipped=False,
        says="the losses are those of a run whose updates got the gradients as they were before clipping",
    ),
    _Way(
        "not_updated",
        updated=False,
        says="all losses are those of the first parameters, as if no update had been made",
    ),
    _Way(
        "starts_over",
        starts_over=True,
        says="every epoch starts from the first parameters, so what was learnt is lost",
    ),
    _Way(
        "with_replacement",
        repeats=True,
        says="some batch holds the same example twice: the batches were drawn with replacement",
    ),
    _Way(
        "last_batch_filled_up",
        filled=True,
        says="the last batch of an epoch is as large as the others: it holds examples that came before",
    ),
)


def training_run(inputs: Mapping[str, Any], answer: Any) -> str:
    """Return what is wrong with the answer of a training loop, or an empty string.

    Parameters
    ----------
    inputs : mapping
        ``params, x, y, loss_and_grads, clip, update, epochs, batch_size, rng``, in this order.
    answer : value
        The last parameters, and a dict of two lists, ``loss`` and ``norm``, with one number for each step.
    """
    task = _task(inputs)
    problem = _form(task, answer)
    if problem:
        return problem
    params, losses, norms = answer[0], as_array(answer[1]["loss"]), as_array(answer[1]["norm"])
    assert losses is not None
    assert norms is not None
    batches = follow(task, losses, _RIGHT)
    if batches is None:
        return _why_not_followed(task, losses, params)
    return _order(task, batches) or _result(task, batches, params, norms)


def shuffled_run(inputs: Mapping[str, Any], answer: Any) -> str:
    """Return what is wrong with a run whose losses are those of :func:`rnncourse.checking.given.mean_target`.

    Its batches hold one example each, its losses are tiny and its gradients 0. So whoever stops when
    nothing seems left to learn stops too early here.
    """
    problem = _form(_task(inputs), answer)
    if problem:
        return problem.rpartition(": ")[2]  # without a name: here the losses do not tell one from the other
    orders = orders_of(inputs, answer)
    if orders is None:
        return "a loss is not that of any single example"
    if not (np.sort(orders, axis=1) == np.arange(orders.shape[1])).all():
        return "not_every_example: in some epoch an example was in no batch"
    norms = as_array(answer[1]["norm"])
    return (
        ""
        if norms is not None and not norms.any()
        else "history['norm'] does not hold the numbers that clip returned"
    )


def orders_of(inputs: Mapping[str, Any], answer: Any) -> Array | None:
    """Return the order of the examples in each epoch, (epochs, N), of a run with batches of one example.

    The losses must not depend on the parameters, as those of :func:`rnncourse.checking.given.mean_target` do
    not. None where a loss is not that of any example.
    """
    task = _task(inputs)
    losses = as_array(answer[1]["loss"])
    assert losses is not None
    own = np.array(
        [task.loss_and_grads(task.params, x[None], y[None])[0] for x, y in zip(task.x, task.y, strict=True)]
    )
    away = np.abs(losses[:, None] - own)  # (epochs * N, N)
    if not (away.min(axis=1) <= _CLOSE * np.abs(own).max()).all():
        return None
    return np.asarray(away.argmin(axis=1).reshape(task.epochs, len(task.x)))


def _task(inputs: Mapping[str, Any]) -> _Task:
    *rest, generator = inputs.values()
    seed = generator.seed if isinstance(generator, Seeded) else -1
    return _Task(*materialised([*rest, seed]))


def _form(task: _Task, answer: Any) -> str:
    """Return what is wrong with types, keys, shapes and lengths."""
    if not isinstance(answer, list | tuple) or len(answer) != 2:
        return "the answer is not two things, the parameters and the history"
    params, history = answer
    if not isinstance(params, dict) or set(params) != set(task.params):
        return f"the parameters are not a dict with the keys {sorted(task.params)}"
    if not isinstance(history, dict) or set(history) != {"loss", "norm"}:
        return "the history is not a dict with the keys loss and norm"
    for name in ("loss", "norm"):
        empty = isinstance(history[name], list | tuple) and not history[name]
        problem = _list_form(task, name, np.zeros(0) if empty else as_array(history[name]))
        if problem:
            return problem
    return ""


def _first_batches_only(task: _Task, losses: Array) -> bool:
    """Return whether these are the losses of a run in which each epoch has one batch."""
    return follow(replace(task, first_only=True), losses, _RIGHT) is not None


def _list_form(task: _Task, name: str, values: Array | None) -> str:
    if values is None or values.ndim != 1 or values.dtype.kind not in "iuf":
        return f"history[{name!r}] is not a list of numbers"
    steps, whole = task.epochs * task.per_epoch, task.epochs * (len(task.x) // task.batch_size)
    sentence = f"history[{name!r}] has {len(values)} entries, but {task.epochs} epochs of "
    sentence += f"{task.per_epoch} batches are {steps} steps"
    if len(values) == task.epochs != steps:
        first_only = name == "loss" and _first_batches_only(task, values)
        return f"{'first_batch_only' if first_only else 'one_entry_per_epoch'}: {sentence}"
    if len(values) == 0 and task.batch_size > len(task.x):
        return f"large_batch_dropped: {sentence}"
    if 0 < len(values) == whole != steps:
        return f"last_batch_dropped: {sentence}"
    if len(values) != steps:
        return sentence
    return "" if np.isfinite(values).all() else f"history[{name!r}] has an entry that is not finite"


def follow(task: _Task, losses: Array, way: _Way) -> list[Rows] | None:
    """Return the batch of every step, as sorted row numbers, or None if a loss fits no batch.

    Parameters
    ----------
    task : _Task
        What the loop was given.
    losses : array of shape (S,)
        The loss that it reports for each of the S steps.
    way : _Way
        How the parameters change from one step to the next.
    """
    params, batches = task.params, []
    for step, loss in enumerate(losses):
        if way.starts_over and step % task.per_epoch == 0:
            params = task.params
        size = task.batch_size if way.filled and task.batch_size <= len(task.x) else task.size(step)
        rows = _find(task, params, float(loss), size, way.repeats)
        if rows is None:
            return None
        batches.append(rows)
        params = _next(task, params, rows, way)
    return batches


def _find(task: _Task, params: Params, loss: float, size: int, repeats: bool) -> Rows | None:
    """Return the rows of the batch with that mean loss."""
    singles = task.singles(params)
    candidates = _choices(len(task.x), size, repeats)  # (candidates, size)
    away = np.abs(singles[candidates].mean(axis=1) - loss)
    best = int(away.argmin())
    return tuple(candidates[best].tolist()) if away[best] <= _CLOSE * max(abs(loss), 1e-3) else None


@cache
def _choices(count: int, size: int, repeats: bool) -> Array:
    """Return all ways to choose `size` of `count` rows, one way in each row."""
    choose = combinations_with_replacement if repeats else combinations
    return np.array(list(choose(range(count), size)))


def _next(task: _Task, params: Params, rows: Sequence[int], way: _Way) -> Params:
    if not way.updated:
        return params
    _, grads = task.loss_and_grads(params, task.x[list(rows)], task.y[list(rows)])
    new: Params = task.update(params, task.clip(grads)[0] if way.clipped else grads)
    return new


def _why_not_followed(task: _Task, losses: Array, params: Params) -> str:
    """Return the wrong way that explains the losses, or that they cannot be explained."""
    for way in _WRONG_WAYS:
        moved = not way.updated and compare(task.params, params, Tolerance()) is not None
        if moved and task.epochs == 1:
            continue  # a single update at the end of the epoch looks the same
        if follow(task, losses, way) is not None:
            return f"{'gradients_of_the_start' if moved else way.mistake}: {way.says}"
    if task.epochs > 1 and follow(replace(task, x=task.x[:, ::-1]), losses, _RIGHT) is not None:
        return "reversed_in_time: the losses are those of sequences whose steps are in reverse order"
    if _mixed_up(task, float(losses[0])):
        return "targets_not_shuffled: the first batch has x of some examples and y of others"
    if _skips_rising(task, losses):
        return "skips_rising_steps: the losses are those of a run in which no update follows a loss that rose"
    if _steps_shuffled(task, losses[: task.per_epoch]):
        return "shuffles_time: the losses are those of sequences whose steps are in another order"
    first, last = losses[: task.per_epoch].mean(), losses[-task.per_epoch :].mean()
    if last > first:
        return f"the mean loss rises from {first:.4g} in the first epoch to {last:.4g} in the last"
    kind = (
        f"any batch of {task.batch_size} pairs from x and y, with the parameters that this step should have"
    )
    step = next(s for s in range(1, len(losses) + 1) if follow(task, losses[:s], _RIGHT) is None)
    return f"loss number {step} of {len(losses)} is not that of {kind}"


def _skips_rising(task: _Task, losses: Array) -> bool:
    """Return whether an update was left out wherever the loss rose by more than some factor, and only there."""
    left_out = _skipped(task, losses)
    if left_out is None:
        return False
    growth = losses[1:-1] / losses[:-2]  # of the steps from the second to the last but one
    skipped = np.array(left_out[1:])
    enough = not left_out[0] and skipped.sum() >= 2 and (~skipped).sum() >= 2
    return bool(enough and growth[skipped].min() > max(1.0, growth[~skipped].max()))


def _skipped(task: _Task, losses: Array) -> list[bool] | None:
    """Return for each step but the last whether its update was left out; None if that explains nothing."""
    before = params = task.params
    left_out: list[bool] = []
    for step, loss in enumerate(losses):
        rows = _find(task, params, float(loss), task.size(step), repeats=False)
        if rows is None:
            params = before  # as if the last update had not been made
            rows = _find(task, params, float(loss), task.size(step), repeats=False)
        if rows is None:
            return None
        left_out.append(params is before)
        before, params = params, _next(task, params, rows, _RIGHT)
    return left_out[1:]


def _steps_shuffled(task: _Task, losses: Array) -> bool:
    """Return whether the losses of the first epoch are those of sequences with their steps in one other order."""
    if (
        task.epochs == 1
        or len(losses) < 5
        or _find(task, task.params, float(losses[0]), task.size(0), repeats=False)
    ):
        return False  # too little to be sure, or a first batch that is right
    orders = permutations(range(task.x.shape[1]))
    turned = (replace(task, x=task.x[:, list(order)]) for order in orders)
    return any(follow(other, losses, _RIGHT) is not None for other in turned)


def _mixed_up(task: _Task, loss: float) -> bool:
    """Return whether the first loss is that of any rows of x with the first rows of y."""
    size = task.size(0)
    if not 1 < size <= 4 or _find(task, task.params, loss, size, repeats=False):
        return False  # one target may be the first by chance; too many to try; or a right batch
    errors = np.array(
        [
            [task.loss_and_grads(task.params, task.x[n : n + 1], task.y[k : k + 1])[0] for k in range(size)]
            for n in range(len(task.x))
        ]
    )  # (N, size): loss of x[n] with y[k]
    choices = np.array(list(permutations(range(len(task.x)), size)))  # (choices, size)
    means = errors[choices, np.arange(size)].mean(axis=1)
    return bool(np.abs(means - loss).min() <= _CLOSE * abs(loss))


def _epochs_of(task: _Task, batches: Sequence[Rows]) -> list[list[Rows]]:
    return [list(batches[e * task.per_epoch : (e + 1) * task.per_epoch]) for e in range(task.epochs)]


def _order(task: _Task, batches: Sequence[Rows]) -> str:
    """Return what is wrong with the order of the examples."""
    epochs = _epochs_of(task, batches)
    for number, epoch in enumerate(epochs, start=1):
        seen = sorted(row for rows in epoch for row in rows)
        if seen != list(range(len(task.x))):
            left = sorted(set(range(len(task.x))) - set(seen))
            return f"not_every_example: in epoch {number} the examples {left} were in no batch"
    if task.batch_size >= len(task.x):
        return ""  # one batch holds all: its order does not show
    plain = _cut(task, np.arange(len(task.x)))
    if all(epoch == plain for epoch in epochs):
        return "not_shuffled: every epoch takes the examples in the order in which they are given"
    if len(epochs) > 2 and all(epoch == epochs[0] for epoch in epochs):
        return "shuffled_once: every epoch takes the same batches in the same order"
    if task.batch_size > 1 and all(sorted(epoch) == sorted(plain) for epoch in epochs):
        return "batches_shuffled: the same examples are always in the same batch"
    return ""


def _cut(task: _Task, order: Array) -> list[Rows]:
    """Return the batches of one epoch that takes the examples in this order."""
    starts = range(0, len(order), task.batch_size)
    return [tuple(sorted(order[start : start + task.batch_size].tolist())) for start in starts]


def _result(task: _Task, batches: Sequence[Rows], params: Params, norms: Array) -> str:
    """Return what is wrong with the norms and the last parameters."""
    now, right, after, own = task.params, [], [], []
    for rows in batches:
        _, grads = task.loss_and_grads(now, task.x[list(rows)], task.y[list(rows)])
        clipped, norm = task.clip(grads)
        right.append(norm)
        after.append(task.clip(clipped)[1])
        own.append(np.linalg.norm(np.concatenate([np.ravel(g) for g in grads.values()])))
        now = task.update(now, clipped)
    if not np.allclose(norms, right, rtol=1e-6):
        if np.allclose(norms, after, rtol=1e-6):
            return "norm_after_clipping: history['norm'] holds the norms after clipping, not those before"
        if np.allclose(norms, own, rtol=1e-6):
            return "own_norm: history['norm'] holds a norm of your own, not the number that clip returned"
        return "history['norm'] does not hold the numbers that clip returned"
    wrong = compare(now, params, Tolerance())
    return f"the parameters are not those after the last update: {wrong.where} differs" if wrong else ""
