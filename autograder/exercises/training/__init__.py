"""Notebook 04: training."""

from __future__ import annotations

from autograder.exercises.training.adam import ADAM_STEP
from autograder.exercises.training.clipping import CLIP_BY_GLOBAL_NORM
from autograder.exercises.training.loop import TRAIN
from autograder.exercises.training.numbers import TRAINING_NUMBERS
from autograder.exercises.training.steps import SGD_STEP
from autograder.exercises.training.truncated import TRUNCATED_BPTT

EXERCISES = (SGD_STEP, ADAM_STEP, CLIP_BY_GLOBAL_NORM, TRUNCATED_BPTT, TRAINING_NUMBERS, TRAIN)
