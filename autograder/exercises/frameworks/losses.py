"""What the loss of a recorded network is at several points, for the right tape and for wrong ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]
Point = Sequence[Array]
Told = tuple[str, list[float], str]


@dataclass(frozen=True)
class _Net:
    """The network that is asked for, and in which ways it may be another one."""

    x: Array
    h0: Array
    targets: Array
    activation: bool = True
    bias_outside: bool = False
    output_through_tanh: bool = False
    hidden_bias: float = 1.0
    output_bias: float = 1.0
    sign: float = -1.0
    carried: bool = True
    output_of_before: bool = False
    backwards: bool = False
    turned: Array | None = None
    counted: tuple[int | None, int | None] = (None, None)
    scale: float = 0.5

    def states(self, point: Point, h0: Array | None = None) -> list[Array]:
        """Return the state before each step and after the last, each (N, H)."""
        return self.mixed([point] * self.x.shape[1], h0)

    def mixed(self, points: Sequence[Point], h0: Array | None = None) -> list[Array]:
        """Return the states of a network that has parameters of its own at each step."""
        h = [self.h0 if h0 is None else h0]
        order = range(self.x.shape[1])[:: -1 if self.backwards else 1]
        for t, point in zip(order, points, strict=True):
            h.append(self.cell(self.x[:, t], h[-1] if self.carried else h[0], point))
        return h

    def cell(self, x_t: Array, h_prev: Array, point: Point) -> Array:
        """Return the state after a step, (N, H)."""
        Wxh, Whh, bh, *_ = point
        inside, outside = (0.0, bh) if self.bias_outside else (bh * self.hidden_bias, 0.0)
        a = x_t @ Wxh + h_prev @ (Whh if self.turned is None else self.turned) + inside
        return np.asarray((np.tanh(a) if self.activation else a) + outside)

    def loss(self, states: Sequence[Array], points: Sequence[Point]) -> float:
        """Return the loss of states, with the output of each step by parameters of its own."""
        read = states[:-1] if self.output_of_before else states[1:]
        Why, by = (np.array([point[place] for point in points]) for place in (3, 4))
        y = np.array(read) @ Why + by[:, None] * self.output_bias  # (T, N, K)
        targets = self.targets.swapaxes(0, 1)[:: -1 if self.backwards else 1]
        errors = (np.tanh(y) if self.output_through_tanh else y) + self.sign * targets
        return float(self.scale * (errors[slice(*self.counted)] ** 2).sum())

    def at(self, point: Point, states: Sequence[Array] | None = None) -> float:
        """Return the loss with these parameters, of states that are known, or else its own."""
        points = [point] * self.x.shape[1]
        return self.loss(self.mixed(points) if states is None else states, points)


def told_losses(
    points: Sequence[Point], x: Array, h0: Array, targets: Array
) -> tuple[list[float], list[Told]]:
    """Return the right loss at each point, and for each known mistake its losses and what is said of it."""
    net = _Net(x, h0, targets)
    states = [net.states(point) for point in points]
    right = [net.at(*both) for both in zip(points, states, strict=True)]
    told = []
    for name, changes in _wrong(net, points[0]):
        wrong, own = replace(net, **changes), [None] * len(points) if changes.keys() & _OF_STATES else states
        told.append((name, [wrong.at(*both) for both in zip(points, own, strict=True)], _SAYS))
    told += [(name, losses, _SAYS) for name, losses in (*_cut(net, points), *_turned(net, points))]
    return right, [
        one for one in told if all(_differ(one[1], other) for other in (right, *_others(told, one)))
    ]


def _others(told: Sequence[Told], one: Told) -> list[list[float]]:
    """Return the losses of the other mistakes: where two give the same, neither is proved."""
    return [losses for name, losses, _ in told if name != one[0]]


_SAYS = "the last entry is not half the summed squared error of the outputs, at these or at other parameters"


def _differ(losses: Sequence[float], right: Sequence[float]) -> bool:
    return not all(abs(a - b) <= 1e-6 * abs(b) for a, b in zip(losses, right, strict=True))


_OF_STATES = {"h0", "activation", "bias_outside", "hidden_bias", "carried", "backwards", "turned"}
"""What decides the states of a network; all else is about its outputs and what is counted of them."""


def _wrong(net: _Net, first: Point) -> list[tuple[str, dict[str, Any]]]:
    """Return by what a network is another one, by the mistake that it is."""
    N, T, K = net.targets.shape
    return [
        ("h0_ignored", {"h0": 0 * net.h0}),
        ("no_activation", {"activation": False}),
        ("bias_outside", {"bias_outside": True}),
        ("output_through_tanh", {"output_through_tanh": True}),
        ("state_not_carried", {"carried": False}),
        ("output_of_the_state_before", {"output_of_before": True}),
        ("hidden_bias_missing", {"hidden_bias": 0.0}),
        ("output_bias_missing", {"output_bias": 0.0}),
        ("targets_added", {"sign": 1.0}),
        ("targets_missing", {"sign": 0.0}),
        ("steps_backwards", {"backwards": True}),
        ("whh_transposed", {"turned": first[1].T}),
        ("last_step_only", {"counted": (-1, None)}),
        ("first_step_only", {"counted": (None, 1)}),
        ("last_step_left_out", {"counted": (None, -1)}),
        ("half_missing", {"scale": 1.0}),
        ("quarter", {"scale": 0.25}),
        ("mean_over_batch", {"scale": 0.5 / N}),
        ("mean_over_steps", {"scale": 0.5 / T}),
        ("mean_of_all", {"scale": 0.5 / (N * T * K)}),
    ]


def _cut(net: _Net, points: Sequence[Point]) -> list[tuple[str, list[float]]]:
    """Return the losses of tapes that are right where they were recorded and do not follow the parameters."""
    first, T = points[0], net.x.shape[1]
    fixed = net.states(first)
    recorded = net.at(first)

    def as_leaves(point: Point) -> float:
        after = [net.cell(net.x[:, t], fixed[t], point) for t in range(T)]
        return net.loss([net.h0, *after], [point] * T)

    def first_step(point: Point) -> float:
        own = [point, *[first] * (T - 1)]
        return net.loss(net.mixed(own), own)

    return [
        ("state_as_leaf", [as_leaves(point) for point in points]),
        ("new_weights_after_the_first_step", [first_step(point) for point in points]),
        ("new_weights_each_step", [recorded for _ in points]),
    ]


def _turned(net: _Net, points: Sequence[Point]) -> list[tuple[str, list[float]]]:
    """Return the losses of a loop over the examples, where the shapes let it run."""
    turned = replace(net, x=net.x.swapaxes(0, 1), targets=net.targets.swapaxes(0, 1))
    if len(net.h0) not in (1, len(turned.x)):
        return []
    return [("examples_for_steps", [turned.at(point) for point in points])]
