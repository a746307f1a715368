"""Operators on places: indices, slices, ranges, comparisons, numbers, other names."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from autograder.course.slips.site import Found, Site, text
from autograder.course.slips.words import called

_COMPARED = {
    "Gt": (">=", "<", "!="),
    "GtE": (">", "<", "=="),
    "Lt": ("<=", ">", "!="),
    "LtE": ("<", ">="),
    "Eq": ("!=",),
    "NotEq": ("==",),
}


def indices(site: Site) -> Iterator[Found]:
    """Yield the entry before or after, the first or the last."""
    node = site.node
    if not isinstance(node, ast.Subscript) or isinstance(node.value, ast.Attribute):  # such as a shape
        return
    places = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
    said = site.said(node.value)
    for axis, place in enumerate(places):
        if isinstance(place, ast.Slice):
            yield from _slices(site, place, said)
        elif _is_number(place):
            yield from _steps(site, place, said, f"{text(node.value)}.shape[{axis}]")


def _is_number(place: ast.expr) -> bool:
    """Return whether an index is a number or a counter, and no key, list of rows or new axis."""
    if isinstance(place, ast.Constant):
        return isinstance(place.value, int)
    if isinstance(place, ast.Name):
        return len(place.id) == 1
    return isinstance(place, ast.UnaryOp) or (
        isinstance(place, ast.BinOp) and isinstance(place.right, ast.Constant)
    )


def _steps(site: Site, place: ast.expr, said: str, size: str) -> Iterator[Found]:
    code = text(place)
    for new, which, rank in (
        (f"({code}) - 1", "one place earlier than it should be", 1),
        (f"({code}) + 1", "one place later than it should be", 1),
        (f"max(({code}) - 1, 0)", "one place earlier than it should be", 1),
        (f"min(({code}) + 1, {size} - 1)", "one place later than it should be", 1),
        ("0", "always at the first place", 1),
        ("-1", "always at the last place", 1),
        (f"-1 - ({code})", "counted from the other end", 2),
    ):
        if new != ast.unparse(place):
            yield Found("another_index", f"{site.place}, {said} is read {which}.", new, place, rank)


def _slices(site: Site, place: ast.Slice, said: str) -> Iterator[Found]:
    lower, upper, step = (
        ast.unparse(part) if part else "" for part in (place.lower, place.upper, place.step)
    )
    if step:
        yield Found("not_reversed", f"{site.place}, {said} is not turned round.", f"{lower}:{upper}", place)
        return
    if not lower and not upper:
        return
    yield Found("slice_missing", f"{site.place}, all of {said} is used, not a part.", ":", place)
    for kind, told, new, rank in _bounds(lower, upper):
        yield Found(kind, f"{site.place}, {told.format(said=said)}.", new, place, rank)


def _bounds(lower: str, upper: str) -> Iterator[tuple[str, str, str, int]]:
    """Yield kind, words, code and rank of other bounds of a slice."""
    if lower:
        yield "slice_bound", "the part of {said} begins one too late", f"({lower}) + 1:{upper}", 1
        yield "slice_bound", "the part of {said} begins one too early", f"({lower}) - 1:{upper}", 1
        if not upper:
            yield "slice_side", "the end of {said} is left out, not its beginning", f":-({lower})", 1
        told = "the part of {said} before a place is taken, not the one after it"
        yield "slice_side", told, f":{lower}", 1
    if upper:
        yield "slice_bound", "the part of {said} ends one too late", f"{lower}:({upper}) + 1", 1
        yield "slice_bound", "the part of {said} ends one too early", f"{lower}:({upper}) - 1", 1
    if upper and not lower:
        told = "the part of {said} after a place is taken, not the one before it"
        yield "slice_side", told, f"{upper}:", 1
        yield "slice_side", "the last part of {said} is taken, not the first", f"-({upper}):", 2


def ranges(site: Site) -> Iterator[Found]:
    """Yield a range that begins or ends one off, or runs the other way."""
    node = site.node
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
        return
    if node.func.id == "reversed":
        told = "The loop runs from the first step to the last; the way back starts at the last."
        yield Found("not_reversed", told, text(node.args[0]), node)
    if node.func.id != "range":
        return
    args = [ast.unparse(part) for part in node.args]
    start, stop = (["0", *args] if len(args) == 1 else args)[:2]
    rest = f", {args[2]}" if len(args) == 3 else ""
    one = "-1" if rest == ", -1" else "1"
    for new, told in (
        (f"range(({start}) + {one}, {stop}{rest})", "The first round of the loop is left out."),
        (f"range({start}, ({stop}) - {one}{rest})", "The last round of the loop is left out."),
        (f"range(({start}) - {one}, {stop}{rest})", "The loop begins one round too early."),
        (f"range({start}, ({stop}) + {one}{rest})", "The loop makes one round too many."),
        (f"range({start}, {start} + {one}{rest})", "The loop makes its first round only."),
    ):
        yield Found("another_range", told, new, node)
    if isinstance(site.parent, ast.For):
        yield Found(
            "reversed",
            "The loop runs from the last step to the first.",
            f"list({ast.unparse(node)})[::-1]",
            node,
        )


def comparisons(site: Site) -> Iterator[Found]:
    """Yield a limit that counts or does not, the other way round; a choice made always or never."""
    node = site.node
    if isinstance(node, ast.Compare) and len(node.ops) == 1:
        left, right = text(node.left), text(node.comparators[0])
        for symbol in _COMPARED.get(type(node.ops[0]).__name__, ()):
            told = f"{site.place}, the comparison with {site.said(node.comparators[0])} is another one than asked."
            yield Found("another_comparison", told, f"({left} {symbol} {right})", node)
        for shift, which in ((" - 1", "smaller"), (" + 1", "larger")):
            told = f"{site.place}, the limit of the comparison with {site.said(node.comparators[0])} is one {which}."
            yield Found("limit_off_by_one", told, f"({right}{shift})", node.comparators[0])
        if isinstance(node.comparators[0], ast.Constant) and isinstance(
            node.comparators[0].value, int | float
        ):
            for new in ("1", "0.5", "-1"):
                yield Found(
                    "another_limit",
                    f"{site.place}, {site.said(node.left)} is compared with another number.",
                    f"({left} {ast.unparse(node)[len(ast.unparse(node.left)) :].split()[0]} {new})",
                    node,
                    2,
                )
    if isinstance(node, ast.IfExp):
        for kept, lost in ((node.body, node.orelse), (node.orelse, node.body)):
            told = f"{site.place}, {site.said(kept)} is used always, also where {site.said(lost)} belongs."
            yield Found("always_the_same", told, text(kept), node)
            told = f"{site.place}, zeros stand where {site.said(lost)} belongs."
            zeros = f"(0 * {text(lost)})"
            new = (
                f"({text(kept)} if {ast.unparse(node.test)} else {zeros})"
                if kept is node.body
                else f"({zeros} if {ast.unparse(node.test)} else {text(kept)})"
            )
            yield Found("zeros_for_one", told, new, node)
    if isinstance(node, ast.Call) and called(node) == "where" and len(node.args) == 3:
        _, a, b = node.args
        for kept, lost in ((a, b), (b, a)):
            yield Found(
                "always_the_same",
                f"{site.place}, {site.said(kept)} is used everywhere, also where {site.said(lost)} belongs.",
                text(kept),
                node,
            )


def numbers(site: Site) -> Iterator[Found]:
    """Another number."""
    node = site.node
    if (
        not isinstance(node, ast.Constant)
        or isinstance(node.value, bool)
        or not isinstance(node.value, int | float)
    ):
        return
    if isinstance(site.parent, ast.Subscript | ast.Slice | ast.Compare | ast.keyword):
        return
    others = (
        (node.value + 1, node.value - 1, 2 * node.value)
        if isinstance(node.value, int)
        else (2 * node.value, 0.5 * node.value, 1.0, 0.0)
    )
    for other in others:
        if other != node.value:
            yield Found(
                "another_number",
                f"{site.place}, a number is {other:g}, and should be another.",
                f"({other})",
                node,
                2,
            )


def names(site: Site) -> Iterator[Found]:
    """Another name of the same shape."""
    node, shapes = site.node, site.scope.shapes
    if not isinstance(node, ast.Name) or node.id not in shapes or not site.scope.function:
        return
    for other, shape in shapes.items():
        if other == node.id or shape != shapes[node.id]:
            continue
        if other in site.scope.words.known:
            told = f"{site.place}, `{other}` is used where something else of the same shape belongs."
            yield Found("another_name", told, other, node, 2)
        elif shape[0]:
            told = f"{site.place}, an array of the same shape is used in place of another, {site.said(node)}."
            yield Found("another_array", told, other, node, 3)


ALL = (indices, ranges, comparisons, numbers, names)
