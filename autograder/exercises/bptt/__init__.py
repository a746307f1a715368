"""Notebook 03: backpropagation through time."""

from __future__ import annotations

from autograder.exercises.bptt.backward import RNN_BACKWARD
from autograder.exercises.bptt.binary import BINARY_CROSS_ENTROPY
from autograder.exercises.bptt.check import GRADIENT_CHECK
from autograder.exercises.bptt.cross_entropy import CROSS_ENTROPY
from autograder.exercises.bptt.losses import SQUARED_ERROR
from autograder.exercises.bptt.output import OUTPUT_BACKWARD
from autograder.exercises.bptt.scalar import SCALAR_BPTT
from autograder.exercises.bptt.step import RNN_STEP_BACKWARD

EXERCISES = (
    SCALAR_BPTT,
    GRADIENT_CHECK,
    SQUARED_ERROR,
    BINARY_CROSS_ENTROPY,
    CROSS_ENTROPY,
    OUTPUT_BACKWARD,
    RNN_STEP_BACKWARD,
    RNN_BACKWARD,
)
