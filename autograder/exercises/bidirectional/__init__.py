"""Notebook 07: bidirectional networks, padding and masks."""

from __future__ import annotations

from autograder.exercises.bidirectional.backward import BIRNN_BACKWARD
from autograder.exercises.bidirectional.forward import BIRNN_FORWARD
from autograder.exercises.bidirectional.last import LAST_STATES
from autograder.exercises.bidirectional.loss import MASKED_MEAN_LOSS
from autograder.exercises.bidirectional.mask import MASKED_RNN_FORWARD
from autograder.exercises.bidirectional.reverse import REVERSE_WITHIN_LENGTH
from autograder.exercises.bidirectional.values import BIRNN_PARAMETERS, MAY_LOOK_AHEAD

EXERCISES = (
    MASKED_RNN_FORWARD,
    MASKED_MEAN_LOSS,
    REVERSE_WITHIN_LENGTH,
    BIRNN_PARAMETERS,
    BIRNN_FORWARD,
    LAST_STATES,
    BIRNN_BACKWARD,
    MAY_LOOK_AHEAD,
)
