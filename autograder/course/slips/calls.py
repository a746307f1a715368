"""Operators on calls: dropped, doubled, exchanged, distributed; axes, keepdims and arguments."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from autograder.course.slips.site import Found, Part, Site, text
from autograder.course.slips.words import called

_BENDS = {"tanh", "sigmoid", "exp", "log", "sqrt", "abs", "softmax"}
_EXCHANGED = {
    "tanh": ("(1 / (1 + np.exp(-({a}))))", "np.maximum({a}, 0)"),
    "sigmoid": ("np.tanh({a})", "np.exp({a})"),
    "log": ("np.log2({a})", "np.log10({a})"),
    "exp": ("np.exp(-({a}))", "np.exp2({a})", "np.abs({a})"),
    "sqrt": ("({a}) ** 2",),
    "abs": ("np.real({a})", "({a}) ** 2"),
    "eigvals": ("np.diag({a})", "np.linalg.svd({a}, compute_uv=False)"),
    "zeros": ("np.ones({a})", "np.zeros({a}, dtype=int)"),
    "maximum": ("np.minimum({a})",),
    "minimum": ("np.maximum({a})",),
}
_METHODS = {
    "sum": ("mean", "max", "cumsum"),
    "mean": ("sum",),
    "max": ("min", "mean", "sum"),
    "min": ("max",),
    "argmax": ("argmin", "max"),
    "any": ("all",),
    "all": ("any",),
}
_AXES = ("0", "1", "2", "-1", "None", "(0, 1)")


def around(site: Site) -> Iterator[Found]:
    """Yield a call dropped, made twice, or of another function."""
    node = site.node
    if not isinstance(node, ast.Call) or (isinstance(node.func, ast.Attribute) and not _of_numpy(node)):
        return
    name, said = called(node), site.said(node)
    if len(node.args) == 1 and name not in ("range", "zeros", "eye", "len"):
        a = ast.unparse(node.args[0])
        told = f"{site.place}, {said} is missing: the numbers go on without it."
        yield Found("call_missing", told, f"({a})", node)
        if name in _BENDS:
            code = ast.unparse(node)
            new = f"{ast.unparse(node.func)}({code})"
            yield Found("called_twice", f"{site.place}, `{name}` is applied twice.", new, node)
    inside = ", ".join(ast.unparse(part) for part in [*node.args, *node.keywords])
    for pattern in _EXCHANGED.get(name, ()):
        told = f"{site.place}, another function stands in place of {said}: {_named(pattern)}."
        yield Found("another_function", told, f"({pattern.format(a=inside)})", node)


def _named(pattern: str) -> str:
    """Return the function of a pattern in words."""
    if pattern.startswith("(1 /"):
        return "a sigmoid"
    if "svd" in pattern:
        return "the singular values"
    if ".diag" in pattern:
        return "the diagonal"
    if "dtype=int" in pattern:
        return "an array of whole numbers, which cuts off what is after the point"
    if "-({a})" in pattern:
        return "the exponential of the negative"
    return "the square" if "**" in pattern else f"`{pattern.partition('(')[0].removeprefix('np.')}`"


def spread(site: Site) -> Iterator[Found]:
    """Yield a bend applied to each term of a sum, or a term left outside of it."""
    node = site.node
    if not (isinstance(node, ast.Call) and len(node.args) == 1 and called(node) in _BENDS):
        return
    inner, f, name = _terms(node.args[0]), ast.unparse(node.func), called(node)
    if len(inner) < 2:
        return
    each = " + ".join(f"{f}({ast.unparse(term)})" for term in inner)
    yield Found(
        "bent_each_alone",
        f"{site.place}, each term goes through `{name}` alone, and not their sum.",
        f"({each})",
        node,
    )
    last = node.args[0]
    if isinstance(last, ast.BinOp) and isinstance(last.op, ast.Add):
        part, b = Part(last, "+", "right"), text(last.right)
        for sign, verb in (("+", "added"), ("-", "taken away")):
            told = f"{site.place}, {site.said(last.right)} is {verb} outside of `{name}`."
            yield Found("term_outside", told, "", part, 1, (node, "(", f" {sign} {b})"))
    for outside in inner[:-1]:
        told = f"{site.place}, {site.said(outside)} is added outside of `{name}`."
        rest = " + ".join(text(term) for term in inner if term is not outside)
        yield Found("term_outside", told, f"({f}({rest}) + {text(outside)})", node)
    for outside in inner:
        rest = " + ".join(text(term) for term in inner if term is not outside)
        told = f"{site.place}, {site.said(outside)} goes through `{name}` before the sum, and again with it."
        yield Found("bent_before", told, f"{f}({rest} + {f}({ast.unparse(outside)}))", node, 2)
        if len(inner) > 2:
            told = (
                f"{site.place}, the sum without {site.said(outside)} goes through `{name}` before that is added, "
                "and then again."
            )
            yield Found("bent_before", told, f"{f}({f}({rest}) + {text(outside)})", node, 1)


def _terms(node: ast.AST) -> list[ast.expr]:
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        return [*_terms(node.left), *_terms(node.right)]
    return [node] if isinstance(node, ast.expr) else []


def methods(site: Site) -> Iterator[Found]:
    """Yield a method dropped, or another: mean for sum, minimum for maximum, no copy."""
    node = site.node
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute) or _of_numpy(node):
        return
    name, value = node.func.attr, node.func.value
    if name in ("append", "items", "keys", "values", "permutation", "normal", "random", "get", "get_state"):
        return
    told = f"{site.place}, {site.said(node)} is missing: the numbers go on without it."
    yield Found("call_missing", told, text(value), node)
    inside = ", ".join(ast.unparse(part) for part in [*node.args, *node.keywords])
    for other in _METHODS.get(name, ()):
        told = f"{site.place}, `{other}` is taken, where another summary of {site.said(value)} is asked."
        yield Found("another_summary", told, f"{text(value)}.{other}({inside})", node)
    if name == "sum" and inside in ("0", "axis=0"):
        for which, place in (("last", "-1"), ("first", "0")):
            told = f"{site.place}, only the {which} example counts: the parts of the others are not added."
            yield Found(f"{which}_example_only", told, f"{text(value)}[{place}]", node, 2)
    if name == "max":
        yield Found(
            "absolute_maximum",
            f"{site.place}, the maximum is taken of absolute values.",
            f"np.abs({ast.unparse(value)}).max({inside})",
            node,
            2,
        )


def axes(site: Site) -> Iterator[Found]:
    """Another axis, all axes, keepdims dropped."""
    node = site.node
    if not isinstance(node, ast.keyword) or not isinstance(site.parent, ast.Call):
        return
    said = site.said(site.parent)
    if node.arg == "axis":
        for axis in _AXES:
            if axis != ast.unparse(node.value):
                which = "over everything at once" if axis == "None" else f"over another axis, {axis}"
                yield Found("another_axis", f"{site.place}, {said} is taken {which}.", axis, node.value)
    if node.arg == "keepdims":
        yield Found(
            "keepdims_missing",
            f"{site.place}, {said} loses an axis, and then lines up with the wrong one.",
            "False",
            node.value,
        )


def arguments(site: Site) -> Iterator[Found]:
    """Zeros for an argument of a function of one's own; two arguments exchanged."""
    node = site.node
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name) or len(node.args) < 2:
        return
    name = node.func.id
    for arg in node.args:
        told = f"{site.place}, `{name}` gets zeros in place of {site.said(arg)}."
        yield Found("zeros_handed_on", told, f"(0 * {text(arg)})", arg)
    for k, (a, b) in enumerate(zip(node.args, node.args[1:], strict=False)):
        parts = [ast.unparse(part) for part in node.args]
        parts[k], parts[k + 1] = parts[k + 1], parts[k]
        told = f"{site.place}, `{name}` gets {site.said(a)} and {site.said(b)} in the other order."
        yield Found(
            "arguments_exchanged",
            told,
            f"{name}({', '.join([*parts, *map(ast.unparse, node.keywords)])})",
            node,
        )


def quotient_of_sum(site: Site) -> Iterator[Found]:
    """Yield a sum divided by a count."""
    node = site.node
    if not (isinstance(node, ast.Call) and called(node) in ("sum", "einsum")):
        return
    for what, code in site.scope.counts():
        yield Found(
            "divided_by_count",
            f"{site.place}, {site.said(node)} is divided by {what}, and should not be.",
            f"({ast.unparse(node)} / {code})",
            node,
        )


def _of_numpy(node: ast.Call) -> bool:
    return ast.unparse(node.func).startswith("np.")


ALL = (around, spread, methods, axes, arguments, quotient_of_sum)
