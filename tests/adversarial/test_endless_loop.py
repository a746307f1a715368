"""Never returns, swallows every interrupt, or sleeps."""

from __future__ import annotations

from tests.adversarial.arena import Arena

import pytest

LOOPS = {
    "plain": "while True:\n        pass",
    "swallows": "while True:\n        try:\n            while True:\n                pass\n        except BaseException:\n            pass",
    "blocks": "signal.pthread_sigmask(signal.SIG_BLOCK, signal.Signals)\n    signal.setitimer(signal.ITIMER_PROF, 0)\n    while True:\n        pass",
    "ignores": "signal.signal(signal.SIGPROF, signal.SIG_IGN)\n    while True: pass",
    "sleeps": "time.sleep(600)",
    "in C": "sum(range(10**11))",
}


@pytest.mark.parametrize("loop", LOOPS)
def test_a_function_costs_one_wait_and_itself(arena: Arena, loop: str) -> None:
    answer = f"import signal, time\ndef count_parameters(D, H, K):\n    {LOOPS[loop]}"
    fight = arena.fight(count_parameters=answer)
    assert (fight["count_parameters"].outcome, fight["count_parameters"].score) == ("timed_out", 0)
    assert fight.seconds < 10


def test_a_cell_is_left_out(arena: Arena) -> None:
    fight = arena.fight(first=f"import signal\n{LOOPS['ignores']}".replace("\n    ", "\n"))
    assert fight.graded.score == fight.graded.max_score
    assert any("took too long" in repair for repair in fight.graded.repairs)
