"""Notebook 05: matrices of a given spectral radius, and orthogonal ones."""

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
from rnncourse.checking.compare import Tolerance
from rnncourse.checking.given import Seeded
from rnncourse.checking.properties import Property
from rnncourse.checking.values import Value


def _turning(draw: Draw) -> Value:
    """Return a (4, 4) matrix whose largest eigenvalues are a complex pair, and whose others are small."""
    angle, size = draw.uniform(0.6, 1.2), draw.uniform(1.2, 2.0)
    W = 0.2 * draw.normal(size=(4, 4)) / 4
    W[:2, :2] = size * np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    return np.round(W, 3)


def _negative(draw: Draw) -> Value:
    """Return a triangular (3, 3) matrix whose largest eigenvalue is negative."""
    W = np.triu(weights(draw, 3, 3), 1)
    return W + np.diag(np.round(draw.uniform([0.2, 0.6, -2.5], [0.5, 1.1, -1.5]), 3))


def _slanted(draw: Draw) -> Value:
    """Return a (2, 2) matrix whose norm is far above its radius."""
    a, b = np.round(draw.uniform([0.8, 0.3], [1.0, 0.5]), 3)
    return np.array([[a, np.round(draw.uniform(8, 12), 3)], [0.0, b]])


def _set_spectral_radius(draw: Draw) -> Iterator[Question]:
    (H,) = sizes(draw, "H")
    H = max(H, 3)
    yield ask(W=weights(draw, H, H), rho=float(np.round(draw.uniform(0.5, 0.95), 3)))
    yield ask(W=weights(draw, 5, 5, scale=0.2), rho=float(np.round(draw.uniform(1.5, 3), 3)))
    yield ask("turning", W=_turning(draw), rho=1.3)
    yield ask("negative", W=_negative(draw), rho=0.8)
    yield ask("slanted", W=_slanted(draw), rho=0.7)
    yield ask("unit", W=np.round(-draw.uniform(1.5, 2.5, (1, 1)), 3), rho=0.7)


_RADIUS = "np.abs(np.linalg.eigvals(W)).max()"

