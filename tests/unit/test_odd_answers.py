"""Whatever a function returns, a check says something of it: comparing and naming never fail themselves."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from rnncourse.checking.caseset import load, names
from rnncourse.checking.here import examine_here
from rnncourse.checking.outcomes import CORRECT, OUTCOMES
from tests.conftest import sample

pytestmark = pytest.mark.slow

ODD: dict[str, Any] = {
    "nothing": None,
    "text": "abc",
    "bytes": b"x",
    "true": True,
    "nan": float("nan"),
    "huge number": 10**400,
    "numpy nan": np.float64(np.nan),
    "numpy int": np.int8(3),
    "numpy bool": np.bool_(1),
    "a date": np.datetime64("2020-01-01"),
    "complex": np.ones(2) * 1j,
    "no entries": np.zeros((0, 3)),
    "no axes": np.array(2.0),
    "texts": np.array(["a", "b"]),
    "objects": np.array([1, "a", None], dtype=object),
    "infinite": np.full((2, 3), np.inf),
    "all nan": np.full((3, 4), np.nan),
    "mixed": [1, "a", [2.0, None]],
    "ragged": [np.ones(2), np.ones(3)],
    "numpy numbers": [np.float64(1), np.int64(2)],
    "deep": [[[[1]]]],
    "too many": tuple(range(9)),
    "of another shape": (np.ones(2), np.ones((2, 2))),
    "dict": {"a": 1, 2: [3]},
    "arrays by name": {"h": np.ones((2, 2))},
    "set": {1, 2},
    "function": len,
    "range": range(3),
}
GIVEN_BACK: dict[str, Callable[..., Any]] = {
    "its arguments": lambda *a, **k: (*a, *k.values()),
    "its first argument": lambda *a, **k: (*a, *k.values())[0],
    "its last argument": lambda *a, **k: (*a, *k.values())[-1],
    "arguments by name": lambda *a, **k: dict(enumerate(a)) | k,
}


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("exercise", sample(sorted(names()), 4))
def test_an_odd_answer_is_an_answer(exercise: str) -> None:
    cases = load(exercise)
    answers: dict[str, Any] = {what: (lambda *_, value=value, **__: value) for what, value in ODD.items()}
    for what, answer in (ODD if cases.is_value else answers | GIVEN_BACK).items():
        assert examine_here(cases, answer).outcome in {*OUTCOMES} - {CORRECT}, what
