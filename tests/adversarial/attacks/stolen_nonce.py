"""Finds, in the frames below it, the token of the question, and answers in the worker's place."""

from __future__ import annotations

from tests.corpus import anywhere

SECTION = "Forging"

FIND = """
import json, os, socket, struct, sys

def question():
    frame = sys._getframe()
    while frame:
        if isinstance(frame.f_locals.get("request"), dict) and "self" in frame.f_locals:
            return frame.f_locals["request"], frame.f_locals["self"].connection
        frame = frame.f_back

def packed(**message):
    return {"dict": [[key, value] for key, value in message.items()]}

def frame_of(message):
    header = json.dumps(message).encode()
    return struct.pack(">II", len(header), 0) + header

CLAIM = packed(value=True, failure="", raised=None, changed=[], shared=[], unused=[], printed="", outcome="correct")
"""
REPLIES = {
    "verdict": "theirs.sendall(frame_of(packed(id=request['id'], answer=CLAIM, score=100.0, outcome='correct')))",
    "twice": "theirs.sendall(2 * frame_of(packed(id=request['id'], answer=CLAIM)))",
    "correct as failure": "theirs.sendall(frame_of(packed(id=request['id'], answer=packed(failure='correct'))))",
    "shut down": "theirs.shutdown(socket.SHUT_RDWR)",
}
ANSWER = """
def NAME(*args):
    request, theirs = question()
    REPLY
    os._exit(0)
"""
ANYWHERE = tuple(
    anywhere(f"stolen_nonce/{name}", FIND + ANSWER.replace("REPLY", reply), "wrong", "crashed")
    for name, reply in REPLIES.items()
)
