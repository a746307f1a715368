"""Attacks what answers from outside of the sandbox for candidates that a learner's test judges."""

from __future__ import annotations

from textwrap import dedent, indent

from tests.corpus import entry

SECTION = "Gaming"

HONEST = """
    dh, inputs = problem(3, 6, 4, 5, 40.0, seed=3)
    x, h0, Wxh, Whh, _ = inputs
    args = dh, x, h0, rnn_forward(*inputs), Wxh, Whh
"""
BODIES = {
    "huge arrays": "candidate(*[np.zeros((1, 30_000_000, 1))] * 6)",
    "object arrays": "candidate(*[np.array([print, None], dtype=object)] * 6)",
    "nan": "candidate(*[np.nan * a for a in args])",
    "ten thousand calls": """
        for _ in range(10_000):
            try:
                candidate(*args)
            except Exception:
                pass
    """,
    "what it is made of": """
        import gc
        cells = [c.cell_contents for c in candidate.__closure__]
        seen = [vars(o) for o in gc.get_objects() if type(o).__name__ in ('Suspect', 'Oracle')]
        return bool(seen) and 'core' in repr(seen)
    """,
    "a name in the library": """
        from rnncourse.checking import given
        return given.MAKERS['candidate']('rnn', 'core', 0, 1) is not None
    """,
    "another number": """
        import rnncourse.checking.given as given
        given.MAKERS['oracle'](1)(*args)
    """,
}
KEPT = """
kept = []

def test_rnn_backward(candidate):
    dh, inputs = problem(3, 6, 4, 5, 40.0, seed=3)
    x, h0, Wxh, Whh, _ = inputs
    args = dh, x, h0, rnn_forward(*inputs), Wxh, Whh
    if (candidate.__module__ or "").startswith("autograder"):  # and not a mutant of the notebook
        kept.append(candidate)
    first = kept[0] if kept else candidate
    return all(np.allclose(a, b) for a, b in zip(first(*args), candidate(*args)))
"""
AFTER = """
def test_rnn_backward(candidate):
    dh, inputs = problem(3, 6, 4, 5, 40.0, seed=3)
    x, h0, Wxh, Whh, _ = inputs
    args = dh, x, h0, rnn_forward(*inputs), Wxh, Whh

    class Late:
        def __del__(self):
            for _ in range(3):
                candidate(*args)

    global late
    late = Late()
    return True
"""


def _test(body: str) -> str:
    return (
        "def test_rnn_backward(candidate):"
        + HONEST
        + indent(dedent(body).strip(), "    ")
        + "\n    return True"
    )


_OUTCOMES = ("wrong", "crashed", "timed_out")
ENTRIES = (
    *(
        entry(f"oracle/{name}", "11_autopsy", outcomes=_OUTCOMES, test_rnn_backward=_test(body))
        for name, body in BODIES.items()
    ),
    entry("oracle/kept between cases", "11_autopsy", outcomes=_OUTCOMES, test_rnn_backward=KEPT),
    entry("oracle/after the answer", "11_autopsy", outcomes=_OUTCOMES, test_rnn_backward=AFTER),
    entry(
        "oracle/suspects for an earlier exercise",
        "03_bptt",
        outcomes=("crashed",),
        rnn_backward="from rnncourse import suspect\n\ndef rnn_backward(*args):\n    return suspect('rnn', 2)(*args)",
    ),
)
