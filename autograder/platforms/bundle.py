"""The archive that makes Gradescope grade an assignment with our judge.

What it must hold, and where Gradescope puts it, is said at
https://gradescope-autograders.readthedocs.io/en/latest/specs/: ``setup.sh`` and ``run_autograder`` at its
root, everything else beside them; it is unpacked to ``/autograder/source``.
"""

from __future__ import annotations

import json
import tomllib
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from importlib import import_module, metadata
from pathlib import Path

from autograder.course.course import Course
from autograder.errors import CourseError
from autograder.running.files import replace_bytes

SCRIPTS = ("setup.sh", "run_autograder")
PACKAGES, SETTINGS, SECRET = "packages", "settings.json", "secret"
_FILES = Path(__file__).with_name("gradescope_files")
_LEFT_OUT = ("__pycache__", ".ipynb_checkpoints")
_WHEN = (1980, 1, 1, 0, 0, 0)
"""The same archive is the same bytes."""


@dataclass(frozen=True)
class Chosen:
    """What an instructor chose for the archive.

    Attributes
    ----------
    sandbox : str
        The one to use there; the best that works when empty.
    points : mapping
        What the exercises are worth, where that is not what their notebook says.
    own_numbers : bool
        Whether exercises with numbers of the student's own are judged with those.
    people : mapping
        All that Gradescope may call a student, by what the course calls them; empty without a roster.
    """

    sandbox: str = ""
    points: Mapping[str, float] = field(default_factory=dict)
    own_numbers: bool = False
    people: Mapping[str, list[str]] = field(default_factory=dict, repr=False)


def write_bundle(path: Path, course: Course, assignment: str, secret: bytes, chosen: Chosen) -> int:
    """Write the archive for one assignment, and return how many files are in it.

    Parameters
    ----------
    path : Path
        Where to.
    course, assignment
        What is graded. The solutions of the whole course are in the archive: it is for instructors.
    secret : bytes
        Makes the hidden cases unknowable.
    chosen : Chosen
        How it is graded there.

    Raises
    ------
    ExerciseError
        If there is no such assignment.
    CourseError
        If the masters lie where they would not be found again.
    """
    course.assignment(assignment)
    settings = {"course": course.where, "assignment": assignment, **asdict(chosen)}
    files = {name: (_FILES / name).read_bytes() for name in SCRIPTS}
    files |= {SETTINGS: json.dumps(settings, indent=1).encode(), SECRET: secret.hex().encode()}
    files["requirements.txt"] = "".join(f"{line}\n" for line in needs()).encode()
    files |= {f"{PACKAGES}/{name}": place.read_bytes() for name, place in _sources(course)}
    replace_bytes(path, _packed(files))
    return len(files)


def _packed(files: dict[str, bytes]) -> bytes:
    from io import BytesIO

    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name in sorted(files):
            entry = zipfile.ZipInfo(name, _WHEN)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 3
            entry.external_attr = (0o100755 if name in SCRIPTS else 0o100644) << 16
            archive.writestr(entry, files[name])
    return buffer.getvalue()


def _sources(course: Course) -> Iterator[tuple[str, Path]]:
    """Yield every file of the packages that grading needs, by its name in the archive."""
    packages = {"autograder", "rnncourse", course.package, course.where.partition(".")[0].partition(":")[0]}
    roots = {Path(str(import_module(name).__file__)).parent for name in packages}
    masters = course.masters.resolve()
    if not any(root in masters.parents for root in roots):
        if not any(masters.parent == root.parent for root in roots):
            raise CourseError(f"{masters} lies neither in a package of the course nor beside one.")
        roots.add(masters)
    for root in sorted(roots):
        for place in sorted(root.rglob("*")):
            if place.is_file() and not any(part in _LEFT_OUT for part in place.parts):
                yield f"{root.name}/{place.relative_to(root).as_posix()}", place


def needs() -> list[str]:
    """Return what grading needs installed: as the wheel says it, or, in a clone, the files that it is made from."""
    try:
        lines = [line for line in metadata.requires("rnncourse-grader") or () if "extra ==" not in line]
        lines += [line for line in metadata.requires("rnncourse") or () if "extra ==" not in line]
    except metadata.PackageNotFoundError:
        lines = _needs_of_a_clone()
    return sorted(line for line in lines if not line.startswith("rnncourse"))


def _needs_of_a_clone() -> list[str]:
    root = Path(__file__).resolve().parents[2]
    student = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))
    grader = tomllib.loads((root / "packaging/grader/pyproject.toml").read_text(encoding="utf-8"))
    return [
        *student["project"]["dependencies"],
        *grader["tool"]["hatch"]["metadata"]["hooks"]["custom"]["needs"],
    ]
