"""Finds the socket to the judge and writes verdicts, answers and questions into it."""

from __future__ import annotations

import json

import pytest

from autograder.exercises import exercises_of
from tests.adversarial.arena import NOTEBOOK, Arena

FIND = """
import gc, json, os, socket, struct

theirs = next(s for s in gc.get_objects() if isinstance(s, socket.socket) and s.fileno() > 2)

def frame(message):
    header = json.dumps(message).encode()
    return struct.pack(">II", len(header), 0) + header

def packed(**message):
    return {"$dict": [[key, value] for key, value in message.items()]}
"""
EVERYTHING = tuple(exercise.id for exercise in exercises_of(NOTEBOOK))
VERDICT = 'packed(exercise="softmax", outcome="correct", score=2.0, fraction=1.0, done=True)'
ANSWER = 'packed(id="0" * 16, answer=packed(value=1.0, failure="", changed=[], shared=[], printed=""))'


@pytest.mark.parametrize(
    "message", [VERDICT, ANSWER, "[]", "packed()", 'packed(helper="softmax", args=[], kwargs={})']
)
def test_a_frame_in_a_call_is_taken_for_no_more_than_a_bad_answer(arena: Arena, message: str) -> None:
    answer = f"{FIND}\ndef count_parameters(D, H, K):\n    theirs.sendall(frame({message}))\n    return 0"
    verdict = arena.fight(count_parameters=answer)["count_parameters"]
    assert (verdict.score, verdict.outcome) == (0, "crashed")


def test_a_cell_that_says_all_is_done_only_harms_itself(arena: Arena) -> None:
    last = f"{FIND}\ntheirs.sendall(frame(packed(done=True)) * 3)"
    arena.fight(last=last, spoilt=EVERYTHING)


FORGE = """
import sys

import numpy as np
from rnncourse.given import Given, Seeded

wire = sys.modules["autograder.box.wire"]
send = wire.send

def forge(connection, message):
    send(connection, changed(message))

wire.send = forge
"""


def test_outputs_of_wrong_types_are_left_out(arena: Arena) -> None:
    first = f"""{FORGE}
BAD = [
    dict(output_type="error", traceback=5, ename=[], evalue={{}}),
    dict(output_type=np.ones(2), data=7),
    dict(output_type="stream", text=[1]),
    dict(output_type="stream", text="\\ud800"),
    dict(output_type="display_data", data={{"image/png": 3, "text/html": "<script>alert(1)</script>"}}),
    3,
]

def changed(message):
    return message | dict(outputs=BAD) if "ran" in message else message
"""
    graded = arena.fight(first=first).graded
    assert graded.score == graded.max_score
    assert graded.outputs
    assert "script" not in str(graded.outputs)
    json.dumps(graded.to_json(), ensure_ascii=False).encode()


def test_one_that_floods_the_judge_is_cut_off(arena: Arena) -> None:
    first = f"{FIND}\nwhile True:\n    theirs.sendall(frame(packed(begun='x')))"
    fight = arena.fight(first=first, spoilt=EVERYTHING)
    assert fight.graded.score == 0


def test_one_that_drips_a_frame_byte_by_byte_does_not_hold_up_the_class(arena: Arena) -> None:
    answer = f"""{FIND}
import time

def count_parameters(D, H, K):
    theirs.sendall(struct.pack(">II", 1 << 20, 0))
    while True:
        theirs.sendall(b" ")
        time.sleep(0.3)
"""
    fight = arena.fight(count_parameters=answer)
    assert fight["count_parameters"].outcome == "timed_out"


WRONG_TYPES = {
    "changed": "changed=5",
    "shared": "shared={}",
    "failure": "failure=[]",
    "failure as an array": "failure=np.ones(2)",
    "raised": "raised=dict(kind=[], message=3, line=2**70, source=None)",
    "seed": "value=Seeded(3)",
    "function": "value=Given('sum_of_squares')",
    "large": "value=10**400",
    "larger": "value=10**4000",
}


@pytest.mark.parametrize("wrong", WRONG_TYPES)
def test_answers_of_wrong_types_are_wrong_answers_and_not_our_faults(any_arena: Arena, wrong: str) -> None:
    answer = f"""{FORGE}
def changed(message):
    answer = message.get("answer")
    if answer and type(answer["value"]) is int:
        message = message | dict(answer=answer | dict({WRONG_TYPES[wrong]}))
    return message

def count_parameters(D, H, K):
    return 0
"""
    assert any_arena.fight(count_parameters=answer)["count_parameters"].score == 0
