"""What a very large class needs: files that differ, a watch on the machine, and results that are not all in memory."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from autograder.authoring.bench import machine, scale
from autograder.errors import CourseError
from autograder.exercises import COURSE
from autograder.judging.verdict import Graded
from autograder.nbgrader.found import Found
from autograder.running.grading import Job
from autograder.running.results import Results
from autograder.sandbox import Backend
from tests.unit.test_grading import GRADED, JUDGED

NAME = "02_forward"


def test_every_file_of_the_bench_differs_and_a_broken_one_stays_broken(tmp_path: Path) -> None:
    scale.hand_in(COURSE, tmp_path, NAME, 20)
    files = [path.read_bytes() for path in tmp_path.rglob("*.ipynb")]
    assert len(set(files)) == 20
    assert all(json.loads(data)["cells"] for data in files)
    assert scale._own(b"{", "student") == b"{student"


def test_time_and_memory_of_what_this_process_began_count() -> None:
    burn = "import time; room = bytearray(60_000_000)\nwhile time.process_time() < 0.4: pass\n"
    burn += "print(flush=True); input()"
    cpu, memory = machine.cpu_seconds(), machine.memory_bytes()
    command = [sys.executable, "-c", burn]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as child:
        assert child.stdout
        child.stdout.readline()
        assert machine.memory_bytes() > memory + 50_000_000
        assert machine.cpu_seconds() > cpu + 0.3
        child.communicate(b"\n")
    assert machine.cpu_seconds() > cpu + 0.3, "also when it has ended"


@pytest.mark.parametrize(("values", "growth"), [([1, 1, 2, 2], 2.0), ([3, 3], 1.0), ([2, 9, 1], 0.5)])
def test_growth_is_that_of_the_second_half(values: list[float], growth: float) -> None:
    assert scale._growth(values) == growth


def test_too_few_submissions_compare_nothing() -> None:
    with pytest.raises(CourseError, match="At least 2000 submissions"):
        scale.bench_scale(COURSE, Backend("none"), 1999, 1, short=False)


def test_results_of_a_run_are_read_when_they_are_asked_for(tmp_path: Path) -> None:
    results = Results(tmp_path / "results.jsonl")
    results.keep("first", JUDGED)
    jobs = [Job(Path(f"{student}.ipynb"), student, NAME) for student in ("ann", "bob")]
    lost = replace(GRADED, problem="It was lost.", verdicts=())

    def doubled(_: str, graded: Graded) -> Graded:
        return replace(graded, verdicts=tuple(v.out_of(2 * v.max_score) for v in graded.verdicts))

    found = Found(results, ((jobs[0], "first"), (jobs[1], lost)), doubled)
    assert [(student, graded.path, graded.max_score) for student, _, graded in found] == [
        ("ann", "ann.ipynb", 4.0),
        ("bob", "bob.ipynb", 0),
    ]
    assert found[-1][2].problem == "It was lost."
    assert [student for student, *_ in found[1:]] == ["bob"]
    (tmp_path / "results.jsonl").write_bytes(b"")
    with pytest.raises(CourseError, match="ann, 02_forward is gone"):
        found[0]
