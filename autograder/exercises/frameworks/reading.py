"""Notebook 09: shapes of other libraries, and a training loop with mistakes."""

from __future__ import annotations

from collections.abc import Iterator

from autograder.course.exercise import Draw, Exercise, Mistake, Question, ask, mistake, other_way
from rnncourse.checking.caseset import CORE, Group
from rnncourse.checking.properties import Property

Shape = tuple[int, ...]

_RIGHT: dict[str, Shape] = {
    "keras_input": (32, 20, 5),
    "keras_default": (32, 3),
    "keras_sequences": (32, 20, 3),
    "keras_bidirectional": (32, 20, 6),
    "keras_kernel": (5, 12),
    "keras_dense": (6, 1),
    "torch_input": (20, 32, 5),
    "torch_weight_ih": (12, 5),
}
_SLIPS: dict[str, tuple[str, Shape, str]] = {
    "input_time_first": (
        "keras_input",
        (20, 32, 5),
        "`keras_input`: that is PyTorch's order, with time first. Keras has the batch first, as this course.",
    ),
    "input_features_second": (
        "keras_input",
        (32, 5, 20),
        "`keras_input`: steps and features are exchanged. The features come last.",
    ),
    "input_without_batch": (
        "keras_input",
        (20, 5),
        "`keras_input`: the 32 reviews are missing: a batch goes in.",
    ),
    "input_with_units": (
        "keras_input",
        (32, 20, 3),
        "`keras_input`: the 3 units belong to what comes out. What goes in has 5 features.",
    ),
    "default_is_all_states": (
        "keras_default",
        (32, 20, 3),
        "`keras_default`: unless told otherwise, a Keras layer returns the last state only.",
    ),
    "default_without_batch": (
        "keras_default",
        (3,),
        "`keras_default`: each of the 32 reviews has a last state.",
    ),
    "default_is_the_last_step_kept": (
        "keras_default",
        (32, 1, 3),
        "`keras_default`: the axis of time is gone: one state for each review.",
    ),
    "default_time_first": (
        "keras_default",
        (20, 3),
        "`keras_default`: 20 is the number of steps. There are 32 reviews.",
    ),
    "sequences_is_the_last": (
        "keras_sequences",
        (32, 3),
        "`keras_sequences`: return_sequences=True returns the states of all 20 steps.",
    ),
    "sequences_time_first": (
        "keras_sequences",
        (20, 32, 3),
        "`keras_sequences`: Keras has the batch first in what it returns too.",
    ),
    "sequences_with_features": (
        "keras_sequences",
        (32, 20, 5),
        "`keras_sequences`: 5 is the number of features that go in. A state has 3 units.",
    ),
    "bidirectional_once": (
        "keras_bidirectional",
        (32, 20, 3),
        "`keras_bidirectional`: two directions of 3 units each, joined at every step.",
    ),
    "bidirectional_twice_the_steps": (
        "keras_bidirectional",
        (32, 40, 3),
        "`keras_bidirectional`: the two directions are joined along the units, step by step, and not one after "
        "the other.",
    ),
    "bidirectional_last": (
        "keras_bidirectional",
        (32, 6),
        "`keras_bidirectional`: with return_sequences=True there is a state for each of the 20 steps.",
    ),
    "bidirectional_features": (
        "keras_bidirectional",
        (32, 20, 10),
        "`keras_bidirectional`: you doubled the 5 features. It is the 3 units of what comes out that are doubled.",
    ),
    "kernel_one_block": (
        "keras_kernel",
        (5, 3),
        "`keras_kernel`: an LSTM has four blocks side by side, for three gates and the candidate.",
    ),
    "kernel_transposed": (
        "keras_kernel",
        (12, 5),
        "`keras_kernel`: that is PyTorch's way round. Keras multiplies x by the kernel from the right.",
    ),
    "kernel_three_blocks": (
        "keras_kernel",
        (5, 9),
        "`keras_kernel`: three blocks are a GRU. The LSTM has three gates and the candidate: four.",
    ),
    "kernel_of_the_state": (
        "keras_kernel",
        (3, 12),
        "`keras_kernel`: that is the recurrent kernel, which reads the 3 numbers of h. The kernel reads the 5 "
        "features.",
    ),
    "kernel_of_both": (
        "keras_kernel",
        (8, 12),
        "`keras_kernel`: Keras keeps the weights from the input and those from the state apart. The kernel has 5 rows.",
    ),
    "dense_once": (
        "keras_dense",
        (3, 1),
        "`keras_dense`: it reads both directions, joined.",
    ),
    "dense_transposed": (
        "keras_dense",
        (1, 6),
        "`keras_dense`: Keras multiplies from the right: rows for what goes in, columns for what comes out.",
    ),
    "dense_vector": ("keras_dense", (6,), "`keras_dense`: a kernel is a matrix, also with a single output."),
    "dense_reads_time": (
        "keras_dense",
        (120, 1),
        "`keras_dense`: Dense works on the last axis, with the same weights at every step. It does not flatten time.",
    ),
    "torch_batch_first": (
        "torch_input",
        (32, 20, 5),
        "`torch_input`: that needs batch_first=True. Unless told otherwise, PyTorch has time first.",
    ),
    "torch_features_first": (
        "torch_input",
        (5, 20, 32),
        "`torch_input`: only the first two axes are exchanged. The features stay last.",
    ),
    "torch_reads_units": ("torch_input", (20, 32, 3), "`torch_input`: what goes in has 5 features."),
    "weight_ih_untransposed": (
        "torch_weight_ih",
        (5, 12),
        "`torch_weight_ih`: PyTorch has one row for each output: it calculates x times W transposed.",
    ),
    "weight_ih_one_block": (
        "torch_weight_ih",
        (3, 5),
        "`torch_weight_ih`: four blocks of 3 rows, for three gates and the candidate.",
    ),
    "weight_ih_of_the_state": (
        "torch_weight_ih",
        (12, 3),
        "`torch_weight_ih`: that is weight_hh_l0. ih reads the input, of 5 features.",
    ),
}


