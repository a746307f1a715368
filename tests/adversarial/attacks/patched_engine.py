"""Replaces, inside the sandbox, the functions that call its answers and send them."""

from __future__ import annotations

from tests.corpus import anywhere

SECTION = "Forging"

CLAIM = '{"outcome": "correct", "score": 2.0, "fraction": 1.0, "max_score": 2.0, "exercise": "NAME"}'
ANSWER = f"def NAME(*args):\n    return {CLAIM}"
WORKER = """
import gc, sys, types
names = (f.__globals__ for f in gc.get_objects() if type(f) is types.FunctionType and f.__name__ == "_emptied")
worker = next(names)
"""
PATCHES = {
    "comparisons": """
import rnncourse.checking.calling, rnncourse.checking, rnncourse.checking.compare
rnncourse.checking.compare.compare = rnncourse.checking.compare = lambda *args: None
rnncourse.checking.diagnose.examine = lambda *args: None
rnncourse.checking.calling.same_bits = lambda a, b: True
""",
    "worker": """
worker["value_answer"] = worker["call"]
worker["Server"]._guarded = lambda self, question: worker["Answer"]("correct")
sys.modules["rnncourse.checking.diagnose"] = None
""",
    "sent": f"""
wire = sys.modules["autograder.sandbox.inside.wire"]
send = wire.send
def forge(connection, message):
    if "answer" in message:
        message = {CLAIM} | message | {{"answer": {CLAIM} | message["answer"] | {{"failure": ""}}}}
    send(connection, message)
wire.send = forge
""",
    "questions": """
def mirror(self, request):
    self._send_answer(request, worker["Answer"](list(request["inputs"].values())[0]))
server = next(s for s in gc.get_objects() if isinstance(s, worker["Server"]))
type(server)._call = mirror
""",
}
ANYWHERE = tuple(
    anywhere(f"patched_engine/{name}", ANSWER, "wrong", "crashed", "timed_out", first=WORKER + patch)
    for name, patch in PATCHES.items()
)
