"""Notebook 10: real data."""

from __future__ import annotations

from autograder.exercises.real_data.ahead import FORECAST
from autograder.exercises.real_data.letters import NGRAM_LOSS
from autograder.exercises.real_data.pictures import CLASSIFY_ROWS
from autograder.exercises.real_data.scoring import PRICE_VERDICT, SCORE
from autograder.exercises.real_data.series import SPLIT_IN_TIME, WINDOWS

EXERCISES = (SCORE, WINDOWS, SPLIT_IN_TIME, FORECAST, PRICE_VERDICT, NGRAM_LOSS, CLASSIFY_ROWS)
