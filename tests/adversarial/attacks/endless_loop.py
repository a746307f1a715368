"""Never returns, swallows every interrupt, or sleeps."""

from __future__ import annotations

from tests.corpus import anywhere, entry

SECTION = "Harm"

SWALLOW = """try:
            while True: pass
        except BaseException: pass"""
LOOPS = {
    "plain": "while True: pass",
    "swallows": f"while True:\n        {SWALLOW}",
    "disarms": "signal.setitimer(signal.ITIMER_PROF, 0)\n    while True: pass",
    "ignores": "signal.signal(signal.SIGPROF, signal.SIG_IGN)\n    while True: pass",
    "sleeps": "time.sleep(600)",
    "in a regular expression": "re.match('(a+)+$', 'a' * 50 + 'b')",
    "waits": "threading.Event().wait()",
    "stops": "os.kill(os.getpid(), signal.SIGSTOP)",
}
IMPORTS = "import os, re, signal, threading, time"
CELL = f"{IMPORTS}\n{LOOPS['ignores']}".replace("\n    ", "\n")
ENTRIES = (
    entry("endless_loop/a cell", "00_start_here", first=CELL, repairs=("took too long",)),
    entry(
        "endless_loop/beside right work",
        outcomes=("timed_out",),
        count_parameters=f"{IMPORTS}\ndef count_parameters(D, H, K):\n    {LOOPS['swallows']}",
    ),
)
ANYWHERE = tuple(
    anywhere(f"endless_loop/{name}", f"{IMPORTS}\ndef NAME(*args):\n    {loop}", "timed_out", "crashed")
    for name, loop in LOOPS.items()
)
