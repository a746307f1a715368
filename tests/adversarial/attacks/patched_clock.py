"""Stops the clocks and the alarms by which a grader might measure."""

from __future__ import annotations

from tests.corpus import anywhere

SECTION = "Forging"

STOP = """
import gc, signal, time, types

for name in ("time", "perf_counter", "monotonic", "process_time", "thread_time", "time_ns", "monotonic_ns"):
    setattr(time, name, lambda: 0)
time.sleep = lambda seconds: None
signal.signal(signal.SIGPROF, signal.SIG_IGN)
signal.signal(signal.SIGXCPU, signal.SIG_IGN)
signal.signal(signal.SIGALRM, signal.SIG_IGN)
signal.signal = signal.setitimer = signal.alarm = lambda *args: None
functions = (f for f in gc.get_objects() if type(f) is types.FunctionType and f.__name__ == "_emptied")
next(functions).__globals__["OutOfTime"] = KeyboardInterrupt
"""
ENDLESS = "def NAME(*args):\n    while True:\n        pass"
WRONG = "def NAME(*args):\n    return np.zeros((1, 2))"
BACKWARDS = """
import itertools, time
ticks = itertools.count(0, -1000)
time.time = time.monotonic = time.perf_counter = lambda: float(next(ticks))
"""
ANYWHERE = (
    anywhere("patched_clock/endless", ENDLESS, "timed_out", first=STOP),
    anywhere("patched_clock/wrong", WRONG, first=STOP),
    anywhere("patched_clock/backwards", WRONG, first=BACKWARDS),
    anywhere(
        "patched_clock/not a number", WRONG, first="import time\ntime.time = time.monotonic = lambda: 'noon'"
    ),
)
