"""Kills, stops and slows down the processes around it."""

from __future__ import annotations

from tests.adversarial.arena import Arena

SHOOT = """
import os, resource, signal

def tried(what):
    try:
        what()
        print("HIT")
    except Exception:
        print("refused")

parent = os.getppid()
for number in (signal.SIGKILL, signal.SIGSTOP, signal.SIGTERM):
    tried(lambda: os.kill(parent, number))
tried(lambda: os.kill(1, signal.SIGKILL) if parent != 1 else 1 / 0)
tried(lambda: os.setpriority(os.PRIO_PROCESS, parent, 19))
tried(lambda: os.sched_setaffinity(parent, {0}))
for limit in ("CPU", "DATA", "AS", "NOFILE", "NPROC", "STACK"):
    kind = getattr(resource, f"RLIMIT_{limit}")
    tried(lambda: resource.prlimit(parent, kind, (1, 1)))
    tried(lambda: resource.setrlimit(kind, (resource.RLIM_INFINITY, resource.RLIM_INFINITY)))
"""


def test_none_of_it_is_allowed(arena: Arena) -> None:
    fight = arena.fight(first=SHOOT)
    assert "refused" in fight.printed
    assert "HIT" not in fight.printed
    assert fight.restarts == 0


def test_a_shot_at_everybody_hits_only_oneself(arena: Arena) -> None:
    fight = arena.fight(first="import os, signal\nos.kill(-1, signal.SIGTERM)\nos.killpg(0, signal.SIGKILL)")
    assert fight.graded.score == fight.graded.max_score
