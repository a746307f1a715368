"""Operators on lines: not carried, not added, left out, done once, or without asking."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from autograder.course.slips.site import Found, Site, text


def added(site: Site) -> Iterator[Found]:
    """Yield assigned instead of added, the other sign, never added."""
    node = site.node
    if not isinstance(node, ast.AugAssign) or not isinstance(node.op, ast.Add | ast.Sub):
        return
    target, value = ast.unparse(node.target), ast.unparse(node.value)
    told = (
        f"{site.place}, each step puts its part in place of those before, so that only the last one counts."
    )
    yield Found("assigned_not_added", told, f"{target} = {value} + 0 * {target}", node)
    other, verb = ("-", "taken away") if isinstance(node.op, ast.Add) else ("+", "added")
    yield Found(
        "sign", f"{site.place}, each part is {verb}: a sign is wrong.", f"{target} {other}= {value}", node
    )
    yield Found(
        "never_added", f"{site.place}, nothing is ever added: it stays as it was at the start.", "pass", node
    )


def added_at(site: Site) -> Iterator[Found]:
    """``array[ids] += rows``, which adds once where an id stands several times."""
    node = site.node
    if not (
        isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Call)
        and ast.unparse(node.value.func) == "np.add.at"
    ):
        return
    array, rows, values = map(ast.unparse, node.value.args)
    told = (
        f"{site.place}, an id that stands twice in a batch is added once only: `+=` with ids keeps the last."
    )
    yield Found("repeated_ids_lost", told, f"{array}[{rows}] += {values}", node)
    told = f"{site.place}, each step puts its rows in place of those before."
    yield Found("assigned_not_added", told, f"{array}[{rows}] = {values}", node)
    yield Found(
        "never_added", f"{site.place}, nothing is ever added: it stays as it was at the start.", "pass", node
    )


def assigned(site: Site) -> Iterator[Found]:
    """Yield a line left out inside a loop, one of several results not taken, zeros."""
    node = site.node
    if not isinstance(node, ast.Assign) or len(node.targets) != 1:
        return
    target = node.targets[0]
    if isinstance(target, ast.Tuple):
        names = [ast.unparse(element) for element in target.elts]
        for k, name in enumerate(names):
            if isinstance(target.elts[k], ast.Name) and name in site.scope.words.known:
                new = ", ".join([*names[:k], "_", *names[k + 1 :]])
                told = f"`{name}` keeps the value from before: what the step returns for it is not taken."
                yield Found("not_carried", told, new, target)
        return
    told = f"{site.place}, nothing changes: the value from before is kept."
    yield Found("not_carried", told, "pass", node)
    if isinstance(target, ast.Name):
        value = text(node.value)
        yield Found("negative", f"{site.place}, the sign of the whole is wrong.", f"-{value}", node.value, 2)
        yield Found("zero", f"{site.place}, all is zero.", f"0 * {value}", node.value, 2)
        for what, code in site.scope.counts():
            told = f"{site.place}, the whole is divided by {what}, and should not be."
            yield Found("divided_by_count", told, f"{value} / {code}", node.value, 2)


def loops(site: Site) -> Iterator[Found]:
    """One round only; a way out that is never taken."""
    node = site.node
    if isinstance(node, ast.For | ast.While):
        last = node.body[-1]
        if isinstance(last, ast.Assign | ast.AugAssign | ast.Expr):
            indent = " " * last.col_offset
            told = "The loop stops after its first round."
            yield Found("one_round", told, f"{ast.unparse(last)}\n{indent}break", last)
    if isinstance(node, ast.If):
        for new, told in (("True", "done always, without asking"), ("False", "never done")):
            yield Found("without_asking", f"What hangs on {site.said(node.test)} is {told}.", new, node.test)
    if isinstance(node, ast.comprehension):
        for condition in node.ifs:
            told = f"{site.place}, nothing is left out: {site.said(condition)} is not asked."
            yield Found("without_asking", told, "True", condition)


def expressions(site: Site) -> Iterator[Found]:
    """Yield a call left out that stands alone, such as an append."""
    node = site.node
    if (
        isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Call)
        and ast.unparse(node.value.func) != "np.add.at"
    ):
        yield Found(
            "left_out",
            f"{site.place}, a line is left out: the one with {site.said(node.value)}.",
            "pass",
            node,
            2,
        )


def shared_lists(site: Site) -> Iterator[Found]:
    """One list several times, in place of several lists."""
    node = site.node
    if isinstance(node, ast.ListComp) and isinstance(node.elt, ast.List) and not node.elt.elts:
        over = ast.unparse(node.generators[0].iter)
        told = f"{site.place}, all lists are one and the same list: what one gets, all get."
        yield Found("one_list", told, f"([[]] * len(list({over})))", node)


ALL = (added, added_at, assigned, loops, expressions, shared_lists)
