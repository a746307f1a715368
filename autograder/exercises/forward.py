"""Notebook 02: forward propagation."""

from __future__ import annotations

from autograder.exercises.forward_cell import RNN_FORWARD, RNN_STEP
from autograder.exercises.forward_generate import GENERATE
from autograder.exercises.forward_models import SENTIMENT_FORWARD, TAG_FORWARD
from autograder.exercises.forward_output import COUNT_PARAMETERS, SOFTMAX

EXERCISES = (
    RNN_STEP,
    RNN_FORWARD,
    COUNT_PARAMETERS,
    SOFTMAX,
    SENTIMENT_FORWARD,
    TAG_FORWARD,
    GENERATE,
)
