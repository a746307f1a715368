"""The rules of the house that a program can check: one test a rule, which names every file that breaks it."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("rnncourse", "autograder")
CODE = sorted(path for folder in (*PACKAGES, "tests") for path in (ROOT / folder).rglob("*.py"))
LIBRARY = [path for path in CODE if path.relative_to(ROOT).parts[0] in PACKAGES]
BANKS = ROOT / "autograder" / "exercises"
STARTER = ROOT / "autograder" / "authoring" / "starter"
INSIDE = ROOT / "autograder" / "sandbox" / "inside"
MOST_LINES, MOST_LINES_OF_A_BANK, MOST_LINES_OF_A_FUNCTION = 400, 600, 50
UNFINISHED = re.compile(r"\b(" + "|".join(("TO" + "DO", "FIX" + "ME", "XX" + "X", "HA" + "CK")) + r")\b")
PLACES = re.compile(r"(/home/|/root/|/Users/)\w")
IMPORTS = {"numpy", "matplotlib", "IPython", "ipywidgets", "rnncourse"}
NOT_IN_A_BROWSER = {"subprocess", "socket", "threading", "multiprocessing"}
IN_A_TERMINAL = ROOT / "rnncourse" / "terminal"


@cache
def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8")


@cache
def _tree(path: Path) -> ast.Module:
    return ast.parse(_text(path))


def _broken(found: Iterable[tuple[Path, object]]) -> dict[str, object]:
    """Return what breaks a rule, by file; empty where it holds."""
    return {str(path.relative_to(ROOT)): what for path, what in found if what}


def test_no_file_is_too_long() -> None:
    most = {path: MOST_LINES_OF_A_BANK if BANKS in path.parents else MOST_LINES for path in CODE}
    lengths = {path: len(_text(path).splitlines()) for path in CODE}
    assert _broken((path, lengths[path]) for path in CODE if lengths[path] > most[path]) == {}


def _long_functions(path: Path) -> dict[str, int]:
    functions = [node for node in ast.walk(_tree(path)) if isinstance(node, ast.FunctionDef)]
    lengths = {f.name: (f.end_lineno or 0) - f.lineno + 1 for f in functions}
    return {name: length for name, length in lengths.items() if length > MOST_LINES_OF_A_FUNCTION}


def test_no_function_is_too_long() -> None:
    assert _broken((p, _long_functions(p)) for p in LIBRARY if BANKS not in p.parents) == {}


def test_nothing_is_left_to_do_and_no_place_of_a_machine_is_named() -> None:
    texts = [*CODE, *sorted((ROOT / "solutions").glob("*.py"))]
    assert _broken((p, [*UNFINISHED.findall(_text(p)), *PLACES.findall(_text(p))]) for p in texts) == {}


def _public(body: list[ast.stmt], inside: str = "") -> Iterator[tuple[str, ast.ClassDef | ast.FunctionDef]]:
    for node in body:
        if isinstance(node, ast.ClassDef | ast.FunctionDef) and not node.name.startswith("_"):
            yield inside + node.name, node
            if isinstance(node, ast.ClassDef) and not node.bases:  # else its base class documents a method
                yield from _public([n for n in node.body if isinstance(n, ast.FunctionDef)], f"{node.name}.")


def _undocumented(path: Path) -> list[str]:
    tree = _tree(path)
    bare = [name for name, node in _public(tree.body) if not ast.get_docstring(node)]
    return bare + ([] if ast.get_docstring(tree) else ["the module itself"])


def test_every_public_name_has_a_docstring() -> None:
    masters = STARTER / "solutions"
    assert _broken((path, _undocumented(path)) for path in LIBRARY if masters not in path.parents) == {}


def _imported(path: Path) -> Iterator[str]:
    for node in ast.walk(_tree(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or ""


def _imported_at_once(path: Path) -> Iterator[str]:
    for node in _tree(path).body:
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def _too_much(path: Path) -> list[str]:
    tops = {name.split(".")[0] for name in _imported(path)}
    return sorted(
        t for t in tops if t in NOT_IN_A_BROWSER or not (t in IMPORTS or t in sys.stdlib_module_names)
    )


def test_the_students_package_needs_little_and_runs_in_a_browser() -> None:
    own = [path for path in LIBRARY if path.relative_to(ROOT).parts[0] == "rnncourse"]
    own.remove(IN_A_TERMINAL / "checking.py")  # it begins a process
    assert _broken((path, _too_much(path)) for path in own) == {}


def test_what_is_for_terminals_is_imported_there_alone() -> None:
    start = IN_A_TERMINAL.parent / "__main__.py"
    others = [path for path in LIBRARY if IN_A_TERMINAL not in path.parents and path != start]
    found = {p: [n for n in _imported(p) if f"{n}.".startswith("rnncourse.terminal.")] for p in others}
    assert _broken(found.items()) == {}


def test_pyplot_waits_for_the_first_figure() -> None:
    """It takes longer to import than everything else that a notebook begins with."""
    first = {p: [n for n in _imported_at_once(p) if n == "matplotlib.pyplot"] for p in LIBRARY}
    assert _broken(first.items()) == {}


def test_what_runs_inside_a_sandbox_imports_nothing_of_the_judge() -> None:
    own = "autograder.sandbox.inside"
    foreign = {
        path: [n for n in _imported(path) if n.startswith("autograder") and not f"{n}.".startswith(f"{own}.")]
        for path in INSIDE.glob("*.py")
    }
    assert _broken(foreign.items()) == {}
