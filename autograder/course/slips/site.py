"""Where operators look: one node of a solution, with its place in words."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from autograder.course.slips.words import Words, words_of

ANSWER = "answer"
DICT = "dict"
"""The kind of a dict of arrays, beside the kinds that arrays have."""


@dataclass(frozen=True)
class Scope:
    """What is known of a solution as a whole.

    Attributes
    ----------
    function : ast.FunctionDef or None
        The function that is asked for; None where a value is.
    words : Words
        Names that may be said.
    parts : tuple of str
        Names of the outputs.
    shapes : mapping
        Of each argument and variable that is an array or a number, its shape and kind in one run.
    """

    function: ast.FunctionDef | None
    words: Words
    parts: tuple[str, ...] = ()
    shapes: Mapping[str, tuple[tuple[int, ...], str]] = field(default_factory=dict)

    @property
    def arguments(self) -> list[str]:
        """Names of the arguments."""
        return [a.arg for a in self.function.args.args] if self.function else []

    def counts(self) -> Iterator[tuple[str, str]]:
        """Yield numbers that a sum may be divided by, in words and as code."""
        known = {name: self.shapes[name] for name in self.arguments if name in self.shapes}
        shapes = {name: shape for name, (shape, kind) in known.items() if kind != DICT}
        rows = next((name for name, shape in shapes.items() if len(shape) >= 2), "")
        if rows:
            yield "the number of rows", f"len({rows})"
        deep = next((name for name, shape in shapes.items() if len(shape) == 3), "")
        if deep:
            yield "the number of steps", f"{deep}.shape[1]"
            yield "the number of rows and of steps", f"({deep}.shape[0] * {deep}.shape[1])"


@dataclass(frozen=True)
class Site:
    """One node, its parent, and the line it belongs to.

    Attributes
    ----------
    node, parent : ast.AST
        The node, and what it is a part of.
    name : str
        What the line makes; for ids.
    place : str
        The same in words: ``In `dWhh```.
    scope : Scope
        The solution around.
    """

    node: ast.AST
    parent: ast.AST | None
    name: str
    place: str
    scope: Scope

    def said(self, node: ast.AST) -> str:
        """Return a node in words."""
        return self.scope.words.said(node)


@dataclass(frozen=True)
class Part:
    """A part of an operation: ``left`` or ``right``, each with the operator, or the ``operator`` alone.

    To change no more than that leaves the rest to another slip.
    """

    node: ast.BinOp
    symbol: str
    which: str


@dataclass(frozen=True)
class Found:
    """A slip that an operator found: `new` in the place of a node, and the hint.

    `besides` holds texts to put right before and right after another node.
    """

    kind: str
    hint: str
    new: str
    node: ast.AST | Part
    rank: int = 1
    besides: tuple[ast.AST, str, str] | None = None


def text(node: ast.AST) -> str:
    """Return the code of a node, in brackets where it may need them."""
    code = ast.unparse(node)
    return (
        code
        if isinstance(node, ast.Name | ast.Constant | ast.Call | ast.Subscript | ast.Attribute)
        else f"({code})"
    )


def scope_of(
    source: str, exercise: str, parts: Sequence[str], shapes: Mapping[str, tuple[tuple[int, ...], str]]
) -> Scope:
    """Return the scope of the solution of an exercise."""
    tree = ast.parse(source)
    function = next((n for n in tree.body if isinstance(n, ast.FunctionDef) and n.name == exercise), None)
    docstring = (ast.get_docstring(function) or "") if function else source
    arguments = [a.arg for a in function.args.args] if function else []
    return Scope(function, Words({*words_of(docstring), *arguments, *parts}), tuple(parts), shapes)


def sites_of(scope: Scope, body: Sequence[ast.stmt]) -> Iterator[Site]:
    """Yield every node of some statements, from outside to inside."""
    for statement in body:
        yield from _of_statement(scope, statement)


def _of_statement(scope: Scope, statement: ast.stmt) -> Iterator[Site]:
    yield Site(statement, None, *_where(scope, _target(statement), getattr(statement, "value", None)), scope)
    if isinstance(statement, ast.Return) and statement.value:
        yield from _of_answer(scope, statement, statement.value)
    elif isinstance(statement, ast.Assign) and len(statement.targets) == 1:
        yield from _of_assignment(scope, statement, statement.targets[0])
    elif isinstance(statement, ast.For):
        yield from _inside(scope, statement.iter, statement, "loop", "In the loop")
        yield from sites_of(scope, statement.body)
    elif isinstance(statement, ast.While | ast.If):
        yield from _inside(scope, statement.test, statement, "condition", "In the condition")
        yield from sites_of(scope, [*statement.body, *statement.orelse])
    elif isinstance(statement, ast.FunctionDef | ast.Try):
        yield from sites_of(scope, statement.body)
    elif isinstance(statement, ast.AugAssign | ast.Expr):
        value = statement.value
        yield from _inside(scope, value, statement, *_where(scope, _target(statement), value))


def _of_answer(scope: Scope, statement: ast.Return, value: ast.expr) -> Iterator[Site]:
    """Yield what is in an answer, each output by its name."""
    if isinstance(value, ast.Tuple) and len(value.elts) == len(scope.parts):
        for name, element in zip(scope.parts, value.elts, strict=True):
            yield from _inside(scope, element, value, *_where(scope, name, element))
    elif isinstance(value, ast.Dict):
        yield from _of_dict(scope, value)
    else:
        yield from _inside(scope, value, statement, ANSWER, "In the answer")


def _of_dict(scope: Scope, value: ast.Dict) -> Iterator[Site]:
    for key, element in zip(value.keys, value.values, strict=True):
        name = key.value if isinstance(key, ast.Constant) and isinstance(key.value, str) else ANSWER
        place = f"In `{name}`" if name != ANSWER else "In the answer"
        yield from _inside(scope, element, value, name, place)


def _of_assignment(scope: Scope, statement: ast.Assign, target: ast.expr) -> Iterator[Site]:
    value = statement.value
    if isinstance(value, ast.Dict) and value.keys:
        yield from _of_dict(scope, value)
    elif (
        isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple) and len(target.elts) == len(value.elts)
    ):
        for one, element in zip(target.elts, value.elts, strict=True):
            yield from _inside(scope, element, value, *_where(scope, _name(one), element))
    else:
        yield from _inside(scope, value, statement, *_where(scope, _target(statement), value))


def _inside(scope: Scope, node: ast.AST, parent: ast.AST, name: str, place: str) -> Iterator[Site]:
    yield Site(node, parent, name, place, scope)
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.expr | ast.comprehension | ast.keyword | ast.slice):
            yield from _inside(scope, child, node, name, place)


def _where(scope: Scope, name: str, value: ast.AST | None) -> tuple[str, str]:
    place = "In the answer" if name == ANSWER else scope.words.place(name, value)
    return name, place


def _target(statement: ast.stmt) -> str:
    """Return the name of what a statement makes."""
    if isinstance(statement, ast.Assign):
        return _name(statement.targets[0])
    if isinstance(statement, ast.AugAssign):
        return _name(statement.target)
    if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call):
        return _name(statement.value.args[0] if _is_library(statement.value) else statement.value.func)
    return ANSWER if isinstance(statement, ast.Return) else "step"


def _is_library(node: ast.Call) -> bool:
    return bool(node.args) and ast.unparse(node.func).startswith("np.")


def _name(node: ast.AST) -> str:
    """Return the name that a target stands for: that of its key, where it is an entry of a dict."""
    if isinstance(node, ast.Subscript):
        key = node.slice
        return (
            key.value if isinstance(key, ast.Constant) and isinstance(key.value, str) else _name(node.value)
        )
    if isinstance(node, ast.Attribute):
        return _name(node.value)
    return node.id if isinstance(node, ast.Name) else "step"
