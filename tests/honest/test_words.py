"""What a student reads about a repaired or unreadable file: true, short, and it says what to do."""

from __future__ import annotations

import re
from functools import cache

import pytest

from autograder.errors import SubmissionError
from autograder.sandbox import Session
from autograder.submission import mended
from tests.corpus import Entry, mishaps
from tests.honest.cases.in_words import WORDS
from tests.honest.cases.unreadable import FILES
from tests.honest.draft import Draft, code
from tests.ours import grade, read_submission

READABLE = [mishap for mishap in mishaps() if not mishap.id.startswith("unreadable/")]
UNREADABLE = [mishap for mishap in mishaps() if mishap.id.startswith("unreadable/")]
IN_WORDS = [mishap for mishap in mishaps() if mishap.id.startswith("in_words/")]
WHAT_TO_DO = (
    "Hand in each notebook in its own place.",
    "hand in the .ipynb file itself.",
    "hand it in again.",
    "hand that in.",
)
ELSEWHERE = (
    r"The notebook was of an old format; it was brought to format 4\.",
    r"Some characters were not valid UTF-8; each was replaced by \ufffd\.",
    r"\d+ cells? could not be read and (was|were) left out\.",
    r"A comma too many was taken out of the file, which was no valid JSON\.",
    r"\d+ commas too many were taken out of the file, which was no valid JSON\.",
    r"Text behind the end of the notebook was left out\.",
    r"Invisible characters at the beginning of lines were taken out of \d+ cells?\.",
    r"\d+ code cells? that began with %md (was|were) read as text\.",
    r"A code cell held [\d,]+ characters; it was left out, and the others were read\. Take pasted .*\.",
    r"Characters that no text can hold, such as null bytes, were taken out of \d+ cells?\.",
)
"""The sentences of the reader; those of the repair are found in its module."""


@cache
def logs() -> dict[str, tuple[str, ...]]:
    """Return the repair log of each case that can be read, by its name."""
    return {m.id: read_submission(m.data, expected=m.notebook).repairs for m in READABLE}


def templates() -> list[str]:
    """Return what matches each sentence of the repair, in the singular or the plural."""
    found = []
    for name, value in vars(mended).items():
        sentences = (value,) if isinstance(value, str) else value
        if name.isupper() and isinstance(sentences, tuple) and "{}" in sentences[0]:
            found.append("|".join(re.escape(sentence).replace(r"\{\}", ".+") for sentence in sentences))
    return [*found, *ELSEWHERE]


def test_the_corpus_says_every_sentence_and_no_other() -> None:
    said = {sentence for log in logs().values() for sentence in log}
    known = templates()
    assert len(known) >= 14
    assert [pattern for pattern in known if not any(re.fullmatch(pattern, s) for s in said)] == []
    assert [s for s in said if not any(re.fullmatch(pattern, s) for pattern in known)] == []


def test_every_sentence_is_one_that_a_student_can_read() -> None:
    for log in logs().values():
        for sentence in log:
            assert re.fullmatch(r"[A-Z0-9][^\n]*\.", sentence), sentence
            assert len(sentence) < 400, sentence
            assert not re.search(r"\b1 others|None|nbgrader|\bindex\b|\{|\}", sentence), sentence


def test_nothing_is_said_twice() -> None:
    for name, log in logs().items():
        assert len(set(log)) == len(log), name


@pytest.mark.parametrize("mishap", UNREADABLE, ids=lambda mishap: mishap.id)
def test_an_unreadable_file_says_what_it_is_and_what_to_do(mishap: Entry, any_session: Session) -> None:
    with pytest.raises(SubmissionError) as caught:
        read_submission(mishap.data, expected=mishap.notebook)
    message = str(caught.value)
    assert message.endswith(WHAT_TO_DO)
    assert len(message) < 400
    graded = grade(mishap.data, any_session, b"secret", "a.ipynb", "student-07", mishap.notebook)
    assert graded.problem == message
    assert {(verdict.outcome, verdict.text) for verdict in graded.verdicts} == {("ungradable", message)}


def test_the_reasons_differ() -> None:
    messages = set()
    for data in FILES.values():
        with pytest.raises(SubmissionError) as caught:
            read_submission(data, expected="02_forward")
        messages.add(re.sub(r"\d[\d,]*", "0", str(caught.value)))
    assert len(messages) >= 13


@pytest.mark.parametrize("mishap", IN_WORDS, ids=lambda mishap: mishap.id)
def test_words_of_a_student_are_never_lost(mishap: Entry) -> None:
    repaired = read_submission(mishap.data, expected=mishap.notebook).repaired
    cells = [cell for cell in repaired.cells if WORDS in cell.source]
    assert len(cells) == 1
    assert "nbgrader" not in cells[0].metadata
    if "picture" in mishap.id or "film" in mishap.id:
        assert list(cells[0].attachments) == ["page.png"]


CRASHES = {
    "def softmax(logits)\n    return logits": ("SyntaxError", "Line 1 of your cell", "def softmax(logits)"),
    "def softmax(logits):\n\u00a0   return logits": ("SyntaxError", "U+00A0", "Line 2 of your cell"),
    "softmax = undefined_name": ("NameError", "undefined_name"),
    "from scipy.special import softmax": ("ModuleNotFoundError", "scipy"),
    "softmax = 1 / 0": ("ZeroDivisionError",),
}


@pytest.mark.parametrize("source", CRASHES, ids=lambda source: source[:24])
def test_an_answer_whose_cell_fails_is_told_why(source: str, any_session: Session) -> None:
    draft = Draft("02_forward")
    draft["softmax"]["source"] = source
    graded = grade(draft.data(), any_session, b"secret", "a.ipynb", "student-07", "02_forward")
    verdict = next(v for v in graded.verdicts if v.exercise == "softmax")
    assert verdict.outcome == "crashed"
    assert [words for words in CRASHES[source] if words not in verdict.message] == []


def test_a_stopped_cell_and_a_missing_package_are_named_once(any_session: Session) -> None:
    draft = Draft("00_start_here")
    draft.put(code("import torch\nimport torch.nn as nn"))
    draft.put(code("while True:\n    pass"))
    graded = grade(draft.data(), any_session, b"secret", "a.ipynb", "student-07", "00_start_here")
    assert graded.repairs == (
        "The code cell that begins with 'while True:' took too long and was stopped; the others were run without it.",
        "The code cell that begins with 'import torch' asks for the package torch, which is not there when grading; "
        "the rest of the cell was run without it.",
    )
