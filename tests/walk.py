"""Follow docs/new_course.md as a newcomer would: every command in it, in order, in this environment.

``python -m tests.walk FOLDER`` prints how long each took, and ends with 1 where one fails or does not do what
the page says.
"""

from __future__ import annotations

import csv
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "new_course.md"
MISTAKE = "return x @ w - b"
"""What the newcomer writes where the page says so."""
SAYS = {
    "python -m autograder audit": ", 0 holes",
    "python -m pytest": "2 passed",
    "python -m autograder grade": "(mistake: bias_subtracted)",
    "python -m autograder demo": "72 of 72 verdicts as expected",
}
"""What a command must print, by its beginning."""


def main(folder: str) -> int:
    """Walk, and return 0 if all went well."""
    place = Path(folder).resolve()
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir(parents=True)
    environment = _environment(place)
    began = time.perf_counter()
    try:
        here = _walked(place, environment)
    finally:
        _run("python -m pip uninstall --yes regression", place, environment)
    print(f"{time.perf_counter() - began:6.1f} s in all")
    return _check(here) if here else 1


def _walked(here: Path, environment: dict[str, str]) -> Path | None:
    """Do all that the page says; return the folder where it ends, or None if a command failed."""
    for command in commands(PAGE.read_text(encoding="utf-8")):
        if command.startswith("cd "):
            here /= command.removeprefix("cd ")
        elif command.startswith("jupyter "):
            _write_the_mistake(here / "notebooks" / "01_line.ipynb")
        elif not _run(command, here, environment):
            return None
    return here


def commands(page: str) -> Iterator[str]:
    """Yield the commands of a page: the lines of its blocks without their comments."""
    for block in re.findall(r"^```\n(.*?)^```$", page, re.MULTILINE | re.DOTALL):
        for line in block.splitlines():
            yield re.sub(r"\s+# .*", "", line).strip()


def _environment(place: Path) -> dict[str, str]:
    """Return the variables with which `python` and `nbgrader` are those of this environment."""
    path = os.pathsep.join((str(Path(sys.executable).parent), os.environ["PATH"]))
    return os.environ | {"PATH": path, "JUPYTER_CONFIG_DIR": str(place / ".jupyter")}


def _run(command: str, here: Path, environment: dict[str, str]) -> bool:
    started = time.perf_counter()
    done = subprocess.run(
        ["bash", "-c", command], cwd=here, env=environment, capture_output=True, text=True, check=False
    )
    print(f"{time.perf_counter() - started:6.1f} s  {command}", flush=True)
    wanted = next((says for start, says in SAYS.items() if command.startswith(start)), "")
    if done.returncode or wanted not in done.stdout:
        print(f"exit code {done.returncode}, wanted {wanted!r}\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
        return False
    return True


def _write_the_mistake(notebook: Path) -> None:
    """Write the first exercise with a mistake, as the page proposes."""
    text = notebook.read_text(encoding="utf-8")
    head, stub, rest = text.partition('# YOUR CODE HERE\\n",\n    "    raise NotImplementedError()')
    assert stub, "the notebook has no stub any more"
    notebook.write_text(head + MISTAKE + rest, encoding="utf-8")


def _check(here: Path) -> int:
    """Look at what is there in the end: marks and feedback of the one student."""
    with (here / "grades.csv").open(newline="", encoding="utf-8") as file:
        scores = {row["student_id"]: (row["raw_score"], row["max_score"]) for row in csv.DictReader(file)}
    page = (here / "feedback" / "ada" / "01_line" / "01_line.html").read_text(encoding="utf-8")
    if scores != {"ada": ("0.0", "10.0")} or "The bias has the wrong sign" not in page:
        print(f"the marks are {scores}, and the page names {'the' if 'wrong sign' in page else 'no'} mistake")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
