"""Notebook 02: forward propagation."""

from __future__ import annotations

from autograder.exercises.forward.cell import RNN_STEP
from autograder.exercises.forward.generate import GENERATE
from autograder.exercises.forward.models import SENTIMENT_FORWARD
from autograder.exercises.forward.output import COUNT_PARAMETERS
from autograder.exercises.forward.over_time import RNN_FORWARD
from autograder.exercises.forward.softmax import SOFTMAX
from autograder.exercises.forward.tagging import TAG_FORWARD

EXERCISES = (
    RNN_STEP,
    RNN_FORWARD,
    COUNT_PARAMETERS,
    SOFTMAX,
    SENTIMENT_FORWARD,
    TAG_FORWARD,
    GENERATE,
)
