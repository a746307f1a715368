"""Any encoding and format is read, and what is no notebook is refused with a reason."""

from __future__ import annotations

import json
import time
from typing import Any

import nbformat
import pytest

from autograder.errors import SubmissionError
from autograder.submission import MOST_BYTES
from autograder.submission.reading import MOST_CELLS, MOST_CODE, MOST_SEARCHED
from autograder.submission.sources import MOST_PARSED, parse
from tests.unit.submission.by_hand import DOUBLE, NAME, WHY, Draft, code, text
from tests.unit.submission.held import hold, keeps_all, order, read, read_submission, run, source_of


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_any_unicode_encoding(encoding: str) -> None:
    draft = Draft()
    draft["double"]["source"] = DOUBLE + "  # \u00e9\u4e2d"
    submission = read_submission(json.dumps(draft.content, ensure_ascii=False).encode(encoding))
    keeps_all(submission)
    assert source_of(submission, "double").endswith("\u00e9\u4e2d")


def test_bytes_that_are_no_text_are_replaced() -> None:
    data = Draft().data().replace(b"Return 2 x.", b"Return \xe9\xff 2 x.")
    submission = read_submission(data)
    hold(submission)
    keeps_all(submission)
    assert "UTF-8" in submission.repairs[0]


@pytest.mark.parametrize("bad", ["\x00", "\ud800", "\udfff\ud800"])
def test_characters_that_nothing_can_hold(bad: str) -> None:
    draft = Draft()
    draft["double"]["source"] = DOUBLE + f"  # {bad}"
    draft["why"]["source"] = WHY + bad
    submission = read(draft)
    assert run(submission)["double"](4) == 8
    assert "Characters" in submission.repairs[0]
    nbformat.writes(submission.repaired).encode()
    raw = Draft().data().replace(b"Return 2 x.", b"Return \x00\x01 2 x.")
    keeps_all(read_submission(raw))


def test_an_old_format_is_brought_up() -> None:
    draft = Draft()
    for cell in draft.cells:
        if cell["cell_type"] == "code":
            cell["input"] = cell.pop("source")
    draft.cells.append({"cell_type": "heading", "level": 2, "source": "My notes"})
    draft.content = {"nbformat": 3, "nbformat_minor": 0, "worksheets": [{"cells": draft.cells}, 4]}
    submission = read(draft)
    keeps_all(submission)
    assert "old format" in submission.repairs[0]
    assert "My notes" in order(submission)


@pytest.mark.parametrize("version", [None, "4", 4.2, 0, 3, True, 10**30])
def test_a_version_that_makes_no_sense_is_read_if_there_are_cells(version: object) -> None:
    draft = Draft()
    draft.content["nbformat"] = version
    keeps_all(read(draft))


def test_cells_that_are_no_cells_cost_only_themselves() -> None:
    draft = Draft()
    draft.content["cells"] = [
        3,
        None,
        [],
        {"cell_type": "code"},
        {"source": 5},
        {"source": ["a = 1", 2]},
        *draft.cells,
    ]
    submission = read(draft)
    keeps_all(submission)
    assert submission.repairs == ("5 cells could not be read and were left out.",)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "is empty"),
        (b" \n\t", "blank"),
        (b"\x00" * 4096, "blank"),
        (b"x" * (MOST_BYTES + 1), "at most 20 MB"),
        (b"%PDF-1.7 ...", "PDF"),
        (b"PK\x03\x04....", "zip"),
        (b"<!DOCTYPE html><html>", "web page"),
        (b"\x89PNG\r\n", "image"),
        (b"def affine(x):\n    return x\n", "Python program"),
        (b"hello", "not JSON"),
        (b"\xff\xfe\x00\xd8", "not JSON"),
        (b"[" * 100_000, "too deeply"),
        (b'{"a":' * 100_000, "too deeply"),
        (b"[" * 1_000_001, "a million lists"),
        (b"[]", "a list"),
        (b"null", "nothing"),
        (b'"cells"', "a text"),
        (b"3.5", "a number"),
        (b"NaN", "a number"),
        (b"{}", "no list of cells"),
        (b'{"cells": {"a": 1}}', "an object where"),
        (b'{"cells": 3, "nbformat": 4}', "a number where"),
        (b'{"nbformat": 5, "cells": []}', "format 5"),
        (b'{"nbformat": 4, "cells": [{"cell_type": "co', "breaks off in line 1"),
        (b'{"nbformat": 4,\n "cells": [],', "breaks off in line 2"),
        (b'{"nbformat": 4,\n "cells": [}]}', "damaged in line 2, column 12"),
        (b'{"cells": [\n<<<<<<< HEAD\n1\n=======\n2\n>>>>>>> x\n]}', "merge conflict"),
        (b'{"nbformat": 4, "cells": []}', "no cell and no function"),
        (b'{"nbformat": ' + b"9" * 5000 + b', "cells": []}', "no cell and no function"),
    ],
)
def test_what_cannot_be_read_is_refused_with_a_reason(data: bytes, said: str) -> None:
    with pytest.raises(SubmissionError) as caught:
        read_submission(data, "student-07/hw.ipynb")
    message = str(caught.value)
    assert said in message
    assert message.endswith(".")
    assert len(message) < 400


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        ([code("1")] * (MOST_CELLS + 1), "5,001 cells"),
        ([code("")] * 100_000, "100,000 cells"),
        ([code("a = 1\n" * 8000)] * (MOST_CODE // 48_000 + 1), "characters"),
    ],
    ids=["cells", "blank cells", "code"],
)
def test_more_than_any_notebook_has_is_refused(cells: list[dict[str, Any]], said: str) -> None:
    with pytest.raises(SubmissionError, match=said):
        read_submission(json.dumps({"nbformat": 4, "cells": cells}).encode(), expected=NAME)


def test_as_many_cells_as_are_read_take_no_long_time() -> None:
    draft = Draft()
    draft.content["cells"] += [code(f"v{i} = double({i})") for i in range(MOST_CELLS - len(draft.cells))]
    start = time.process_time()
    submission = read_submission(draft.data())
    assert time.process_time() - start < 5
    assert len(submission.cells) > MOST_CELLS - 20


def test_text_beyond_any_measure_is_kept_but_not_searched_for_code() -> None:
    draft = Draft(answered=False)
    fenced = f"```\n{DOUBLE}\n```"
    draft.cells.append(text(fenced + "\n" * MOST_SEARCHED))
    assert read(draft).answers == {}
    draft.cells[-1:] = [text("a\n" * (MOST_SEARCHED // 20))] * 10 + [text(fenced)]
    submission = read(draft)
    assert submission.answers == {}
    assert order(submission)[-1] == fenced
    draft.cells[-11:] = [text("a" * MOST_SEARCHED), text(fenced)]
    assert read(draft).answers.keys() == {"double"}


def test_a_very_long_cell_is_searched_line_by_line() -> None:
    draft = Draft(answered=False)
    draft.cells.append(code(DOUBLE + "\n1" * MOST_PARSED))
    assert parse("1\n" * MOST_PARSED) is None
    assert read(draft).answers.keys() == {"double"}
