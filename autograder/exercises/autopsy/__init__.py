"""Notebook 11: tests that deserve trust."""

from __future__ import annotations

from autograder.exercises.autopsy.lstm_test import TEST_LSTM_STEP_BACKWARD
from autograder.exercises.autopsy.rnn_test import TEST_RNN_BACKWARD

EXERCISES = (TEST_RNN_BACKWARD, TEST_LSTM_STEP_BACKWARD)
