"""Networks that answer yes or no, of a learner's own cells, and how long they take to learn a task of notebook 06."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from rnncourse.lab import tasks
from rnncourse.lab.loop import Update, descend

Array = np.ndarray[Any, Any]
Function = Callable[..., Any]
Params = list[Array]


@dataclass(frozen=True)
class Cell:
    """A recurrent layer that starts from zeros.

    Attributes
    ----------
    draw : callable
        ``draw(rng, D, H)`` returns its parameters, a list of arrays.
    run : callable
        ``run(params, x)`` returns the outputs (N, T, H), and whatever `back` needs of the run.
    back : callable
        ``back(dh, params, x, kept)`` returns the gradients of the parameters; dh has shape (N, T, H).
    """

    draw: Callable[[np.random.Generator, int, int], Params]
    run: Callable[[Params, Array], tuple[Array, Any]]
    back: Callable[[Array, Params, Array, Any], Params]


def lstm(forward: Function, backward: Function, bias: Callable[[int], Any], spread: float = 0.0) -> Cell:
    """Return an LSTM made of a learner's functions.

    Parameters
    ----------
    forward, backward : callable
        ``lstm_forward`` and ``lstm_backward`` of notebook 06.
    bias : callable
        ``bias(H)`` returns the biases (4H,) at the start.
    spread : float
        Standard deviation of Wh; ``1 / sqrt(H)`` where it is 0. That of Wx is 0.5.
    """

    def draw(rng: np.random.Generator, D: int, H: int) -> Params:
        Wx, Wh = rng.normal(0, 0.5, (D, 4 * H)), rng.normal(0, spread or H**-0.5, (H, 4 * H))
        return [Wx, Wh, np.asarray(bias(H), dtype=float)]

    def run(params: Params, x: Array) -> tuple[Array, Any]:
        start = np.zeros((len(x), len(params[1])))
        h, c = (np.asarray(states) for states in forward(x, start, start, *params))
        return h, (h, c)

    def back(dh: Array, params: Params, x: Array, kept: Any) -> Params:
        start = np.zeros((len(x), dh.shape[2]))
        return [np.asarray(grad) for grad in backward(dh, x, start, start, *kept, *params)[3:]]

    return Cell(draw, run, back)


def plain(forward: Function, backward: Function) -> Cell:
    """Return a plain cell of ``rnn_forward`` and ``rnn_backward``, whose Whh is normal with variance 1 / H."""

    def draw(rng: np.random.Generator, D: int, H: int) -> Params:
        return [rng.normal(0, 0.5, (D, H)), rng.normal(0, H**-0.5, (H, H)), np.zeros(H)]

    def run(params: Params, x: Array) -> tuple[Array, Any]:
        h = np.asarray(forward(x, np.zeros((len(x), len(params[1]))), *params))
        return h, h

    def back(dh: Array, params: Params, x: Array, kept: Any) -> Params:
        grads = backward(dh, x, np.zeros((len(x), dh.shape[2])), kept, *params[:2])
        return [np.asarray(grad) for grad in grads[2:]]

    return Cell(draw, run, back)


@dataclass(frozen=True)
class YesOrNo:
    """A cell with one logit, read after the last step or after every step.

    Its parameters are those of the cell, then the weights (H,) of the logit, and its bias.

    Attributes
    ----------
    cell : Cell
    loss : callable
        ``loss(z, y)`` returns the mean loss of logits z, and its gradient in their shape.
    every_step : bool
        Whether y has shape (N, T) rather than (N,).
    """

    cell: Cell
    loss: Callable[[Array, Array], tuple[float, Array]]
    every_step: bool = False

    def logits(self, params: Params, x: Array) -> Array:
        """Return the logits, (N,) or (N, T)."""
        h, _ = self.cell.run(params[:-2], x)
        z: Array = h @ params[-2] + params[-1]
        return z if self.every_step else z[:, -1]

    def loss_and_grads(self, params: Params, x: Array, y: Array) -> tuple[float, Params]:
        """Return the mean loss of a batch and the gradients of all parameters."""
        h, kept = self.cell.run(params[:-2], x)
        z = h @ params[-2] + params[-1]  # (N, T)
        dz = np.zeros_like(z)
        if self.every_step:
            loss, dz = self.loss(z, y)
        else:
            loss, dz[:, -1] = self.loss(z[:, -1], y)
        grads = self.cell.back(dz[:, :, None] * params[-2], params[:-2], x, kept)
        return loss, [*grads, np.einsum("nth,nt->h", h, dz), dz.sum()]

    def share_right(self, params: Params, x: Array, y: Array) -> float:
        """Return the share of right answers."""
        return float(((self.logits(params, x) > 0) == (y > 0.5)).mean())


def updates_until_solved(
    network: YesOrNo, T: int, seed: int, update: Update, budget: int = 40, H: int = 16
) -> float:
    """Return after how many updates a network solves the latch task, or infinity.

    Parameters
    ----------
    network : YesOrNo
        It is trained on batches of 16, from a start of its own for each seed.
    T, seed : int
        Steps of a sequence, and what the random numbers come from.
    update : callable
        The update rule of :func:`descend`.
    budget, H : int
        The most updates there are, and units.

    Returns
    -------
    float
        A multiple of 10: so often 99 % of 200 fresh sequences are asked for.
    """
    rng = np.random.default_rng([seed, 6])
    params = [*network.cell.draw(rng, 1, H), rng.normal(0, H**-0.5, H), np.zeros(())]
    test = tasks.latch(rng, 200, T)
    solved = []

    def stop(now: Params, step: int) -> bool:
        if step % 10 == 0 and network.share_right(now, *test) >= 0.99:
            solved.append(step)
        return bool(solved)

    descend(params, network.loss_and_grads, (tasks.latch(rng, 16, T) for _ in range(budget)), update, stop)
    return solved[0] if solved else np.inf


def lstm_norms(
    x: Array,
    params: Params,
    dh_last: Array,
    forward: Function,
    gates: Function,
    step_backward: Function,
) -> tuple[Array, Array, float]:
    """Return how large the gradients of an LSTM are at each step, for a loss that looks at the last output.

    Parameters
    ----------
    x : array of shape (1, T, D)
        One sequence; h and c start from zeros.
    params : list
        Wx, Wh, b.
    dh_last : array of shape (1, H)
        Gradient of the loss by the last output.
    forward, gates, step_backward : callable
        ``lstm_forward``, ``lstm_gates`` and ``lstm_step_backward`` of notebook 06.

    Returns
    -------
    of_h, of_c : array of shape (T,)
        Norms of the whole gradients by h and by c.
    kept : float
        Mean over the units of the product of all forget gates from step 2 on: the direct path alone.
    """
    start, T = np.zeros_like(dh_last), x.shape[1]
    h, c = (np.asarray(states) for states in forward(x, start, start, *params))
    dh, dc, kept = dh_last, start, np.ones(dh_last.shape[1])
    of_h, of_c = np.zeros(T), np.zeros(T)
    for t in reversed(range(T)):
        before = (h[:, t - 1], c[:, t - 1]) if t > 0 else (start, start)
        f = np.asarray(gates(x[:, t], before[0], *params)[1])  # (1, H)
        of_h[t] = np.linalg.norm(dh)
        _, dh, dc, *_ = (np.asarray(grad) for grad in step_backward(dh, dc, x[:, t], *before, *params))
        of_c[t] = np.linalg.norm(dc / f)  # what arrived at c_t went on to c_(t-1) with the factor f
        kept = kept * f[0] if t > 0 else kept
    return of_h, of_c, float(kept.mean())
