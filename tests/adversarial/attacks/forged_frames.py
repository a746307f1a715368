"""Finds the socket to the judge and writes verdicts, answers and questions into it."""

from __future__ import annotations

from tests.corpus import anywhere, entry
from tests.ours import exercises_of

SECTION = "Forging"

FIND = """
import gc, json, os, socket, struct, time

theirs = next(s for s in gc.get_objects() if isinstance(s, socket.socket) and s.fileno() > 2)

def frame(message):
    header = json.dumps(message).encode()
    return struct.pack(">II", len(header), 0) + header

def packed(**message):
    return {"dict": [[key, value] for key, value in message.items()]}
"""
EVERYTHING = tuple(exercise.id for exercise in exercises_of("02_forward"))
MESSAGES = {
    "verdict": 'frame(packed(exercise="NAME", outcome="correct", score=2.0, fraction=1.0, done=True))',
    "answer": 'frame(packed(id="0" * 16, answer=packed(value=1.0, failure="", changed=[], printed="")))',
    "list": "frame([])",
    "helper": 'frame(packed(helper="NAME", args=[], kwargs={}))',
    "noise": "os.urandom(4096)",
    "endless": 'struct.pack(">II", 2**32 - 1, 2**32 - 1)',
    "deep": 'struct.pack(">II", 200000, 0) + b"[" * 200000',
}
ANSWER = "def NAME(*args):\n    theirs.sendall(MESSAGE)\n    return 0"
DRIPS = """
def NAME(*args):
    theirs.sendall(struct.pack(">II", 1 << 20, 0))
    while True:
        theirs.sendall(b" ")
        time.sleep(0.3)
"""
ENTRIES = (
    entry(
        "forged_frames/done", last=f"{FIND}\ntheirs.sendall(frame(packed(done=True)) * 3)", spoilt=EVERYTHING
    ),
    entry(
        "forged_frames/flood",
        first=f"{FIND}\nwhile True:\n    theirs.sendall(frame(packed(begun='x')))",
        spoilt=EVERYTHING,
    ),
    entry(
        "forged_frames/another cell",
        "00_start_here",
        first=f"{FIND}\ntheirs.sendall(frame(packed(ran='check_affine', outputs=[], error='')))",
        spoilt=("affine",),
    ),
)
ANYWHERE = (
    *(
        anywhere(
            f"forged_frames/{name}",
            FIND + ANSWER.replace("MESSAGE", message),
            "wrong",
            "crashed",
            "timed_out",
        )
        for name, message in MESSAGES.items()
    ),
    anywhere("forged_frames/drip", FIND + DRIPS, "timed_out"),
)
