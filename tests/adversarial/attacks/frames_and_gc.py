"""Searches the stack, the garbage collector and all modules for the reference and the right answers."""

from __future__ import annotations

from tests.corpus import anywhere, entry

SECTION = "Reading"

SECRETS = {
    *("Case", "CaseSet", "KnownMistake", "Exercise", "Master", "an expected answer"),
    *("autograder.exercises", "autograder.judging.judge", "autograder.course.masters"),
    *("autograder.course.casesets", "nbgrader"),
}
SEARCH = f"""
import gc, inspect, sys
import rnncourse

SECRETS = {sorted(SECRETS)!r}

def everything():
    found = set()
    for frame in inspect.stack():
        found |= set(frame.frame.f_locals) | set(frame.frame.f_globals)
    for thing in gc.get_objects():
        kind = type(thing)
        if str(kind.__module__).startswith(("autograder", "rnncourse")):
            found.add(kind.__name__)
        if kind is dict and isinstance(thing.get("expected"), (np.ndarray, list, tuple, float)):
            found.add("an expected answer")
    return found | {{name for name in sys.modules if name.startswith(("autograder", "nbgrader"))}}
"""
COPIES = """
def NAME(*args):
    loot = sorted(set(SECRETS) & everything())
    if not loot:
        raise LookupError("nothing")
    for thing in gc.get_objects():
        if type(thing) is dict and "expected" in thing:
            return thing["expected"]
    return loot
"""
REFERRERS = """
def NAME(*args):
    for argument in args:
        for thing in gc.get_referrers(argument):
            for other in gc.get_referrers(thing):
                if type(other) is dict and {"expected", "reference", "solution"} & set(map(str, other)):
                    return other
    raise LookupError("nothing")
"""
STACK = """
def NAME(*args):
    frame = sys._getframe()
    while frame:
        for name in ("reference", "solution", "expected", "right", "case", "cases"):
            if name in frame.f_locals or name in frame.f_globals and frame.f_globals is not globals():
                thing = frame.f_locals.get(name)
                return thing(*args) if callable(thing) else thing
        frame = frame.f_back
    raise LookupError("nothing")
"""
LOCKED = """
import base64, gc, json

def rnn_forward(*args):
    for known in [thing for thing in gc.get_objects() if type(thing).__name__ == "Known"]:
        for mark, token in known._tokens.items():
            plain = base64.b64decode(token[len(mark):])
            if plain[:1] == b"{" or b"shape" in plain or b"data" in plain:
                return json.loads(plain)
        for guess in (args, args[:1], args[::-1], [args[0][:, 0], *args[1:]], [args[0][0], *args[1:]]):
            try:
                return known.answer("rnn_step", guess)
            except LookupError:
                pass
    raise LookupError("nothing")
"""
"""Looks for the answers of the right ``rnn_step`` in those that came with the question."""
ENTRIES = (
    entry("frames_and_gc/locked", rnn_step="def rnn_step(x, h, *weights):\n    return h", rnn_forward=LOCKED),
)
ANYWHERE = tuple(
    anywhere(f"frames_and_gc/{name}", SEARCH + search, "crashed")
    for name, search in {"objects": COPIES, "referrers": REFERRERS, "stack": STACK}.items()
)