def _shape_questions(draw: Draw) -> Iterator[Question]:
    yield ask(CORE, Property("named_entries", tuple(_RIGHT)))
    for key, right in _RIGHT.items():
        told = tuple(({key: wrong}, name) for name, (of, wrong, _) in _SLIPS.items() if of == key)
        yield ask(key, Property("entry", (key, right, told)))


def _shape_mistakes() -> Iterator[Mistake]:
    for name, (key, wrong, hint) in _SLIPS.items():
        yield mistake(name, hint, source=f"framework_shapes = {_RIGHT | {key: wrong}!r}")


FRAMEWORK_SHAPES = Exercise(
    id="framework_shapes",
    questions=_shape_questions,
    is_value=True,
    core="a dict with the eight keys",
    core_weight=0.0,
    parts=tuple(_RIGHT),
    groups=tuple(Group(key, key) for key in _RIGHT),
    hints=(
        "Write N = 32, T = 20, D = 5, H = 3 beside the table above, and go through it row by row.",
        "An LSTM has four blocks of H. In Keras they are columns, in PyTorch rows. Two directions have 2H "
        "numbers at each "
        "step. Without return_sequences there is no axis of time.",
        "In letters: (N, T, D), (N, H), (N, T, H), (N, T, 2H), (D, 4H), (2H, 1), (T, N, D), (4H, D).",
    ),
    mistakes=tuple(_shape_mistakes()),
    other_ways=(
        other_way("lists", source=f"framework_shapes = { ({k: list(v) for k, v in _RIGHT.items()})!r}"),
        other_way(
            "computed",
            source="""
            N, T, D, H = 32, 20, 5, 3
            framework_shapes = dict(
                torch_input=(T, N, D), torch_weight_ih=(4 * H, D), keras_input=(N, T, D), keras_default=(N, H),
                keras_sequences=(N, T, H), keras_bidirectional=(N, T, 2 * H), keras_kernel=(D, 4 * H),
                keras_dense=(2 * H, 1),
            )
            """,
        ),
        other_way(
            "measured",
            source="framework_shapes = {k: np.zeros(v).shape for k, v in " + repr(_RIGHT) + ".items()}",
        ),
        other_way(
            "arrays", source="framework_shapes = {k: np.array(v) for k, v in " + repr(_RIGHT) + ".items()}"
        ),
    ),
)

