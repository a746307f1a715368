"""What one place says about dependencies, the other says too."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import yaml

from autograder.exercises import COURSE
from docs import make_badges

ROOT = Path(__file__).resolve().parents[2]
ONLY_FROM_PIP = {"sandlock"}


def conda() -> list[object]:
    data = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))
    assert data["channels"] == ["conda-forge", "nodefaults"]
    return list(data["dependencies"])


def read(path: str) -> dict[str, Any]:
    return tomllib.loads((ROOT / path).read_text(encoding="utf-8"))


STUDENT, GRADER = read("pyproject.toml"), read("packaging/grader/pyproject.toml")
NEEDS = [
    *STUDENT["project"]["dependencies"],
    *GRADER["tool"]["hatch"]["metadata"]["hooks"]["custom"]["needs"],
]


def test_conda_lists_every_dependency_with_the_same_bound() -> None:
    wanted = {line.split(";")[0].strip() for line in NEEDS}
    wanted = {line for line in wanted if re.split(r"[<>=]", line)[0] not in ONLY_FROM_PIP}
    listed = {line for line in conda() if isinstance(line, str)} - {"pip"}
    assert listed == wanted | {f"python{STUDENT['project']['requires-python']}"}


def test_conda_installs_the_course_itself_with_pip() -> None:
    assert {"pip": ["-e .", "-e packaging/grader"]} in conda()


def test_what_conda_cannot_give_comes_from_pip() -> None:
    assert {re.split(r"[<>=]", line)[0] for line in NEEDS} >= ONLY_FROM_PIP


def test_students_need_numpy_and_matplotlib_only() -> None:
    names = [re.split(r"[<>=]", line)[0] for line in STUDENT["project"]["dependencies"]]
    assert names == ["matplotlib", "numpy"]


def test_there_is_one_version_and_one_range_of_pythons() -> None:
    place = (ROOT / STUDENT["tool"]["hatch"]["version"]["path"]).resolve()
    assert (ROOT / "packaging/grader" / GRADER["tool"]["hatch"]["version"]["path"]).resolve() == place
    assert "version" in STUDENT["project"]["dynamic"]
    assert "version" in GRADER["project"]["dynamic"]
    assert STUDENT["project"]["requires-python"] == GRADER["project"]["requires-python"]
    found = re.findall(r'"(\d+\.\d+\.\d+)"', (ROOT / "autograder/__init__.py").read_text(encoding="utf-8"))
    assert found == [], "the version is written in rnncourse alone"


def test_notebooks_name_the_place_that_the_package_names() -> None:
    assert COURSE.origin == f"git+{STUDENT['project']['urls']['Source']}"
    assert GRADER["project"]["urls"]["Source"] == STUDENT["project"]["urls"]["Source"]


def test_badges_lead_where_the_package_says_and_are_as_their_template_makes_them() -> None:
    text = make_badges.README.read_text(encoding="utf-8")
    assert text.count(make_badges.badges()) == 1
    assert make_badges.with_badges(text) == text
    assert (ROOT / make_badges.FIRST).is_file()
    for path, content in map(make_badges.picture_of, make_badges.places()):
        assert path.read_text(encoding="utf-8") == content
