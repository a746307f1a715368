"""Notebook 08: sequence to sequence."""

from __future__ import annotations

from autograder.exercises.seq2seq_attend import ATTEND
from autograder.exercises.seq2seq_decoder import DECODER_BACKWARD
from autograder.exercises.seq2seq_encode import ENCODE
from autograder.exercises.seq2seq_encoder import ENCODER_BACKWARD
from autograder.exercises.seq2seq_greedy import GREEDY_DECODE
from autograder.exercises.seq2seq_loss import TEACHER_FORCED_LOSS
from autograder.exercises.seq2seq_rows import TEACHER_ROWS
from autograder.exercises.seq2seq_step import DECODER_STEP
from autograder.exercises.seq2seq_values import TRANSLATION_ROWS

EXERCISES = (
    TRANSLATION_ROWS,
    TEACHER_ROWS,
    ENCODE,
    DECODER_STEP,
    GREEDY_DECODE,
    TEACHER_FORCED_LOSS,
    DECODER_BACKWARD,
    ENCODER_BACKWARD,
    ATTEND,
)
