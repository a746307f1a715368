"""What a learner's own experiment claims, held against what it hands over."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from rnncourse.checking.compare import as_array
from rnncourse.checking.values import Value

FEWEST = 30
"""Examples that must have been held out."""


def experiment(inputs: Mapping[str, Value], answer: Value, what: str) -> str:
    """Ask one thing of the dict that an experiment returns.

    Parameters
    ----------
    inputs, answer
        As for every property; ``answer`` has ``truth``, ``predicted``, ``naive``, ``measure``,
        ``score``, ``baseline``, ``gradient`` and ``measured``.
    what : str
        ``"claims"``, ``"beats"`` or ``"gradients"``.
    """
    return {"claims": _claims, "beats": _beats, "gradients": _gradients}[what](answer)


def _claims(answer: Value) -> str:
    wrong = _malformed(answer)
    if wrong:
        return wrong
    found, naive = _computed(answer)
    if not _near(answer["score"], found):
        squared = answer["measure"] == "rmse" and _near(answer["score"], found**2)
        return (
            "squared: score is not rooted"
            if squared
            else "overstated: score is not what the predictions have"
        )
    return "" if _near(answer["baseline"], naive) else "other_baseline: baseline is not what naive has"


def _malformed(answer: Value) -> str:
    """Return what an experiment lacks before any number of it can be looked at."""
    names = ("truth", "predicted", "naive", "measure", "score", "baseline", "gradient", "measured")
    if not isinstance(answer, dict):
        return "the answer is not a dict"
    missing = [name for name in names if name not in answer]
    if missing:
        return f"there is no entry {missing[0]!r}"
    if answer["measure"] not in ("rmse", "accuracy"):
        return "the measure is neither 'rmse' nor 'accuracy'"
    arrays = [_numbers(answer[name]) for name in names[:3]]
    if (
        any(array is None or array.ndim != 1 for array in arrays)
        or len({a.size for a in arrays if a is not None}) != 1
    ):
        return "truth, predicted and naive are not three arrays of one length"
    truth, predicted, _ = arrays
    if truth is None or len(truth) < FEWEST:
        return f"too_few: there are not {FEWEST} held-out examples"
    if answer["measure"] == "rmse" and np.array_equal(truth, predicted):  # type: ignore[arg-type]
        return "leak: every prediction is the truth to the last digit"
    return ""


def _beats(answer: Value) -> str:
    if _malformed(answer):
        return _malformed(answer)
    found, naive = _computed(answer)
    better = found < naive if answer["measure"] == "rmse" else found > naive
    return "" if better else "not_better: the model is not better than the baseline"


def _gradients(answer: Value) -> str:
    g, n = (
        _numbers(answer.get(name)) if isinstance(answer, dict) else None for name in ("gradient", "measured")
    )
    if g is None or n is None or g.shape != n.shape or n.size < 4:
        return "gradient and measured are not two arrays of one shape, with 4 entries or more"
    if not np.abs(n).max() > 1e-3:
        return "nothing_measured: all entries of measured are nearly 0"
    close = np.abs(g - n).max() <= 1e-6 * max(1.0, float(np.abs(n).max()))
    return "" if close else "gradient_off: gradient and measured differ"


def _numbers(value: Value) -> np.ndarray[Any, Any] | None:
    """Return finite real numbers as floats, or None."""
    array = as_array(value)
    if array is None or array.dtype.kind not in "iufb" or not np.isfinite(array.astype(float)).all():
        return None
    return array.astype(float)


def _computed(answer: Value) -> tuple[float, float]:
    """Return the measure of the predictions and of the naive ones."""
    truth, predicted, naive = (_numbers(answer[name]) for name in ("truth", "predicted", "naive"))
    if truth is None or predicted is None or naive is None:
        return float("nan"), float("nan")
    if answer["measure"] == "accuracy":
        return float((predicted == truth).mean()), float((naive == truth).mean())
    return tuple(float(np.sqrt(((guess - truth) ** 2).mean())) for guess in (predicted, naive))  # type: ignore[return-value]


def _near(claimed: Value, found: float) -> bool:
    number = _numbers(claimed)
    return bool(
        number is not None and number.size == 1 and abs(float(number.reshape(())) - found) <= 0.01 * found
    )
