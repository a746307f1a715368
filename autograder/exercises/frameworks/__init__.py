"""Notebook 09: a tape of your own, and the same weights in other libraries."""

from __future__ import annotations

from autograder.exercises.frameworks.keras import TO_KERAS
from autograder.exercises.frameworks.pulling import PULL
from autograder.exercises.frameworks.reading import FRAMEWORK_SHAPES, LOOP_FAULTS
from autograder.exercises.frameworks.recording import RECORD_RNN
from autograder.exercises.frameworks.torch import TO_TORCH
from autograder.exercises.frameworks.unbroadcasting import UNBROADCAST
from autograder.exercises.frameworks.walking import TAPE_GRADIENT

EXERCISES = (
    UNBROADCAST,
    PULL,
    TAPE_GRADIENT,
    RECORD_RNN,
    LOOP_FAULTS,
    FRAMEWORK_SHAPES,
    TO_KERAS,
    TO_TORCH,
)
