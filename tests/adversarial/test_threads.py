"""Leaves threads behind: hundreds of them, and one that never stops writing."""

from __future__ import annotations

from tests.adversarial.arena import Arena

THREADS = """
import threading, time

def idle():
    time.sleep(600)

try:
    for _ in range(2000):
        threading.Thread(target=idle, daemon=False).start()
except (RuntimeError, MemoryError):
    pass
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


def test_many_end_with_the_submission(arena: Arena) -> None:
    everything = (
        "rnn_step",
        "rnn_forward",
        "softmax",
        "count_parameters",
        "sentiment_forward",
        "tag_forward",
        "generate",
    )
    arena.fight(last=THREADS, spoilt=everything)


def test_one_that_writes_ends_with_the_submission(arena: Arena) -> None:
    fight = arena.fight(first=WRITER)
    assert fight.graded.score == fight.graded.max_score
    left = arena.fight(first="import os\nprint('LEFT', [n for n in os.listdir('.') if n.startswith('left')])")
    assert "LEFT []" in left.printed
