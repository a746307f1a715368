"""Notebook 05: matrices of a given spectral radius."""

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
            """You take the largest real part. (The max of complex numbers compares real parts.) Eigenvalues
            may be complex or negative: take np.abs of each first.""",
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
        mistake(
            "trace",
            """You divide by the sum of the diagonal. That is the *sum* of the eigenvalues; the radius is the
            size of the largest.""",
            (_RADIUS, "np.abs(np.trace(W))"),
        ),
        mistake(
            "diagonal",
            """You take the largest entry of the diagonal. Those are the eigenvalues of a triangular matrix
            only.""",
            (_RADIUS, "np.abs(np.diag(W)).max()"),
        ),
        mistake(
            "signed_eigenvalue",
            """You divide by the eigenvalue itself, with its sign or its imaginary part. The radius is a size:
            take np.abs of it, or W is turned over as well.""",
            (_RADIUS, "np.linalg.eigvals(W)[np.abs(np.linalg.eigvals(W)).argmax()]"),
        ),
        mistake(
            "size_of_the_largest_real_part",
            """You look for the eigenvalue with the largest real part, and then take its size. A negative or a
            complex one may be larger: compare sizes, not real parts.""",
            (_RADIUS, "np.abs(max(np.linalg.eigvals(W), key=lambda z: z.real))"),
        ),
        mistake(
            "determinant",
            """You divide by the H-th root of the determinant, the geometric mean of the eigenvalues. The
            radius is the largest of them.""",
            (_RADIUS, "np.abs(np.linalg.det(W)) ** (1 / len(W))"),
        ),
        mistake(
            "largest_row_sum",
            """You divide by the largest sum of a row, which is one of the norms. A norm bounds the radius
            from above; the radius is about eigenvalues.""",
            (_RADIUS, "np.abs(W).sum(axis=1).max()"),
        ),
        mistake(
            "upper_half",
            """np.linalg.eigvalsh with the upper half of W takes the matrix for symmetric. W is not.""",
            (_RADIUS, 'np.abs(np.linalg.eigvalsh(W, "U")).max()'),
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
