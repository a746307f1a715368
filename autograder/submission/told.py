"""Say why an answer that somebody wrote is not there, from its text alone."""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Iterator, Sequence

from autograder.submission.sources import PYTHON_MAGICS, defined_names, parse, used_names

_CONFLICT = re.compile(r"^(<{7}|>{7})( |$)", re.M)
_MAGIC = re.compile(r"\s*(%%\w+)")
_FUNCTION = (ast.FunctionDef, ast.AsyncFunctionDef)


def why_not_there(source: str, name: str) -> str:
    """Return a sentence about a cell that does not answer its exercise although it is not the stub, or ``""``.

    Parameters
    ----------
    source : str
        The student's cell.
    name : str
        What it should define.
    """
    if _CONFLICT.search(source):
        return (
            "The cell holds the marks of a merge conflict (<<<<<<<, ======= and >>>>>>>). Keep one of the two "
            "versions and delete the marks."
        )
    magic = _MAGIC.match(source)
    if magic and magic[1] not in PYTHON_MAGICS:
        return (
            f"The cell begins with `{magic[1]}`, which keeps to itself what stands below it: nothing of it is in the "
            "notebook. Delete that line, or move it into a cell of its own."
        )
    tree = parse(source)
    if tree is None:
        return ""
    own = [node for node in tree.body if isinstance(node, _FUNCTION) and node.name == name]
    return _inside(own[-1], name) if own else _instead(tree, name)


def stubs_called(source: str, name: str, stubs: Collection[str]) -> tuple[str, ...]:
    """Return those functions that are not written and that a written answer needs.

    Parameters
    ----------
    source : str
        The student's cell.
    name : str
        What it defines.
    stubs : collection of str
        Names of exercises whose cells are still the stub.
    """
    defined = defined_names(source)
    if parse(source) is None or name in stubs or name not in defined:
        return ()
    return tuple(sorted(used_names(source) & set(stubs) - defined))


def waits_for(stubs: Sequence[str]) -> str:
    """Return a sentence about an answer that is written and calls some that are not."""
    names = " and ".join(f"`{stub}`" for stub in stubs)
    return (
        f"Your function is written, but it calls {names}, still the stub. Write that first, or do without it."
    )


def _inside(function: ast.FunctionDef | ast.AsyncFunctionDef, name: str) -> str:
    """Return what keeps the body of a function from answering."""
    place = next((i for i, node in enumerate(function.body) if _gives_up(node)), -1)
    if place < 0:
        return ""
    if place < len(function.body) - 1:
        return (
            "`raise NotImplementedError()` still stands above your answer, so that nothing below it is run. "
            "Delete that line."
        )
    nested = [node.name for node in function.body[:place] if isinstance(node, _FUNCTION)]
    if nested:
        return (
            f"Your function `{nested[-1]}` is written inside of the stub of `{name}`, where nobody calls it. Put its "
            "lines into the body of the stub, in place of `raise NotImplementedError()`."
        )
    return ""


def _gives_up(node: ast.stmt) -> bool:
    raised = node.exc if isinstance(node, ast.Raise) else None
    raised = raised.func if isinstance(raised, ast.Call) else raised
    return isinstance(raised, ast.Name) and raised.id == "NotImplementedError"


def _instead(tree: ast.Module, name: str) -> str:
    """Return what a cell defines in place of what it should."""
    for outer, inner in _nested(tree):
        if inner == name:
            return (
                f"`{name}` is defined inside of `{outer}` here, so that the notebook does not know it. Define it at "
                "the left margin, as the stub does."
            )
    functions = [node.name for node in tree.body if isinstance(node, (*_FUNCTION, ast.ClassDef))]
    if not functions:
        return ""
    found = ", ".join(f"`{found}`" for found in functions[:3])
    return f"The cell defines {found} and not `{name}`. Give your function the name that the stub has."


def _nested(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """Yield the functions inside of classes and functions, each with what it stands in."""
    for outer in tree.body:
        if isinstance(outer, (*_FUNCTION, ast.ClassDef)):
            for inner in ast.walk(outer):
                if isinstance(inner, _FUNCTION) and inner is not outer:
                    yield outer.name, inner.name
