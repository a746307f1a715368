"""Notebook 06: the LSTM and the GRU."""

from __future__ import annotations

from autograder.exercises.lstm.back import LSTM_BACKWARD
from autograder.exercises.lstm.counts import PARAMETER_COUNTS
from autograder.exercises.lstm.forget_bias import FORGET_BIAS
from autograder.exercises.lstm.forward import LSTM_FORWARD
from autograder.exercises.lstm.gates import LSTM_GATES
from autograder.exercises.lstm.gru import GRU_STEP
from autograder.exercises.lstm.sigmoid import SIGMOID
from autograder.exercises.lstm.step import LSTM_STEP
from autograder.exercises.lstm.step_back import LSTM_STEP_BACKWARD

EXERCISES = (
    SIGMOID,
    LSTM_GATES,
    LSTM_STEP,
    LSTM_FORWARD,
    PARAMETER_COUNTS,
    FORGET_BIAS,
    LSTM_STEP_BACKWARD,
    LSTM_BACKWARD,
    GRU_STEP,
)
