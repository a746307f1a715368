"""Collect the slips of a solution: every operator at every place, each outcome once."""

from __future__ import annotations

import ast
import warnings
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from autograder.course.slips import calls, choices, ends, lines, places, products
from autograder.course.slips.site import Found, Part, Scope, Site, scope_of, sites_of
from autograder.course.slips.slip import Edit, Slip, edited

OPERATORS = (*products.ALL, *calls.ALL, *places.ALL, *lines.ALL, *choices.ALL, *ends.ALL)
Shapes = Mapping[str, tuple[tuple[int, ...], str]]


def slips_of(
    source: str, exercise: str, parts: Sequence[str] = (), shapes: Shapes | None = None
) -> tuple[Slip, ...]:
    """Return all slips of a solution, the simplest first; no two have the same code.

    Parameters
    ----------
    source : str
        The solution cell.
    exercise : str
        Name of the function, or of the value.
    parts : sequence of str
        Names of the outputs, where there are several.
    shapes : mapping, optional
        Shape and kind of each argument and variable in one run; see :mod:`autograder.course.slips.running`.
    """
    scope = scope_of(source, exercise, parts, shapes or {})
    starts = _line_starts(source)
    seen, slips, names = {_normal(source)}, list[Slip](), Counter[str]()
    for kind, name, hint, edits, rank in sorted(_edits(source, scope, starts), key=lambda found: found[-1]):
        code = _normal(edited(source, edits))
        if code and code not in seen:
            seen.add(code)
            names[f"{kind}_in_{name}"] += 1
            number = names[f"{kind}_in_{name}"]
            slips.append(Slip(f"{kind}_in_{name}" + (f"_{number}" if number > 1 else ""), hint, edits, rank))
    return tuple(slips)


def _edits(
    source: str, scope: Scope, starts: Sequence[int]
) -> Iterator[tuple[str, str, str, tuple[Edit, ...], int]]:
    """Yield kind, name, hint, edits and rank of everything that the operators find."""
    body = _body(source, scope)
    for site in sites_of(scope, body):
        for operator in OPERATORS:
            for found in operator(site):
                yield found.kind, _plain(site), found.hint, _edits_of(source, found, starts), found.rank
    if scope.function and body:
        start, _ = _span(body[0], starts)
        indent = " " * body[0].col_offset
        for kind, name, hint, code, rank in ends.arguments(scope):
            yield kind, name, hint, (Edit(start, start, f"{code}\n{indent}"),), rank


def _edits_of(source: str, found: Found, starts: Sequence[int]) -> tuple[Edit, ...]:
    """Return what a slip changes, from left to right."""
    node = found.node
    start, end = _span_of_part(source, node, starts) if isinstance(node, Part) else _span(node, starts)
    edits = [Edit(start, end, found.new)]
    if found.besides:
        other, before, after = found.besides
        start, end = _span(other, starts)
        edits += [Edit(start, start, before), Edit(end, end, after)]
    return tuple(sorted(edits, key=lambda edit: edit.start))


def _span_of_part(source: str, part: Part, starts: Sequence[int]) -> tuple[int, int]:
    """Return where a part of an operation begins and ends, in bytes; brackets stay with what they hold."""
    start, end = _span(part.node, starts)
    after_left, before_right = _span(part.node.left, starts)[1], _span(part.node.right, starts)[0]
    place = after_left + source.encode()[after_left:before_right].index(part.symbol.encode())
    if part.which == "operator":
        return place, place + len(part.symbol)
    return (place, end) if part.which == "right" else (start, place + len(part.symbol))


def _body(source: str, scope: Scope) -> list[ast.stmt]:
    """Return the statements of the function without its docstring, or of a cell that makes a value."""
    if scope.function is None:
        return ast.parse(source).body
    body = scope.function.body
    return body[1:] if ast.get_docstring(scope.function) is not None else body


def _plain(site: Site) -> str:
    return "".join(c if c.isalnum() else "_" for c in site.name).strip("_") or "answer"


def _line_starts(source: str) -> list[int]:
    """Return where each line begins, in bytes."""
    starts = [0]
    for line in source.encode().split(b"\n"):
        starts.append(starts[-1] + len(line) + 1)
    return starts


def _span(node: ast.AST, starts: Sequence[int]) -> tuple[int, int]:
    """Return where a node begins and ends, in bytes."""
    line, end = getattr(node, "lineno"), getattr(node, "end_lineno")  # noqa: B009  (not on every kind of node)
    return starts[line - 1] + getattr(node, "col_offset"), starts[end - 1] + getattr(node, "end_col_offset")  # noqa: B009


def _normal(source: str) -> str:
    """Return code without what does not matter; empty where it is no Python."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Python's, of code that makes no sense
        try:
            return ast.dump(ast.parse(source))
        except (SyntaxError, ValueError):
            return ""
