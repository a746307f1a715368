"""Attempts are kept by their content, in the order of their times, and the best one is the best after lateness."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from weakref import ref

from autograder.judging.verdict import Graded, Verdict
from autograder.nbgrader.attempts import Attempts, Waiting, best_of
from autograder.nbgrader.handed_in import HandedIn
from autograder.running.grading import Job, read_file

WHO = ("student-07", "02_forward")
EARLY, LATER = "2026-10-01 10:00:00 UTC", "2026-10-02 10:00:00 UTC"


@dataclass(frozen=True)
class Result:
    graded: Graded


def worth(score: float | None) -> Result:
    return Result(Graded("", WHO[1], (Verdict("x", "correct", score, 4.0),)))


def handed_in(folder: Path, text: str, time: str | None) -> HandedIn:
    path = folder / "02_forward.ipynb"
    path.write_text(text)
    return HandedIn(Job(path, *WHO), time)


def test_what_is_handed_in_twice_is_one_attempt_and_nothing_is_lost(tmp_path: Path) -> None:
    attempts = Attempts(tmp_path / "kept")
    attempts.keep(*WHO, b"second", LATER)
    attempts.keep(*WHO, b"first", EARLY)
    attempts.keep(*WHO, b"second", LATER)
    assert [a.timestamp for a in attempts.of(*WHO)] == [EARLY, LATER]
    *before, last = attempts.tries(handed_in(tmp_path, "third", None))
    assert [read_file(one.job) for one in (*before, last)] == [b"second", b"first", b"third"], (
        "one has no time, so they stand in the order in which they were found"
    )
    assert attempts.says(*WHO) == (0, 3)
    attempts.note(before[1])
    assert attempts.says(*WHO) == (2, 3)
    assert len(attempts.tries(handed_in(tmp_path, "first", EARLY))) == 3


def test_a_damaged_archive_and_a_missing_file_stop_nobody(tmp_path: Path) -> None:
    attempts = Attempts(tmp_path / "kept")
    attempts.keep(*WHO, b"first", EARLY)
    (tmp_path / "kept" / WHO[1] / WHO[0] / "002-0000.zip").write_bytes(b"PK")
    assert len(attempts.of(*WHO)) == 1
    missing = HandedIn(Job(tmp_path / "nothing.ipynb", *WHO), None)
    assert attempts.tries(missing) == [missing]


def test_of_equals_the_earliest_is_best(tmp_path: Path) -> None:
    entry = handed_in(tmp_path, "x", EARLY)
    tried = [(replace(entry, timestamp=f"{n}"), worth(score)) for n, score in enumerate((1.0, 3.0, 3.0, 2.0))]
    assert best_of(tried, lambda _, graded: graded.score)[0].timestamp == "1"
    assert best_of(tried, lambda one, _: float(one.timestamp or 0))[0].timestamp == "3"


def test_a_student_is_settled_once_every_attempt_is_there_in_its_order(tmp_path: Path) -> None:
    one, two = (handed_in(tmp_path, "x", EARLY), HandedIn(Job(tmp_path / "2.ipynb", *WHO), LATER))
    waiting = Waiting([one, two])
    assert waiting.add(two, worth(1.0)) == []
    assert [entry for entry, _ in waiting.add(one, worth(2.0))] == [one, two]


def test_a_result_is_held_no_longer_than_until_all_attempts_are_there(tmp_path: Path) -> None:
    tries = [handed_in(tmp_path, "one", EARLY), HandedIn(Job(tmp_path / "other.ipynb", *WHO), LATER)]
    waiting, result = Waiting(tries), worth(1.0)
    held = ref(result)
    assert waiting.add(tries[0], result) == []
    del result
    assert held() is not None
    assert len(waiting.add(tries[1], worth(2.0))) == 2
    assert held() is None