SET_SPECTRAL_RADIUS = Exercise(
    id="set_spectral_radius",
    questions=_set_spectral_radius,
    core="every entry, for a radius below 1 and one above",
    tolerance=Tolerance(dtype="float"),
    groups=(
        Group("turning", "a complex pair as the largest eigenvalues"),
        Group("negative", "a negative number as the largest eigenvalue"),
        Group("slanted", "a matrix whose norm is far above its radius"),
        Group("unit", "one unit (H = 1)"),
    ),
    invariants=(
        Invariant(
            "any_scale",
            "the numbers, with W four times as large",
            lambda i: i | {"W": 4 * i["W"]},
            lambda i, a, j, b: np.allclose(a, b),
        ),
        Invariant(
            "proportional",
            "the numbers, with twice the radius",
            lambda i: i | {"rho": 2 * i["rho"]},
            lambda i, a, j, b: np.allclose(2 * a, b),
        ),
        Invariant(
            "sign_kept",
            "the numbers, with the opposite matrix",
            lambda i: i | {"W": -i["W"]},
            lambda i, a, j, b: np.allclose(a, -b),
        ),
    ),
    hints=(
        "If you multiply a matrix by a number c, what happens to its eigenvalues?",
        "np.linalg.eigvals gives H numbers, which may be complex. How large is a complex number? NumPy has "
        "one function for that, and it works for negative numbers too. The max of complex numbers "
        "compares real parts: take sizes first.",
        "The radius of W now is the largest np.abs of its eigenvalues. Multiply W by the wanted radius "
        "divided by that.",
    ),
    mistakes=(
        mistake(
            "largest_singular_value",
            """You divide by the largest singular value, the norm. The norm bounds one step; the radius is the
            largest absolute *eigenvalue*, and may be far smaller.""",
            (_RADIUS, "np.linalg.norm(W, 2)"),
        ),
        mistake(
            "frobenius",
            """np.linalg.norm of a matrix is, without a further argument, the root of the sum of all squared
            entries. The radius is about eigenvalues.""",
            (_RADIUS, "np.linalg.norm(W)"),
        ),
        mistake(
            "largest_entry",
            "You divide by the largest entry of W. The radius is the largest absolute eigenvalue.",
            (_RADIUS, "np.abs(W).max()"),
        ),
        mistake(
            "real_part",
            """You take the largest real part. (The max of complex numbers compares real parts.) Eigenvalues may
            be complex or negative: take np.abs of each first.""",
            (_RADIUS, "np.linalg.eigvals(W).real.max()"),
        ),
        mistake(
            "absolute_real_part",
            """You drop the imaginary parts before you take absolute values. A complex eigenvalue turns and
            stretches; its stretch is its absolute value, with both parts.""",
            (_RADIUS, "np.abs(np.linalg.eigvals(W).real).max()"),
        ),
        mistake(
            "first_eigenvalue",
            """You take the first eigenvalue of the list. They come in no particular order: look for the
            largest.""",
            (_RADIUS, "np.abs(np.linalg.eigvals(W))[0]"),
        ),
        mistake(
            "smallest",
            "You take the smallest absolute eigenvalue. The radius is the largest.",
            (_RADIUS, "np.abs(np.linalg.eigvals(W)).min()"),
        ),
        mistake(
            "mean",
            "You take the mean of the absolute eigenvalues. The radius is the largest of them.",
            (_RADIUS, "np.abs(np.linalg.eigvals(W)).mean()"),
        ),
        mistake(
            "symmetric",
            """np.linalg.eigvalsh and eigh assume a symmetric matrix and read one half of it only. W is not
            symmetric.""",
            (_RADIUS, "np.abs(np.linalg.eigvalsh(W)).max()"),
        ),
        mistake(
            "symmetrised",
            "You make W symmetric before you take its eigenvalues. That is another matrix, with others.",
            (_RADIUS, "np.abs(np.linalg.eigvalsh((W + W.T) / 2)).max()"),
        ),
        mistake(
            "radius_of_the_square",
            """You divide by the radius of W.T @ W, which is the square of the largest singular value. Take
            the eigenvalues of W itself.""",
            (_RADIUS, "np.abs(np.linalg.eigvals(W.T @ W)).max()"),
        ),
        mistake(
            "only_multiplied",
            "You multiply W by rho, but W has a radius of its own, which you must divide by.",
            ("W * (rho / radius)", "W * rho"),
        ),
        mistake(
            "only_divided",
            "You divide by the radius of W: your matrix has radius 1. You were asked for rho.",
            ("W * (rho / radius)", "W / radius"),
        ),
        mistake(
            "upside_down",
            "Your factor is upside down: with it a large matrix gets larger still.",
            ("W * (rho / radius)", "W * (radius / rho)"),
        ),
        mistake(
            "multiplied_by_both",
            "You multiply by the radius of W instead of dividing by it.",
            ("W * (rho / radius)", "W * (rho * radius)"),
        ),
        mistake(
            "diagonal_shifted",
            "You subtract from the diagonal. That shifts the eigenvalues instead of scaling them.",
            ("W * (rho / radius)", "W - (radius - rho) * np.eye(len(W))"),
        ),
        mistake(
            "only_made_smaller",
            """You only ever make W smaller: a matrix with a radius below rho stays as it is. You were
            asked for exactly rho.""",
            ("W * (rho / radius)", "W * min(1.0, rho / radius)"),
        ),
        mistake(
            "writes_into_w",
            "Your function changes W itself: *= and /= work inside the array. Return a new matrix.",
            manner="changes_its_input",
            source="""
            def set_spectral_radius(W, rho):
                V = W * (rho / np.abs(np.linalg.eigvals(W)).max())
                W /= 2
                return V
            """,
        ),
    ),
    other_ways=(
        other_way(
            "eig",
            source="""
            def set_spectral_radius(W, rho):
                values, _ = np.linalg.eig(W)
                return rho * W / max(abs(value) for value in values)
            """,
        ),
        other_way(
            "real_and_imaginary",
            source="""
            def _size(z):
                return np.sqrt(z.real**2 + z.imag**2)

            def set_spectral_radius(matrix, radius, size=_size):
                now = np.sort(size(np.linalg.eigvals(matrix)))[-1]
                return matrix / now * radius
            """,
        ),
        other_way(
            "in_place_on_a_copy",
            source="""
            def set_spectral_radius(W, rho):
                V = np.array(W, dtype=float, copy=True)
                V /= np.max(np.absolute(np.linalg.eigvals(V)))
                V *= rho
                return V
            """,
        ),
        other_way(
            "rows",
            source="""
            def set_spectral_radius(W, rho):
                factor = rho / np.abs(np.linalg.eigvals(W.T)).max()
                return [[factor * entry for entry in row] for row in W]
            """,
        ),
    ),
)


def _orthogonal(draw: Draw) -> Iterator[Question]:
    drawn = Property("random_orthogonal")
    first, second, third, fourth = (Seeded(int(seed)) for seed in draw.integers(100, 10_000, 4))
    (n,) = sizes(draw, "n")
    yield ask("core", drawn, n=max(n, 4), rng=first)
    yield ask("core", drawn, n=3, rng=second)
    yield ask("large", drawn, n=40, rng=third)
    yield ask("unit", drawn, n=1, rng=fourth)


ORTHOGONAL = Exercise(
    id="orthogonal",
    questions=_orthogonal,
    core="columns of length 1, perpendicular to each other, drawn with rng",
    groups=(
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
            """You return normal numbers as they were drawn. They are the start; nothing has made them
            orthogonal yet.""",
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
            "not_random",
            """Your matrix is the identity, or the identity with its rows exchanged or turned round. That is
            orthogonal, but it mixes no units. Start from random numbers.""",
            source="def orthogonal(n, rng):\n    return np.eye(n)",
        ),
        mistake(
            "own_seed",
            """You make a generator of your own, with a seed of your own, so every call gives the same matrix.
            Use the rng that is passed in.""",
            source="""
            def orthogonal(n, rng):
                return np.linalg.qr(np.random.default_rng(0).normal(size=(n, n)))[0]
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
