"""Look at source text that anybody may have written, without ever running it."""

from __future__ import annotations

import ast
import re
import textwrap
import warnings
from collections.abc import Collection, Iterator

MOST_PARSED = 200_000
"""A longer source is searched line by line: its syntax tree takes several hundred bytes a character."""

_HIDDEN = re.compile(r"^[ \t]*### BEGIN HIDDEN TESTS.*?(?:^[ \t]*### END HIDDEN TESTS[^\n]*\n?)", re.S | re.M)
_DEFINITION = re.compile(
    r"^(?:(?:async[ \t]+)?def[ \t]+|class[ \t]+)?([^\W\d]\w*)[ \t]*(?:\(|=(?!=)|:)", re.M
)
_MAGIC = re.compile(r"^[ \t]*(?:[%!?][^\n]*|[^\n#'\"]*\?)$", re.M)
_PYTHON_MAGICS = ("%%time", "%%capture", "%%prun")
_FENCED = re.compile(r"^```[^\n`]*\n(.*?)^```[ \t]*$", re.S | re.M)
_SCOPES = (ast.Lambda, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
_STATEMENTS = frozenset(
    {
        "if",
        "elif",
        "else",
        "for",
        "while",
        "with",
        "try",
        "except",
        "finally",
        "return",
        "print",
        "lambda",
        "assert",
        "raise",
        "del",
        "not",
        "yield",
        "await",
        "match",
        "case",
    }
)


def settled(source: str) -> str:
    """Return source text without what an editor may change: trailing blanks and outer blank lines."""
    return "\n".join(line.rstrip() for line in source.split("\n")).strip("\n")


def same(one: str, other: str) -> bool:
    """Return whether two sources say the same, up to blanks that an editor may change."""
    return one == other or settled(one) == settled(other)


def without_hidden(source: str) -> str:
    """Return a source without the regions of hidden tests."""
    return _HIDDEN.sub("", source).rstrip("\n") if "BEGIN HIDDEN TESTS" in source else source


def parse(source: str) -> ast.Module | None:
    """Return the syntax tree of a cell, or None if there is none to be had; IPython's magics are skipped."""
    for text in (source, _without_magics(source)) if len(source) <= MOST_PARSED else ():
        try:
            with warnings.catch_warnings():
                warnings.simplefilter(
                    "ignore"
                )  # an invalid escape in a student's string is not ours to report
                return ast.parse(text)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            continue
    return None


def _without_magics(source: str) -> str:
    first = source.lstrip().split("\n", 1)[0]
    if first.startswith("%%") and not first.startswith(_PYTHON_MAGICS):
        return ""  # the cell is another language, or a file to write
    return _MAGIC.sub("", source)


def defined_names(source: str) -> frozenset[str]:
    """Return the names that a cell binds in the notebook, as far as can be told from its text.

    A cell that is no valid Python still says what it tries to define, so its lines are searched.
    """
    tree = parse(source)
    if tree is None:
        return frozenset(_DEFINITION.findall(source)) - _STATEMENTS
    return frozenset(_bound(tree))


def _bound(tree: ast.Module) -> Iterator[str]:
    """Yield the names bound outside of functions and classes; no recursion, however deep the tree."""
    waiting: list[ast.AST] = list(tree.body)
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield node.name
        elif isinstance(node, ast.alias):
            yield (node.asname or node.name).partition(".")[0]
        elif not isinstance(node, _SCOPES):
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                yield node.id
            waiting.extend(ast.iter_child_nodes(node))


def used_names(source: str) -> frozenset[str]:
    """Return the names that a cell uses; every word of it if it is no valid Python."""
    tree = parse(source)
    if tree is None:
        return frozenset(re.findall(r"[^\W\d]\w*", source))
    return frozenset(node.id for node in ast.walk(tree) if isinstance(node, ast.Name))


def without_lines(source: str, lines: Collection[str]) -> str:
    """Return a source with these lines made blank where they stand at the left margin."""
    return "\n".join("" if line.rstrip() in lines else line for line in source.split("\n"))


def as_code(text: str) -> str:
    """Return the code in a text cell that was code once: a fence that was put around it is left out."""
    blocks = _FENCED.findall(text)
    return "\n".join(blocks).rstrip("\n") if blocks and parse(text) is None else text


def is_rest_of(source: str, before: str) -> bool:
    """Return whether a cell is the rest of a function that was cut in two.

    It is if it starts indented, can be nothing by itself, and makes valid code behind `before`.
    """
    first = next((line for line in source.split("\n") if line.strip()), "")
    if not first[:1].isspace() or parse(f"{before}\n{source}") is None:
        return False
    alone = parse(textwrap.dedent(source))
    return alone is None or any(_returns(statement) for statement in alone.body)


def _returns(statement: ast.stmt) -> bool:
    """Return whether a statement that stands outside of any function returns from one."""
    waiting: list[ast.AST] = [statement]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Return):
            return True
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Lambda):
            waiting.extend(ast.iter_child_nodes(node))
    return False
