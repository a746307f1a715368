"""The rules of the house that a program can check."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("rnncourse", "autograder")
CODE = sorted(path for folder in (*PACKAGES, "tests") for path in (ROOT / folder).rglob("*.py"))
LIBRARY = [path for path in CODE if path.relative_to(ROOT).parts[0] in PACKAGES]
BANKS = ROOT / "autograder" / "exercises"
UNFINISHED = re.compile(r"\b(" + "|".join(("TO" + "DO", "FIX" + "ME", "XX" + "X", "HA" + "CK")) + r")\b")
PLACES = re.compile(r"(/home/|/root/|/Users/)\w")


def _name(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", CODE, ids=_name)
def test_no_file_is_too_long(path: Path) -> None:
    most = 900 if path.parent == BANKS else 400
    assert len(path.read_text(encoding="utf-8").splitlines()) <= most


def _functions(path: Path) -> Iterator[ast.FunctionDef]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef):
            yield node


@pytest.mark.parametrize("path", [path for path in LIBRARY if path.parent != BANKS], ids=_name)
def test_no_function_is_too_long(path: Path) -> None:
    long = {f.name: length for f in _functions(path) if (length := (f.end_lineno or 0) - f.lineno + 1) > 50}
    assert long == {}


@pytest.mark.parametrize("path", [*CODE, *sorted((ROOT / "solutions").glob("*.py"))], ids=_name)
def test_nothing_is_left_to_do_and_no_place_of_a_machine_is_named(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert not UNFINISHED.findall(text)
    assert not PLACES.findall(text)


def _public(body: list[ast.stmt], inside: str = "") -> Iterator[tuple[str, ast.AST]]:
    for node in body:
        if isinstance(node, ast.ClassDef | ast.FunctionDef) and not node.name.startswith("_"):
            yield inside + node.name, node
            if isinstance(node, ast.ClassDef):
                own = bool(node.bases)  # a method of a base class is documented there
                methods = [n for n in node.body if isinstance(n, ast.FunctionDef)]
                yield from () if own else _public(list(methods), f"{node.name}.")


@pytest.mark.parametrize("path", LIBRARY, ids=_name)
def test_every_public_name_has_a_docstring(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    assert ast.get_docstring(tree), "the module itself"
    bare = [name for name, node in _public(tree.body) if not ast.get_docstring(node)]  # type: ignore[arg-type]
    assert bare == []


IMPORTS = {"numpy", "matplotlib", "IPython", "ipywidgets", "rnncourse"}


@pytest.mark.parametrize("path", [p for p in LIBRARY if p.parent.name == "rnncourse"], ids=_name)
def test_the_students_package_needs_little_and_runs_in_a_browser(path: Path) -> None:
    import sys

    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        names = [a.name for a in node.names] if isinstance(node, ast.Import) else []
        names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
        for top in (name.split(".")[0] for name in names):
            assert top in IMPORTS or top in sys.stdlib_module_names, top
            assert top not in {"subprocess", "socket", "threading", "multiprocessing"}, top


@pytest.mark.parametrize("path", sorted((ROOT / "autograder" / "box").glob("*.py")), ids=_name)
def test_the_box_imports_nothing_of_the_judge(path: Path) -> None:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("autograder"):
            assert node.module == "autograder.box" or (node.module or "").startswith("autograder.box.")
