"""Notebook 01: one-hot encoding."""

from __future__ import annotations

from autograder.exercises.one_hot.decode import DECODE
from autograder.exercises.one_hot.ids import WORDS_TO_IDS
from autograder.exercises.one_hot.padding import PAD_SEQUENCES
from autograder.exercises.one_hot.rows import ONE_HOT
from autograder.exercises.one_hot.shapes import REVIEW_SHAPES
from autograder.exercises.one_hot.vocabulary import BUILD_VOCABULARY

EXERCISES = (BUILD_VOCABULARY, WORDS_TO_IDS, ONE_HOT, DECODE, REVIEW_SHAPES, PAD_SEQUENCES)
