"""Never returns, swallows every interrupt, or sleeps."""

from __future__ import annotations

import pytest

from tests.adversarial.arena import Arena

SWALLOW = """try:
            while True: pass
        except BaseException: pass"""
LOOPS = {
    "plain": "while True: pass",
    "swallows": f"while True:\n        {SWALLOW}",
    "blocks": "signal.pthread_sigmask(signal.SIG_BLOCK, signal.Signals)\n    while True: pass",
    "disarms": "signal.setitimer(signal.ITIMER_PROF, 0)\n    while True: pass",
    "ignores": "signal.signal(signal.SIGPROF, signal.SIG_IGN)\n    while True: pass",
    "sleeps": "time.sleep(600)",
    "in C": "sum(range(10**11))",
}


@pytest.mark.parametrize("loop", LOOPS)
def test_a_function_costs_one_wait_and_itself(any_arena: Arena, loop: str) -> None:
    answer = f"import signal, time\ndef count_parameters(D, H, K):\n    {LOOPS[loop]}"
    fight = any_arena.fight(count_parameters=answer)
    assert (fight["count_parameters"].outcome, fight["count_parameters"].score) == ("timed_out", 0)
    assert fight.seconds < 10


def test_a_cell_is_left_out(any_arena: Arena) -> None:
    fight = any_arena.fight(first=f"import signal\n{LOOPS['ignores']}".replace("\n    ", "\n"))
    assert fight.graded.score == fight.graded.max_score
    assert any("took too long" in repair for repair in fight.graded.repairs)
