"""What decides a verdict, as a hash: a change of it is graded anew, and nothing else is."""

from __future__ import annotations

import ast
import hashlib
from collections.abc import Iterator
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from autograder.course.assignment import Assignment

DECIDING = ("course", "submission", "judging", "sandbox")
"""The rooms whose code decides verdicts; the others store, show and schedule them."""


def version_of(assignment: Assignment) -> str:
    """Return a hash of all that decides a verdict: master, declarations, deciding rooms, checks, NumPy.

    Another notebook's bank is not part of it.
    """
    grader = Path(__file__).resolve().parents[1]
    rooms = [path for room in DECIDING for path in (grader / room).rglob("*.py")]
    checks = (_source_of("rnncourse.checking.compare").parent).glob("*.py")
    declared = _with_imports(assignment.declared_in)
    digest = hashlib.sha256(np.__version__.encode())
    for path in sorted({assignment.master_file, *rooms, *checks, *declared}):
        digest.update(_content(path))
    return digest.hexdigest()[:16]


@cache
def version_of_rooms() -> str:
    """Return a hash of the code that decides results in any notebook, and of NumPy's version."""
    grader = Path(__file__).resolve().parents[1]
    digest = hashlib.sha256(np.__version__.encode())
    for path in sorted(path for room in DECIDING for path in (grader / room).rglob("*.py")):
        digest.update(_content(path))
    return digest.hexdigest()[:16]


@cache
def _content(path: Path) -> bytes:
    """Return what is in a file, which most versions depend on."""
    return path.read_bytes()


def _source_of(module: str) -> Path:
    spec = find_spec(module)
    if spec is None or spec.origin is None:
        raise ImportError(f"{module} has no source file")
    return Path(spec.origin)


def _with_imports(module: str) -> set[Path]:
    """Return the file of a module and of what it imports from the package that it lies in."""
    package = module.rpartition(".")[0]
    waiting, found = [module], dict[str, Path]()
    while waiting:
        name = waiting.pop()
        if name not in found:
            found[name] = _source_of(name)
            waiting += [other for other in _imports(found[name]) if other.startswith(f"{package}.")]
    return set(found.values())


def _imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
