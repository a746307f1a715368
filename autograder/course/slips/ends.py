"""Operators on what comes in and what goes out: arguments ignored or changed, outputs changed."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from itertools import combinations

from autograder.course.slips.site import DICT, Found, Scope, Site, text

_ONLY_FIRST = "np.concatenate([{a}[:1], 0 * {a}[1:]])"
_BUT_FIRST = "np.concatenate([0 * {a}[:1], {a}[1:]])"
_BUT_LAST = "np.concatenate([{a}[:-1], 0 * {a}[-1:]])"
_WITHOUT = "{{a}} * (np.arange({{a}}.shape[1]) != range({{a}}.shape[1])[{}]).reshape((-1,) + (1,) * ({{a}}.ndim - 2))"
_ONLY_LAST = "{a} * (np.arange({a}.shape[1]) == {a}.shape[1] - 1).reshape((-1,) + (1,) * ({a}.ndim - 2))"
_FIRST = "np.repeat({a}[:1], len({a}), axis=0)"


def arguments(scope: Scope) -> Iterator[tuple[str, str, str, str, int]]:
    """Yield kind, name, hint and code for what may be done to an argument before all else."""
    for name in scope.arguments:
        shape, kind = scope.shapes.get(name, ((), "?"))
        if kind == DICT:
            for what, told, code in _DICT_CHANGES:
                yield what, name, f"`{name}` {told}.", f"{name} = {code.format(a=name)}", 2
        elif kind in "fiub":
            for what, told, code, rank in _changes(shape, kind):
                yield what, name, f"`{name}` {told}.", f"{name} = {code.format(a=name)}", rank
        elif kind == "U":
            continue
    known = [
        name
        for name in scope.arguments
        if name in scope.shapes and scope.shapes[name][1] in ("f", "i", "u", "b", DICT)
    ]
    for a, b in combinations(known, 2):
        if scope.shapes[a] == scope.shapes[b]:
            yield (
                "exchanged",
                f"{a}_{b}",
                f"`{a}` and `{b}` are exchanged everywhere.",
                f"{a}, {b} = {b}, {a}",
                1,
            )


KINDS = ("f", "i", "u", "b", DICT)
_DICT_CHANGES = (
    ("ignored", "is not used: all is as if its arrays were zero", "{{k: 0 * v for k, v in {a}.items()}}"),
    ("negative", "is used with the other sign", "{{k: -v for k, v in {a}.items()}}"),
    ("signs_only", "is used for its signs only", "{{k: np.sign(v) for k, v in {a}.items()}}"),
    ("twice", "counts twice", "{{k: 2 * v for k, v in {a}.items()}}"),
    (
        "normalised",
        "is divided, array by array, by its norm",
        "{{k: v / np.linalg.norm(v) for k, v in {a}.items()}}",
    ),
    (
        "divided_by_rows",
        "is divided, array by array, by the length",
        "{{k: v / len(v) for k, v in {a}.items()}}",
    ),
    ("rounded", "is rounded to whole numbers", "{{k: np.round(v) for k, v in {a}.items()}}"),
    (
        "first_entry_for_all",
        "is used for its first array only: the others count as zero",
        "{{k: v if k == list({a})[0] else 0 * v for k, v in {a}.items()}}",
    ),
    (
        "transposed",
        "is used with each square matrix transposed",
        "{{k: v.T if v.ndim == 2 and len(v) == len(v.T) else v for k, v in {a}.items()}}",
    ),
)


_STEPS: tuple[tuple[str, str, str, int], ...] = (
    ("steps_turned", "is used with its second axis in the opposite order", "{a}[:, ::-1]", 2),
    ("step_before", "is used one place late along its second axis", "np.roll({a}, 1, axis=1)", 2),
    ("step_after", "is used one place early along its second axis", "np.roll({a}, -1, axis=1)", 2),
    (
        "first_step",
        "of the first place along its second axis is used at all of them",
        "{a}[:, :1] + 0 * {a}",
        2,
    ),
    ("without_first_step", "counts as zero at the first place along its second axis", _WITHOUT.format(0), 2),
    ("without_last_step", "counts as zero at the last place along its second axis", _WITHOUT.format(-1), 2),
    (
        "only_last_step",
        "counts at the last place along its second axis only, and is zero before",
        _ONLY_LAST,
        2,
    ),
)
_OF_FLOATS: tuple[tuple[str, str, str, int], ...] = (
    ("rounded", "is rounded to whole numbers", "np.round({a})", 1),
    ("whole", "is cut down to whole numbers", "{a}.astype(int)", 1),
    ("bent", "goes through tanh before it is used", "np.tanh({a})", 2),
    ("absolute", "is used without its signs", "np.abs({a})", 2),
    ("one_minus", "is used the other way round, as one minus it", "1 - {a}", 2),
)
_OF_WHOLE: tuple[tuple[str, str, str, int], ...] = (
    ("one_more", "is one larger than given", "{a} + 1", 2),
    ("one_less", "is one smaller than given", "{a} - 1", 2),
)


def _changes(shape: tuple[int, ...], kind: str) -> Iterator[tuple[str, str, str, int]]:
    if not shape:
        yield "one_more", "is one larger than given", "{a} + 1", 2
        yield "one_less", "is one smaller than given", "{a} - 1", 2
        yield "ignored", "is not used: all is as if it were 1", "1 + 0 * {a}", 1
        yield "ignored_zero", "is not used: all is as if it were 0", "0 * {a}", 1
        return
    yield "ignored", "is not used: all is as if it were zero", "0 * {a}", 1
    yield "ones", "is not used: all is as if it were one everywhere", "np.ones_like({a})", 1
    yield "negative", "is used with the other sign", "-{a}", 2
    yield "first_for_all", "of the first example is used for all examples", _FIRST, 2
    yield "turned", "is used in the opposite order of its first axis", "{a}[::-1]", 2
    yield (
        "first_example_only",
        "counts for the first example only, and is zero for the others",
        _ONLY_FIRST,
        2,
    )
    yield "not_for_the_first", "counts as zero for the first example", _BUT_FIRST, 2
    yield "not_for_the_last", "counts as zero for the last example", _BUT_LAST, 2
    if len(shape) == 2 and shape[0] == shape[1]:
        yield "transposed", "is used transposed", "{a}.T", 1
        yield (
            "diagonal",
            "counts on its diagonal only: each unit sees nothing but itself",
            "np.diag(np.diag({a}))",
            1,
        )
    if len(shape) >= 2:
        yield from _STEPS
    yield from _OF_FLOATS if kind == "f" else _OF_WHOLE


def outputs(site: Site) -> Iterator[Found]:
    """Yield an output with the wrong sign, scaled, divided by a count, rounded, transposed, of zeros."""
    node, parent = site.node, site.parent
    if not isinstance(node, ast.expr) or not _is_output(site, parent):
        return
    a, place = text(node), site.place
    changes = [
        ("negative", "the sign of all of it is wrong", f"(-{a})", 2),
        ("zero", "all of it is zero", f"(0 * {a})", 2),
        ("twice", "all of it is twice as large as it should be", f"(2 * {a})", 1),
        ("half", "all of it is half as large as it should be", f"(0.5 * {a})", 1),
        ("transposed", "it is transposed", f"({a}).T", 1),
        ("no_nan", "what is not a number is set to zero", f"np.nan_to_num({a})", 2),
    ]
    for what, code in site.scope.counts():
        changes.append(("divided_by_count", f"all of it is divided by {what}", f"({a} / {code})", 1))
    if len(site.scope.parts) < 2:
        changes += _changed_answer(a)
    for kind, told, new, rank in changes:
        yield Found(kind, f"{place}, {told}.", new, node, rank)


def _changed_answer(a: str) -> Iterator[tuple[str, str, str, int]]:
    """Yield what may be done at the end to an answer that is all there is."""
    for digits in range(6):
        yield (
            f"rounded_to_{digits}",
            f"it is rounded to {digits} digits after the point",
            f"np.round({a}, {digits})",
            1,
        )
    yield "one_more", "all of it is one larger than it should be", f"({a} + 1)", 2
    yield "one_less", "all of it is one smaller than it should be", f"({a} - 1)", 2
    yield "root", "the root is taken of it", f"np.sqrt({a})", 2
    yield "squared", "it is squared", f"({a} ** 2)", 2
    yield "bent", "it goes through tanh at the end", f"np.tanh({a})", 2
    yield "absolute", "its signs are lost", f"np.abs({a})", 2
    yield "signs_only", "only its signs are left", f"np.sign({a})", 2
    yield "turned", "its first axis is in the opposite order", f"({a})[::-1]", 2
    yield "steps_turned", "its second axis is in the opposite order", f"({a})[:, ::-1]", 2
    yield (
        "first_for_all",
        "all examples get the answer of the first",
        f"np.repeat(({a})[:1], len({a}), axis=0)",
        2,
    )
    yield "last_step_only", "only the last place of its second axis is left", f"({a})[:, -1]", 2
    yield "at_least_zero", "negative numbers are set to zero", f"np.maximum({a}, 0)", 2
    yield "clipped", "it is clipped to between -1 and 1", f"np.clip({a}, -1, 1)", 2
    yield "whole", "it is cut down to whole numbers", f"np.trunc({a})", 2


def _is_output(site: Site, parent: ast.AST | None) -> bool:
    """Return whether this is a whole output: what is returned, or an entry of the tuple or dict that is returned."""
    if isinstance(parent, ast.Return):
        return not isinstance(site.node, ast.Tuple | ast.Dict | ast.Constant | ast.List)
    if not isinstance(parent, ast.Tuple | ast.Dict) or site.scope.function is None:
        return False
    returned = (n.value for n in ast.walk(site.scope.function) if isinstance(n, ast.Return))
    return any(value is parent for value in returned)  # and no tuple of axes, or of places


def order(site: Site) -> Iterator[Found]:
    """Two outputs exchanged."""
    node = site.node
    if not (isinstance(node, ast.Return) and isinstance(node.value, ast.Tuple)) or len(
        node.value.elts
    ) != len(site.scope.parts):
        return
    elements, parts = node.value.elts, site.scope.parts
    for i, j in combinations(range(len(elements)), 2):
        codes = [ast.unparse(element) for element in elements]
        codes[i], codes[j] = codes[j], codes[i]
        yield Found(
            "another_order",
            f"`{parts[i]}` and `{parts[j]}` come back in each other's place.",
            ", ".join(codes),
            node.value,
        )


ALL = (outputs, order)
