"""Leaves something running that rewrites answers and results behind the back of the grader."""

from __future__ import annotations

from tests.corpus import anywhere, entry

SECTION = "Forging"

REWRITE = """
import json, os, sys, threading, time
import rnncourse

def rewrite():
    while True:
        for frame in list(sys._current_frames().values()):
            while frame:
                for place in (frame.f_locals, frame.f_globals):
                    for name in ("outcome", "score", "fraction", "expected"):
                        if name in place:
                            place[name] = 100
                frame = frame.f_back
        try:
            with open("results.json", "w") as file:
                json.dump({"score": 100}, file)
        except OSError:
            pass
        time.sleep(0.01)
"""
STARTS = {
    "thread": "threading.Thread(target=rewrite, daemon=False).start()",
    "timer": "import signal\nsignal.signal(signal.SIGALRM, lambda *a: open('results.json', 'w').write('100'))\n"
    "signal.setitimer(signal.ITIMER_REAL, 0.01, 0.01)",
    "collector": "import gc\ngc.callbacks.append(lambda *a: get_ipython().user_ns.update(score=100))",
}
CHANGES_ITS_MIND = """
import threading, time

def affine(x, W, b):
    answer = np.zeros((len(x), W.shape[1]))
    threading.Timer(0.002, lambda: np.copyto(answer, np.tanh(x @ W + b))).start()
    return answer
"""
WRONG = "def NAME(*args):\n    return np.zeros((2, 2))"
ENTRIES = (
    entry("background_writer/late answer", "00_start_here", spoilt=("affine",), affine=CHANGES_ITS_MIND),
    entry("background_writer/beside right work", first=f"{REWRITE}\n{STARTS['thread']}"),
)
ANYWHERE = tuple(
    anywhere(f"background_writer/{name}", WRONG, first=f"{REWRITE}\n{start}")
    for name, start in STARTS.items()
)
