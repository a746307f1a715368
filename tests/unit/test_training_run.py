"""A training loop is judged by its run: any order is right, and wrong runs are named whatever the order."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
import pytest

from rnncourse.checking.caseset import CaseSet
from rnncourse.checking.diagnose import Finding
from rnncourse.checking.here import examine_here
from rnncourse.checking.outcomes import CORRECT
from tests.ours import draw_cases, reference

pytestmark = pytest.mark.slow

LOOP = """
def train(params, x, y, loss_and_grads, clip, update, epochs, batch_size, rng):
    history = {"loss": [], "norm": []}
    for _ in range(epochs):
        ORDER
        for s in range(0, len(order), batch_size):
            rows = order[s : s + batch_size]
            loss, grads = loss_and_grads(params, x[rows], y[Y_ROWS])
            clipped, norm = clip(grads)
            UPDATE
            history["loss"].append(loss)
            history["norm"].append(norm)
    return params, history
"""
BY_SORTING = "order = np.argsort(rng.random(len(x)))"
"""A way to shuffle whose random stream is not that of the reference."""


def judged(
    order: str = BY_SORTING, y_rows: str = "rows", update: str = "params = update(params, clipped)"
) -> Finding:
    names: dict[str, Any] = {"np": np}
    exec(LOOP.replace("ORDER", order).replace("Y_ROWS", y_rows).replace("UPDATE", update), names)
    return finding_of(names["train"])


@cache
def cases_of(seed: int) -> CaseSet:
    return draw_cases("train", seed)


def finding_of(function: Callable[..., Any], seed: int = 11) -> Finding:
    return examine_here(cases_of(seed), function)


@pytest.mark.parametrize(
    "order",
    [
        BY_SORTING,
        "order = rng.choice(len(x), len(x), replace=False)",
        "order = np.arange(len(x))[::-1].copy(); rng.shuffle(order)",
        "order = sorted(range(len(x)), key=lambda n: rng.random())",
    ],
)
def test_every_way_of_shuffling_is_right(order: str) -> None:
    assert judged(order).outcome == CORRECT


@pytest.mark.parametrize(
    ("changes", "mistake"),
    [
        ({"update": "params = update(params, grads)"}, "not_clipped"),
        ({"update": "update(params, clipped)"}, "not_updated"),
        ({"y_rows": "slice(s, s + batch_size)"}, "targets_not_shuffled"),
        ({"order": "order = np.arange(len(x))"}, "not_shuffled"),
        ({"order": "order = np.random.default_rng(42).permutation(len(x))"}, "shuffled_once"),
        ({"order": "order = rng.integers(0, len(x), len(x))"}, "with_replacement"),
        ({"order": "order = np.random.permutation(len(x))"}, "global_generator"),
        ({"order": f"{BY_SORTING}[: len(x) // batch_size * batch_size]"}, "last_batch_dropped"),
    ],
)
def test_a_wrong_run_is_named_in_any_order(changes: dict[str, str], mistake: str) -> None:
    finding = judged(**changes)
    assert finding.outcome != CORRECT
    assert finding.mistake == mistake


def test_going_uphill_is_not_taken_for_a_known_mistake() -> None:
    uphill = "params = {k: 2 * v - update(params, clipped)[k] for k, v in params.items()}"
    finding = judged(update=uphill)
    assert finding.mistake == ""
    assert finding.mismatch is not None
    assert "rises" in finding.mismatch.problem


@pytest.mark.parametrize("wrong", [None, (), ({}, {}), (1, 2, 3), ({"W": [0.0]}, {"loss": []}), "text"])
def test_an_answer_of_another_form_is_wrong_and_harmless(wrong: Any) -> None:
    finding = finding_of(lambda *_: wrong)
    assert finding.fraction == 0
    assert finding.mismatch is not None
    assert finding.mismatch.problem


@pytest.mark.parametrize("key", ["loss", "norm"])
def test_a_nan_in_the_history_is_wrong(key: str) -> None:
    def poisoned(*arguments: Any) -> Any:
        params, history = reference("train")(*arguments)
        return params, history | {key: [float("nan"), *history[key][1:]]}

    assert finding_of(poisoned).fraction == 0


@pytest.mark.slow
def test_the_reference_is_right_on_many_seeds() -> None:
    assert all(finding_of(reference("train"), seed).outcome == CORRECT for seed in range(100, 112))
