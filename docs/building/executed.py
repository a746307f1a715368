"""Solved notebooks that were run, kept in ``build/executed``: to run all takes minutes, and tests run them too.

What is kept is found again by the code that made it: the cells, the students' package and the versions
of Python, NumPy and Matplotlib.
"""

from __future__ import annotations

import copy
import hashlib
import os
import platform
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from importlib.metadata import version
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbformat import NotebookNode

from autograder.course.assignment import Assignment

ROOT = Path(__file__).resolve().parents[2]
KEPT = ROOT / "build" / "executed"


def executed(assignments: Iterable[Assignment]) -> dict[str, NotebookNode]:
    """Return the solved notebooks with their outputs, by name; those that nobody has run yet are run now."""
    asked = list(assignments)
    with ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
        return dict(zip((a.name for a in asked), pool.map(_executed, asked), strict=True))


def _executed(assignment: Assignment) -> NotebookNode:
    path = _place(assignment)
    if not path.exists():
        print(f"running {assignment.name}", flush=True)
        notebook = copy.deepcopy(assignment.master.notebook)
        NotebookClient(notebook, timeout=600, kernel_name="python3").execute()
        keep(assignment, notebook)
    return nbformat.read(path, nbformat.NO_CONVERT)


def keep(assignment: Assignment, notebook: NotebookNode) -> None:
    """Keep a solved notebook that was run, in place of what was kept of it before."""
    KEPT.mkdir(parents=True, exist_ok=True)
    for old in KEPT.glob(f"{assignment.name}-*.ipynb"):
        old.unlink()
    nbformat.write(notebook, _place(assignment))


def _place(assignment: Assignment) -> Path:
    sources = [cell.source for cell in assignment.master.notebook.cells if cell.cell_type == "code"]
    made_of = hashlib.sha256("\0".join([_package(), *sources]).encode())
    return KEPT / f"{assignment.name}-{made_of.hexdigest()[:16]}.ipynb"


@cache
def _package() -> str:
    """Return a hash of what the notebooks import."""
    found = hashlib.sha256(
        " ".join([platform.python_version(), *map(version, ("numpy", "matplotlib"))]).encode()
    )
    package = ROOT / "rnncourse"
    for path in sorted([*package.rglob("*.py"), *(package / "data").iterdir()]):
        if path.is_file():
            found.update(path.relative_to(package).as_posix().encode() + path.read_bytes())
    return found.hexdigest()
