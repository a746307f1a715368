"""Notebook 02: the number of parameters."""

from __future__ import annotations

from collections.abc import Iterator

from autograder.course.exercise import (
    Draw,
    Exercise,
    Invariant,
    Question,
    ask,
    mistake,
    other_way,
    sizes,
)
from rnncourse.checking.caseset import Group


def _count_parameters(draw: Draw) -> Iterator[Question]:
    D, H, K = (size + 10 for size in sizes(draw, "D", "H", "K"))
    yield ask(D=D, H=H, K=K)
    yield ask(D=5, H=3, K=1)
    D, H, K = sizes(draw, "D", "H", "K")
    yield ask(D=D, H=H, K=K)
    yield ask("one", D=D, H=1, K=K)


_SUM = "D * H + H * H + H + H * K + K"


COUNT_PARAMETERS = Exercise(
    id="count_parameters",
    questions=_count_parameters,
    core="the movie reviews (31), and sizes that all differ",
    groups=(Group("one", "a single hidden unit (H = 1)"),),
    invariants=(
        Invariant(
            "wider",
            "the number, with twice the outputs",
            lambda i: i | {"K": 2 * i["K"]},
            lambda i, first, j, second: second - first == i["K"] * (i["H"] + 1),
        ),
    ),
    hints=(
        "A matrix of shape (a, b) holds a * b numbers. Which five arrays does the network have?",
        "One of the five is square. Two are vectors: how long is each?",
        "For D = 5, H = 3, K = 1 the five numbers are 15, 9, 3, 3, 1. Write each with letters, and add.",
    ),
    mistakes=(
        mistake(
            "bias_for_each_input",
            "The cell of yours has a bias for each input feature. It has one for each unit: H of them.",
            ("+ H * H + H +", "+ H * H + D +"),
        ),
        mistake(
            "output_reads_the_input",
            "Your output layer has weights from the input too. It reads the state only: H rows.",
            ("+ H * K + K", "+ (H + D) * K + K"),
        ),
        mistake(
            "only_the_cell",
            """You count the recurrent layer only (27 for the reviews, which is what Keras prints for it).
            The output layer belongs to the network, with Why and by.""",
            (_SUM, "D * H + H * H + H"),
        ),
        mistake(
            "two_biases",
            """You count two biases in the cell, as PyTorch does (34 for the reviews). Only their sum
            matters, and here there is one.""",
            (_SUM, "D * H + H * H + 2 * H + H * K + K"),
        ),
        mistake(
            "no_recurrent_weights",
            "The recurrent weights are missing. From each of H units to each of H units: how many are these?",
            (_SUM, "D * H + H + H * K + K"),
        ),
        mistake(
            "recurrent_weights_as_a_vector",
            """You count H recurrent weights, one for each unit. Every unit is connected with every unit:
            Whh is a matrix.""",
            (_SUM, "D * H + H + H + H * K + K"),
        ),
        mistake(
            "no_biases",
            "You count no bias at all. There are two bias vectors, bh and by.",
            (_SUM, "D * H + H * H + H * K"),
        ),
        mistake(
            "no_hidden_bias",
            "The bias of the cell is missing: bh has one number for each unit.",
            (" + H +", " +"),
        ),
        mistake(
            "no_output_bias",
            "The bias of the output layer is missing: by has K numbers.",
            (" + H * K + K", " + H * K"),
        ),
        mistake(
            "one_hidden_bias",
            "You count a single number as the bias of the cell. There is one for each of the H units.",
            (_SUM, "D * H + H * H + 1 + H * K + K"),
        ),
        mistake(
            "one_output_bias",
            "You count a single number as the bias of the output. There is one for each of the K outputs.",
            (_SUM, "D * H + H * H + H + H * K + 1"),
        ),
        mistake(
            "bias_of_three_steps",
            """You count one bias for each *step*, which gives 31 for reviews of three words only because
            there are three units as well. Count one for each *unit*.""",
            (_SUM, "D * H + H * H + 3 + H * K + K"),
        ),
        mistake(
            "weights_for_three_steps",
            "You count the cell once for each step. Its weights are shared: all steps use the same ones.",
            (_SUM, "3 * (D * H + H * H + H) + H * K + K"),
        ),
        mistake(
            "output_from_input",
            "Your output layer is counted as if it read the input. It reads the state, which has H numbers.",
            (_SUM, "D * H + H * H + H + D * K + K"),
        ),
        mistake(
            "input_bias",
            """You count a bias for each of the D inputs. A bias belongs to what a layer makes, not to
            what it reads.""",
            (_SUM, "D * H + D + H * H + H + H * K + K"),
        ),
        mistake(
            "lstm",
            """You count the cell four times. That is an LSTM, of notebook 06; this cell has one set of
            weights.""",
            (_SUM, "4 * (D * H + H * H + H) + H * K + K"),
        ),
    ),
    other_ways=(
        other_way("factored", (_SUM, "(D + H + 1) * H + (H + 1) * K")),
        other_way(
            "arrays",
            source="""
            def count_parameters(D, H, K):
                arrays = [np.zeros(s) for s in [(D, H), (H, H), (H,), (H, K), (K,)]]
                return sum(a.size for a in arrays)
            """,
        ),
        other_way(
            "products",
            source="""
            def count_parameters(n_in, n_hidden, n_out=1):
                shapes = {"Wxh": (n_in, n_hidden), "Whh": (n_hidden, n_hidden), "bh": (n_hidden,)}
                shapes |= {"Why": (n_hidden, n_out), "by": (n_out,)}
                return np.sum([np.prod(shape) for shape in shapes.values()])
            """,
        ),
        other_way(
            "layers",
            source="""
            def _dense(inputs, outputs):
                return inputs * outputs + outputs

            def count_parameters(D, H, K):
                return float(_dense(D + H, H) + _dense(H, K))
            """,
        ),
    ),
)
