"""Results are never lost, never taken for others, and survive being cut off at any byte."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from autograder.errors import SandboxError
from autograder.judging import judge
from autograder.judging.verdict import GRADER_FAULT, OUTCOMES, UNGRADABLE, Graded, Verdict
from autograder.running import grading
from autograder.running.grading import Job, grade_all, key_of
from autograder.running.results import Results, has_fault
from autograder.sandbox import Backend, Session
from tests.handing_in import solved

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


def test_a_result_is_the_same_after_it_was_written_and_read(tmp_path: Path) -> None:
    Results(tmp_path / "deep" / "results").keep("key", GRADED)
    assert Results(tmp_path / "deep" / "results").find("key") == GRADED


def test_results_survive_being_cut_off_at_any_byte(tmp_path: Path) -> None:
    path = tmp_path / "results"
    results = Results(path)
    results.keep("first", GRADED)
    kept = path.stat().st_size
    results.keep("second", replace(GRADED, path="b.ipynb"))
    whole = path.read_bytes()
    for size in [*range(0, kept, 7), *range(kept - 2, len(whole), 7), len(whole)]:
        path.write_bytes(whole[:size])
        again = Results(path)
        if size >= kept:
            assert again.find("first") == GRADED
        again.keep("third", GRADED)
        once_more = Results(path)
        assert once_more.find("third") == GRADED
        assert once_more.find("second") in (None, replace(GRADED, path="b.ipynb"))


@pytest.mark.parametrize(
    "line", [b"null", b"[]", b"3", b'{"key": "k"}', b'{"key": "k", "graded": 3}', b"\xff\xfe", b'"k"']
)
def test_a_line_that_is_no_result_is_passed_over(tmp_path: Path, line: bytes) -> None:
    path = tmp_path / "results"
    Results(path).keep("key", GRADED)
    path.write_bytes(line + b"\n" + path.read_bytes())
    assert Results(path).find("key") == GRADED
    assert Results(path).find("k") is None


def test_a_fault_of_ours_is_graded_again() -> None:
    results = Results(None)
    results.keep("key", FAULT)
    assert has_fault(FAULT)
    assert results.find("key") is None


def test_a_key_depends_on_everything_that_a_grade_depends_on(monkeypatch: pytest.MonkeyPatch) -> None:
    job = Job(Path("a.ipynb"), "student-07", "00_start_here")
    others = [
        key_of(b"changed", job),
        key_of(b"data", replace(job, student="student-08")),
        key_of(b"data", replace(job, notebook="02_forward")),
        key_of(b"data", replace(job, notebook="")),
        key_of(b"data", replace(job, seeds={"affine": 3})),
    ]
    first = key_of(b"data", job)
    assert key_of(b"data", replace(job, path=Path("moved.ipynb"))) == first
    monkeypatch.setattr(grading, "version_of", lambda name: "another version")
    others.append(key_of(b"data", job))
    assert len({first, *others}) == 7


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
    assert "100 MB" in done["huge"].problem


def test_nothing_is_graded_twice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.ipynb"
    path.write_bytes(solved("00_start_here"))
    graded: list[str] = []

    def run(waiting: Any, *_: object) -> Iterator[Any]:
        for job in waiting:
            graded.append(job.path.name)
            yield job, key_of(job.path.read_bytes(), job), GRADED

    monkeypatch.setattr(grading, "_one_by_one", run)
    for known in (False, True):
        results = Results(tmp_path / "results")
        found = list(grade_all([Job(path)], Backend("bwrap"), b"secret", results))
        assert [done.known for done in found] == [known]
    assert graded == ["a.ipynb"]


def test_a_verdict_is_drawn_again_from_its_seed(any_session: Session) -> None:
    data = solved("00_start_here")
    first = judge.grade(data, any_session, b"one secret", "a", "student-07")
    seeds = {v.exercise: v.seed for v in first.verdicts}
    again = judge.grade(data, any_session, b"another secret", "a", "student-07", seeds=seeds)
    assert again.verdicts == first.verdicts
    other = judge.grade(data, any_session, b"another secret", "a", "student-07")
    assert other.verdicts[0].seed != first.verdicts[0].seed


def test_a_sandbox_that_does_not_start_is_our_fault(
    any_session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(self: Session) -> Any:
        raise SandboxError("it does not start")

    monkeypatch.setattr(Session, "_running", broken)
    graded = judge.grade(solved("00_start_here"), any_session, b"secret")
    assert [(v.outcome, v.score) for v in graded.verdicts] == [(GRADER_FAULT, None)]


def test_a_bug_of_ours_is_our_fault(any_session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> Any:
        raise ZeroDivisionError("oh")

    monkeypatch.setattr(judge, "draw_cases", broken)
    graded = judge.grade(solved("00_start_here"), any_session, b"secret")
    assert graded.verdicts[0].outcome == GRADER_FAULT
    assert "ZeroDivisionError" in graded.verdicts[0].flags[0]
    monkeypatch.setattr(judge, "Interview", broken)
    assert judge.grade(solved("00_start_here"), any_session, b"secret").verdicts[0].outcome == GRADER_FAULT


def test_a_bug_in_our_reading_is_our_fault_too(any_session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("a bug")

    monkeypatch.setattr(judge, "read_submission", broken)
    graded = judge.grade(b"{}", any_session, b"secret", notebook="00_start_here")
    assert [verdict.outcome for verdict in graded.verdicts] == [GRADER_FAULT]


def test_what_goes_to_a_terminal_or_a_file_is_clean(any_session: Session) -> None:
    from tests.handing_in import hand_in

    answer = "def affine(x, W, b):\n    raise ValueError('\\x1b[2J\\ud800\\u202e\\n  ✓ affine correct 2/2')"
    graded = judge.grade(hand_in("00_start_here", {"affine": answer}), any_session, b"secret")
    message = graded.verdicts[0].message
    assert message.isprintable()
    json.dumps(graded.to_json(), ensure_ascii=False).encode()


def test_there_are_eight_outcomes_each_with_its_meaning() -> None:
    assert len(OUTCOMES) == 8
    assert all(OUTCOMES.values())
