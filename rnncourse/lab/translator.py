"""Encoder and decoder of notebook 08 joined to one network, and how good it is when it is used."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]
Function = Callable[..., Any]
Net = dict[str, dict[str, Array]]
Pair = tuple[Sequence[int], Sequence[int]]
"""Ids of a source, and of its target without special tokens."""

PAD, START, END = 0, 1, 2
"""Ids of the special tokens in every target vocabulary."""


def random_network(D: int, V: int, H: int, rng: np.random.Generator) -> Net:
    """Return the parameters of an encoder, "enc", and of a decoder, "dec", drawn at random.

    Parameters
    ----------
    D, V, H : int
        Words of the source vocabulary, words and tokens of the target vocabulary, units.
    rng : Generator
        Source of the weights, which are normal with standard deviation 0.5 or ``1 / sqrt(H)``; biases are 0.
    """

    def cell(words: int) -> dict[str, Array]:
        shapes = {"Wxh": (words, H), "Whh": (H, H)}
        scales = {"Wxh": 0.5, "Whh": H**-0.5}
        drawn = {name: rng.normal(0, scales[name], shape) for name, shape in shapes.items()}
        return drawn | {"bh": np.zeros(H)}

    enc, dec = cell(D), cell(V)
    return {"enc": enc, "dec": dec | {"Why": rng.normal(0, H**-0.5, (H, V)), "by": np.zeros(V)}}


def floats(value: Any) -> Array:
    """Return a value of a learner's function as an array of floats."""
    return np.asarray(value, dtype=float)


def batches(
    data: Sequence[Array], size: int, steps: int, rng: np.random.Generator
) -> Iterator[tuple[Array, ...]]:
    """Yield `steps` batches of `size` rows of every array, drawn with repetition."""
    for _ in range(steps):
        rows = rng.integers(0, len(data[0]), size)
        yield tuple(array[rows] for array in data)


@dataclass(frozen=True)
class Translator:
    """Functions of notebook 08 put together; the parameters of a network are a dict with "enc" and "dec".

    Attributes
    ----------
    teacher_rows, encode, decoder_step, greedy_decode : callable
        The exercises of the first sitting.
    teacher_forced_loss, decoder_backward, encoder_backward : callable
        The exercises of the second.
    stack : callable
        ``stack(sources)`` returns padded ids (N, T) and their mask (N, T).
    """

    stack: Function
    teacher_rows: Function
    encode: Function
    decoder_step: Function
    greedy_decode: Function
    teacher_forced_loss: Function
    decoder_backward: Function
    encoder_backward: Function

    def batch(self, pairs: Sequence[Pair]) -> tuple[Array, ...]:
        """Return source, source_mask, inputs, targets, mask of all pairs, (N, T) each."""
        source, source_mask = self.stack([list(source) for source, _ in pairs])
        inputs, targets, mask = self.teacher_rows([list(target) for _, target in pairs], START, END, PAD)
        return (
            source,
            source_mask,
            np.asarray(inputs, dtype=int),
            np.asarray(targets, dtype=int),
            floats(mask),
        )

    def states(self, net: Net, sources: Sequence[Sequence[int]]) -> tuple[Array, Array]:
        """Return the states of the encoder (N, T, H) and the mask (N, T)."""
        ids, mask = self.stack([list(source) for source in sources])
        return floats(self.encode(ids, mask, net["enc"])), mask

    def loss_and_grads(
        self, net: Net, source: Array, source_mask: Array, inputs: Array, targets: Array, mask: Array
    ) -> tuple[float, Net]:
        """Return the loss of a batch, and its gradients in two dicts like those of `net`."""
        h = floats(self.encode(source, source_mask, net["enc"]))  # (N, T, H)
        loss, dlogits, states = self.teacher_forced_loss(h[:, -1], inputs, targets, mask, net["dec"])
        dcontext, ddec = self.decoder_backward(floats(dlogits), h[:, -1], inputs, floats(states), net["dec"])
        denc = self.encoder_backward(floats(dcontext), source, source_mask, h, net["enc"])
        return float(loss), {"enc": denc, "dec": ddec}

    def answer(self, net: Net, sources: Sequence[Sequence[int]], most: int) -> list[list[int]]:
        """Return what the network writes for each source, up to `most` words."""
        h, _ = self.states(net, sources)
        written = self.greedy_decode(h[:, -1], net["dec"], START, END, most)
        return [[int(word) for word in sentence] for sentence in written]

    def share_right(self, net: Net, pairs: Sequence[Pair], most: int) -> float:
        """Return the share of pairs whose whole target is written, with its end in the right place."""
        written = self.answer(net, [source for source, _ in pairs], most)
        hits = [words == list(target) for words, (_, target) in zip(written, pairs, strict=True)]
        return float(np.mean(hits))
