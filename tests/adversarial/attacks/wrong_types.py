"""Sends answers and outputs whose parts are of wrong types."""

from __future__ import annotations

from tests.corpus import anywhere, entry

SECTION = "Forging"

FORGE = """
import sys

import numpy as np
from rnncourse.checking.given import Given, Seeded

wire = sys.modules["autograder.sandbox.inside.wire"]
send = wire.send

def forge(connection, message):
    send(connection, changed(message))

wire.send = forge
"""
OUTPUTS = f"""{FORGE}
BAD = [
    dict(output_type="error", traceback=5, ename=[], evalue={{}}),
    dict(output_type=np.ones(2), data=7),
    dict(output_type="stream", text=[1]),
    dict(output_type="stream", text="\\ud800"),
    dict(output_type="execute_result", data={{"text/plain": "100"}}),
    dict(output_type="display_data", data={{"image/png": 3, "text/html": "<script>alert(1)</script>"}}),
    3,
]

def changed(message):
    return message | dict(outputs=BAD) if "ran" in message else message
"""
PARTS = {
    "changed": "changed=5",
    "changed often": "changed=['x'] * 1000",
    "failure as an array": "failure=np.ones(2)",
    "raised": "raised=dict(kind=[], message=3, line=2**70, source=None)",
    "function": "value=Given('sum_of_squares')",
    "large": "value=10**400",
    "printed": "printed='x' * 1_000_000",
}
ANSWER = """
def changed(message):
    answer = message.get("answer")
    if answer and type(answer["value"]) is int:
        message = message | dict(answer=answer | dict(PART))
    return message

def NAME(*args):
    return 0
"""
ENTRIES = (
    entry(
        "wrong_types/outputs", first=OUTPUTS, never_shown=("script", "execute_result"), shown=("output_type",)
    ),
)
ANYWHERE = tuple(
    anywhere(f"wrong_types/{name}", FORGE + ANSWER.replace("PART", part)) for name, part in PARTS.items()
)
