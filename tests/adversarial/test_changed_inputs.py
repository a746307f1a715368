"""Changes its arguments, its defaults or a global variable, so that later seen go wrong."""

from __future__ import annotations

import pytest

from tests.adversarial.arena import Arena

RIGHT = "e = np.exp(logits - logits.max(axis=-1, keepdims=True))\n    e = e / e.sum(axis=-1, keepdims=True)"
CHANGES = {
    "argument": (f"def softmax(logits):\n    {RIGHT}\n    logits[:] = 0\n    return e", "writes_into_logits"),
    "global": (
        f"seen = []\ndef softmax(logits):\n    {RIGHT}\n    seen.append(1)\n    return e * (seen[4:] == [])",
        None,
    ),
    "default": (f"def softmax(logits, seen=[]):\n    {RIGHT}\n    seen.append(e)\n    return seen[0]", None),
}


@pytest.mark.parametrize("change", CHANGES)
def test_it_is_seen(any_arena: Arena, change: str) -> None:
    source, mistake = CHANGES[change]
    verdict = any_arena.fight(softmax=source)["softmax"]
    assert verdict.score is not None
    assert verdict.score < verdict.max_score
    assert mistake is None or verdict.mistake == mistake
