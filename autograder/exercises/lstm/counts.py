"""Notebook 06: what a layer costs."""

from __future__ import annotations

from collections.abc import Iterator

from autograder.course.exercise import Draw, Exercise, Mistake, Question, ask, mistake, other_way
from rnncourse.checking.caseset import Group
from rnncourse.checking.properties import Property

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
        """You have counted three blocks for the LSTM. It has three gates, but the candidate has weights of
        its own too: four blocks.""",
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
    "gate_of_36": (
        "forget_gate",
        36,
        """`forget_gate`: 36 is a third of 108, and also 27 with 9 more. The LSTM has four blocks, not three.
        And a gate reads x and the old h: no weights lead to it from the cell.""",
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
        """`gru`: 90 is what Keras and PyTorch count, with two biases for each block. With one bias for each
        unit of a block there are 9 fewer.""",
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
    "tagger_as_four_layers": (
        "tagger",
        432,
        "`tagger`: 432 is four times 108. All classes are read from one LSTM; only the output layer has four columns.",
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
