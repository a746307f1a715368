"""Notebook 06: what a layer costs, and how long it remembers."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from autograder.course.exercise import Draw, Exercise, Invariant, Mistake, Question, ask, mistake, other_way
from rnncourse.checking.caseset import Group
from rnncourse.checking.properties import Property
from rnncourse.checking.values import Value

_RIGHT = {"rnn": 27, "forget_gate": 27, "longer": 108, "doubled": 288, "gru": 81, "tagger": 124}
_SAYS = {
    "rnn": "rnn: plain cell, 3 units, 5 features",
    "forget_gate": "forget_gate: that of LSTM(3) on 5 features",
    "longer": "longer: LSTM(3) on 5 features, 200 steps",
    "doubled": "doubled: LSTM(6) on 5 features",
    "gru": "gru: GRU(3) on 5 features",
    "tagger": "tagger: LSTM(3) on 5 features, and 4 classes",
}
_PATTERNS: dict[str, tuple[dict[str, float], str]] = {
    "no_biases": (
        {"rnn": 24, "forget_gate": 24, "longer": 96, "doubled": 264, "gru": 72},
        "You have left out the biases, throughout. Each block has one for each unit.",
    ),
    "two_biases": (
        {"rnn": 30, "forget_gate": 30, "longer": 120, "doubled": 312, "gru": 90},
        "You have counted two biases for each block, throughout, as PyTorch does. In this course there is one.",
    ),
    "three_blocks_for_the_lstm": (
        {"longer": 81, "doubled": 216},
        """You have counted three blocks for the LSTM. It has three gates, but the candidate has weights of its own
        too: four blocks.""",
    ),
    "no_state_to_state": (
        {"rnn": 18, "forget_gate": 18, "longer": 72, "doubled": 144, "gru": 54},
        "You have left out the weights from h_prev, throughout: each block has H times H of them.",
    ),
}
_SLIPS: dict[str, tuple[str, float, str]] = {
    "rnn_with_output": (
        "rnn",
        31,
        "`rnn`: 31 is the count of notebook 02 with its output layer. Here only the cell is asked for.",
    ),
    "rnn_without_bias": ("rnn", 24, "`rnn`: the biases are missing, one for each of the 3 units."),
    "rnn_two_biases": ("rnn", 30, "`rnn`: 30 counts two biases for each unit. There is one."),
    "rnn_input_only": (
        "rnn",
        15,
        "`rnn`: 15 are the weights from the input. There are weights from the old state and biases too.",
    ),
    "rnn_as_lstm": ("rnn", 108, "`rnn`: 108 is the LSTM of that size. The plain cell has one block."),
    "rnn_sizes_exchanged": ("rnn", 45, "`rnn`: 45 would be 5 units that read 3 features."),
    "gate_is_one_number_a_unit": (
        "forget_gate",
        3,
        "`forget_gate`: 3 is how many values the gate has at each step. How many weights compute them?",
    ),
    "gate_is_its_bias_and_input": (
        "forget_gate",
        18,
        "`forget_gate`: the gate sees the old h as well: 9 weights more.",
    ),
    "gate_without_bias": (
        "forget_gate",
        24,
        "`forget_gate`: the biases are missing, one for each of the 3 units.",
    ),
    "gate_has_no_parameters": (
        "forget_gate",
        0,
        "`forget_gate`: a gate is computed, by a layer with weights of its own.",
    ),
    "gate_is_the_whole_cell": (
        "forget_gate",
        108,
        "`forget_gate`: 108 is all of the LSTM. The forget gate is one of its four blocks.",
    ),
    "gate_of_three": (
        "forget_gate",
        36,
        "`forget_gate`: 36 is a third of 108. The LSTM has four blocks: the candidate counts too.",
    ),
    "longer_costs_ten_times": (
        "longer",
        1080,
        "`longer`: the weights are the same at every step. A longer sequence costs time and memory, and no parameter.",
    ),
    "longer_without_bias": ("longer", 96, "`longer`: the biases are missing, 12 of them."),
    "longer_counts_steps": (
        "longer",
        21600,
        "`longer`: you multiplied by the 200 steps. The weights are the same at every step.",
    ),
    "longer_three_blocks": (
        "longer",
        81,
        "`longer`: 81 are three blocks. The LSTM has four: three gates and the candidate.",
    ),
    "longer_one_block": ("longer", 27, "`longer`: 27 is one block. The LSTM has four."),
    "longer_two_biases": (
        "longer",
        120,
        "`longer`: 120 counts two biases for each unit of a block. There is one.",
    ),
    "longer_states_counted": (
        "longer",
        114,
        "`longer`: h0 and c0 are not learned here: they are handed in. Count Wx, Wh and b.",
    ),
    "doubled_is_twice": (
        "doubled",
        216,
        "`doubled`: 216 is twice 108. Wh has H rows *and* 4H columns, so its share grows with the square of H.",
    ),
    "doubled_is_four_times": (
        "doubled",
        432,
        "`doubled`: 432 is four times 108. Only Wh grows with the square of H; Wx and b grow in proportion.",
    ),
    "doubled_without_bias": ("doubled", 264, "`doubled`: the biases are missing, 24 of them."),
    "doubled_one_block": ("doubled", 72, "`doubled`: 72 is one block of it. The LSTM has four."),
    "doubled_two_biases": (
        "doubled",
        312,
        "`doubled`: 312 counts two biases for each unit of a block. There is one.",
    ),
    "gru_of_keras": (
        "gru",
        90,
        """`gru`: 90 is what Keras and PyTorch count, with two biases for each block. With one bias for each unit
        of a block there are 9 fewer.""",
    ),
    "gru_as_lstm": ("gru", 108, "`gru`: 108 is the LSTM. The GRU has three blocks."),
    "gru_two_blocks": (
        "gru",
        54,
        "`gru`: 54 are two blocks, those of the two gates. The candidate has one too.",
    ),
    "gru_without_bias": ("gru", 72, "`gru`: the biases are missing, 9 of them."),
    "tagger_without_output": (
        "tagger",
        108,
        "`tagger`: 108 is the LSTM alone. The output layer has weights and biases too.",
    ),
    "tagger_output_alone": (
        "tagger",
        16,
        "`tagger`: 16 is the output layer alone. The LSTM in front of it is learned too.",
    ),
    "tagger_without_output_bias": ("tagger", 120, "`tagger`: the output layer has a bias for each class."),
    "tagger_reads_the_cell_too": (
        "tagger",
        136,
        "`tagger`: your output layer reads h and c. It reads h only, of 3 numbers: the cell is shown through h.",
    ),
    "tagger_reads_four_blocks": (
        "tagger",
        160,
        "`tagger`: your output layer reads 12 numbers. The four blocks are inside of the cell; what it shows is "
        "h, of 3 numbers.",
    ),
    "tagger_reads_features": (
        "tagger",
        132,
        "`tagger`: your output layer reads 5 numbers. It stands behind the LSTM, and reads its h, of 3.",
    ),
    "tagger_one_bias": (
        "tagger",
        121,
        "`tagger`: your output layer has one bias. It has one for each of the 4 classes.",
    ),
}


def _counts(**changed: float) -> str:
    """Return a cell that assigns the counts, some of them changed."""
    return f"parameter_counts = {_RIGHT | changed!r}"


def _told(key: str) -> tuple[tuple[dict[str, float], str], ...]:
    patterns = ((wrong, name) for name, (wrong, _) in _PATTERNS.items() if key in wrong)
    slips = (({key: wrong}, name) for name, (of, wrong, _) in _SLIPS.items() if of == key)
    return (*patterns, *slips)


def _count_questions(draw: Draw) -> Iterator[Question]:
    yield ask("core", Property("named_entries", tuple(_RIGHT)))
    for key, right in _RIGHT.items():
        yield ask(key, Property("entry", (key, right, _told(key))))


def _count_mistakes() -> Iterator[Mistake]:
    for name, (wrong, hint) in _PATTERNS.items():
        yield mistake(name, hint, source=_counts(**wrong))
    for name, (key, number, hint) in _SLIPS.items():
        yield mistake(name, hint, source=_counts(**{key: number}))


PARAMETER_COUNTS = Exercise(
    id="parameter_counts",
    questions=_count_questions,
    is_value=True,
    core="a dict with the six keys",
    core_weight=0.0,
    parts=tuple(_RIGHT),
    groups=tuple(Group(key, says) for key, says in _SAYS.items()),
    hints=(
        "One block has D H weights for the input, H H for the old state, and H biases. Which of the six have how many "
        "blocks?",
        "Plain cell: one block. LSTM: four. GRU: three. A gate: one. The number of steps is in none of the shapes.",
        "For 5 features a block of 3 units has 15 + 9 + 3 numbers, and one of 6 units has 30 + 36 + 6. An output "
        "layer has H K weights and K biases.",
    ),
    mistakes=tuple(_count_mistakes()),
    other_ways=(
        other_way(
            "computed",
            source="""
            def block(units, features):
                return features * units + units * units + units

            parameter_counts = {
                "rnn": block(3, 5), "forget_gate": block(3, 5), "longer": 4 * block(3, 5),
                "doubled": 4 * block(6, 5), "gru": 3 * block(3, 5), "tagger": 4 * block(3, 5) + 3 * 4 + 4,
            }
            """,
        ),
        other_way(
            "numpy_numbers",
            source="parameter_counts = {k: np.int64(v) for k, v in " + repr(_RIGHT) + ".items()}",
        ),
        other_way(
            "floats_in_another_order",
            source="parameter_counts = " + repr({k: float(_RIGHT[k]) for k in sorted(_RIGHT)}),
        ),
        other_way(
            "sums",
            source="""
            parameter_counts = dict(
                rnn=15 + 9 + 3, forget_gate=108 // 4, longer=108, doubled=4 * 72, gru=3 * 27, tagger=108 + 16
            )
            """,
        ),
    ),
)


def _half_life(draw: Draw, low: float, high: float) -> float:
    return float(np.round(draw.uniform(low, high), 2))


def _bias_questions(draw: Draw) -> Iterator[Question]:
    yield ask(H=int(draw.integers(3, 7)), half_life=_half_life(draw, 3, 30))
    yield ask(H=5, half_life=_half_life(draw, 1.3, 2.8))
    yield ask("unit", H=1, half_life=_half_life(draw, 4, 9))
    yield ask("short", H=4, half_life=_half_life(draw, 0.2, 0.8))
    yield ask("long", H=2, half_life=float(draw.integers(300, 3000)))


def _kept(H: int, b: Value) -> Value:
    """Return sigmoid of the forget block."""
    return 1 / (1 + np.exp(-b[H : 2 * H]))


_F = "f = 0.5 ** (1 / half_life)  # the fraction kept in one step"
_ZEROS = "b = np.zeros(4 * H)"
_PUT = "b[H : 2 * H] = np.log(f / (1 - f))  # the inverse of the sigmoid"


def _put(text: str) -> tuple[str, str]:
    return (_PUT, text)


FORGET_BIAS = Exercise(
    id="forget_bias",
    questions=_bias_questions,
    core="the right number in the right block",
    groups=(
        Group("unit", "a layer of one unit (H = 1)"),
        Group("short", "a half-life below one step"),
        Group("long", "a half-life of hundreds of steps"),
    ),
    invariants=(
        Invariant(
            "half",
            "the numbers, with half the half-life: f is squared",
            lambda i: i | {"half_life": i["half_life"] / 2},
            lambda i, a, j, b: np.allclose(_kept(i["H"], a) ** 2, _kept(j["H"], b)),
        ),
        Invariant(
            "wider",
            "the numbers, with one unit more",
            lambda i: i | {"H": i["H"] + 1},
            lambda i, a, j, b: len(b) == len(a) + 4 and np.isclose(a[i["H"]], b[j["H"]]),
        ),
    ),
    hints=(
        "In each step the cell is multiplied by f. After half_life steps the product of all these f is one half. "
        "Which f is that?",
        "f is one half to the power 1 / half_life. Then solve f = 1 / (1 + exp(-b_f)) for b_f.",
        "b_f is the logarithm of f / (1 - f). Put it into the second quarter of a vector of 4 H zeros.",
    ),
    mistakes=(
        mistake(
            "gate_in_place_of_bias",
            "You put f itself into the bias. The gate is the *sigmoid* of the bias: f must go back through the "
            "sigmoid.",
            _put("b[H : 2 * H] = f"),
        ),
        mistake(
            "sign_of_the_logit",
            """Your bias has the wrong sign: the larger the half-life, the more your cell forgets. Is your f the
            fraction that is kept? And which of f and 1 - f is above?""",
            _put("b[H : 2 * H] = np.log((1 - f) / f)"),
        ),
        mistake(
            "logarithm_alone",
            "You take the logarithm of f. The inverse of the sigmoid has 1 - f in it too.",
            _put("b[H : 2 * H] = np.log(f)"),
        ),
        mistake(
            "sigmoid_again",
            "You put f through the sigmoid. The gate does that itself; here its *inverse* is needed.",
            _put("b[H : 2 * H] = 1 / (1 + np.exp(-f))"),
        ),
        mistake(
            "inverse_of_tanh",
            "You use the inverse of tanh. The forget gate is a sigmoid.",
            _put("b[H : 2 * H] = np.arctanh(f)"),
        ),
        mistake(
            "base_two",
            "You use the logarithm to base 2. The sigmoid has e in it, so its inverse has the natural one.",
            _put("b[H : 2 * H] = np.log2(f / (1 - f))"),
        ),
        mistake(
            "base_ten",
            "You use the logarithm to base 10. The sigmoid has e in it, so its inverse has the natural one.",
            _put("b[H : 2 * H] = np.log10(f / (1 - f))"),
        ),
        mistake(
            "divided_by_the_half_life",
            """You divide by the half-life: f = 0.5 / half_life. What is lost does not come in equal portions: each
            step *multiplies* by f.""",
            (_F, "f = 0.5 / half_life"),
        ),
        mistake(
            "equal_portions",
            """Your f is 1 - 0.5 / half_life: that loses the half in equal portions. Each step multiplies by f, so
            the powers of f must reach one half.""",
            (_F, "f = np.abs(1 - 0.5 / half_life)"),
        ),
        mistake(
            "power_in_place_of_root",
            "Your f is one half to the power half_life: that is what remains after so many steps if f is 0.5. You "
            "need the root.",
            (_F, "f = 0.5 ** half_life"),
        ),
        mistake(
            "time_constant",
            """Your cell falls to 1/e, 37 %, in that time: that is a time constant. A half-life falls to one half.""",
            (_F, "f = np.exp(-1 / half_life)"),
        ),
        mistake(
            "time_constant_rule",
            """You use log(half_life - 1), a rule of thumb for another measure, the time to fall to about 1/e. Here
            the cell must be one half exactly, and a half-life may be below 1.""",
            _put("b[H : 2 * H] = np.log(np.maximum(half_life - 1, 1e-12))"),
        ),
        mistake(
            "logarithm_of_the_half_life",
            "You put the logarithm of the half-life into the bias. That has the right tendency, and the cell does "
            "not halve in time.",
            _put("b[H : 2 * H] = np.log(half_life)"),
        ),
        mistake(
            "long_half_lives_only",
            """You turned half-life = 0.69 exp(b_f) around. That is a rule for long half-lives: with a few steps,
            or below one, the cell does not halve in time. Go by way of f, which is exact.""",
            _put("b[H : 2 * H] = np.log(half_life / np.log(2))"),
        ),
        mistake(
            "half_life_itself",
            "You put the half-life itself into the bias. First find f, then the bias whose sigmoid is f.",
            _put("b[H : 2 * H] = half_life"),
        ),
        mistake(
            "ratio_without_logarithm",
            "You put f / (1 - f) into the bias: the logarithm is missing.",
            _put("b[H : 2 * H] = f / (1 - f)"),
        ),
        mistake(
            "always_one",
            "Your forget bias is 1, whatever the half-life. That is a usual start; here it follows from the half-life.",
            _put("b[H : 2 * H] = 1"),
        ),
        mistake(
            "f_of_a_whole_half_life",
            "You round the half-life to a whole number. It may be 2.5, or below 1.",
            (_F, "f = 0.5 ** (1 / max(int(half_life), 1))"),
        ),
        mistake(
            "block_of_i",
            "Your number is in the first block, that of the input gate.",
            _put("b[:H] = np.log(f / (1 - f))"),
        ),
        mistake(
            "block_of_g",
            "Your number is in the third block, that of the candidate.",
            _put("b[2 * H : 3 * H] = np.log(f / (1 - f))"),
        ),
        mistake(
            "block_of_o",
            "Your number is in the last block, that of the output gate.",
            _put("b[3 * H :] = np.log(f / (1 - f))"),
        ),
        mistake(
            "all_blocks",
            "Your number is in all four blocks. The others are 0.",
            _put("b[:] = np.log(f / (1 - f))"),
        ),
        mistake(
            "from_the_second_on",
            "Your number fills everything from the second block on. The forget block ends after 2 H.",
            _put("b[H:] = np.log(f / (1 - f))"),
        ),
        mistake(
            "every_fourth",
            "Your number is in every fourth place. The entries of a block are neighbours.",
            _put("b[1::4] = np.log(f / (1 - f))"),
        ),
        mistake(
            "one_entry",
            "Your number stands in one place. Every unit has a forget bias of its own: fill the whole block.",
            _put("b[H] = np.log(f / (1 - f))"),
        ),
        mistake(
            "others_one",
            "Your other blocks are 1. They are 0.",
            (_ZEROS, "b = np.ones(4 * H)"),
        ),
        mistake(
            "block_only",
            "You return the forget block alone, H numbers. All of b is asked for: 4 H numbers.",
            ("return b", "return b[H : 2 * H].copy()"),
        ),
        mistake(
            "table",
            "You return an array of shape (4, H). b is a vector: (4H,).",
            ("return b", "return b.reshape(4, H)"),
        ),
        mistake(
            "number_only",
            "You return one number. A vector of 4 H numbers is asked for.",
            ("return b", "return float(b[H])"),
        ),
        mistake(
            "minus_logarithm",
            """You take minus the logarithm of f. The inverse of the sigmoid has 1 - f in it too.""",
            _put("b[H : 2 * H] = -np.log(f)"),
        ),
        mistake(
            "exponential",
            """You take the exponential of f. The inverse of the sigmoid is made with a logarithm.""",
            _put("b[H : 2 * H] = np.exp(f)"),
        ),
        mistake(
            "root_of_two",
            """Your f is above 1: it is the root of 2, not of one half. Such a cell grows.""",
            (_F, "f = 2 ** (1 / half_life)"),
        ),
        mistake(
            "one_over_the_half_life_lost",
            """Your f is 1 - 1 / half_life. After that many steps about 1/e is left, and only if it is long. One
            half is asked for.""",
            (_F, "f = np.abs(1 - 1 / half_life)"),
        ),
        mistake(
            "square_root",
            """You take a square root. The root that is needed has the half-life in it: f multiplied half_life
            times is one half.""",
            (_F, "f = np.minimum((1 / half_life) ** 0.5, 0.99)"),
        ),
        mistake(
            "one_step_fewer",
            """You count one step fewer. After half_life steps f has been multiplied half_life times.""",
            (_F, "f = 0.5 ** (1 / (half_life - 1)) if half_life > 1 else 0.5"),
        ),
    ),
    other_ways=(
        other_way(
            "concatenated",
            source="""
            def forget_bias(H, half_life):
                none = np.zeros(H)
                return np.concatenate([none, np.full(H, -np.log(2 ** (1 / half_life) - 1)), none, none])
            """,
        ),
        other_way(
            "expm1",
            source="""
            def forget_bias(H, half_life, gate=1):
                b = np.zeros((4, H))
                b[gate] = -np.log(np.expm1(np.log(2) / half_life))
                return b.ravel()
            """,
        ),
        other_way("two_logarithms", _put("b[H : 2 * H] = np.log(f) - np.log(1 - f)")),
        other_way(
            "list",
            source="""
            from math import exp, log

            def forget_bias(H, half_life):
                f = exp(log(0.5) / half_life)
                return [0.0] * H + [-log(1 / f - 1)] * H + [0.0] * (2 * H)
            """,
        ),
        other_way("by_inverse_tanh", _put("b[H : 2 * H] = 2 * np.arctanh(2 * f - 1)")),
    ),
)
