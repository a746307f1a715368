"""Build both wheels and use the students' one where nothing else is installed.

``python -m tests.wheels build/wheels``, which ``make wheels`` runs. It needs the package index.
"""

from __future__ import annotations

import json
import re
import shutil
import statistics
import subprocess
import sys
import venv
import zipfile
from email.parser import Parser
from pathlib import Path

from autograder.course.masters import Master
from autograder.course.release import CHECK
from autograder.exercises import COURSE

ROOT = Path(__file__).resolve().parents[1]
SOURCES = {"rnncourse": ROOT, "rnncourse_grader": ROOT / "packaging" / "grader"}
MOST_IMPORT_SECONDS = 0.150
FORBIDDEN = re.compile(r"^(solutions|autograder|tests)/|(^|/)exercises/|\.ipynb$|_mistakes\.py$|/why\.md$")
"""What students must not find in their wheel: solutions, the grader, the bank of mistakes."""

RUN = """
import json, sys
for title, cells in json.load(sys.stdin):
    names = {"__name__": "__main__"}
    for label, source in cells:
        exec(compile(source, f"<{title}, {label}>", "exec"), names)
    if "matplotlib.pyplot" in sys.modules and "pyplot" not in "".join(source for _, source in cells):
        sys.exit(f"{title}: pyplot was imported, and no figure was drawn")
    print(f"{title}: {sum(label.startswith('check_') for label, _ in cells)} checks", file=sys.stderr)
"""
IMPORT = "import time; start = time.process_time(); import {}; print(time.process_time() - start)"


class WheelError(Exception):
    """A wheel is not as it must be; the message says in what."""


def main(folder: Path) -> None:
    """Build, look, install and use."""
    wheels = build(folder)
    look_at_students(wheels["rnncourse"])
    look_at_graders(wheels["rnncourse_grader"])
    python = install(wheels["rnncourse"], folder / "environment")
    use(python)
    seconds = min(import_seconds(python) for _ in range(2))  # once more, if a neighbour disturbed it
    print(
        f"import rnncourse: {1000 * seconds:.0f} ms of CPU time above numpy (at most {1000 * MOST_IMPORT_SECONDS:.0f})"
    )
    if seconds > MOST_IMPORT_SECONDS:
        raise WheelError(
            "`import rnncourse` takes too long: find what it imports with `python -X importtime`."
        )


def build(folder: Path) -> dict[str, Path]:
    """Return the two wheels, newly built in an empty folder."""
    shutil.rmtree(folder, ignore_errors=True)
    for source in SOURCES.values():
        command = ["build", "--wheel", "--no-isolation", "--outdir", str(folder.resolve()), str(source)]
        subprocess.run([sys.executable, "-m", *command], check=True, stdout=subprocess.DEVNULL)
    return {name: next(folder.glob(f"{name}-*.whl")) for name in SOURCES}


def look_at_students(wheel: Path) -> None:
    """Hold what is in the students' wheel and what is not.

    Raises
    ------
    WheelError
        If something is missing, or there that must not be.
    """
    names, needs = contents(wheel)
    wrong = [name for name in names if FORBIDDEN.search(name)]
    if wrong:
        raise WheelError(f"Students must not get {', '.join(wrong)}.")
    exercises = {f"rnncourse/cases/{exercise}.json" for a in COURSE for exercise in a.master.graded()}
    by_hand = {
        f"rnncourse/cases/{e}.json" for a in COURSE for e in a.master.graded() if not asked(a.master, e)
    }
    contents_of = {f"rnncourse/contents/{name}.json" for name in COURSE.names}
    missing = {"rnncourse/py.typed", *exercises - by_hand, *contents_of} - names
    if missing:
        raise WheelError(f"The students' wheel lacks {', '.join(sorted(missing))}.")
    if needs != {"matplotlib", "numpy"}:
        raise WheelError(f"The students' wheel requires {sorted(needs)}: numpy and matplotlib are enough.")
    print(
        f"{wheel.name}: {len(names)} files, {wheel.stat().st_size / 1e3:.0f} kB, {len(exercises)} exercises"
    )


def look_at_graders(wheel: Path) -> None:
    """Hold that the graders' wheel has the masters, and the students' package beside it, not in it.

    Raises
    ------
    WheelError
        If not.
    """
    names, needs = contents(wheel)
    missing = {f"autograder/solutions/{name}.py" for name in COURSE.names} | {"autograder/py.typed"}
    if missing - names or "rnncourse" not in needs or any(name.startswith("rnncourse/") for name in names):
        raise WheelError(f"The graders' wheel lacks {sorted(missing - names)}, or does not need rnncourse.")
    print(f"{wheel.name}: {len(names)} files, {wheel.stat().st_size / 1e3:.0f} kB")


def contents(wheel: Path) -> tuple[set[str], set[str]]:
    """Return the names of the files in a wheel, and of the packages that it cannot do without."""
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
        metadata = next(name for name in names if name.endswith(".dist-info/METADATA"))
        required = Parser().parsestr(archive.read(metadata).decode()).get_all("Requires-Dist", [])
    needed = [line for line in required if "extra ==" not in line]
    return names, {re.split(r"[^\w.-]", line, maxsplit=1)[0] for line in needed}


def install(wheel: Path, folder: Path) -> Path:
    """Return the Python of a new environment in which there is only this wheel and what it needs."""
    venv.create(folder, with_pip=True, clear=True)
    python = folder / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
    subprocess.run([python, "-m", "pip", "install", "--quiet", wheel.resolve()], check=True)
    return python.absolute()


def use(python: Path) -> None:
    """Run the set-up, the solutions and every check of all notebooks, in one plain Python for each.

    Raises
    ------
    WheelError
        If one does not come to its end.
    """
    for assignment in COURSE:
        given = json.dumps([(assignment.name, cells_of(assignment.master))])
        command, elsewhere = [python, "-c", RUN], python.parent  # where the repository is not imported from
        done = subprocess.run(command, input=given, text=True, stdout=subprocess.DEVNULL, cwd=elsewhere)
        if done.returncode:
            raise WheelError(f"{assignment.name} does not run with the students' wheel alone.")


def cells_of(master: Master) -> list[tuple[str, str]]:
    """Return label and source of the cells that solve a notebook, and of those that check it."""
    found = []
    for cell in master.notebook.cells:
        label = cell.metadata.get("nbgrader", {}).get("grade_id", "")
        solves = cell.metadata.get("nbgrader", {}).get("solution") or "setup" in cell.metadata.get("tags", [])
        if cell.cell_type == "code" and (solves or label.startswith(CHECK)):
            found.append((label or "setup", cell.source))
    return found


def asked(master: Master, exercise: str) -> bool:
    """Return whether a check asks an exercise: a person reads the others."""
    return any(label == CHECK + exercise for label, _ in cells_of(master))


def import_seconds(python: Path) -> float:
    """Return how much more CPU time than NumPy the package takes to import: medians of five."""
    medians = {}
    for name in ("numpy", "rnncourse"):
        command = [python, "-c", IMPORT.format(name)]
        runs = [subprocess.run(command, capture_output=True, text=True, check=True) for _ in range(6)]
        medians[name] = statistics.median(float(run.stdout) for run in runs[1:])  # the first compiles
    return medians["rnncourse"] - medians["numpy"]


if __name__ == "__main__":
    try:
        main(Path(*sys.argv[1:2] or ["build/wheels"]))
    except (WheelError, subprocess.CalledProcessError) as error:
        sys.exit(str(error))
