"""Notebook 11: finding faults, and tests that deserve trust."""

from __future__ import annotations

from autograder.exercises.autopsy.exhibits import AUTOPSY_1, AUTOPSY_2, AUTOPSY_3, AUTOPSY_4
from autograder.exercises.autopsy.lstm_test import TEST_LSTM_STEP_BACKWARD
from autograder.exercises.autopsy.rnn_test import TEST_RNN_BACKWARD

EXERCISES = (AUTOPSY_1, AUTOPSY_2, AUTOPSY_3, AUTOPSY_4, TEST_RNN_BACKWARD, TEST_LSTM_STEP_BACKWARD)
