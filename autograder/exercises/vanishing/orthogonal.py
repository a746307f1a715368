"""Notebook 05: orthogonal matrices, judged with several seeds."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from autograder.course.exercise import (
    Draw,
    Exercise,
    Question,
    ask,
    mistake,
    other_way,
)
from rnncourse.checking.caseset import CORE, Group
from rnncourse.checking.given import Seeded
from rnncourse.checking.properties import Property
from rnncourse.checking.together import Together


def _orthogonal(draw: Draw) -> Iterator[Question]:
    drawn = Property("random_orthogonal")
    seeds = draw.choice(np.arange(100, 10_000), 8, replace=False)
    rngs = [Seeded(int(seed)) for seed in seeds]
    for rng in rngs[:4]:
        yield ask(CORE, drawn, n=9, rng=rng)
    for n, rng in zip((2, 3, 5), rngs[4:7], strict=True):
        yield ask("small", drawn, n=n, rng=rng)
    yield ask("large", drawn, n=40, rng=rngs[0])
    yield ask("unit", drawn, n=1, rng=rngs[7])


ORTHOGONAL = Exercise(
    id="orthogonal",
    questions=_orthogonal,
    core="columns of length 1, perpendicular to each other, and others for each seed of rng",
    together=(Together(CORE, "more_than_other_signs", ("the_same_for_every_seed",)),),
    groups=(
        Group("small", "n = 2, 3 and 5"),
        Group("large", "40 rows and columns, to a part in a million"),
        Group("unit", "n = 1: the number 1 or -1"),
    ),
    hints=(
        "Draw any square matrix of normal numbers with rng. Its columns are neither of length 1 nor "
        "perpendicular. Which factorisation of a matrix has an orthogonal factor?",
        "np.linalg.qr writes a matrix as Q times R. One factor is orthogonal, the other is triangular. (The"
        " two outer factors of np.linalg.svd would do as well.)",
        "Call rng.normal with size=(n, n), give the result to np.linalg.qr, and return the first of the two"
        " matrices that come back.",
    ),
    mistakes=(
        mistake(
            "triangular",
            """You return the triangular factor. QR writes a matrix as an orthogonal Q times a triangular R:
            you need the other one.""",
            source="""
            def orthogonal(n, rng):
                _, R = np.linalg.qr(rng.normal(size=(n, n)))
                return R
            """,
        ),
        mistake(
            "only_unit_columns",
            """Your columns have length 1, but they are not perpendicular to each other. Dividing by the
            length turns no column.""",
            source="""
            def orthogonal(n, rng):
                A = rng.normal(size=(n, n))
                return A / np.linalg.norm(A, axis=0)
            """,
        ),
        mistake(
            "only_unit_rows",
            "Your rows have length 1, but they are not perpendicular to each other: dividing turns no row.",
            source="""
            def orthogonal(n, rng):
                A = rng.normal(size=(n, n))
                return A / np.linalg.norm(A, axis=1, keepdims=True)
            """,
        ),
        mistake(
            "plain_normal",
            """Your matrix is the normal numbers that were drawn, as they were, or put together again from
            their factors. Nothing has made them orthogonal: only *some* of the factors are.""",
            source="def orthogonal(n, rng):\n    return rng.normal(size=(n, n))",
        ),
        mistake(
            "scaled_normal",
            """You divide normal numbers by the root of n. The columns then have length 1 *on average* and are
            nearly perpendicular. Nearly, to the power 100, is not enough.""",
            source="def orthogonal(n, rng):\n    return rng.normal(size=(n, n)) / np.sqrt(n)",
        ),
        mistake(
            "radius_one",
            """You scale to a spectral radius of 1. That makes the largest eigenvalue 1. Orthogonal asks more:
            all singular values 1.""",
            source="""
            def orthogonal(n, rng):
                A = rng.normal(size=(n, n))
                return A / np.abs(np.linalg.eigvals(A)).max()
            """,
        ),
        mistake(
            "norm_one",
            """You scale so that the largest singular value is 1. Orthogonal asks that *all* are 1: the
            smaller ones still shrink what they meet.""",
            source="""
            def orthogonal(n, rng):
                A = rng.normal(size=(n, n))
                return A / np.linalg.norm(A, 2)
            """,
        ),
        mistake(
            "whole_norm_one",
            """You divide by the root of the sum of *all* squared entries, so the whole matrix has length 1.
            Each column must have length 1, and they must be perpendicular.""",
            source="""
            def orthogonal(n, rng):
                A = rng.normal(size=(n, n))
                return A / np.linalg.norm(A)
            """,
        ),
        mistake(
            "wrong_length",
            """Your columns are perpendicular, but not of length 1. There is a factor too many, or, if you
            wrote the Gram-Schmidt method, a division by the length is missing.""",
            source="""
            def orthogonal(n, rng):
                return np.sqrt(2.0) * np.linalg.qr(rng.normal(size=(n, n)))[0]
            """,
        ),
        mistake(
            "the_same_for_every_seed",
            """Other generators give the same matrix, at most with other signs. Either it is a fixed one, or
            it is drawn with a generator of your own that has a seed of its own: all its numbers must come
            from rng.""",
            source="""
            def orthogonal(n, rng):
                return np.linalg.qr(np.random.default_rng(0).normal(size=(n, n)))[0] * np.sign(rng.normal())
            """,
        ),
        mistake(
            "nearly_orthogonal",
            """Your columns are of length 1 and perpendicular to a few digits only: rounded, or computed in
            half precision, or by a method that was stopped early. Such an error grows with every step through
            time.""",
            source="""
            def orthogonal(n, rng):
                return np.round(np.linalg.qr(rng.normal(size=(n, n)))[0], 4)
            """,
        ),
        mistake(
            "determinant_one",
            """You scale to a determinant of 1 or -1. That keeps volumes. An orthogonal matrix keeps every
            length, which asks more.""",
            source="""
            def orthogonal(n, rng):
                A = rng.normal(size=(n, n))
                return A / np.abs(np.linalg.det(A)) ** (1 / n)
            """,
        ),
        mistake(
            "symmetric_part",
            """You made the matrix symmetric. Symmetric and orthogonal are different things: a symmetric
            matrix equals its transpose, an orthogonal one has its transpose as its inverse.""",
            source="""
            def orthogonal(n, rng):
                A = rng.normal(size=(n, n))
                return (A + A.T) / 2
            """,
        ),
        mistake(
            "both_factors",
            "np.linalg.qr gives two matrices, and you return both. One of them is asked for.",
            source="def orthogonal(n, rng):\n    return tuple(np.linalg.qr(rng.normal(size=(n, n))))",
        ),
        mistake(
            "singular_values",
            "You return the singular values, n numbers. The matrices on either side of them are orthogonal.",
            source="def orthogonal(n, rng):\n    return np.linalg.svd(rng.normal(size=(n, n)))[1]",
        ),
        mistake(
            "global_random",
            """Your randomness does not come from rng: the same rng gives another matrix each time. Nobody can
            repeat such an experiment. Draw with the rng that is passed in, not with np.random.""",
            manner="ignores_its_generator",
            source="""
            def orthogonal(n, rng):
                return np.linalg.qr(np.random.normal(size=(n, n)))[0]
            """,
        ),
    ),
    other_ways=(
        other_way(
            "signs_mended",
            source="""
            def orthogonal(n, rng):
                Q, R = np.linalg.qr(rng.standard_normal((n, n)))
                return Q * np.sign(np.diag(R))
            """,
        ),
        other_way(
            "svd",
            source="""
            def orthogonal(size, generator):
                U, _, Vt = np.linalg.svd(generator.normal(size=(size, size)))
                return U @ Vt
            """,
        ),
        other_way(
            "gram_schmidt",
            source="""
            def _without(v, others):
                for _ in range(2):
                    for u in others:
                        v = v - (v @ u) * u
                return v / np.linalg.norm(v)

            def orthogonal(n, rng, clean=_without):
                rows = []
                for _ in range(n):
                    rows.append(clean(rng.normal(size=n), rows))
                return rows
            """,
        ),
        other_way(
            "uniform_numbers",
            source="""
            def orthogonal(n, rng):
                return np.linalg.qr(rng.uniform(-1, 1, (n, n)))[0].T
            """,
        ),
        other_way(
            "signed_permutation",
            source="""
            def orthogonal(n, rng):
                return np.eye(n)[rng.permutation(n)] * rng.choice([-1.0, 1.0], n)
            """,
        ),
        other_way(
            "single_precision", ("rng.normal(size=(n, n))", "rng.normal(size=(n, n)).astype(np.float32)")
        ),
        other_way(
            "reflections",
            source="""
            def orthogonal(n, rng):
                Q = np.eye(n)
                for _ in range(n):
                    v = rng.normal(size=n)
                    Q = Q - 2 * np.outer(Q @ v, v) / (v @ v)
                return Q
            """,
        ),
    ),
)
