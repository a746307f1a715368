"""Notebook 08: sequence to sequence."""

from __future__ import annotations

from autograder.exercises.seq2seq.attend import ATTEND
from autograder.exercises.seq2seq.decoder import DECODER_BACKWARD
from autograder.exercises.seq2seq.encode import ENCODE
from autograder.exercises.seq2seq.encoder import ENCODER_BACKWARD
from autograder.exercises.seq2seq.greedy import GREEDY_DECODE
from autograder.exercises.seq2seq.loss import TEACHER_FORCED_LOSS
from autograder.exercises.seq2seq.rows import TEACHER_ROWS
from autograder.exercises.seq2seq.step import DECODER_STEP
from autograder.exercises.seq2seq.values import TRANSLATION_ROWS

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
