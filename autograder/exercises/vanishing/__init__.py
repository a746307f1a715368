"""Notebook 05: vanishing and exploding gradients."""

from __future__ import annotations

from autograder.exercises.vanishing.fates import FATES
from autograder.exercises.vanishing.jacobian import JACOBIAN_PRODUCT
from autograder.exercises.vanishing.norms import GRADIENT_NORMS
from autograder.exercises.vanishing.orthogonal import ORTHOGONAL
from autograder.exercises.vanishing.radius import SET_SPECTRAL_RADIUS
from autograder.exercises.vanishing.skip import SKIP_RNN_FORWARD
from autograder.exercises.vanishing.values import STEPS_TO_THOUSANDTH

EXERCISES = (
    STEPS_TO_THOUSANDTH,
    JACOBIAN_PRODUCT,
    SET_SPECTRAL_RADIUS,
    FATES,
    GRADIENT_NORMS,
    ORTHOGONAL,
    SKIP_RNN_FORWARD,
)
