"""What runs for each submission on Gradescope: ``/autograder/submission`` in, ``results/results.json`` out.

The student's code runs in a sandbox inside Gradescope's container. Where none holds there, the result
says so and has no score. ``submission_metadata.json`` is described at
https://gradescope-autograders.readthedocs.io/en/latest/submission_metadata/.
"""

from __future__ import annotations

import json
import os
import sys
import traceback
from dataclasses import replace
from pathlib import Path
from typing import Any

from autograder.course.course import load_course
from autograder.errors import AutograderError, SandboxError
from autograder.judging.judge import Judged, in_points
from autograder.nbgrader.handed_in import job_of
from autograder.platforms.bundle import SECRET, SETTINGS, Chosen
from autograder.platforms.people import People, Person
from autograder.platforms.results import refused, results_of_graded
from autograder.running.files import replace_file
from autograder.running.grading import Setting, grade_all
from autograder.running.results import Results
from autograder.sandbox import choose

NO_SANDBOX = (
    "Your work was not graded: the code of students cannot be confined in this container, so it is not run. "
    "That is not your fault, and no mark was given. Please tell your instructor."
)
FAILED = (
    "Your work was not graded: the grader failed. That is not your fault, and no mark was given. Please tell "
    "your instructor."
)


def main(words: list[str]) -> int:
    """Grade what lies in ``ROOT/submission``; return 1 where no mark could be given."""
    root = Path(words[0] if words else "/autograder").resolve()
    os.environ["PATH"] = os.pathsep.join(
        (str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath))
    )
    try:
        results = graded_there(root)
    except SandboxError as error:
        print(error)
        results = refused(NO_SANDBOX)
    except (AutograderError, OSError, ValueError, KeyError):
        traceback.print_exc(file=sys.stdout)
        results = refused(FAILED)
    replace_file(root / "results" / "results.json", json.dumps(results, indent=1, ensure_ascii=False) + "\n")
    return 0 if "score" in results else 1


def graded_there(root: Path) -> dict[str, Any]:
    """Return the results of the submission under a folder that is laid out as ``/autograder`` is.

    Raises
    ------
    SandboxError
        If no sandbox holds here.
    """
    source = root / "source"
    settings = json.loads((source / SETTINGS).read_text(encoding="utf-8"))
    secret = bytes.fromhex((source / SECRET).read_text(encoding="ascii").strip())
    course = load_course(settings["course"])
    assignment = course.assignment(settings.pop("assignment"))
    chosen = Chosen(**{name: value for name, value in settings.items() if name != "course"})
    backend, users = choose(chosen.sandbox), users_of(root)
    job = job_of(root / "submission", "+".join(map(_called, users)), assignment)
    job = replace(job, numbers_of=ids_of(users, chosen))
    (done,) = grade_all(
        [job], Setting(course, backend, secret, own_numbers=chosen.own_numbers), Results(None)
    )
    judged = in_points(Judged(done.graded, done.marked), chosen.points)
    about = []
    if chosen.own_numbers and any(exercise.own for exercise in assignment.exercises):
        about = _whose_numbers(judged, job.numbers_of)
    return results_of_graded(judged.graded, about)


def users_of(root: Path) -> list[dict[str, Any]]:
    """Return who handed in, as far as Gradescope tells: all of a group."""
    try:
        users = json.loads((root / "submission_metadata.json").read_text(encoding="utf-8"))["users"]
    except (OSError, ValueError, LookupError, TypeError):
        return []
    return [user for user in users if isinstance(user, dict)] if isinstance(users, list) else []


def _called(user: dict[str, Any]) -> str:
    return str(user.get("email") or user.get("id"))


def ids_of(users: list[dict[str, Any]], chosen: Chosen) -> tuple[str, ...]:
    """Return the ids under which they may have worked: those of the roster, then what Gradescope calls them."""
    people = People(Person(id, frozenset(keys), frozenset()) for id, keys in chosen.people.items())
    called = [str(user[key]) for user in users for key in ("email", "sid", "id") if user.get(key)]
    known = [people.find([name]) for name in called]
    return tuple(dict.fromkeys([*(one.id for one in known if isinstance(one, Person)), *called]))


def _whose_numbers(judged: Judged, ids: tuple[str, ...]) -> list[str]:
    """Return what the student reads about their numbers; the log that staff sees has what is odd."""
    odd = [f"{v.exercise}: {flag}" for v in judged.graded.verdicts for flag in v.flags]
    print("".join(f"for a person: {line}\n" for line in odd), end="")
    return [f"Numbers of your own follow from: {ids[0]}." if ids else "Nothing says whose work this is."]


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
