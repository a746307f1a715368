"""Gradients that are cut off after some steps, or when they are small, fail in every recurrence of 05 to 08."""

from __future__ import annotations

import pytest

from autograder.course.exercise import other_way
from rnncourse.checking.diagnose import Finding
from rnncourse.checking.here import examine_here
from rnncourse.checking.outcomes import CORRECT
from tests.conftest import sample
from tests.ours import draw_cases, find_exercise, read_master, variant

pytestmark = pytest.mark.slow

SHOWN_STEPS = "for t in reversed(range(T)):"
LSTM_STEPS = "for t in reversed(range(x.shape[1])):"
STATE_CUT = {
    "lstm_backward": (
        LSTM_STEPS,
        "\n        if (t + 1) % {k} == 0: dh_next, dc_next = 0 * dh_next, 0 * dc_next",
    ),
    "decoder_backward": (
        SHOWN_STEPS,
        "\n        if 0 < t + 1 < T and (t + 1) % {k} == 0: dh_next = 0 * dh_next",
    ),
    "encoder_backward": (SHOWN_STEPS, "\n        if (t + 1) % {k} == 0 and t < T - 1: dh = 0 * dh"),
    "gradient_norms": ("for t in range(T - 1, 0, -1):", "\n        if t % {k} == 0: dh = 0 * dh"),
    "jacobian_product": ("for t in range(1, T):", "\n        if t % {k} == 0: J = 0 * J"),
    "skip_rnn_forward": (
        "for t in range(1, T + 1):",
        "\n        if t > 1 and t % {k} == 1: states[t - 1] = 0 * h0",
    ),
    "lstm_forward": ("for t in range(x.shape[1]):", "\n        if t and t % {k} == 0: c_t = 0 * c_t"),
    "birnn_backward": (
        "dh = dh * real[:, :, None]",
        " * (np.arange(x.shape[1]) >= x.shape[1] - {k})[None, :, None]",
    ),
    "masked_rnn_forward": (
        "for t in range(x.shape[1]):",
        "\n        h_prev = h_prev * (t % {k} > 0 or t == 0)",
    ),
    "encode": ("for t in range(T):", "\n        h_prev = h_prev * (t % {k} > 0 or t == 0)"),
    "teacher_forced_loss": (
        "for t in range(inputs.shape[1]):",
        "\n        h_t = h_t * (t % {k} > 0 or t == 0)",
    ),
}
"""A line of the reference, and what is written behind it."""
SMALL_CUT = {
    "lstm_backward": (
        LSTM_STEPS,
        "\n        dh_next, dc_next = dh_next * (abs(dh_next) > {c}), dc_next * (abs(dc_next) > {c})",
    ),
    "decoder_backward": (SHOWN_STEPS, "\n        dh_next = dh_next * (abs(dh_next) > {c})"),
    "encoder_backward": (SHOWN_STEPS, "\n        dh = dh * (abs(dh) > {c})"),
    "gradient_norms": ("for t in range(T - 1, 0, -1):", "\n        dh = dh * (abs(dh) > {c})"),
    "jacobian_product": ("for t in range(1, T):", "\n        J = J * (abs(J) > {c})"),
    "birnn_backward": (
        'names = h.shape[2] // 2, ("h0", "Wxh", "Whh", "bh")',
        "\n    real_backward = rnn_backward\n"
        "    def rnn_backward_(*a):\n        return [g * (abs(g) > {c}) for g in real_backward(*a)]",
    ),
}


def _judged(exercise: str, source: str, seed: int) -> Finding:
    """Return what is found out about a whole cell."""
    notebook, _ = find_exercise(exercise)
    target = read_master(notebook).namespace({exercise: source})[exercise]
    cases = draw_cases(exercise, seed)
    return examine_here(cases, target)


def _edited(exercise: str, line: str, behind: str) -> str:
    notebook, _ = find_exercise(exercise)
    return read_master(notebook).variant(exercise, other_way("edited", (line, line + behind)))


@pytest.mark.parametrize("k", sample([4, 7, 10, 15, 20], 2))
@pytest.mark.parametrize("exercise", STATE_CUT)
def test_a_cut_after_some_steps_fails(exercise: str, k: int) -> None:
    line, behind = STATE_CUT[exercise]
    source = _edited(exercise, line, behind.replace("{k}", str(k)))
    assert _judged(exercise, source, seed=k).outcome != CORRECT


@pytest.mark.parametrize("limit", sample(["1e-8", "1e-10", "1e-12", "1e-14", "1e-16"], 2))
@pytest.mark.parametrize("exercise", SMALL_CUT)
def test_a_cut_of_small_numbers_fails(exercise: str, limit: str) -> None:
    line, behind = SMALL_CUT[exercise]
    source = _edited(exercise, line, behind.replace("{c}", limit))
    if exercise == "birnn_backward":
        source = source.replace("= rnn_backward(\n", "= rnn_backward_(\n")
    for seed in range(4):
        assert _judged(exercise, source, seed).outcome != CORRECT


@pytest.mark.parametrize("seed", sample(range(100, 120), 4))
@pytest.mark.parametrize(
    ("exercise", "mistake"),
    [
        ("set_spectral_radius", "symmetric"),
        ("set_spectral_radius", "upper_half"),
        ("set_spectral_radius", "size_of_the_largest_real_part"),
        ("masked_mean_loss", "global_shift"),
        ("masked_mean_loss", "one_shift_for_each_example"),
        ("teacher_forced_loss", "one_shift_for_all"),
        ("greedy_decode", "plain_softmax"),
        ("forget_bias", "one_over_the_half_life_lost"),
        ("orthogonal", "the_same_for_every_seed"),
    ],
)
def test_a_name_does_not_depend_on_the_draw(exercise: str, mistake: str, seed: int) -> None:
    target, cases = variant(exercise, mistake), draw_cases(exercise, seed)
    found = examine_here(cases, target)
    assert found.mistake == mistake
