"""Look at source text that anybody may have written, without ever running it."""

from __future__ import annotations

import ast
import re
import symtable
import textwrap
import warnings
from collections.abc import Callable, Collection, Iterator
from functools import lru_cache, wraps

from autograder.course.release import settled

MOST_PARSED = 100_000
"""A longer source is searched line by line: its syntax tree takes several hundred bytes a character."""

MOST_KEPT = 20_000
"""Characters of a source of which is remembered what it says."""
MOST_REMEMBERED = 1024
"""Sources: those of a course, which every file has, and not those of 10,000 students."""

MOST_TREES, MOST_TREE = 32, 5_000
"""Syntax trees that are kept, for an answer is looked at in several ways; and characters of such a source."""

_REGIONS = ("HIDDEN TESTS", "MARK SCHEME")
"""What an instructor's notebook has and a student's has not, between ``### BEGIN`` and ``### END``."""
_DEFINITION = re.compile(r"^(?:(?:async[ \t]+)?def[ \t]+|class[ \t]+)(\w+)|^([^\W\d]\w*)[ \t]*=(?!=)", re.M)
PYTHON_MAGICS = ("%%time", "%%capture", "%%prun")
"""Those that run the rest of the cell in the notebook."""
_SCOPES = (ast.Lambda, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


def same(one: str, other: str) -> bool:
    """Return whether two sources say the same, up to blanks that an editor may change."""
    return one == other or settled(one) == settled(other)


def without_hidden(source: str) -> str:
    """Return a source without hidden tests and mark schemes; a region that never ends is none."""
    for region in _REGIONS:
        source = _without_region(source, f"### BEGIN {region}", f"### END {region}")
    return source


def _without_region(source: str, begin: str, end: str) -> str:
    if begin not in source or end not in source:
        return source
    kept: list[str] = []
    begun = -1
    for line in source.split("\n"):
        if begin in line and begun < 0:
            begun = len(kept)
        kept.append(line)
        if end in line and begun >= 0:
            del kept[begun:]
            begun = -1
    return "\n".join(kept)


def parse(source: str) -> ast.Module | None:
    """Return the syntax tree of a cell, to be read only, or None if there is none; IPython's magics are skipped."""
    return _kept_tree(source) if len(source) <= MOST_TREE else _tree(source)


def _tree(source: str) -> ast.Module | None:
    if len(source) > MOST_PARSED:
        return None
    return _plain_tree(source) or _plain_tree(_without_magics(source))


def _plain_tree(source: str) -> ast.Module | None:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # such as an invalid escape in a string
            return ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


_kept_tree = lru_cache(maxsize=MOST_TREES)(_tree)


def _without_magics(source: str) -> str:
    first = source.lstrip().split("\n", 1)[0]
    if first.startswith("%%") and not first.startswith(PYTHON_MAGICS):
        return ""  # the cell is another language, or a file to write
    return "\n".join("" if _is_magic(line.strip()) else line for line in source.split("\n"))


def _is_magic(line: str) -> bool:
    """Return whether a line is IPython's: a command, or a question about a name."""
    return line.startswith(("%", "!", "?")) or (line.endswith("?") and not set(line) & set("#'\""))


def _kept(look: Callable[[str], frozenset[str]]) -> Callable[[str], frozenset[str]]:
    """Return a look at a source that is taken once for each process: most cells are the course's own."""
    kept = lru_cache(maxsize=MOST_REMEMBERED)(look)
    return wraps(look)(lambda source: kept(source) if len(source) <= MOST_KEPT else look(source))


@_kept
def defined_names(source: str) -> frozenset[str]:
    """Return the names that a cell binds in the notebook, as far as can be told from its text.

    A cell that is no valid Python still says what it tries to define, so its lines are searched.
    """
    tree = parse(source)
    if tree is None:
        return frozenset(name for names in _DEFINITION.findall(source) for name in names if name)
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


@_kept
def used_names(source: str) -> frozenset[str]:
    """Return the names that a cell uses; every word of it if it is no valid Python."""
    tree = parse(source)
    if tree is None:
        return frozenset(re.findall(r"[^\W\d]\w*", source))
    return frozenset(node.id for node in ast.walk(tree) if isinstance(node, ast.Name))


@_kept
def global_names(source: str) -> frozenset[str]:
    """Return the names that a cell takes from the notebook: those it uses that are not local to a function.

    Where Python's own analysis does not read the cell, all names in it are returned.
    """
    if parse(source) is None:
        return used_names(source)
    try:
        tables = [symtable.symtable(source, "<cell>", "exec")]
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return used_names(source)
    names: set[str] = set()
    while tables:
        table = tables.pop()
        top = table.get_type() == "module"
        names |= {s.get_name() for s in table.get_symbols() if s.is_referenced() and (top or s.is_global())}
        tables += table.get_children()
    return frozenset(names)


def without_lines(source: str, lines: Collection[str]) -> str:
    """Return a source with these lines made blank where they stand at the left margin."""
    return "\n".join("" if line.rstrip() in lines else line for line in source.split("\n"))


def as_code(text: str) -> str:
    """Return the code in a text cell that was code once: a fence that was put around it is left out."""
    if "```" not in text or parse(text) is not None:
        return text
    fenced: list[str] = []
    block: list[str] | None = None
    for line in text.split("\n"):
        if line.startswith("```"):
            fenced += block or ()
            block = [] if block is None else None
        elif block is not None:
            block.append(line)
    return "\n".join(fenced) or text


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


def is_unfinished(source: str, name: str) -> bool:
    """Return whether a cell only begins to define a name: no valid Python, or a body that is still the stub's end.

    A function is finished when something in it returns, whatever stands below that.
    """
    tree = parse(source)
    if tree is None:
        return True
    defined = [n for n in tree.body if isinstance(n, ast.FunctionDef) and n.name == name]
    return bool(defined) and _only_gives_up(defined[-1])


def _only_gives_up(function: ast.FunctionDef) -> bool:
    """Return whether a function ends by saying that it is not implemented and returns nowhere."""
    last = function.body[-1]
    raised = last.exc if isinstance(last, ast.Raise) else None
    raised = raised.func if isinstance(raised, ast.Call) else raised
    gives_up = isinstance(raised, ast.Name) and raised.id == "NotImplementedError"
    return gives_up and not any(_returns(statement) for statement in function.body)
