"""A notebook that was damaged in any way is read, repaired and marked, or refused in a sentence."""

from __future__ import annotations

import json
import struct
from collections.abc import Iterator
from functools import cache
from typing import Any

import nbformat

from autograder.course.notebooks import notebook_text
from autograder.errors import SubmissionError
from autograder.judging.verdict import Graded
from autograder.submission import content_key, needed_cells
from tests.corpus import attacks, mishaps
from tests.fuzz.edits import Provider, edited, flipped
from tests.fuzz.limits import bounded
from tests.ours import MODULES, marked_notebook, read_submission, student_notebook
from tests.unit.submission.held import is_whole

LONGEST = 512
"""The input says what is done to a notebook; the notebook itself is one of those below."""
_LARGE = 200_000
_SMALL = 60
"""So many of the smallest notebooks are damaged more often than the others, because they are read faster."""
_OUTPUTS = {"output_type": "stream", "name": "stdout", "text": "1\n"}
_PICTURE = {"a.png": {"image/png": "aGFsbG8="}}


@cache
def _notebooks() -> tuple[bytes, ...]:
    """Return what is damaged: what is released, and the whole corpus but for a few giants."""
    released = [notebook_text(student_notebook(name)).encode() for name in MODULES]
    corpus = (entry.data for entry in (*attacks(), *mishaps()))
    return tuple(
        sorted({*released, *(data for data in corpus if len(data) < _LARGE)}, key=lambda d: (len(d), d))
    )


@cache
def _tree(number: int) -> Any:
    """Return a notebook as a tree, or its bytes if it is none."""
    data = _notebooks()[number]
    try:
        return json.loads(data)
    except (ValueError, RecursionError):
        return data


@cache
def _words() -> tuple[Any, ...]:
    """Return values that mean something in a notebook."""
    cells = [cell for name in ("00_start_here", "02_forward") for cell in student_notebook(name).cells]
    labels = [c.metadata.nbgrader.grade_id for c in cells if "nbgrader" in c.metadata]
    keys = (
        "cells",
        "cell_type",
        "source",
        "metadata",
        "nbgrader",
        "grade_id",
        "id",
        "attachments",
        "worksheets",
    )
    texts = (
        "def rnn_step(x):\n    return x",
        "    return 1",
        "%%time\n",
        "%%html\n<b>",
        "!ls",
        "```python\nx = 1\n```",
    )
    regions = [f"### {edge} {what}" for edge in ("BEGIN", "END") for what in ("HIDDEN TESTS", "MARK SCHEME")]
    markup = (
        "![a](attachment:a.png)",
        "$$",
        "<details>",
        "[a]: b",
        "| a |\n|-|",
        "- " * 200,
        "*" * 300,
        "[" * 300,
    )
    return (*labels, *keys, *texts, *regions, *markup, *(dict(c) for c in cells[:12]), _OUTPUTS, _PICTURE)


def damaged(data: bytes) -> tuple[bytes, str]:
    """Return the notebook that an input describes, and the name of the one that was expected."""
    fdp = Provider(data)
    number = fdp.ConsumeIntInRange(0, 2**16 - 1) % len(_notebooks())
    if fdp.ConsumeBool():
        number %= _SMALL
    expected = ("", *MODULES)[fdp.ConsumeIntInRange(0, 2 * len(MODULES)) % (len(MODULES) + 1)]
    tree = _tree(number)
    if not isinstance(tree, bytes):
        tree = edited(tree, fdp, 8, _words())
        try:
            tree = json.dumps(tree, ensure_ascii=bool(fdp.ConsumeBool())).encode("utf-8", "surrogatepass")
        except ValueError:  # a whole number of more digits than Python writes
            tree = b"[" + b"9" * 5_000 + b"]"
    return flipped(tree, fdp, 4), expected


def one_input(data: bytes) -> None:
    """Read a damaged notebook and do with it what grading does, but for running it."""
    content, expected = damaged(data)
    with bounded(seconds=10, megabytes=300):
        try:
            submission = read_submission(content, "student-07/hw.ipynb", expected)
        except SubmissionError as error:
            said = str(error)
            submission = None
        if submission is None:
            assert 20 < len(said) < 1_000, "a sentence for the student"
            return
        is_whole(submission)
        assert len(content_key(submission)) == 64
        needed = needed_cells(submission)
        assert {cell.id for cell in needed} <= {cell.id for cell in submission.cells}
        assert sum(map(len, submission.repairs)) < 10_000
        marked = marked_notebook(submission.repaired, Graded("", submission.notebook, (), submission.repairs))
        nbformat.validate(marked)
        if len(data) % 4 == 0:
            again = read_submission(nbformat.writes(submission.repaired).encode("utf-8"))
            assert again.notebook == submission.notebook


def seeds() -> Iterator[bytes]:
    """Yield inputs for notebooks of every kind that leave them as they are."""
    for number in range(0, len(_notebooks()), 12):
        yield b"\0" * (number % 40) + struct.pack("<BBH", 0, number % 2, number)


def plant() -> None:
    """Believe that ids, labels and types of cells are texts, and that metadata are dicts."""
    from autograder.submission import reading

    reading._text = lambda value: value or ""  # type: ignore[return-value]
    reading._dict = lambda value: value or {}  # type: ignore[return-value]
