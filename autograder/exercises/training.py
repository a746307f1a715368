"""Notebook 04: training."""

from __future__ import annotations

from autograder.exercises.training_adam import ADAM_STEP
from autograder.exercises.training_loop import TRAIN
from autograder.exercises.training_numbers import TRAINING_NUMBERS
from autograder.exercises.training_steps import CLIP_BY_GLOBAL_NORM, SGD_STEP
from autograder.exercises.training_truncated import TRUNCATED_BPTT

EXERCISES = (SGD_STEP, ADAM_STEP, CLIP_BY_GLOBAL_NORM, TRUNCATED_BPTT, TRAINING_NUMBERS, TRAIN)
