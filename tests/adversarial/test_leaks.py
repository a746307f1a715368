"""Nothing that a student reads about a grade holds an input, or an answer, of a hidden case."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from autograder.judging.verdict import Graded
from autograder.sandbox import Session
from rnncourse.checking.caseset import CaseSet, load
from tests.adversarial.attacks.leaks import LETTERS, WAYS
from tests.handing_in import hand_in
from tests.ours import draw_cases, grade

MOST_COMMON = 4

TELLS = {
    "text": "raise ValueError('LEAK ' + repr(args))",
    "words": "raise KeyError(str(args[0]))",
    "whole numbers": "raise ValueError([int(1e6 * v) for v in np.ravel(args[0])[:5] if isinstance(v, float)])",
    "own kind": "raise type('Leak_' + str(args[0])[:40], (Exception,), {})",
    "keys": "return {str(args[0]): 1}",
    "keys and arrays": "return {str(args[0]): np.zeros(2), 'spelt': spelt(args)}",
    "nothing": "return {}",
}
TARGETS = {"affine": "00_start_here", "build_vocabulary": "01_one_hot", "words_to_ids": "01_one_hot"}
FORGED = """
import sys
wire = sys.modules["autograder.sandbox.inside.wire"]
send, seen = wire.send, []

def forge(connection, message):
    if "answer" in message:
        told = ["LEAK " + repr(seen)[:50]]
        message["answer"] |= {"changed": told, "shared": told, "unused": told}
    send(connection, message)

wire.send = forge

def affine(x, W, b):
    seen.append(x)
    return np.tanh(x @ W + b)
"""


def written(value: Any) -> Iterator[str]:
    """Yield how the numbers and texts of an input may be written."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, float):
        yield from (repr(value)[:8], str(int(1e6 * value)), np.float64(value).tobytes().hex())
        yield "".join(chr(97 + int(digit, 16)) for digit in np.float64(value).tobytes().hex())
    elif isinstance(value, np.ndarray):
        for item in value.ravel().tolist():
            yield from written(item)
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from (*written(key), *written(item))
    elif isinstance(value, list | tuple):
        for item in value:
            yield from written(item)


def told(graded: Graded, exercise: str) -> list[str]:
    """Return what of the hidden cases of an exercise stands in what the student reads."""
    verdict = next(v for v in graded.verdicts if v.exercise == exercise)
    shown = verdict.message + verdict.text + verdict.html + str(graded.outputs) + str(graded.repairs)
    hidden, public = (_held(cases) for cases in (draw_cases(exercise, verdict.seed), load(exercise)))
    known = " ".join(public)  # numbers that have few digits occur in many a case
    return sorted(text for text in hidden if text in shown and text not in known)


def _held(cases: CaseSet) -> set[str]:
    """Return how everything in some cases may be written, as far as that is long enough to be told by."""
    things = (thing for case in cases.cases for thing in (dict(case.inputs), case.expected))
    return {text for thing in things for text in written(thing) if len(text) > MOST_COMMON}


@pytest.mark.parametrize("way", [*WAYS, *TELLS])
@pytest.mark.parametrize("exercise", TARGETS)
def test_no_hidden_input_or_answer_is_told(any_session: Session, exercise: str, way: str) -> None:
    body = (WAYS | TELLS)[way]
    source = f"import numpy as np\n{LETTERS}\ndef {exercise}(*args):\n    {body}"
    data = hand_in(TARGETS[exercise], {exercise: source})
    graded = grade(data, any_session, b"s", "x.ipynb", "student-66", TARGETS[exercise])
    assert told(graded, exercise) == []


def test_what_the_program_says_about_arguments_is_not_repeated(any_session: Session) -> None:
    graded = grade(hand_in("00_start_here", {"affine": FORGED}), any_session, b"s", "x.ipynb", "student-66")
    assert "LEAK" not in graded.verdicts[0].text


def test_an_error_that_public_cases_meet_is_told_in_full(any_session: Session) -> None:
    source = "def affine(x, W, b):\n    return x @ W.T + b"
    graded = grade(hand_in("00_start_here", {"affine": source}), any_session, b"s", "x.ipynb", "student-66")
    assert "matmul" in graded.verdicts[0].text
    assert "return x @ W.T + b" in graded.verdicts[0].text


def test_a_name_that_every_answer_has_is_told(any_session: Session) -> None:
    source = "def clip_by_global_norm(grads, limit):\n    return {}, 1.0"
    data = hand_in("04_training", {"clip_by_global_norm": source})
    verdicts = grade(data, any_session, b"s", "x.ipynb", "student-66").verdicts
    text = next(v.text for v in verdicts if v.exercise == "clip_by_global_norm")
    assert "the keys differ" in text or "missing" in text