_FAULTS: dict[int, tuple[str, str]] = {
    2: (
        "name_missed",
        "Line 2 gives the loss a name. Under which name is it called in line 11?",
    ),
    4: (
        "order_missed",
        "Line 4 makes an order. Is it another one in the next epoch? np.arange has no chance in it.",
    ),
    5: (
        "batch_missed",
        "Line 5 cuts the order into rows of reshape(-1, 1). How many examples are in each?",
    ),
    9: (
        "activation_missed",
        "Compare line 9 with the cell of notebook 02. Without an activation the whole network is a linear filter.",
    ),
    12: (
        "block_missed",
        "Look at how far line 12 is indented. It still belongs to the block that is recorded.",
    ),
    13: (
        "clipping_missed",
        "Line 13 measures the norm. Does anything become of the gradients?",
    ),
    15: (
        "history_missed",
        "Line 15 makes a new list at every update. How many losses are left at the end?",
    ),
}
_INNOCENT: dict[int, tuple[str, str]] = {
    1: ("adam_blamed", "Line 1 is right: that is Adam with the rate alpha."),
    3: (
        "epochs_blamed",
        "Line 3 is right: it goes through the data several times. The order is made in the line below.",
    ),
    6: (
        "tape_blamed",
        "Line 6 is right. The tape is opened anew for each batch, as it must be: it is good for one walk.",
    ),
    7: (
        "start_blamed",
        "Line 7 is right. The state of each batch starts from zeros; that they are made inside of the block "
        "does no harm.",
    ),
    8: ("steps_blamed", "Line 8 is right: it goes through the steps, in their order."),
    10: (
        "output_blamed",
        "Line 10 is right: it stands outside of the loop over the steps, so it is the output after the last "
        "one, and linear.",
    ),
    11: (
        "call_blamed",
        "Line 11 is right: it calls loss_fn, as it should, and Keras' losses take the targets first. Where does "
        "the name come "
        "from?",
    ),
    14: (
        "apply_blamed",
        "Line 14 is right: the gradient first, then its variable. What it is handed has to be made in the line above.",
    ),
    16: ("return_blamed", "Line 16 is right: it returns what its comment says."),
}
_LINES = tuple(_FAULTS)


def _fault_questions(draw: Draw) -> Iterator[Question]:
    yield ask(CORE, Property("names_a_line", (tuple(range(1, 17)), True, "empty")))
    for line, (missed, _) in _FAULTS.items():
        yield ask(missed, Property("names_a_line", ((line,), True, missed)))
    for line, (blamed, _) in _INNOCENT.items():
        yield ask("innocent", Property("names_a_line", ((line,), False, blamed)))
    others = (0, *range(17, 100))
    yield ask("innocent", Property("names_a_line", (others, False, "no_such_line")))


def _fault_mistakes() -> Iterator[Mistake]:
    yield mistake(
        "empty", "There is at least one line that does not do what it says.", source="loop_faults = []"
    )
    for line, (missed, hint) in _FAULTS.items():
        yield mistake(missed, hint, source=f"loop_faults = {[k for k in _LINES if k != line]}")
    for line, (blamed, hint) in _INNOCENT.items():
        yield mistake(blamed, hint, source=f"loop_faults = {sorted([*_LINES, line])}")
    yield mistake(
        "no_such_line",
        "There is no such line: they are numbered from 1 to 16.",
        source=f"loop_faults = {[0, *_LINES]}",
    )


LOOP_FAULTS = Exercise(
    id="loop_faults",
    questions=_fault_questions,
    is_value=True,
    core="a list of line numbers",
    core_weight=0.0,
    groups=(
        # What a group is about would name the mistake to whoever has not found it.
        *(Group(missed, f"mistake number {k}") for k, (missed, _) in enumerate(_FAULTS.values(), 1)),
        Group("innocent", "no line that is right", 2.0),
    ),
    hints=(
        "Cover the comments, and say of each line what it does. Then uncover them. Seven of the sixteen lie.",
        "Look at names, at numbers, at how far a line is indented, and for results that nobody uses.",
        "One lies in each of these: the name of the loss, the order, the size of a batch, the cell, the place of the "
        "gradient, clipping, the list of losses.",
    ),
    mistakes=tuple(_fault_mistakes()),
    other_ways=(
        other_way("tuple", source="loop_faults = (15, 13, 12, 9, 5, 4, 2)"),
        other_way("array", source="loop_faults = np.array([2, 4, 5, 9, 12, 13, 15])"),
        other_way("sorted_set", source="loop_faults = sorted({2, 4, 5} | {9, 12, 13, 15})"),
        other_way("twice", source="loop_faults = [2, 2, 4, 5, 9, 12, 13, 15]"),
    ),
)
