"""Numbers, names and times as people read them."""

from __future__ import annotations

import pytest

from autograder.report.words import duration, plural, points, prose, short_name


@pytest.mark.parametrize(
    ("value", "text"), [(None, "–"), (0.0, "0"), (3.0, "3"), (1.5, "1.5"), (2.999999999, "3"), (100.0, "100")]
)
def test_points(value: float | None, text: str) -> None:
    assert points(value) == text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0.184, "0.18 s"),
        (9.999, "10 s"),
        (59.4, "59 s"),
        (59.6, "1 min 0 s"),
        (185, "3 min 5 s"),
        (7620, "2 h 7 min"),
    ],
)
def test_duration(seconds: float, text: str) -> None:
    assert duration(seconds) == text


def test_plural() -> None:
    assert [plural(n, "file") for n in (0, 1, 2, 1200)] == ["0 files", "1 file", "2 files", "1,200 files"]


def test_long_names_keep_both_ends() -> None:
    short = short_name("begin" + "x" * 900 + "end")
    assert len(short) < 65
    assert short.startswith("begin")
    assert short.endswith("end")
    assert short_name("student-07") == "student-07"


def test_prose_sets_backticks_as_code_and_escapes_the_rest() -> None:
    assert prose("a `<b>` c < d") == "a <code>&lt;b&gt;</code> c &lt; d"
    assert prose("one ` alone") == "one ` alone"
    assert len(prose("<" * 5000)) < 4 * 1000
