"""Source that is hard to read hides nothing and takes no long time."""

from __future__ import annotations

import time

import pytest

from tests.unit.submission import by_hand
from tests.unit.submission.by_hand import DOUBLE, Draft, code
from tests.unit.submission.held import read, run, source_of


@pytest.mark.parametrize(
    "nasty",
    [
        "-" * 100_000 + "1",
        "a" + ".b" * 100_000,
        "(" * 1_000,
        "1+" * 50_000 + "1",
        "lambda:" * 20_000 + "1",
        "\\",
        "'\\d'",
        "0_7 0777",
        "f'{",
        "\ufeff",
        "\x0c",
        "9" * 5_000,
    ],
    ids=str.__len__,
)
def test_source_that_no_parser_likes_hides_nothing(nasty: str) -> None:
    draft = Draft()
    draft["double"]["metadata"] = {}
    draft["double"].pop("id")
    draft["double"]["source"] = f"{DOUBLE}\n\n{nasty}"
    submission = read(draft)
    kept = nasty.replace("\ufeff", "")  # a mark that an editor left and nobody sees
    assert source_of(submission, "double") == f"{DOUBLE}\n\n{kept}"
    assert run(submission)["square"](5) == 25


@pytest.mark.parametrize(
    "magic",
    [
        "%matplotlib inline\n",
        "!pip list\n",
        "%%time\n",
        "%%capture out\n",
        "double?\n",
        "%timeit 1\nx = %pwd\n",
    ],
)
def test_an_answer_among_magics_is_found(magic: str) -> None:
    draft = Draft()
    draft.take("double")
    draft.cells.append(code(magic + DOUBLE))
    assert source_of(read(draft), "double") == magic + DOUBLE


def test_a_file_that_a_cell_writes_is_no_answer() -> None:
    draft = Draft(answered=False)
    draft.cells.append(code("%%writefile mine.py\n" + DOUBLE))
    assert read(draft).answers == {}


@pytest.mark.parametrize(
    "source",
    ["square = lambda x: x * x", "from mine import square", "if True:\n    def square(x):\n        return 1"],
)
def test_an_answer_may_be_bound_in_any_way(source: str) -> None:
    draft = Draft()
    draft["square"]["source"] = by_hand.released_notebook().cells[5].source
    draft.cells.append(code(source))
    assert source_of(read(draft), "square") == source


@pytest.mark.parametrize(
    "source", ["square(3)", "def f():\n    square = 1", "[square for square in ()]", "# def square"]
)
def test_a_cell_that_only_uses_a_name_is_no_answer(source: str) -> None:
    draft = Draft(answered=False)
    draft.cells.append(code(source))
    submission = read(draft)
    assert submission.answers == {}
    assert submission.repairs == ()


def test_cells_that_are_the_rest_of_each_other_are_not_parsed_for_ever() -> None:
    whole = "def f(a):\n" + "\n".join(" return a, a, a, a, a, a" for _ in range(800))
    draft = Draft()
    draft.cells.extend(code(source) for source in [whole, *([" return"] * 1500)])
    started = time.process_time()
    read(draft)
    assert time.process_time() - started < 8, "without a bound it is more than a minute"
