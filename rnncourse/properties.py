"""Answers of which many are right: judged by what must hold for them, not by comparison.

Each function takes the inputs of the case and the student's answer and returns an empty string,
or one sentence on what does not hold. It may name a known mistake in front: ``"id: sentence"``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from rnncourse.values import Value


@dataclass(frozen=True)
class Property:
    """What is expected of an answer: a function of :data:`PROPERTIES` by name, and its settings."""

    name: str
    settings: tuple[Any, ...] = ()

    def problem(self, inputs: Mapping[str, Value], answer: Value) -> tuple[str, str]:
        """Return the id of a known mistake and a sentence; both are empty if all is well."""
        said = PROPERTIES[self.name](inputs, answer, *self.settings)
        name, colon, sentence = said.partition(": ")
        return (name, sentence) if colon and name.isidentifier() else ("", said)


def orthonormal_rows(inputs: Mapping[str, Value], answer: Value) -> str:
    """The answer is a real matrix whose rows have length 1 and are perpendicular to each other."""
    if not isinstance(answer, np.ndarray) or answer.ndim != 2:
        return "the answer is not a matrix"
    product = answer @ answer.T
    if not np.isfinite(product).all() or np.abs(product - np.eye(len(answer))).max() > 1e-6:
        return "the rows are not of length 1 and perpendicular to each other"
    return ""


PROPERTIES: dict[str, Callable[..., str]] = {f.__name__: f for f in (orthonormal_rows,)}
"""Properties that cases may name. Add one here for an exercise with many right answers."""
