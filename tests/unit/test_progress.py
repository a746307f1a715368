"""What a learner did is kept beside the notebooks, whatever happens to the file, and shown."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from autograder.sandbox import Session
from autograder.submission.kinds import NOTEBOOK, kind_of
from rnncourse import hint, progress
from rnncourse.checking.caseset import names
from rnncourse.checking.outcomes import CORRECT, NOT_ATTEMPTED, PARTIAL, WRONG
from rnncourse.learning import contents, here, pages, standing
from rnncourse.learning.record import FILE, Entry, Record, read
from tests.ours import grade, student_notebook

ROOT = Path(__file__).resolve().parents[2]
WRITER = """
import sys
from pathlib import Path
from rnncourse.learning.record import Record
record = Record(Path(sys.argv[1]))
for n in range(20):
    record.change(f"{sys.argv[2]}_{n}", lambda entry: entry.checked("wrong"))
    record.change("both", lambda entry: entry.checked("wrong"))
"""


def test_best_last_and_hints_are_kept_in_a_file_that_a_person_can_read(tmp_path: Path) -> None:
    record = Record(tmp_path)
    for outcome in (NOT_ATTEMPTED, WRONG, CORRECT, PARTIAL):
        record.change("rnn_step", lambda entry, o=outcome: entry.checked(o))  # type: ignore[misc]
    record.change("affine", lambda entry: entry.hinted(3))
    again = Record(tmp_path).entries()
    assert (again["rnn_step"].best, again["rnn_step"].last) == (CORRECT, PARTIAL)
    assert (again["rnn_step"].checks, again["rnn_step"].failed, again["affine"].hints) == (4, 2, 1)
    text = (tmp_path / FILE).read_text()
    assert "nobody grades by it" in text
    assert sum('"rnn_step"' in line for line in text.split("\n")) == 1
    assert [path.name for path in tmp_path.iterdir()] == [FILE], "no lock and no half-written file is left"


def test_two_kernels_at_once_lose_nothing(tmp_path: Path) -> None:
    command = [sys.executable, "-c", WRITER, str(tmp_path)]
    writers = [subprocess.Popen([*command, name], cwd=ROOT) for name in ("one", "two")]
    assert [writer.wait(60) for writer in writers] == [0, 0]
    entries = read(tmp_path / FILE)
    assert len(entries) == 41
    assert entries["both"].checks == 40


@pytest.mark.parametrize(
    "found",
    ['{"exercises": {"aff', "", "[1, 2]", '{"exercises": 3, "version": 1}', '{"theirs": 1}', "[" * 10**5],
)
def test_a_file_that_is_not_ours_is_kept_aside(found: str, tmp_path: Path) -> None:
    (tmp_path / FILE).write_text(found)
    said: list[str] = []
    Record(tmp_path, said.append).change("affine", lambda entry: entry.checked(CORRECT))
    (aside,) = set(tmp_path.iterdir()) - {tmp_path / FILE}
    assert aside.read_text() == found
    assert len(said) == 1
    assert aside.name in said[0]
    assert read(tmp_path / FILE)["affine"].best == CORRECT


def test_who_hands_it_in_is_told_what_it_is_and_a_notebook_of_that_name_is_graded() -> None:
    assert kind_of(f"ada_{FILE}", b'{"about": "what you checked"}').startswith("what progress() keeps")
    assert kind_of(FILE, b'{"cells": []}') == NOTEBOOK


def test_nonsense_in_an_entry_is_nothing(tmp_path: Path) -> None:
    entries = {"affine": {"best": "perfect", "hints": -3, "checks": True, "when": 7}, "b": 3}
    (tmp_path / FILE).write_text(json.dumps({"version": 1, "exercises": entries}))
    assert read(tmp_path / FILE) == {"affine": Entry()}


def test_where_nothing_can_be_written_it_stays_in_memory_and_says_so_once(tmp_path: Path) -> None:
    said: list[str] = []
    record = Record(tmp_path / "not there", said.append)
    for _ in range(2):
        record.change("affine", lambda entry: entry.hinted(3))
    assert record.entries()["affine"].hints == 2
    assert len(said) == 1
    (tmp_path / "not there").mkdir()
    record.change("rnn_step", lambda entry: entry.checked(CORRECT))
    assert read(tmp_path / "not there" / FILE)["affine"].hints == 2, "what was unsaved is saved with the next"


def test_a_lock_that_a_dead_kernel_left_does_not_stop_anybody(tmp_path: Path) -> None:
    lock = tmp_path / ".rnncourse-progress.lock"
    lock.touch()
    os.utime(lock, (0, 0))
    Record(tmp_path).change("affine", lambda entry: entry.checked(CORRECT))
    assert read(tmp_path / FILE)["affine"].best == CORRECT
    assert not lock.exists()


def test_nothing_is_written_by_a_program_or_where_work_is_graded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert here.folder(tmp_path) is None, "the tests turn it off"
    monkeypatch.delenv("RNNCOURSE_PROGRESS")
    assert here.folder(tmp_path) == tmp_path
    assert here.folder(tmp_path / "02_forward") == tmp_path, "nbgrader gives each notebook its own folder"
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")
    assert here.folder(tmp_path) is None
    monkeypatch.delenv("NBGRADER_EXECUTION")
    monkeypatch.setattr(here, "BEGUN_IN", str(tmp_path))
    for in_a_notebook, place in ((False, None), (True, tmp_path)):
        monkeypatch.setattr(here, "_in_a_notebook", lambda there=in_a_notebook: there)
        monkeypatch.setattr(here, "_record", None)
        assert here.record().folder == place


def test_the_contents_name_every_exercise_with_points_and_minutes() -> None:
    asked = [a for notebook in contents.course() for a in notebook.exercises]
    assert {a.id for a in asked if not a.by_hand} == set(names())
    assert [a.id for a in asked if a.by_hand] == ["derivation", "report"]
    assert all(a.points > 0 and a.minutes > 0 and a.objective for a in asked)


def _standings(**entries: Entry) -> tuple[standing.Standing, ...]:
    return standing.standings(contents.course(), entries)


def test_states_follow_the_last_attempt() -> None:
    all_of = _standings(
        rnn_step=Entry(CORRECT, NOT_ATTEMPTED),
        rnn_forward=Entry(CORRECT, WRONG, hints=1),
        softmax=Entry(PARTIAL, PARTIAL),
        count_parameters=Entry(NOT_ATTEMPTED, NOT_ATTEMPTED),
    )
    one = next(s for s in all_of if s.contents.notebook == "02_forward")
    states = {place.asked.id: place.state for place in one.places}
    assert states["rnn_step"] == standing.SOLVED, "a stub that is checked again takes nothing away"
    assert states["rnn_forward"] == standing.TRIED
    assert states["softmax"] == standing.PARTLY
    assert states["count_parameters"] == standing.NOT_STARTED
    text, html = standing.notebook_text(one, all_of), pages.notebook_html(one, all_of)
    for shown in (text, html):
        assert "was solved before, 1 hint" in shown
        assert "1 of 7 exercises solved, worth 2 of 19 points; about 70 minutes left" in shown
        assert "Next: rnn_forward: " in shown
        assert "not a grade" in shown
    assert "<script" not in pages.course_html(all_of, one)


def test_what_comes_next_is_in_the_next_notebook_when_this_one_is_solved() -> None:
    solved = {a.id: Entry(CORRECT, CORRECT) for a in contents.course()[0].exercises}
    all_of = _standings(**solved)
    assert standing.coming(all_of, all_of[0]).startswith("Next: build_vocabulary in 01_one_hot.ipynb")
    everything = {a.id: Entry(CORRECT, CORRECT) for c in contents.course() for a in c.exercises}
    assert standing.coming(_standings(**everything)) == "Every exercise of the course is solved."


def test_what_a_person_reads_is_neither_open_nor_solved() -> None:
    one = next(s for s in _standings() if s.contents.notebook == "03_bptt")
    assert one.places[-1].state == standing.BY_HAND
    assert len(one.checked) == 8


@pytest.mark.parametrize("name", ["", "02_forward", "02", "02_forward.ipynb", "rnn_step"])
def test_progress_shows_a_notebook_or_the_course(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    progress(name)
    shown = capsys.readouterr().out
    assert shown.startswith("2 Forward propagation" if name else "The course")
    progress("no_such_notebook")
    assert "The notebooks are: 00_start_here" in capsys.readouterr().out


def test_hints_go_on_in_the_next_kernel(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for _ in range(2):
        monkeypatch.setattr(here, "_record", Record(tmp_path))
        hint("affine")
    lines = capsys.readouterr().out.strip().split("\n")
    assert [line.split(":")[0] for line in lines] == ["Hint 1 of 3 for affine", "Hint 2 of 3 for affine"]


def test_where_it_is_graded_nothing_is_shown_or_written(any_session: Session) -> None:
    notebook = student_notebook("00_start_here")
    notebook.cells[-1].source += "\nfrom rnncourse import notebook, solution\nsolution('affine')\n"
    notebook.cells[-1].source += "notebook.hint('affine')\nimport os\nprint(os.listdir(), 'was here')"
    graded = grade(nbformat.writes(notebook).encode(), any_session, b"secret", "00_start_here.ipynb")
    shown = graded.outputs[notebook.cells[-1].id]
    assert "[] was here" in str(shown)
    assert "solved" not in str(shown)
