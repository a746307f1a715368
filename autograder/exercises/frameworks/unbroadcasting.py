"""Notebook 09: the gradient of an operand that was broadcast."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from autograder.course.exercise import (
    Draw,
    Exercise,
    Invariant,
    Question,
    ask,
    mistake,
    other_way,
    sizes,
    weights,
)
from rnncourse.checking.caseset import Group

_LEADING = "    g = g.sum(axis=tuple(range(extra)))  # axes that the operand did not have"
_KEEP = "    return g.sum(axis=stretched, keepdims=True)  # axes that it had with size 1"


def _questions(draw: Draw) -> Iterator[Question]:
    a, b, c = sizes(draw, "a", "b", "c")
    yield ask(g=weights(draw, a, b), shape=(b,))
    yield ask(g=weights(draw, a, b), shape=(1, b))
    yield ask(g=weights(draw, a, b), shape=(a, 1))
    yield ask(g=weights(draw, c, a, b), shape=(a, 1))
    yield ask(g=weights(draw, c, a, b), shape=(1, a, b))
    yield ask("number", g=weights(draw, a, b), shape=())
    yield ask("number", g=weights(draw, a, b), shape=(1, 1))
    yield ask("number", g=weights(draw, a), shape=(1,))
    yield ask("equal", g=weights(draw, a, b), shape=(a, b))
    yield ask("equal", g=np.array(draw.normal()), shape=())
    yield ask("square", g=weights(draw, 3, 3), shape=(3, 1))
    yield ask("square", g=weights(draw, 3, 3), shape=(1, 3))
    yield ask("square", g=weights(draw, 3, 3), shape=(3,))


UNBROADCAST = Exercise(
    id="unbroadcast",
    questions=_questions,
    core="leading axes, axes of size 1, and both at once",
    groups=(
        Group("number", "an operand that is a single number"),
        Group("equal", "an operand that was not broadcast"),
        Group("square", "sizes that are equal by accident"),
    ),
    invariants=(
        Invariant(
            "linear",
            "the numbers, with g three times as large",
            lambda i: i | {"g": 3 * i["g"]},
            lambda i, first, j, second: bool(np.allclose(3 * first, second)),
        ),
        Invariant(
            "kept",
            "the numbers, with the rows of g in reverse order",
            lambda i: i | {"g": i["g"][::-1].copy()},
            lambda i, first, j, second: bool(
                np.allclose(first, second) and np.isclose(first.sum(), i["g"].sum())
            ),
        ),
    ),
    allow_views=True,
    hints=(
        "Take g of shape (4, 3). An operand (3,) was used by all 4 rows. One of shape (4, 1) was used by all 3 "
        "columns. "
        "What becomes of a gradient when a number is used several times?",
        "Shapes are matched from the right. First sum over the axes on the left that the operand does not have: there "
        "are g.ndim - len(shape) of them. Then look for axes where shape has a 1.",
        "g.sum(axis=...) takes a tuple of axes. For the axes that stay with size 1, use keepdims=True. An empty tuple "
        "of axes sums nothing.",
    ),
    mistakes=(
        mistake(
            "first_row",
            """You take the first row (or column) and leave the others out. Each of them used the operand, and each
            sends a gradient: they add up.""",
            (_LEADING, "    g = g[(0,) * extra]"),
            (
                _KEEP,
                "    return g[tuple(slice(0, 1) if k in stretched else slice(None) for k in range(g.ndim))]",
            ),
        ),
        mistake(
            "mean",
            "You take means. An operand that was used four times gets the sum of four gradients, not their mean.",
            (_LEADING, "    g = g.mean(axis=tuple(range(extra))) if extra else g"),
            (_KEEP, "    return g.mean(axis=stretched, keepdims=True) if stretched else g"),
        ),
        mistake(
            "last_axes",
            """You sum over axes at the right end. NumPy matches shapes from the right, so the axes that the operand
            lacks are on the *left*.""",
            (_LEADING, "    g = g.sum(axis=tuple(range(len(shape), g.ndim)))"),
        ),
        mistake(
            "no_keepdims",
            """An axis of size 1 is gone from your answer: it has shape (3,) where (1, 3) is asked for. A gradient has
            the shape of what it belongs to.""",
            (_KEEP, "    return g.sum(axis=stretched)"),
        ),
        mistake(
            "leading_only",
            """You sum over the axes that the operand does not have, and leave those that it has with size 1 stretched.
            A 1 is broadcast as well.""",
            (_KEEP, "    return g"),
        ),
        mistake(
            "ones_only",
            """You sum over the axes of size 1 only. An operand of shape (3,) in a result of shape (4, 3) has been used
            by four rows too.""",
            (_LEADING + "\n", ""),
            ("tuple(k for k, size", "tuple(k + extra for k, size"),
        ),
        mistake(
            "unchanged",
            "You return g as it came. It has the shape of the result; the gradient must have that of the operand.",
            source="""
            def unbroadcast(g, shape):
                return g
            """,
        ),
        mistake(
            "reshaped",
            """You cut g to the shape without adding anything up: entries are dropped, and those that stay may belong
            to another place. Sum over the axes.""",
            source="""
            def unbroadcast(g, shape):
                return np.resize(g, shape)
            """,
        ),
        mistake(
            "everything",
            """You sum over everything and fill the shape with the total. Only the axes that were stretched are summed;
            along the others each entry keeps its own.""",
            source="""
            def unbroadcast(g, shape):
                return np.full(shape, g.sum())
            """,
        ),
        mistake(
            "everything_when_different",
            """Where the shapes differ, you sum over everything and fill the shape with the total. Only the axes that
            were stretched are summed; along the others each entry keeps its own.""",
            source="""
            def unbroadcast(g, shape):
                return g if g.shape == shape else np.full(shape, g.sum())
            """,
        ),
        mistake(
            "largest",
            "You keep the largest of the gradients. They add up.",
            (_LEADING, "    g = g.max(axis=tuple(range(extra))) if extra else g"),
            (_KEEP, "    return g.max(axis=stretched, keepdims=True) if stretched else g"),
        ),
        mistake(
            "first_axis_always",
            """You sum over the first axis, whatever the shape is. That is right for (3,) in (4, 3). Which axes were
            stretched follows from both shapes, and may be none, or several.""",
            source="""
            def unbroadcast(g, shape):
                return g.sum(axis=0)
            """,
        ),
        mistake(
            "one_axis_only",
            """You sum over the first axis only. An operand may lack several axes, and have a 1 in another place.""",
            source="""
            def unbroadcast(g, shape):
                if g.shape == shape:
                    return g
                g = g.sum(axis=0)
                return g.reshape(shape) if g.size == np.prod(shape) else g
            """,
        ),
        mistake(
            "matches_sizes",
            """You sum over the axes whose size does not occur in the shape. Two sizes may be equal by accident: compare
            the axes by their *place*, from the right.""",
            source="""
            def unbroadcast(g, shape):
                gone = tuple(k for k, size in enumerate(g.shape) if size not in shape)
                return g.sum(axis=gone).reshape(shape) if gone else g
            """,
        ),
        mistake(
            "from_the_left",
            """You match the axes from the left. NumPy matches from the right: (3,) in a result of shape (3, 3) is a
            row, used by every row.""",
            source="""
            def unbroadcast(g, shape):
                whole = tuple(shape) + (1,) * (g.ndim - len(shape))
                if any(size not in (1, have) for size, have in zip(whole, g.shape)):
                    whole = (1,) * (g.ndim - len(shape)) + tuple(shape)
                axes = tuple(k for k, size in enumerate(whole) if size == 1)
                return g.sum(axis=axes, keepdims=True).reshape(shape)
            """,
        ),
        mistake(
            "changes_g",
            "You write into g. Whoever gave it to you may still need it: it must be left as it was.",
            (
                "    extra = g.ndim - len(shape)",
                "    total = g.copy()\n    g *= 0\n    g, extra = total, g.ndim - len(shape)",
            ),
            manner="changes_its_input",
        ),
    ),
    other_ways=(
        other_way(
            "loops",
            source="""
            def unbroadcast(g, shape):
                while g.ndim > len(shape):
                    g = g.sum(axis=0)
                for axis, size in enumerate(shape):
                    if size == 1:
                        g = g.sum(axis=axis, keepdims=True)
                return g
            """,
        ),
        other_way(
            "whole_shape",
            source="""
            def unbroadcast(g, shape):
                whole = (1,) * (np.ndim(g) - len(shape)) + tuple(shape)
                axes = tuple(np.flatnonzero(np.array(whole) != np.array(np.shape(g))).tolist())
                return np.sum(g, axis=axes, keepdims=True).reshape(shape)
            """,
        ),
        other_way(
            "einsum",
            source="""
            def unbroadcast(g, shape):
                letters = "abcdefgh"[: g.ndim]
                own = letters[g.ndim - len(shape):]
                kept = "".join(c for c, size in zip(own, shape) if size != 1)
                return np.einsum(f"{letters}->{kept}", g).reshape(shape)
            """,
        ),
        other_way(
            "one_by_one",
            source="""
            def unbroadcast(g, shape):
                out = np.zeros(shape)
                for index in np.ndindex(g.shape):
                    own = index[g.ndim - len(shape):]
                    out[tuple(0 if size == 1 else i for i, size in zip(own, shape))] += g[index]
                return out
            """,
        ),
        other_way(
            "copied",
            source="""
            def unbroadcast(upstream, shape, copy=True):
                g = np.array(upstream, dtype=float)
                if g.shape == tuple(shape):
                    return g
                if len(shape) < g.ndim:
                    return unbroadcast(np.add.reduce(g, axis=0), shape)
                for k in range(g.ndim):
                    if shape[k] == 1 and g.shape[k] > 1:
                        return unbroadcast(np.add.reduce(g, axis=k, keepdims=True), shape)
                return g
            """,
        ),
    ),
)
