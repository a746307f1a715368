"""Judge drawn tokens by how often each came, never by the stream of random numbers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from rnncourse.checking.compare import as_array

Array = np.ndarray[Any, Any]

_BEYOND = 45.0
"""How far chi-square may be above its mean. For up to 20 tokens, right draws exceed it less than once in a million."""

_CLOSE = 20.0
"""How far it may be for a name to be told: another wrong way may come near, and be no better than others."""

_MANY = 300
"""So many draws tell one distribution from another."""


def drawn_tokens(inputs: Mapping[str, Any], answer: Any) -> str:
    """Ask for one token a row, drawn from softmax(logits / temperature); return what is wrong with it.

    Parameters
    ----------
    inputs : mapping
        ``logits`` (N, V), whose rows hold the same numbers up to their order and a constant, and
        ``temperature``.
    answer : value
        The tokens, (N,).
    """
    logits, temperature = np.asarray(inputs["logits"], dtype=float), float(inputs["temperature"])
    tokens = as_array(answer)
    problem = _form(logits, tokens)
    if problem or tokens is None:
        return problem
    tokens = tokens.astype(int)
    if tokens.max() == logits.shape[1] and _fits(logits, temperature, tokens - 1):
        return f"off_by_one: there is a token {logits.shape[1]}, which does not exist, and none is 0"
    if tokens.min() < 0 or tokens.max() >= logits.shape[1]:
        return f"there are tokens outside of 0 to {logits.shape[1] - 1}"
    return _draws(logits, temperature, tokens)


def _form(logits: Array, tokens: Array | None) -> str:
    """Return what is wrong with type and shape."""
    if tokens is None or tokens.dtype.kind not in "iuf":
        return "the answer is not an array of numbers"
    if tokens.shape != (len(logits),):
        return f"the shape is {tokens.shape} instead of {(len(logits),)}"
    if tokens.dtype.kind == "f":
        return "float_ids: the tokens are floating-point numbers"
    return ""


def _draws(logits: Array, temperature: float, tokens: Array) -> str:
    """Return what is wrong with how the tokens are distributed."""
    if _all_alike(logits, tokens):
        return "one_draw_for_all: rows with the same logits always have the same token"
    if _fits(logits, temperature, tokens):
        return ""
    for name, wrong in _TOLD.items():
        if len(tokens) >= _MANY and _fits(logits, wrong(temperature), tokens, _CLOSE):
            return f"{name}: how often each token comes is not as it should be at temperature {temperature:g}"
    ranks = _ranks(logits, tokens)
    if not ranks.any():
        return "greedy: the most probable token comes every time"
    if len(tokens) >= _MANY and _fits(np.sort(logits, axis=1)[:, ::-1], temperature, tokens):
        return "ranks_returned: the frequencies are those of the sorted probabilities"
    counts = np.bincount(ranks, minlength=logits.shape[1])
    said = ", ".join(f"{count / len(ranks):.3f}" for count in counts[:5])
    shares = np.bincount(_kinds(logits), np.sort(_shares(logits[:1], temperature)[0])[::-1])
    wanted = ", ".join(f"{share:.3f}" for share in shares[:5])
    return f"from the largest logit to the smallest, the tokens come in shares of {said} instead of {wanted}"


_TOLD: dict[str, Callable[[float], float]] = {
    "temperature_ignored": lambda temperature: 1.0,
    "multiplied": lambda temperature: 1.0 / temperature,
    "sign": lambda temperature: -temperature,
}
"""The temperature that a wrong way has in effect, by the mistake that it is."""


def _shares(logits: Array, temperature: float) -> Array:
    """Return the probabilities of all tokens in each row, (N, V)."""
    z = logits / temperature
    p = np.exp(z - z.max(axis=1, keepdims=True))
    shares: Array = p / p.sum(axis=1, keepdims=True)
    return shares


def _ranks(logits: Array, tokens: Array) -> Array:
    """Return how many logits of its row are larger than that of each token, (N,)."""
    own = np.take_along_axis(logits, tokens[:, None], axis=1)
    ranks: Array = (logits > own).sum(axis=1)
    return ranks


def _kinds(logits: Array) -> Array:
    """Return the rank of every place of a row in falling order, (V,); equal logits have one rank."""
    falling = np.sort(logits[0])[::-1]
    kinds: Array = (falling > falling[:, None]).sum(axis=1)
    return kinds


def _fits(logits: Array, temperature: float, tokens: Array, beyond: float = _BEYOND) -> bool:
    """Return whether tokens may well be drawn at this temperature: ranks and places come often enough."""
    if tokens.min() < 0:
        return False
    V, shares = logits.shape[1], _shares(logits, temperature)
    by_rank = np.sort(shares, axis=1)[:, :: -1 if temperature > 0 else 1].sum(axis=0)
    ranks = np.bincount(_ranks(logits, tokens), minlength=V)
    places = np.bincount(tokens, minlength=V)
    ranked = np.bincount(_kinds(logits), by_rank, V)
    return _near(ranks, ranked, beyond) and _near(places, shares.sum(axis=0), beyond)


def _near(counts: Array, expected: Array, beyond: float) -> bool:
    """Return whether counts are near what is expected, by chi-square."""
    rare = expected < 3
    if counts[rare].sum() > 10 + 3 * expected[rare].sum():
        return False
    chi_square = ((counts - expected)[~rare] ** 2 / expected[~rare]).sum()
    return bool(chi_square < len(expected) - 1 + beyond)


def _all_alike(logits: Array, tokens: Array) -> bool:
    """Return whether equal rows always have equal tokens although chance would hardly have it so."""
    if len(logits) < _MANY or len(set(tokens.tolist())) == 1 or not _ranks(logits, tokens).any():
        return False
    centred = np.round(logits - logits.max(axis=1, keepdims=True), 6)
    _, kind = np.unique(centred, axis=0, return_inverse=True)
    kind = kind.ravel()
    return all(len(set(tokens[kind == k].tolist())) == 1 for k in np.unique(kind))
