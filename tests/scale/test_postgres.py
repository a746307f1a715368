"""PostgreSQL as gradebook and as store of results: several graders at once, and a connection that is lost."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("psycopg")

from sqlalchemy import create_engine, text

from autograder.exercises import COURSE
from autograder.nbgrader.folder import CourseFolder, init_course
from tests.handing_in import hand_in, solved
from tests.scale.dask_here import ROOT
from tests.scale.postgres_here import Server, postgres_here, programs
from tests.unit.test_shared import (  # the same store, in this server
    graders,
    test_a_fault_of_ours_is_graded_again_and_replaced,
    test_a_grader_without_a_sign_of_life_loses_its_claims,
    test_a_result_is_found_by_everybody,
    test_what_is_done_is_claimed_by_nobody,
    test_what_is_written_is_noted_for_each_course,
    test_what_was_left_is_claimed_by_the_next,
    test_who_claims_first_grades,
)

__all__ = [
    "graders",
    "test_a_fault_of_ours_is_graded_again_and_replaced",
    "test_a_grader_without_a_sign_of_life_loses_its_claims",
    "test_a_result_is_found_by_everybody",
    "test_what_is_done_is_claimed_by_nobody",
    "test_what_is_written_is_noted_for_each_course",
    "test_what_was_left_is_claimed_by_the_next",
    "test_who_claims_first_grades",
]

NAME = "00_start_here"
WRONG = hand_in(NAME, {"affine": "def affine(x, W, b):\n    return np.tanh(x @ W)\n"})
HALF = 8
MARKS = """
    select submitted_assignment.student_id, grade.auto_score from grade
    join submitted_notebook on grade.notebook_id = submitted_notebook.id
    join submitted_assignment on submitted_notebook.assignment_id = submitted_assignment.id
    order by 1
"""

pytestmark = pytest.mark.skipif(programs() is None, reason="PostgreSQL is not installed")


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with postgres_here() as server:
        yield server


@pytest.fixture
def url(server: Server) -> str:
    """An empty store."""
    run(server, "drop table if exists rnncourse_result, rnncourse_claim, rnncourse_written")
    return server.url


def run(server: Server, statement: str) -> list[Any]:
    engine = create_engine(server.url)
    with engine.begin() as connection:
        done = connection.execute(text(statement))
        rows = [tuple(row) for row in done] if done.returns_rows else []
    engine.dispose()
    return rows


def halves(server: Server, folder: Path) -> tuple[Path, Path]:
    """Make two course directories with one secret and one gradebook; half of the class is in each."""
    left = folder / "left"
    init_course(COURSE, left, [NAME])
    with (left / "nbgrader_config.py").open("a") as config:
        config.write(f'\nc.CourseDirectory.db_url = "{server.url}"\n')
    command = [sys.executable, "-m", "nbgrader", "generate_assignment", NAME]
    subprocess.run(command, cwd=left, check=True, env=os.environ | {"PYTHONPATH": str(ROOT)})
    right = shutil.copytree(left, folder / "right")
    for number in range(2 * HALF):
        root = left if number < HALF else right
        place = root / "submitted" / f"student-{number:02d}" / NAME
        place.mkdir(parents=True)
        (place / f"{NAME}.ipynb").write_bytes(WRONG if number % 4 == 3 else solved(NAME))
    return left, right


def grader(course: Path) -> subprocess.Popen[str]:
    words = [sys.executable, "-m", "autograder", "autograde", NAME, "--course", str(course), "--jobs", "1"]
    return subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


def graded_now(process: subprocess.Popen[str]) -> int:
    said, _ = process.communicate(timeout=400)
    assert process.returncode == 0, said
    found = re.search(r"(\d+) graded now", said)
    assert found, said
    return int(found[1])


def test_three_graders_share_a_class_and_lose_their_connection(
    server: Server, url: str, tmp_path: Path
) -> None:
    left, right = halves(server, tmp_path)
    those = [grader(left), grader(right), grader(left)]
    done = "select count(*) from rnncourse_result"
    there = "select count(*) from pg_tables where tablename = 'rnncourse_result'"
    while run(server, there) == [(0,)] or run(server, done)[0][0] < 2:
        for process in those:
            assert process.poll() is None, process.communicate()[0]
        time.sleep(0.1)
    server.lose_every_connection()
    counts = [graded_now(process) for process in those]
    assert sum(counts) == 2 * HALF, f"no file is graded twice: {counts}"
    assert run(server, done) == [(2 * HALF,)]
    assert run(server, "select count(*) from rnncourse_claim") == [(0,)]
    marks = run(server, MARKS)
    assert [student for student, _ in marks] == [f"student-{n:02d}" for n in range(2 * HALF)], "each once"
    assert {score for student, score in marks if int(student[-2:]) % 4 != 3} == {2.0}
    assert all(score < 2.0 for student, score in marks if int(student[-2:]) % 4 == 3)
    assert graded_now(grader(left)) == 0
    assert not (left / "gradebook.db").exists()
    assert len(list(left.glob(f"autograded/*/{NAME}/{NAME}.ipynb"))) == HALF
    assert CourseFolder(left).secret == CourseFolder(right).secret
