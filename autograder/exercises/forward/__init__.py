"""Notebook 02: forward propagation."""

from __future__ import annotations

from autograder.exercises.forward.cell import RNN_FORWARD, RNN_STEP
from autograder.exercises.forward.generate import GENERATE
from autograder.exercises.forward.models import SENTIMENT_FORWARD, TAG_FORWARD
from autograder.exercises.forward.output import COUNT_PARAMETERS, SOFTMAX

EXERCISES = (
    RNN_STEP,
    RNN_FORWARD,
    COUNT_PARAMETERS,
    SOFTMAX,
    SENTIMENT_FORWARD,
    TAG_FORWARD,
    GENERATE,
)
