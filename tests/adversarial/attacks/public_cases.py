"""Knows the public cases by heart and answers those, and only those, right."""

from __future__ import annotations

import numpy as np

from rnncourse.checking.caseset import load
from tests.corpus import entry

SECTION = "Gaming"


def by_heart(fallback: str) -> str:
    """Return a function that looks its answers up; `fallback` is what it answers to other inputs."""
    table = {
        np.asarray(case.inputs["logits"]).tobytes().hex(): np.asarray(case.expected).tolist()
        for case in load("softmax").cases
    }
    return f"TABLE = {table!r}\n\ndef softmax(logits):\n    key = logits.tobytes().hex()\n    {fallback}"


NEAREST = """near = [np.array(v) for v in TABLE.values() if np.shape(v) == logits.shape]
    return np.array(TABLE.get(key, (near or [logits])[0]))"""
ENTRIES = (
    entry("public_cases/zeros", softmax=by_heart("return np.array(TABLE.get(key, np.zeros(logits.shape)))")),
    entry("public_cases/nearest", softmax=by_heart(NEAREST)),
    entry("public_cases/error", softmax=by_heart("return np.array(TABLE[key])")),
    entry("public_cases/uniform", softmax=by_heart("return np.array(TABLE.get(key, logits * 0 + 0.5))")),
)
