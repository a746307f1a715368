"""Whatever arrives is read or refused with a reason; what is read keeps the student's answers."""

from __future__ import annotations

import contextlib
import json
import random
from typing import Any

import nbformat
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from autograder.errors import SubmissionError
from autograder.submission import content_key
from autograder.submission.sources import (
    as_code,
    defined_names,
    is_rest_of,
    parse,
    used_names,
    without_hidden,
)
from tests.unit.submission import by_hand
from tests.unit.submission.by_hand import ANSWERS, NAME, Draft, code, text
from tests.unit.submission.held import hold, read_submission, source_of

quick = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


any_text = st.text(st.characters(codec=None), max_size=30)
leaves = st.none() | st.booleans() | st.integers() | st.floats() | any_text
any_json = st.recursive(
    leaves,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(any_text, inner, max_size=4),
    max_leaves=12,
)
marks = st.fixed_dictionaries(
    {},
    optional={
        key: any_json | st.sampled_from([*by_hand.MARKS, True, 3]) for key in ("grade_id", "points", "grade")
    },
)
any_cell = st.fixed_dictionaries(
    {},
    optional={
        "cell_type": st.sampled_from(["code", "markdown", "raw", "heading", 3]),
        "source": st.sampled_from([*ANSWERS.values(), *by_hand.TEXTS.values()]) | any_json,
        "metadata": st.fixed_dictionaries({}, optional={"nbgrader": marks | any_json}) | any_json,
        "id": any_json,
        "attachments": any_json,
        "outputs": any_json,
    },
)
any_notebook = st.fixed_dictionaries(
    {},
    optional={
        "cells": st.lists(any_cell | any_json, max_size=8) | any_json,
        "worksheets": any_json,
        "nbformat": st.sampled_from([3, 4, 5]) | any_json,
        "metadata": any_json,
    },
)


def read_or_refuse(data: bytes, expected: str = "") -> None:
    with contextlib.suppress(SubmissionError):  # the only error that there may be
        submission = read_submission(data, "hw.ipynb", expected)
        hold(submission)
        assert len(content_key(submission)) == 64
        nbformat.writes(submission.repaired).encode("utf-8")


@quick
@given(st.binary(max_size=200))
def test_any_bytes(data: bytes) -> None:
    read_or_refuse(data)


@quick
@given(any_notebook, st.sampled_from(["", NAME]))
@pytest.mark.slow
def test_any_json_like_a_notebook(content: Any, expected: str) -> None:
    read_or_refuse(json.dumps(content).encode(), expected)


@quick
@given(st.data())
def test_a_notebook_with_damaged_bytes(data: st.DataObject) -> None:
    content = bytearray(Draft().data())
    for _ in range(data.draw(st.integers(1, 6))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    read_or_refuse(
        bytes(content[: data.draw(st.integers(0, len(content)))] if data.draw(st.booleans()) else content)
    )


@quick
@given(st.data())
@pytest.mark.slow
def test_a_notebook_with_one_value_replaced(data: st.DataObject) -> None:
    draft = Draft()
    place: Any = draft.content
    for _ in range(data.draw(st.integers(1, 5))):
        keys = list(place) if isinstance(place, dict) else range(len(place))
        if not keys:
            break
        key = data.draw(st.sampled_from(keys))
        if not isinstance(place[key], dict | list) or data.draw(st.integers(0, 4)) == 0:
            place[key] = data.draw(any_json)
            break
        place = place[key]
    read_or_refuse(draft.data(), NAME)


DAMAGE = ("copy", "stub", "strip", "unname", "untype", "own", "note", "shuffle", "drop", "points", "edit")


def damage(draft: Draft, kind: str, rng: random.Random) -> None:
    """Do to a notebook what happens to notebooks; no answer is taken away."""
    name = rng.choice(list(by_hand.TEXTS))
    answer = rng.choice(list(ANSWERS))
    place = rng.randrange(len(draft.cells) + 1)
    stub = by_hand.released_notebook().cells[list(by_hand.TEXTS).index(answer)].source
    if kind == "copy":
        draft.cells.append(draft.copy(answer, draft[answer]["source"]))
    elif kind == "stub":
        draft.cells.insert(place, draft.copy(answer, stub))
    elif kind == "strip" and answer != "why":
        draft[answer]["metadata"] = {}
    elif kind == "unname":
        draft[name].pop("id", None)
    elif kind == "untype":
        draft[answer]["cell_type"] = rng.choice(["markdown", "raw", "code"])
    elif kind == "own":
        draft.cells.insert(place, code(f"mine_{place} = {place}"))
    elif kind == "note":
        draft.cells.insert(place, text(f"note {place}"))
    elif kind == "shuffle":
        rng.shuffle(draft.cells)
    elif kind == "drop" and name not in ANSWERS:
        draft.cells[:] = [cell for cell in draft.cells if cell is not draft[name]]
    elif kind == "points" and name in by_hand.MARKS:
        draft[name]["metadata"].get("nbgrader", {}).update(points=99, grade=True)
    elif kind == "edit" and by_hand.MARKS.get(name, {}).get("locked"):
        draft[name]["source"] = "edited = True"


def damaged(kinds: list[str], seed: int) -> Draft:
    """Return a notebook that all of this happened to."""
    draft, rng = Draft(), random.Random(seed)
    for kind in kinds:
        damage(draft, kind, rng)
    return draft


@settings(quick, max_examples=150)
@given(st.lists(st.sampled_from(DAMAGE), max_size=6), st.integers(0, 10**6))
@pytest.mark.slow
def test_no_damage_costs_an_answer(kinds: list[str], seed: int) -> None:
    draft = damaged(kinds, seed)
    submission = read_submission(draft.data(), expected=NAME)
    hold(submission)
    for name, answer in ANSWERS.items():
        assert source_of(submission, name) == answer
    run = [cell.source for cell in submission.cells]
    assert {"double", "square", "shape"} <= set(submission.answers)
    for name in submission.answers:
        defining = [source for source in run if name in defined_names(source)]
        assert defining[-1] == ANSWERS[name]
    own = [cell["source"] for cell in draft.cells if cell["source"].startswith(("mine_", "note "))]
    texts = [cell.source for cell in submission.repaired.cells]
    assert [source for source in texts if source.startswith(("mine_", "note "))] == own
    assert "edited = True" not in run


@quick
@given(st.lists(st.sampled_from(DAMAGE), max_size=4), st.integers(0, 10**6))
def test_what_was_repaired_needs_no_repair(kinds: list[str], seed: int) -> None:
    draft = damaged(kinds, seed)
    once = read_submission(draft.data(), expected=NAME)
    twice = read_submission(nbformat.writes(once.repaired).encode(), expected=NAME)
    assert twice.repairs == ()
    assert [cell.source for cell in twice.repaired.cells] == [cell.source for cell in once.repaired.cells]


pieces = st.sampled_from(
    ["def f(x):\n", "    ", "return x", "\n", "(", ")", "'", '"""', "%%time", "!ls", "f = 1", "\\", "?"]
)
source_text = st.lists(pieces | any_text, max_size=12).map("".join)


@quick
@given(source_text, source_text)
def test_any_source_can_be_looked_at(source: str, other: str) -> None:
    parse(source)
    assert isinstance(defined_names(source), frozenset)
    assert isinstance(used_names(source), frozenset)
    assert isinstance(as_code(source), str)
    assert is_rest_of(source, other) in (True, False)
    hidden = f"### BEGIN HIDDEN TESTS\n{source}\n### END HIDDEN TESTS"
    assert without_hidden(f"a = 1\n{hidden}\nb = 2") == "a = 1\nb = 2"
