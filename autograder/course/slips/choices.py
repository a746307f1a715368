"""Operators on choices and collections: the larger or smaller, and or or, dicts of arrays, lists of parts."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from autograder.course.slips.site import Found, Site, text
from autograder.course.slips.words import called

_CHOSEN = ("max", "min", "maximum", "minimum")


def extremes(site: Site) -> Iterator[Found]:
    """Yield one of two numbers taken without a choice, or the wrong one chosen."""
    node = site.node
    if not isinstance(node, ast.Call) or called(node) not in _CHOSEN or len(node.args) != 2:
        return
    if isinstance(node.func, ast.Attribute) and ast.unparse(node.func.value) != "np":
        return
    for kept, lost in ((node.args[0], node.args[1]), (node.args[1], node.args[0])):
        told = f"{site.place}, {site.said(kept)} is taken always, also where {site.said(lost)} should decide."
        yield Found("no_choice", told, text(kept), node)
    if isinstance(node.func, ast.Name):
        other = "min" if node.func.id == "max" else "max"
        told = f"{site.place}, the wrong one of {site.said(node.args[0])} and {site.said(node.args[1])} is chosen."
        yield Found("other_choice", told, f"{other}({', '.join(map(ast.unparse, node.args))})", node)


def conditions(site: Site) -> Iterator[Found]:
    """Yield and for or, a condition left out, a condition turned round."""
    node = site.node
    if isinstance(node, ast.BoolOp):
        other = "or" if isinstance(node.op, ast.And) else "and"
        parts = [text(value) for value in node.values]
        told = (
            f"{site.place}, two conditions are joined with `{other}`, where both or one of them should count."
        )
        yield Found("and_or", told, f"({f' {other} '.join(parts)})", node)
        for lost, part in zip(node.values, parts, strict=True):
            rest = [one for one in parts if one is not part]
            word = "and" if isinstance(node.op, ast.And) else "or"
            told = f"{site.place}, one of the conditions is not asked: {site.said(lost)}."
            yield Found("condition_missing", told, f"({f' {word} '.join(rest)})", node)
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        told = f"{site.place}, the condition on {site.said(node.operand)} is the other way round."
        yield Found("condition_turned", told, text(node.operand), node)


def entries(site: Site) -> Iterator[Found]:
    """Yield a dict of which one array is changed only, or all but the last."""
    node = site.node
    if not isinstance(node, ast.DictComp) or len(node.generators) != 1:
        return
    inner = node.generators[0]
    over = ast.unparse(inner.iter)
    if not over.endswith(".items()") or not isinstance(inner.target, ast.Tuple):
        return
    key, value = map(ast.unparse, inner.target.elts)
    code, keys = text(node.value), f"list({over.removesuffix('.items()')})"
    for kind, told, condition in (
        (
            "first_entry_only",
            "only the first array of the dict is changed, and the others stay",
            f"{key} == {keys}[0]",
        ),
        ("last_entry_left", "the last array of the dict stays as it was", f"{key} != {keys}[-1]"),
    ):
        new = f"{{{key}: ({code} if {condition} else {value}) for {key}, {value} in {over}}}"
        yield Found(kind, f"{site.place}, {told}.", new, node)


def rounds(site: Site) -> Iterator[Found]:
    """Yield a loop over the entries of a dict or list that leaves out the first or the last."""
    node = site.node
    if not isinstance(node, ast.For) or ast.unparse(node.iter).startswith(("range(", "reversed(")):
        return
    over = ast.unparse(node.iter)
    yield Found("last_left_out", "The loop leaves out the last one.", f"list({over})[:-1]", node.iter)
    yield Found("first_left_out", "The loop leaves out the first one.", f"list({over})[1:]", node.iter)
    yield Found("other_way", "The loop runs the other way round.", f"list({over})[::-1]", node.iter)


def parts(site: Site) -> Iterator[Found]:
    """Yield the parts that are put together in another order, or one of them twice."""
    node = site.node
    if not isinstance(node, ast.Call) or not node.args or not isinstance(node.args[0], ast.List):
        return
    listed = node.args[0].elts
    if len(listed) != 2 or any(isinstance(part, ast.Starred) for part in listed):
        return
    a, b = map(ast.unparse, listed)
    told = f"{site.place}, {site.said(listed[0])} and {site.said(listed[1])} are put together in the other order."
    yield Found("parts_exchanged", told, f"[{b}, {a}]", node.args[0])
    for one in (a, b):
        other = listed[0] if one == b else listed[1]
        told = f"{site.place}, one part stands twice, in place of {site.said(other)}."
        yield Found("part_twice", told, f"[{one}, {one}]", node.args[0])


ALL = (extremes, conditions, entries, rounds, parts)
"""Operators."""
