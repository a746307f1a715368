"""Decide which of the known things explain an answer: one of them, several, or one in part.

What is known gives the same numbers as the student, or those of the right answer, or neither, in each
*place*: one output of one case. From that alone it follows what may be said.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

Bools = np.ndarray[Any, np.dtype[np.bool_]]

ALL, SEVERAL, PART, SOME = "all", "several", "part", "some"
"""How known things explain an answer: one does everywhere; several do, each in outputs of its own; one
does, but only in some of the outputs that it would change; one does, but only in some of the tests."""

MOST = 3
"""So many things are told at once."""


@dataclass(frozen=True)
class Places:
    """The outputs of the cases of a check, and what a student's answers are there.

    Attributes
    ----------
    cases, outputs : sequence
        Of each place, the number of its case and the path of its output.
    wrong : array (P,) of bool
        Where the student's answer is wrong.
    weight : array (P,) of int
        How much it proves to give the same wrong answer there: nothing for what is an error, not finite or
        right; 1 for whole numbers, which agree by chance now and then; else 2.
    """

    cases: Sequence[int]
    outputs: Sequence[Hashable]
    wrong: Bools
    weight: np.ndarray[Any, Any]

    def of_output(self, output: Hashable) -> Bools:
        """Return which places are of an output."""
        return np.array([one == output for one in self.outputs])


@dataclass(frozen=True)
class Explained:
    """How an answer is explained: by which known things, and for which outputs each."""

    how: str
    by: tuple[int, ...]
    outputs: tuple[tuple[Any, ...], ...] = ()


PROOF = 2
"""The least weight that proves something."""


def explain(places: Places, same: Bools, right: Bools) -> Explained | None:
    """Return how known things, the simplest first, explain an answer; None if they do not.

    Parameters
    ----------
    places : Places
        What the student answered.
    same, right : arrays (S, P) of bool
        Where each known thing gives the student's answer, and the right one.
    """
    if not len(same) or not places.wrong.any():
        return None
    everywhere = np.flatnonzero((same | (right & ~places.wrong)).all(axis=1))
    if len(everywhere) and places.weight[places.wrong].sum() >= PROOF:
        return Explained(ALL, (int(everywhere[0]),))
    return _several(places, same, right) or _sometimes(places, same, right)


def _several(places: Places, same: Bools, right: Bools) -> Explained | None:
    """Return known things that each explain outputs of their own, together all that are wrong."""
    masks = {output: places.of_output(output) for output in dict.fromkeys(places.outputs)}
    masks = {output: mask for output, mask in masks.items() if (mask & places.wrong).any()}
    fits = same | (right & ~places.wrong)
    explained = np.stack([fits[:, mask].all(axis=1) for mask in masks.values()], axis=1)
    proof = [places.weight[mask & places.wrong].sum() >= PROOF for mask in masks.values()]
    explained &= np.array(proof) & np.stack([~right[:, m].all(axis=1) for m in masks.values()], axis=1)
    elsewhere = ~np.any(list(masks.values()), axis=0)
    clean = right[:, elsewhere].all(axis=1)
    changes = np.stack([~right[:, mask].all(axis=1) for mask in masks.values()], axis=1)
    whole = np.flatnonzero(clean & (changes == explained).all(axis=1) & explained.any(axis=1))
    chosen = _cover(explained, whole)
    how = SEVERAL
    if chosen is None:
        chosen, how = _cover(explained, np.flatnonzero(explained.any(axis=1))), PART
    if chosen is None or len(chosen) > MOST or (how is SEVERAL and len(chosen) < 2):
        return None
    names = list(masks)
    told = tuple(tuple(names[g] for g in range(len(names)) if g in groups) for _, groups in chosen)
    return Explained(how, tuple(k for k, _ in chosen), told)


def _cover(explained: Bools, able: np.ndarray[Any, Any]) -> list[tuple[int, set[int]]] | None:
    """Return known things that explain all outputs between them, the one that explains most first."""
    open_, chosen = set(range(explained.shape[1])), list[tuple[int, set[int]]]()
    while open_:
        gains = [len(open_ & set(np.flatnonzero(explained[k]).tolist())) for k in able]
        if not gains or max(gains) == 0:
            return None
        best = int(able[int(np.argmax(gains))])
        groups = open_ & set(np.flatnonzero(explained[best]).tolist())
        chosen.append((best, groups))
        open_ -= groups
    return chosen


def _sometimes(places: Places, same: Bools, right: Bools) -> Explained | None:
    """Return a known thing that explains all cases that are wrong, where others are right that it would change."""
    cases = np.array(places.cases)
    hit = np.isin(cases, np.unique(cases[places.wrong]))
    if hit.all() or places.weight[places.wrong].sum() < PROOF:
        return None
    fits = (same | (right & ~places.wrong))[:, hit].all(axis=1) & ~right[:, hit].all(axis=1)
    able = np.flatnonzero(fits)
    return Explained(SOME, (int(able[0]),)) if len(able) else None
