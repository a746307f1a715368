"""Watching: what has arrived is graded once it is whole, and nothing is graded twice for nothing."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from autograder import cli
from autograder.errors import CourseError
from autograder.exercises import COURSE
from autograder.nbgrader.from_exchange import FromExchange
from autograder.nbgrader.handed_in import handed_in
from autograder.nbgrader.run import those_at_rest
from autograder.nbgrader.watch import State, state_of, watch
from tests.unit.platforms.made import NAME, course_in


def played(*looks: State, fails: int = 0, left: list[set[str]] | None = None) -> list[int]:
    """Return at which looks something was graded, where these are what is seen, and then Ctrl-C comes."""
    graded: list[int] = []
    left = [] if left is None else left
    number = -1
    seen: Iterator[State] = iter(looks)

    def look() -> State:
        nonlocal number
        number += 1
        try:
            return next(seen)
        except StopIteration:
            raise KeyboardInterrupt from None

    def grade(changing: set[str]) -> int | None:
        graded.append(number)
        left.append(changing)
        return None if len(graded) <= fails else 3

    assert watch(look, grade, lambda: None) == (3 if len(graded) > fails else 0)
    return graded


A, LONGER, BOTH = {"a": (1, 10)}, {"a": (2, 20)}, {"a": (2, 20), "b": (3, 5)}


def test_nothing_is_graded_while_nothing_is_there() -> None:
    assert played({}, {}, {}) == []


def test_a_file_that_is_still_being_written_is_left_for_the_next_look() -> None:
    assert played(A, LONGER, LONGER) == [2]


def test_what_is_graded_is_graded_again_only_when_something_changes() -> None:
    assert played(A, A, A, A, LONGER, LONGER, BOTH, BOTH, BOTH) == [1, 5, 7]


def test_what_arrives_while_another_is_graded_is_seen() -> None:
    assert played(A, A, BOTH, BOTH) == [1, 3]


def test_who_hands_in_while_others_do_is_graded_without_waiting_for_a_calm_moment() -> None:
    left: list[set[str]] = []
    looks: list[State] = [{"a": (1, 10), "b": (n, n)} for n in range(5)]
    assert played(*looks, looks[-1], left=left) == [1, 5]
    assert left == [{"b"}, set()], "and what is being written is left out"


def test_what_was_taken_away_is_noticed() -> None:
    assert played(BOTH, BOTH, LONGER, LONGER) == [1, 2]


def test_what_is_being_written_is_no_attempt_yet(tmp_path: Path) -> None:
    folder = course_in(tmp_path / "course")
    places = [folder.root / "submitted" / who / NAME / f"{NAME}.ipynb" for who in ("ana", "bob")]
    for place in places:
        place.parent.mkdir(parents=True)
        place.write_text("{}")
    found = handed_in(COURSE, folder.directory(), [NAME])
    calm, writing = those_at_rest(folder, found, {str(places[1].with_name("timestamp.txt"))})
    assert [entry.job.student for entry in calm] == ["ana"]
    assert writing == 1


def test_a_service_that_is_stopped_ends_like_ctrl_c() -> None:
    before = signal.getsignal(signal.SIGTERM)

    def wait() -> None:
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(5)

    assert watch(dict, lambda _: 0, wait) == 0
    assert signal.getsignal(signal.SIGTERM) == before


def test_what_could_not_be_graded_is_tried_again() -> None:
    assert played(A, A, A, A, A, fails=2) == [1, 2, 3]


def test_only_what_is_handed_in_for_the_assignments_is_looked_at(tmp_path: Path) -> None:
    folder = course_in(tmp_path / "course")
    for name in (NAME, "01_one_hot", "elsewhere"):
        place = folder.root / "submitted" / "ana" / name
        place.mkdir(parents=True)
        (place / "a.ipynb").write_text("{}")
    (folder.root / "submitted" / "ana" / NAME / "link").symlink_to("/nowhere")
    names = {
        Path(path).relative_to(folder.root / "submitted" / "ana").as_posix() for path in state_of(folder)
    }
    assert names == {f"{NAME}/a.ipynb", f"{NAME}/link", "01_one_hot/a.ipynb"}
    before = state_of(folder, [NAME])
    assert len(before) == 2
    os.utime(folder.root / "submitted" / "ana" / NAME / "a.ipynb", ns=(1, 1))
    assert state_of(folder, [NAME]) != before


def test_what_is_new_in_the_exchange_is_collected_and_a_warning_is_said_once(tmp_path: Path) -> None:
    folder = course_in(tmp_path / "course")
    config = folder.root / "nbgrader_config.py"
    with pytest.raises(CourseError, match="exchange of nbgrader cannot be read"):
        FromExchange(folder, [NAME], print).collect()
    config.write_text(
        f"{config.read_text()}\nc.Exchange.root = {str(tmp_path)!r}\nc.CourseDirectory.course_id = 'rnn'\n"
    )
    said: list[str] = []
    exchange, submitted = FromExchange(folder, [NAME], said.append), folder.root / "submitted" / "ana" / NAME
    (tmp_path / "rnn" / "inbound").mkdir(parents=True)
    for time_, text in (("2026-10-01 12:00:00.0 UTC", "first"), ("2026-10-02 12:00:00.0 UTC", "again")):
        place = tmp_path / "rnn" / "inbound" / f"ana+{NAME}+{time_}"
        place.mkdir()
        (place / "timestamp.txt").write_text(time_)
        (place / f"{NAME}.ipynb").write_text(text)
        for _ in range(2):
            exchange.collect()
            assert (submitted / f"{NAME}.ipynb").read_text() == text
    assert len(said) == 2, said
    assert all("is owned by" in line for line in said)


@pytest.mark.slow
@pytest.mark.parametrize("words", [["99_none", "--watch"], ["--watch", "--sandbox", "cage"]])
def test_what_cannot_be_watched_is_said_at_once(
    words: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    root = course_in(tmp_path / "course").root
    assert cli.main(["autograde", *words, "--course", str(root)]) == 2
    assert "There is no" in capsys.readouterr().err
