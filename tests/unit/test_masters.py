"""Masters: one source for text, stub, solution, points and variants."""

from __future__ import annotations

from pathlib import Path

import pytest

from autograder.course import masters
from autograder.course.exercise import Variant
from autograder.course.masters import stub_of
from autograder.errors import ExerciseError, MasterError
from tests.ours import MODULES, read_master

SOURCE = "def f(x):\n    ### BEGIN SOLUTION\n    return x\n    ### END SOLUTION"


def test_a_stub_is_what_nbgrader_would_make() -> None:
    assert stub_of(SOURCE) == "def f(x):\n    # YOUR CODE HERE\n    raise NotImplementedError()"


def test_every_region_of_a_cell_becomes_a_stub() -> None:
    twice = f"{SOURCE}\n\n{SOURCE.replace('return x', 'return secret')}"
    assert "secret" not in stub_of(twice)
    assert stub_of(twice).count("NotImplementedError") == 2


def test_a_cell_without_a_region_stays() -> None:
    assert stub_of("x = 1") == "x = 1"


def _written(folder: Path, text: str) -> Path:
    path = folder / "97_made_up.py"
    path.write_text(text)
    return path


GOOD = f"""# %% tags=["setup"]
k = 3

# %%
this_is_not_needed = 1 / 0

# %% nbgrader={{"grade_id": "f", "solution": true}}
{SOURCE}

# %% nbgrader={{"grade_id": "check_f", "points": 3}}
check(f)
"""


def test_a_master_is_read_with_complete_metadata(tmp_path: Path) -> None:
    master = masters.read_master(_written(tmp_path, GOOD))
    assert master.name == "97_made_up"
    assert master.graded() == ["f"]
    assert master.points("f") == 3
    assert master.solution("f") == "def f(x):\n    return x"
    assert master.namespace()["f"](5) == 5
    assert master.namespace({"f": "f = lambda x: k"})["f"](5) == 3
    marks = [dict(cell.metadata.nbgrader) for cell in master.notebook.cells if "nbgrader" in cell.metadata]
    assert [(m["grade"], m["solution"], m["locked"], m["schema_version"]) for m in marks] == [
        (False, True, False, 3),
        (True, False, True, 3),
    ]


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('"grade_id": "check_f"', '"grade_id": "f"', "grade_id of its own"),
        ('"grade_id": "check_f", ', "", "grade_id of its own"),
        ('"grade_id": "f"', '"grade_id": "not a name"', "grade_id of its own"),
        ('"points": 3', '"points": "three"', "needs points"),
        ('"points": 3', '"grade": true', "needs points"),
    ],
)
def test_a_wrong_marker_is_named(tmp_path: Path, old: str, new: str, says: str) -> None:
    with pytest.raises(MasterError, match=says):
        masters.read_master(_written(tmp_path, GOOD.replace(old, new)))


def test_a_missing_master_is_named(tmp_path: Path) -> None:
    with pytest.raises(MasterError, match=r"no 96_none\.py"):
        masters.read_master(tmp_path / "96_none.py")


@pytest.mark.parametrize(("edit", "times"), [("no such", 0), ("x", 2)])
def test_an_edit_must_apply_exactly_once(tmp_path: Path, edit: str, times: int) -> None:
    with pytest.raises(ExerciseError, match=f"occurs {times} times"):
        masters.read_master(_written(tmp_path, GOOD)).variant("f", Variant("v", ((edit, "y"),)))


def test_an_exercise_that_is_not_there_is_named() -> None:
    with pytest.raises(ExerciseError, match="no cell with grade_id 'nothing'"):
        read_master("00_start_here").solution("nothing")


@pytest.mark.parametrize("notebook", MODULES)
def test_every_real_master_runs_and_its_stubs_do_not_answer(notebook: str) -> None:
    master = read_master(notebook)
    names = master.namespace()
    for exercise in master.graded():
        assert exercise in names
        assert master.points(exercise) > 0
        assert masters.BEGIN not in master.solution(exercise)
        assert master.stub(exercise) != master.solution(exercise)
