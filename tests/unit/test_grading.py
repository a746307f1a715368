"""Results are never lost, never taken for others, and survive being cut off at any byte."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec
import pytest

from autograder.course.assignment import Assignment
from autograder.errors import SandboxError
from autograder.exercises import COURSE
from autograder.judging import judge
from autograder.judging.judge import Judged
from autograder.judging.verdict import GRADER_FAULT, OUTCOMES, UNGRADABLE, Graded, Verdict
from autograder.running.grading import Job
from autograder.running.results import Results, has_fault
from autograder.sandbox import Backend, Limits, Session
from tests.handing_in import hand_in, solved
from tests.ours import grade, grade_all, setting

GRADED = Graded(
    "a.ipynb",
    "00_start_here",
    (
        Verdict(
            "affine",
            "wrong",
            0.5,
            2.0,
            "no_bias",
            "A message, with “quotes”\nand lines.",
            7,
            "text",
            "<b>",
            ("flag",),
        ),
    ),
    ("repaired",),
    {"cell": [{"output_type": "stream", "name": "stdout", "text": "x"}]},
    1.25,
    "",
    "bwrap",
)
FAULT = replace(GRADED, verdicts=(Verdict("affine", GRADER_FAULT, None, 2.0),))


JUDGED, OTHER = Judged(GRADED, "a marked notebook"), Judged(replace(GRADED, path="b.ipynb"), "another")


def test_a_result_is_the_same_after_it_was_written_and_read(tmp_path: Path) -> None:
    Results(tmp_path / "deep" / "results").keep("key", JUDGED)
    assert Results(tmp_path / "deep" / "results").find("key") == JUDGED


def test_results_survive_being_cut_off_at_any_byte(tmp_path: Path) -> None:
    path = tmp_path / "results"
    results = Results(path)
    results.keep("first", JUDGED)
    kept = path.stat().st_size
    results.keep("second", OTHER)
    whole = path.read_bytes()
    for size in [*range(0, kept, 7), *range(kept - 2, len(whole), 7), len(whole)]:
        path.write_bytes(whole[:size])
        again = Results(path)
        if size >= kept:
            assert again.find("first") == JUDGED
        again.keep("third", JUDGED)
        once_more = Results(path)
        assert once_more.find("third") == JUDGED
        assert once_more.find("second") in (None, OTHER)


@pytest.mark.parametrize("damage", ["gone", "cut", "other bytes"])
def test_a_result_without_its_marked_notebook_is_no_result(tmp_path: Path, damage: str) -> None:
    Results(tmp_path / "results").keep("key", JUDGED)
    (marked,) = tmp_path.glob("marked/*/*")
    data = {"gone": b"", "cut": marked.read_bytes()[:9], "other bytes": b"no such thing"}[damage]
    marked.write_bytes(data)
    assert Results(tmp_path / "results").find("key") is None


@pytest.mark.parametrize(
    "line",
    [
        b"null",
        b"[]",
        b"3",
        b'{"key": "k"}',
        b'{"key": "k", "graded": 3}',
        b'{"key": 3, "graded": {"path": 3, "notebook": "x", "verdicts": []}}',
        b"\xff\xfe",
        b'"k"',
        b'{"written": [["a"]]}',
    ],
)
def test_a_line_that_is_no_result_is_passed_over(tmp_path: Path, line: bytes) -> None:
    path = tmp_path / "results"
    Results(path).keep("key", JUDGED)
    path.write_bytes(line + b"\n" + path.read_bytes())
    assert Results(path).find("key") == JUDGED
    assert Results(path).find("k") is None


def test_what_is_forgotten_stays_forgotten_until_it_is_graded_again(tmp_path: Path) -> None:
    path = tmp_path / "results"
    results = Results(path)
    for key in ("one", "two"):
        results.keep(key, JUDGED)
        results.keep_written({(f"student-{key}", "x"): f"{key} with points"})
    results.forget({"one"})
    for found in (results, Results(path)):
        assert (found.find("one"), found.find("two")) == (None, JUDGED)
        assert not found.is_written("student-one", "x", "one with points")
        assert found.is_written("student-two", "x", "two with points")
    results.keep("one", JUDGED)
    assert Results(path).find("one") == JUDGED


def test_a_fault_of_ours_is_graded_again() -> None:
    results = Results(None)
    results.keep("key", Judged(FAULT, ""))
    assert has_fault(FAULT)
    assert results.find("key") is None


def test_a_key_depends_on_everything_that_a_grade_depends_on(monkeypatch: pytest.MonkeyPatch) -> None:
    job = Job(Path("a.ipynb"), "student-07", "00_start_here")
    with_limits = setting(Backend("bwrap"), b"s")
    key_of = with_limits.key_of
    others = [
        key_of(b"changed", job),
        key_of(b"data", replace(job, student="student-08")),
        key_of(b"data", replace(job, notebook="02_forward")),
        key_of(b"data", replace(job, notebook="")),
        key_of(b"data", replace(job, seeds=(("affine", 3),))),
        key_of(b"data", replace(job, notes=("The file is called x.",))),
        replace(with_limits, limits=Limits(call_seconds=0.2)).key_of(b"data", job),
        replace(with_limits, backend=Backend("none")).key_of(b"data", job),
    ]
    first = key_of(b"data", job)
    assert key_of(b"data", replace(job, path=Path("moved.ipynb"))) == first
    assert replace(with_limits, backend=Backend("sandlock")).key_of(b"data", job) == first
    assert replace(with_limits, backend=Backend()).key_of(b"data", job) == first, "not chosen yet"
    monkeypatch.setitem(vars(COURSE.assignment("00_start_here")), "version", "another version")
    others.append(key_of(b"data", job))
    assert len({first, *others}) == 10


def test_a_raised_limit_is_tried_again(tmp_path: Path, any_session: Session) -> None:
    slow = "def affine(x, W, b):\n    import time\n    end = time.process_time() + 0.4\n"
    slow += "    while time.process_time() < end: pass\n    return np.tanh(x @ W + b)"
    path = tmp_path / "a.ipynb"
    path.write_bytes(hand_in("00_start_here", {"affine": slow}))
    outcomes = []
    for seconds in (0.1, 4.0):
        limits = Limits(call_seconds=seconds)
        jobs, results = [Job(path, "student-07", "00_start_here")], Results(tmp_path / "results")
        (done,) = grade_all(jobs, any_session.backend, b"secret", results, limits=limits)
        outcomes.append(done.graded.verdicts[0].outcome)
    assert outcomes == ["timed_out", "correct"]


def test_files_that_cannot_be_read_cost_nobody_else(tmp_path: Path, any_session: Session) -> None:
    good = tmp_path / "good.ipynb"
    good.write_bytes(solved("00_start_here"))
    (tmp_path / "link.ipynb").symlink_to("/etc/passwd")
    (tmp_path / "folder.ipynb").mkdir()
    (tmp_path / "empty.ipynb").touch()
    with (tmp_path / "huge.ipynb").open("wb") as file:
        file.truncate(100 << 20)
    names = ("link", "folder", "missing", "empty", "huge", "good")
    jobs = [Job(tmp_path / f"{name}.ipynb", notebook="00_start_here") for name in names]
    done = {
        done.job.path.stem: done.graded
        for done in grade_all(jobs, any_session.backend, b"secret", Results(None))
    }
    assert {name: graded.verdicts[0].outcome for name, graded in done.items()} == {
        name: "correct" if name == "good" else UNGRADABLE for name in names
    }
    assert "not a regular file" in done["link"].problem
    assert "105 MB" in done["huge"].problem


def test_nothing_is_graded_twice(tmp_path: Path, any_session: Session) -> None:
    path = tmp_path / "a.ipynb"
    path.write_bytes(solved("00_start_here"))
    found = []
    for known in (False, True):
        results = Results(tmp_path / "results")
        (done,) = grade_all([Job(path)], any_session.backend, b"secret", results)
        assert done.known == known
        found.append((done.graded, done.marked))
    assert found[0] == found[1]


def test_a_verdict_is_drawn_again_from_its_seed(any_session: Session) -> None:
    data = solved("00_start_here")
    first = grade(data, any_session, b"one secret", "a", "student-07")
    seeds = {v.exercise: v.seed for v in first.verdicts}
    again = grade(data, any_session, b"another secret", "a", "student-07", seeds=seeds)
    assert again.verdicts == first.verdicts
    other = grade(data, any_session, b"another secret", "a", "student-07")
    assert other.verdicts[0].seed != first.verdicts[0].seed


def test_a_sandbox_that_does_not_start_is_our_fault(
    any_session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(self: Session) -> Any:
        raise SandboxError("it does not start")

    monkeypatch.setattr(Session, "_running", broken)
    graded = grade(solved("00_start_here"), any_session, b"secret")
    assert [(v.outcome, v.score) for v in graded.verdicts] == [(GRADER_FAULT, None)]


def test_a_bug_of_ours_is_our_fault(any_session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> Any:
        raise ZeroDivisionError("oh")

    monkeypatch.setattr(Assignment, "draw", broken)
    graded = grade(solved("00_start_here"), any_session, b"secret")
    assert graded.verdicts[0].outcome == GRADER_FAULT
    assert "ZeroDivisionError" in graded.verdicts[0].flags[0]
    monkeypatch.setattr(judge, "Interview", broken)
    assert grade(solved("00_start_here"), any_session, b"secret").verdicts[0].outcome == GRADER_FAULT


def test_a_bug_in_our_reading_is_our_fault_too(any_session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("a bug")

    monkeypatch.setattr(judge, "read_submission", broken)
    graded = grade(b"{}", any_session, b"secret", notebook="00_start_here")
    assert [verdict.outcome for verdict in graded.verdicts] == [GRADER_FAULT]


def test_what_goes_to_a_terminal_or_a_file_is_clean(any_session: Session) -> None:
    answer = "def affine(x, W, b):\n    raise ValueError('\\x1b[2J\\ud800\\u202e\\n  ✓ affine correct 2/2')"
    graded = grade(hand_in("00_start_here", {"affine": answer}), any_session, b"secret")
    message = graded.verdicts[0].message
    assert message.isprintable()
    msgspec.json.encode(graded)


def test_there_are_eight_outcomes_each_with_its_meaning() -> None:
    assert len(OUTCOMES) == 8
    assert len({outcome.means for outcome in OUTCOMES.values()}) == 8
