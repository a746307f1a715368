"""Networks of notebook 07 that read from the front, from the end, or from both sides, of a learner's functions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]
Function = Callable[..., Any]
Net = dict[str, dict[str, Array]]
"""A dict of weights for each direction, "forward" or "backward", and one for the output, "out"."""


def mask_of(lengths: Array, T: int) -> Array:
    """Return the mask (N, T) of sequences that are padded at the end."""
    return (np.arange(T) < np.asarray(lengths)[:, None]).astype(float)


def new_net(D: int, H: int, K: int, ways: Sequence[str], rng: np.random.Generator) -> Net:
    """Return random parameters.

    Parameters
    ----------
    D, H, K : int
        Features, units of each direction, classes.
    ways : sequence of str
        The directions.
    rng : Generator
        Source of the weights, which are normal with variance one over their number of rows; biases are 0.
    """
    shapes = {"Wxh": (D, H), "Whh": (H, H), "bh": (H,)}
    net = {
        way: {name: rng.normal(0, shape[0] ** -0.5, shape) * (name != "bh") for name, shape in shapes.items()}
        for way in ways
    }
    both = H * len(ways)
    return net | {"out": {"Why": rng.normal(0, both**-0.5, (both, K)), "by": np.zeros(K)}}


@dataclass(frozen=True)
class Labeller:
    """Gives a label to each step of padded sequences, with any choice of directions; all start from zeros.

    Attributes
    ----------
    rnn_forward, rnn_backward : callable
        The plain network of notebooks 02 and 03.
    reverse_within_length, birnn_forward, birnn_backward, masked_mean_loss : callable
        Exercises of notebook 07.
    """

    rnn_forward: Function
    rnn_backward: Function
    reverse_within_length: Function
    birnn_forward: Function
    birnn_backward: Function
    masked_mean_loss: Function

    def turn(self, a: Array, lengths: Array) -> Array:
        """Return `a` reversed within the lengths, as an array of floats."""
        return np.array(self.reverse_within_length(a, lengths), dtype=float)

    def states(self, net: Net, x: Array, lengths: Array) -> Array:
        """Return the states, (N, T, H) for each direction side by side."""
        ways = _directions(net, len(x))
        if len(ways) == 2:
            return np.array(self.birnn_forward(x, lengths, ways["forward"], ways["backward"]), dtype=float)
        if "forward" in ways:
            return np.asarray(self.rnn_forward(x, **ways["forward"]))
        return self.turn(self.rnn_forward(self.turn(x, lengths), **ways["backward"]), lengths)

    def logits(self, net: Net, x: Array, lengths: Array) -> Array:
        """Return the logits (N, T, K)."""
        logits: Array = self.states(net, x, lengths) @ net["out"]["Why"] + net["out"]["by"]
        return logits

    def loss_and_grads(self, net: Net, x: Array, lengths: Array, targets: Array) -> tuple[float, Net]:
        """Return the masked mean loss, and the gradients of all parameters, at once."""
        h, mask = self.states(net, x, lengths), mask_of(lengths, x.shape[1])
        loss, dlogits = self.masked_mean_loss(h @ net["out"]["Why"] + net["out"]["by"], targets, mask)
        dlogits = np.array(dlogits, dtype=float)  # exactly 0 at padded steps
        out = {"Why": np.einsum("nth,ntk->hk", h, dlogits), "by": dlogits.sum(axis=(0, 1))}
        return float(loss), self._back(net, dlogits @ net["out"]["Why"].T, x, lengths, h) | {"out": out}

    def _back(self, net: Net, dh: Array, x: Array, lengths: Array, h: Array) -> Net:
        """Return the gradients of the directions."""
        ways = _directions(net, len(x))
        if len(ways) == 2:
            _, ahead, back = self.birnn_backward(dh, x, lengths, h, ways["forward"], ways["backward"])
            return {"forward": ahead, "backward": back}
        ((way, p),) = ways.items()
        if way == "backward":
            dh, x, h = (self.turn(a, lengths) for a in (dh, x, h))
        grads = self.rnn_backward(dh, x, p["h0"], h, p["Wxh"], p["Whh"])
        return {way: dict(zip(("h0", "Wxh", "Whh", "bh"), grads[1:], strict=True))}


def _directions(net: Net, N: int) -> Net:
    """Return the directions of a network with a start of zeros for N sequences."""
    return {way: {"h0": np.zeros((N, len(p["bh"]))), **p} for way, p in net.items() if way != "out"}
