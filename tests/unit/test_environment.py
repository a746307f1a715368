"""What one place says about dependencies, the other says too."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[2]
ONLY_FROM_PIP = {"sandlock"}


def conda() -> list[object]:
    data = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))
    assert data["channels"] == ["conda-forge", "nodefaults"]
    return list(data["dependencies"])


def project() -> dict[str, object]:
    return dict(tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"])


def test_conda_lists_every_dependency_with_the_same_bound() -> None:
    wanted = {str(line).split(";")[0].strip() for line in project()["dependencies"]}  # type: ignore[attr-defined]
    wanted = {line for line in wanted if re.split(r"[<>=]", line)[0] not in ONLY_FROM_PIP}
    listed = {line for line in conda() if isinstance(line, str)} - {"pip"}
    assert listed == wanted | {f"python{project()['requires-python']}"}


def test_conda_installs_the_course_itself_with_pip() -> None:
    assert {"pip": ["-e ."]} in conda()


def test_what_conda_cannot_give_comes_from_pip() -> None:
    names = {re.split(r"[<>=]", str(line))[0] for line in project()["dependencies"]}  # type: ignore[attr-defined]
    assert names >= ONLY_FROM_PIP


def test_who_develops_gets_what_fuzzing_needs() -> None:
    extras: dict[str, list[str]] = project()["optional-dependencies"]  # type: ignore[assignment]
    assert set(extras["fuzz"]) <= set(extras["dev"])
