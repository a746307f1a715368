"""Leaves threads behind: hundreds of them, busy ones, and one that never stops writing."""

from __future__ import annotations

from tests.corpus import anywhere, entry

SECTION = "Harm"
HERE = "00_start_here"

IDLE = """
import threading, time
try:
    for _ in range(2000):
        threading.Thread(target=time.sleep, args=(600,), daemon=False).start()
except (RuntimeError, MemoryError):
    pass
"""
BUSY = """
import threading
def spin():
    while True:
        sum(range(1000))
for _ in range(8):
    threading.Thread(target=spin).start()
"""
WRITER = """
import threading, time

def write():
    n = 0
    while True:
        n += 1
        try:
            with open(f"left-{n % 10}", "w") as file:
                file.write("x" * 1000)
        except OSError:
            pass
        time.sleep(0.01)

threading.Thread(target=write).start()
"""
BOMB = """
import threading
def NAME(*args):
    def again():
        threading.Thread(target=again).start()
        threading.Thread(target=again).start()
    again()
    threading.Event().wait()
"""
ENTRIES = (
    entry("threads/idle", HERE, last=IDLE, spoilt=("affine",)),
    entry("threads/busy", HERE, last=BUSY, spoilt=("affine",)),
    entry("threads/writer", HERE, first=WRITER),
)
ANYWHERE = (anywhere("threads/bomb", BOMB, "crashed", "timed_out"),)
