"""Notebook 10: real data."""

from __future__ import annotations

from autograder.exercises.real_data.ahead import FORECAST
from autograder.exercises.real_data.letters import NGRAM_LOSS
from autograder.exercises.real_data.names import SAMPLE_NAME
from autograder.exercises.real_data.pictures import CLASSIFY_ROWS
from autograder.exercises.real_data.scoring import PRICE_VERDICT, SCORE
from autograder.exercises.real_data.series import WINDOWS
from autograder.exercises.real_data.splits import SPLIT_IN_TIME
from autograder.exercises.real_data.tokens import SAMPLE_TOKEN

EXERCISES = (
    SCORE,
    WINDOWS,
    SPLIT_IN_TIME,
    FORECAST,
    PRICE_VERDICT,
    NGRAM_LOSS,
    SAMPLE_TOKEN,
    SAMPLE_NAME,
    CLASSIFY_ROWS,
)
