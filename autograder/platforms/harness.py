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
from pathlib import Path
from typing import Any

from autograder.course.course import load_course
from autograder.errors import AutograderError, SandboxError
from autograder.judging.judge import Judged, in_points
from autograder.nbgrader.handed_in import job_of
from autograder.platforms.bundle import SECRET, SETTINGS
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
    backend = choose(settings["sandbox"])
    job = job_of(root / "submission", student_of(root), course.assignment(settings["assignment"]))
    (done,) = grade_all([job], Setting(course, backend, secret), Results(None))
    return results_of_graded(in_points(Judged(done.graded, done.marked), settings["points"]).graded)


def student_of(root: Path) -> str:
    """Return who handed in, as far as Gradescope tells: all of a group, by address or number."""
    try:
        about = json.loads((root / "submission_metadata.json").read_text(encoding="utf-8"))
        return "+".join(str(user.get("email") or user.get("id")) for user in about["users"])
    except (OSError, ValueError, LookupError, TypeError, AttributeError):
        return ""


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
