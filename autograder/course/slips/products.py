"""Operators on formulas: transposes, order, terms, factors, signs, brackets, slopes."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from autograder.course.slips.site import Found, Part, Site, text

_WORDS = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.MatMult: "@", ast.Pow: "**"}


def matrix_products(site: Site) -> Iterator[Found]:
    """Yield a transpose dropped or added, operands turned, entry by entry, the diagonal only."""
    node = site.node
    if not (isinstance(node, ast.BinOp) and isinstance(node.op, ast.MatMult)):
        return
    left, right = node.left, node.right
    for one in (left, right):
        said, new = site.said(one), f"{text(one)}.T"
        if isinstance(one, ast.Attribute) and one.attr == "T":
            hint = f"{site.place}, {said} goes into the product without being transposed."
            yield Found("transpose_dropped", hint, text(one.value), one)
        else:
            yield Found(
                "transpose_added", f"{site.place}, {said} is transposed, and should not be.", new, one
            )
    for kept, lost in ((left, right), (right, left)):
        told = f"{site.place}, a factor is missing: the product with {site.said(lost)} is not taken."
        yield Found("product_missing", told, text(kept), node)
    pair = f"{site.said(left)} and {site.said(right)}"
    turned = f"{text(right)} @ {text(left)}"
    yield Found(
        "operands_turned",
        f"{site.place}, the matrix product of {pair} is taken in the other order.",
        f"({turned})",
        node,
    )
    entries = f"({text(left)} * {text(right)})"
    told = f"{site.place}, {pair} are multiplied entry by entry, where a matrix product is meant."
    yield Found("entry_by_entry", told, entries, node)
    if isinstance(left, ast.Attribute) and left.attr == "T":  # a sum over the examples
        for part, which in (("-1:", "last"), (":1", "first")):
            rows = f"({text(left.value)}[{part}].T @ {text(right)}[{part}])"
            told = f"{site.place}, only the {which} example counts: the parts of the others are not added."
            yield Found(f"{which}_example_only", told, rows, node, 2)
    told = (
        f"{site.place}, only the diagonal of {site.said(right)} is used: each unit sees nothing but itself."
    )
    yield Found("diagonal_only", told, f"({text(left)} * np.diag({text(right)}))", node, 2)


def terms(site: Site) -> Iterator[Found]:
    """Yield a term dropped, doubled, with the wrong sign; a difference the wrong way round."""
    node = site.node
    if not (isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add | ast.Sub)):
        return
    left, right, symbol = node.left, node.right, _WORDS[type(node.op)]
    for which, lost in (("right", right), ("left", left)):
        told = f"{site.place}, {site.said(lost)} is missing from the sum."
        yield Found("term_missing", told, "", Part(node, symbol, which))
    other, verb = ("-", "taken away") if symbol == "+" else ("+", "added")
    told = f"{site.place}, {site.said(right)} is {verb}: a sign is wrong."
    yield Found("sign", told, other, Part(node, symbol, "operator"))
    if isinstance(node.op, ast.Sub):
        told = f"{site.place}, the difference of {site.said(left)} and {site.said(right)} is taken the wrong way round."
        yield Found("difference_turned", told, f"({text(right)} - {text(left)})", node)
        told = f"{site.place}, {site.said(right)} is taken away as a share of {site.said(left)}."
        yield Found("share_taken", told, f"({text(left)} - {text(left)} * {text(right)})", node, 2)
    same = "+" if isinstance(node.op, ast.Add) else "-"
    for new, twice in (
        (f"({text(left)} {same} 2 * {text(right)})", right),
        (f"(2 * {text(left)} {same} {text(right)})", left),
    ):
        yield Found("term_twice", f"{site.place}, {site.said(twice)} is counted twice.", new, node, 2)
    told = f"{site.place}, {site.said(left)} and {site.said(right)} are multiplied, where a sum is meant."
    yield Found("product_for_sum", told, f"({text(left)} * {text(right)})", node, 2)


def factors(site: Site) -> Iterator[Found]:
    """Yield a factor dropped or used twice; a quotient turned or made a product; another operator."""
    node = site.node
    if not (isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult | ast.Div)):
        return
    left, right, div = node.left, node.right, isinstance(node.op, ast.Div)
    what, symbol = ("a division", "/") if div else ("a factor", "*")
    told = f"{site.place}, {what} is missing: {site.said(right)}."
    yield Found("factor_missing", told, "", Part(node, symbol, "right"))
    told = f"{site.place}, a factor is missing: {site.said(left)}."
    yield Found("factor_missing", told, "1 / " if div else "", Part(node, symbol, "left"))
    verb, other = ("multiplied by", "*") if div else ("divided by", "/")
    told = f"{site.place}, {site.said(left)} is {verb} {site.said(right)}."
    yield Found("multiplied_or_divided", told, other, Part(node, symbol, "operator"))
    op = "/" if div else "*"
    told = f"{site.place}, {site.said(right)} is a factor twice."
    yield Found("factor_twice", told, f"({text(left)} {op} {text(right)} {op} {text(right)})", node, 2)
    if div:
        told = (
            f"{site.place}, the quotient is upside down: {site.said(right)} is divided by {site.said(left)}."
        )
        yield Found("upside_down", told, f"({text(right)} / {text(left)})", node)
        return
    told = f"{site.place}, {site.said(left)} is a factor twice."
    yield Found("factor_twice", told, f"({text(left)} * {text(left)} * {text(right)})", node, 2)
    for symbol, verb in (("+", "added"), ("@", "multiplied as matrices")):
        told = f"{site.place}, {site.said(left)} and {site.said(right)} are {verb}."
        yield Found("another_operator", told, f"({text(left)} {symbol} {text(right)})", node, 2)


def powers(site: Site) -> Iterator[Found]:
    """Yield a power dropped or another one."""
    node = site.node
    if not (isinstance(node, ast.BinOp) and isinstance(node.op, ast.Pow)):
        return
    said, base = site.said(node.left), text(node.left)
    yield Found("power_missing", f"{site.place}, the power of {said} is missing.", base, node)
    yield Found(
        "another_power", f"{site.place}, {said} has another power than asked.", f"({base} ** 3)", node, 2
    )
    told = f"{site.place}, {said} is multiplied by its exponent, where a power is meant."
    yield Found("product_for_power", told, f"({base} * {text(node.right)})", node, 2)
    told = f"{site.place}, the absolute value of {said} is taken in place of its power."
    yield Found("absolute_for_power", told, f"np.abs({base})", node, 2)


def slopes(site: Site) -> Iterator[Found]:
    """Yield the slope of tanh or sigmoid: of the other one, of the wrong thing, twice, upside down."""
    node = site.node
    if not (isinstance(node, ast.BinOp) and isinstance(node.op, ast.Sub) and ast.unparse(node.left) == "1"):
        return
    right = node.right
    squared = (
        isinstance(right, ast.BinOp) and isinstance(right.op, ast.Pow) and ast.unparse(right.right) == "2"
    )
    if squared:
        assert isinstance(right, ast.BinOp)
        yield from _slopes_of_tanh(site, right.left)
        return
    a, said = text(right), site.said(right)
    told = f"{site.place}, the slope is taken as that of tanh, but {said} is no output of tanh."
    yield Found("slope_of_tanh", told, f"(1 - {a} ** 2)", node)
    yield Found(
        "slope_twice",
        f"{site.place}, the slope at {said} is a factor twice.",
        f"((1 - {a}) * {a} * (1 - {a}))",
        node,
        2,
    )
    sigmoid = f"(1 / (1 + np.exp(-{a})))"
    told = f"{site.place}, {said} has been through its bend already, and goes through it again."
    yield Found("bent_again", told, f"(1 - {sigmoid})", node, 2)


def _slopes_of_tanh(site: Site, inner: ast.expr) -> Iterator[Found]:
    h, said, node = text(inner), site.said(inner), site.node
    told = f"{site.place}, the slope is taken as one minus {said}, without the square."
    yield Found("slope_without_square", told, f"(1 - {h})", node)
    told = f"{site.place}, the slope is taken as that of a sigmoid, but {said} went through tanh."
    yield Found("slope_of_sigmoid", told, f"({h} * (1 - {h}))", node)
    told = f"{site.place}, {said} has been through tanh already, and goes through it again in the slope."
    yield Found("bent_again", told, f"(1 - np.tanh({h}) ** 2)", node)
    yield Found(
        "slope_twice", f"{site.place}, the slope of tanh is a factor twice.", f"((1 - {h} ** 2) ** 2)", node
    )
    yield Found(
        "square_outside",
        f"{site.place}, the square is taken of the difference, not of {said}.",
        f"((1 - {h}) ** 2)",
        node,
    )
    told = f"{site.place}, tanh itself, {said}, stands where its slope belongs."
    yield Found("bend_for_slope", told, h, node)
    yield Found(
        "slope_is_root", f"{site.place}, the root of the slope is taken.", f"np.sqrt(1 - {h} ** 2)", node, 2
    )


def slope_products(site: Site) -> Iterator[Found]:
    """Yield the slope of a sigmoid, a (1 - a) at the end of a product, left out or made of something else."""
    node = site.node
    if not (
        isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult) and isinstance(node.left, ast.BinOp)
    ):
        return
    if (
        not isinstance(node.left.op, ast.Mult)
        or ast.unparse(node.right) != f"1 - {ast.unparse(node.left.right)}"
    ):
        return
    rest, a, said = text(node.left.left), text(node.left.right), site.said(node.left.right)
    yield Found("slope_missing", f"{site.place}, the slope at {said} is missing.", rest, node)
    told = f"{site.place}, the slope at {said} is that of tanh, but {said} went through a sigmoid."
    yield Found("slope_of_tanh", told, f"({rest} * (1 - {a} ** 2))", node)
    again = f"(1 / (1 + np.exp(-{a})))"
    told = (
        f"{site.place}, {said} has been through the sigmoid already, and goes through it again in the slope."
    )
    yield Found("bent_again", told, f"({rest} * {again} * (1 - {again}))", node)


def brackets(site: Site) -> Iterator[Found]:
    """Brackets left out, so that a product or quotient binds before the sum."""
    node = site.node
    if not isinstance(node, ast.BinOp) or isinstance(node.op, ast.Add | ast.Sub):
        return
    symbol, told = (
        _WORDS.get(type(node.op), ""),
        f"{site.place}, brackets are missing: a product or quotient is taken before a sum.",
    )
    if not symbol:
        return
    if isinstance(node.right, ast.BinOp) and _binds_less(node.right.op, node.op):
        inner = node.right
        new = f"({text(node.left)} {symbol} {text(inner.left)} {_WORDS[type(inner.op)]} {text(inner.right)})"
        yield Found("brackets_missing", told, new, node)
    if isinstance(node.left, ast.BinOp) and _binds_less(node.left.op, node.op):
        inner = node.left
        new = f"({text(inner.left)} {_WORDS[type(inner.op)]} {text(inner.right)} {symbol} {text(node.right)})"
        yield Found("brackets_missing", told, new, node)


def _binds_less(inner: ast.operator, outer: ast.operator) -> bool:
    """Return whether an operator in brackets would act later, or in another order, without them."""
    if isinstance(inner, ast.Add | ast.Sub):
        return True
    return isinstance(inner, ast.Mult | ast.Div | ast.MatMult) and isinstance(outer, ast.Pow | ast.Div)


def signs(site: Site) -> Iterator[Found]:
    """Yield a minus dropped."""
    node = site.node
    if (
        isinstance(node, ast.UnaryOp)
        and isinstance(node.op, ast.USub)
        and not isinstance(node.operand, ast.Constant)
    ):
        yield Found(
            "minus_missing",
            f"{site.place}, the minus before {site.said(node.operand)} is missing.",
            text(node.operand),
            node,
        )


ALL = (matrix_products, terms, factors, powers, slopes, slope_products, brackets, signs)
