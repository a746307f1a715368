"""Of one student's copies in a folder or an archive, `grade` takes the worked one and names the others."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from autograder.cli.finding import to_jobs
from autograder.exercises import COURSE
from autograder.running.grading import Job
from tests.handing_in import hand_in, solutions_of, solved
from tests.unit.platforms import made

NAME = "00_start_here"
RIGHT, FIRST, COPY1 = f"{NAME}.ipynb", f"{NAME} (1).ipynb", f"{NAME}-Copy1.ipynb"
KEPT = f".ipynb_checkpoints/{NAME}-checkpoint.ipynb"
STUB, DONE = hand_in(NAME, {}), solved(NAME)
OTHER = hand_in(NAME, {name: f"# mine\n{text}" for name, text in solutions_of(NAME).items()})
Files = Mapping[str, bytes]


def found(base: Path, files: Files, packed: bool, student: str = "") -> tuple[dict[str, Job], list[str]]:
    """Return what would be graded, by its name in the folder or archive, and the lines on all else."""
    path = base / ("all.zip" if packed else "all")
    if packed:
        made.pack(path, files)
    for name, data in {} if packed else files.items():
        (path / name).parent.mkdir(parents=True, exist_ok=True)
        (path / name).write_bytes(data)
    jobs, lines = to_jobs([path], COURSE, student=student)
    return {job.member or job.path.relative_to(path).as_posix(): job for job in jobs}, lines


CHOSEN: list[tuple[Files, list[str]]] = [
    ({RIGHT: STUB, FIRST: DONE}, [FIRST]),
    ({RIGHT: STUB, COPY1: DONE}, [COPY1]),
    ({RIGHT: STUB, KEPT: DONE}, [KEPT]),
    ({KEPT: DONE}, [KEPT]),
    ({RIGHT: STUB, f"{NAME}.ipynb.txt": DONE}, [f"{NAME}.ipynb.txt"]),
    ({RIGHT: STUB, f"Copy of {NAME}.ipynb": DONE}, [f"Copy of {NAME}.ipynb"]),
    ({RIGHT: STUB, f"{NAME} - Kopie (2).ipynb": DONE}, [f"{NAME} - Kopie (2).ipynb"]),
    ({RIGHT: STUB, f"{NAME} 2.ipynb": DONE}, [f"{NAME} 2.ipynb"]),
    ({RIGHT: STUB, "Untitled.ipynb": DONE}, ["Untitled.ipynb"]),
    ({RIGHT: b"", FIRST: DONE}, [FIRST]),
    ({RIGHT: DONE, FIRST: STUB}, [RIGHT]),
    ({RIGHT: DONE, KEPT: OTHER}, [RIGHT]),
    ({RIGHT: STUB, FIRST: STUB}, [RIGHT, FIRST]),
    ({RIGHT: STUB, KEPT: STUB}, [RIGHT]),
    ({RIGHT: STUB, "ana.ipynb": STUB, "bo.ipynb": STUB}, [RIGHT, "ana.ipynb", "bo.ipynb"]),
    ({"ana.ipynb": DONE, "bo.ipynb": STUB}, ["ana.ipynb", "bo.ipynb"]),
    ({RIGHT: STUB, "03_bptt.ipynb": b"{}"}, [RIGHT, "03_bptt.ipynb"]),
]


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("within", ["", "ana/"])
@pytest.mark.parametrize("number", range(len(CHOSEN)))
def test_the_worked_copy_is_graded_and_every_other_is_named(
    number: int, within: str, packed: bool, tmp_path: Path
) -> None:
    files, graded = CHOSEN[number]
    jobs, lines = found(tmp_path, {within + name: data for name, data in files.items()}, packed)
    assert sorted(jobs) == sorted(within + name for name in graded)
    assert {job.student for job in jobs.values()} == {within.rstrip("/")}
    assert [job.doubts for job in jobs.values()] == [()] * len(graded)
    for name in set(files) - set(graded):
        assert any(line.split(": ", 2 if packed else 1)[-2].endswith(within + name) for line in lines)


@pytest.mark.parametrize("student", ["", "ana"])
def test_two_that_are_worked_are_for_a_person(tmp_path: Path, student: str) -> None:
    jobs, _ = found(tmp_path, {RIGHT: DONE, FIRST: OTHER}, False, student)
    assert sorted(jobs) == ([RIGHT] if student else sorted([RIGHT, FIRST]))
    assert all("other work" in job.doubts[0] for job in jobs.values())


def test_of_one_students_two_that_are_equal_either_will_do(tmp_path: Path) -> None:
    jobs, lines = found(tmp_path, {f"ana/{RIGHT}": DONE, f"ana/{FIRST}": DONE}, False)
    assert [(name, job.doubts) for name, job in jobs.items()] == [(f"ana/{RIGHT}", ())]
    assert "it is the same file" in lines[0]


OF_SEVERAL: list[Files] = [
    {f"ana/{RIGHT}": STUB, f"bo/{FIRST}": DONE},
    {f"ana/{RIGHT}": STUB, f"bo/{KEPT}": DONE},
    {f"ana_{RIGHT}": STUB, f"bo_{FIRST}": DONE},
    {f"Ana Arbol_1_assignsubmission_file_/{RIGHT}": STUB, f"Bo Berg_2_assignsubmission_file_/{FIRST}": DONE},
    {f"ana_1_11_{RIGHT}": STUB, f"bo_2_22_{NAME}-1.ipynb": DONE, f"cy_3_33_{RIGHT}": STUB},
    {f"Ana Arbol - {RIGHT}": STUB, f"Bo Berg - {FIRST}": DONE},
    {f"lab/ana-{RIGHT}": STUB, f"lab/bo-{FIRST}": DONE},
]


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("number", range(len(OF_SEVERAL)))
def test_what_is_of_different_students_is_never_chosen_among(
    number: int, packed: bool, tmp_path: Path
) -> None:
    jobs, lines = found(tmp_path, OF_SEVERAL[number], packed)
    assert sorted(jobs) == sorted(OF_SEVERAL[number])
    assert lines == []


def test_a_checkpoint_is_whose_its_notebook_is(tmp_path: Path) -> None:
    ana, bo, kept = (
        f"ana_1_11_{RIGHT}",
        f"bo_2_22_{RIGHT}",
        f".ipynb_checkpoints/bo_2_22_{NAME}-checkpoint.ipynb",
    )
    jobs, _ = found(tmp_path, {ana: STUB, bo: STUB, kept: DONE}, False)
    assert {name: job.student for name, job in jobs.items()} == {ana: "1", kept: "2"}


def test_a_link_as_a_checkpoint_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "theirs.ipynb").write_bytes(DONE)
    kept = tmp_path / "all" / KEPT
    kept.parent.mkdir(parents=True)
    kept.symlink_to(tmp_path / "theirs.ipynb")
    jobs, lines = found(tmp_path, {RIGHT: STUB}, False)
    assert list(jobs) == [RIGHT]
    assert len(lines) == 1
