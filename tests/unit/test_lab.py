"""The laboratory of notebooks 05 to 12: its gradients, its loop, its tasks; it quotes true and solves no exercise."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable
from pathlib import Path
from textwrap import dedent
from typing import Any

import numpy as np
import pytest

import rnncourse.lab
from rnncourse.lab import descend, flatten, memory, rebuild, tasks
from rnncourse.lab.attention import AttendingTranslator, attend_backward
from rnncourse.lab.directions import Labeller, new_net
from rnncourse.lab.translator import Translator, batches, random_network
from tests.ours import MODULES, exercises_of, read_master, reference

ROOT = Path(__file__).resolve().parents[2]
SOURCES = sorted(Path(rnncourse.lab.__file__).parent.glob("*.py"))
Array = np.ndarray[Any, Any]


def stack(sources: list[list[int]]) -> tuple[Array, Array]:
    T = max(map(len, sources))
    mask = np.array([[1.0] * len(row) + [0.0] * (T - len(row)) for row in sources])
    return np.array([[*row, *[0] * (T - len(row))] for row in sources]), mask


def translator() -> Translator:
    names = ("teacher_rows", "encode", "decoder_step", "greedy_decode", "teacher_forced_loss")
    return Translator(stack, *map(reference, (*names, "decoder_backward", "encoder_backward")))


def rnn_backward(dh: Array, x: Array, h0: Array, h: Array, Wxh: Array, Whh: Array) -> Any:
    found = reference("rnn_backward")(dh, x, h0, h, Wxh, Whh)
    return tuple(found.values()) if isinstance(found, dict) else found


def labeller() -> Labeller:
    names = ("reverse_within_length", "birnn_forward", "birnn_backward", "masked_mean_loss")
    return Labeller(reference("rnn_forward"), rnn_backward, *map(reference, names))


def yes_or_no(z: Array, y: Array) -> tuple[float, Array]:
    return float((np.logaddexp(0, z) - y * z).mean()), (1 / (1 + np.exp(-z)) - y) / z.size


def assert_gradient(loss_and_grads: Callable[..., Any], params: Any, batch: tuple[Array, ...]) -> None:
    """Compare every entry with a central difference."""
    values, grads = flatten(params), flatten(loss_and_grads(params, *batch)[1], like=params)
    measured = np.zeros_like(values)
    for index in range(len(values)):
        step = 1e-5 * (np.arange(len(values)) == index)
        ends = [loss_and_grads(rebuild(params, values + sign * step), *batch)[0] for sign in (1, -1)]
        measured[index] = (ends[0] - ends[1]) / 2e-5
    assert np.abs(measured).max() > 1e-3
    assert grads == pytest.approx(measured, rel=1e-5, abs=1e-8)


PAIRS = [([4, 1, 1], [3, 6]), ([2], [5, 5, 3, 4]), ([3, 3], [])]


@pytest.mark.nb08
@pytest.mark.parametrize("attends", [False, True])
def test_the_gradient_of_a_translator_is_that_of_its_loss(attends: bool) -> None:
    network: Any = translator()
    batch = network.batch(PAIRS)
    if attends:
        network = AttendingTranslator(network, reference("attend"))
    assert_gradient(network.loss_and_grads, random_network(5, 7, 3, np.random.default_rng(1)), batch)


@pytest.mark.nb08
def test_steps_at_which_every_target_is_padding_change_nothing() -> None:
    network = AttendingTranslator(translator(), reference("attend"))
    source, source_mask, *rows = network.plain.batch(PAIRS)
    longer = [np.concatenate([row, np.zeros((3, 2), dtype=row.dtype)], axis=1) for row in rows]
    net = random_network(5, 7, 3, np.random.default_rng(1))
    short, long = (network.loss_and_grads(net, source, source_mask, *r) for r in (rows, longer))
    assert long[0] == pytest.approx(short[0])
    assert flatten(long[1], like=net) == pytest.approx(flatten(short[1], like=net))


@pytest.mark.nb08
def test_the_way_back_through_a_look_is_that_of_attend() -> None:
    rng = np.random.default_rng(0)
    query, states, upstream = rng.normal(size=(2, 3)), rng.normal(size=(2, 4, 3)), rng.normal(size=(2, 3))
    mask = np.array([[1.0, 1, 1, 1], [1, 1, 0, 0]])

    def weighed(params: list[Array]) -> tuple[float, Any]:
        look, weights = reference("attend")(*params, mask)
        return float((upstream * look).sum()), attend_backward(upstream, params[0], params[1], weights)

    assert_gradient(weighed, [query, states], ())


@pytest.mark.nb08
def test_a_token_counts_as_right_where_it_is_a_target() -> None:
    network = AttendingTranslator(translator(), reference("attend"))
    net = random_network(5, 7, 3, np.random.default_rng(3))
    _, weights = network.write(net, [source for source, _ in PAIRS], 5)
    assert weights.sum(axis=2) == pytest.approx(1)
    assert not weights[1, :, 1:].any()
    net["dec"]["by"][2] = 99.0  # says at once that it is done
    assert network.share_right(net, [([1], []), ([2, 3], [])]) == 1
    assert network.share_right(net, [([1], []), ([2, 3], [4])]) == 0.5


@pytest.mark.nb07
@pytest.mark.parametrize("ways", [("forward",), ("backward",), ("forward", "backward")])
def test_the_gradient_of_a_labeller_is_that_of_its_loss(ways: tuple[str, ...]) -> None:
    rng = np.random.default_rng(2)
    x, lengths, targets = rng.normal(size=(3, 4, 2)), np.array([4, 1, 3]), rng.integers(0, 3, (3, 4))
    assert_gradient(labeller().loss_and_grads, new_net(2, 3, 3, ways, rng), (x, lengths, targets))


@pytest.mark.nb06
@pytest.mark.parametrize("every_step", [False, True])
@pytest.mark.parametrize("kind", ["plain", "lstm"])
def test_the_gradient_of_an_answer_is_that_of_its_loss(kind: str, every_step: bool) -> None:
    rng = np.random.default_rng(4)
    gated = memory.lstm(
        reference("lstm_forward"), reference("lstm_backward"), lambda H: rng.normal(size=4 * H)
    )
    cell = gated if kind == "lstm" else memory.plain(reference("rnn_forward"), rnn_backward)
    x, y = tasks.flags(rng, 3, 5)
    params = [*cell.draw(rng, 2, 3), rng.normal(size=3), np.array(0.2)]
    network = memory.YesOrNo(cell, yes_or_no, every_step)
    assert_gradient(network.loss_and_grads, params, (x, y if every_step else y[:, -1]))


@pytest.mark.nb06
def test_norms_of_an_lstm_are_those_of_its_gradient() -> None:
    rng = np.random.default_rng(5)
    x, dh_last = rng.normal(size=(1, 4, 2)), rng.normal(size=(1, 3))
    params = [rng.normal(size=(2, 12)), rng.normal(size=(3, 12)), rng.normal(size=12)]
    calls = map(reference, ("lstm_forward", "lstm_gates", "lstm_step_backward"))
    of_h, of_c, kept = memory.lstm_norms(x, params, dh_last, *calls)
    assert of_h[-1] == pytest.approx(np.linalg.norm(dh_last))
    zeros, first = (
        np.zeros((1, 3)),
        reference("lstm_step")(x[:, 0], np.zeros((1, 3)), np.zeros((1, 3)), *params),
    )
    found = np.zeros((2, 3))
    for kind, unit in np.ndindex(2, 3):
        ends = []
        for shift in (1e-6, -1e-6):
            start = [state.copy() for state in first]
            start[kind][0, unit] += shift
            ends.append((reference("lstm_forward")(x[:, 1:], *start, *params)[0][:, -1] * dh_last).sum())
        found[kind, unit] = (ends[0] - ends[1]) / 2e-6
    assert of_h[0] == pytest.approx(np.linalg.norm(found[0]), rel=1e-5)
    through_h = (
        found[0] * reference("lstm_gates")(x[:, 0], zeros, *params)[3][0] * (1 - np.tanh(first[1][0]) ** 2)
    )
    assert of_c[0] == pytest.approx(np.linalg.norm(found[1] + through_h), rel=1e-5)
    assert 0 < kept < 1


@pytest.mark.nb06
def test_a_task_that_is_solved_says_after_how_many_updates() -> None:
    cell = memory.plain(reference("rnn_forward"), rnn_backward)
    network = memory.YesOrNo(cell, yes_or_no)
    assert memory.updates_until_solved(network, 1, 0, lambda v, g, step: v - g, budget=100) % 10 == 0
    assert memory.updates_until_solved(network, 5, 0, lambda v, g, step: v, budget=10) == np.inf


def test_the_latest_flag_decides() -> None:
    x, y = tasks.flags(np.random.default_rng(0), 50, 9)
    for row, answers in zip(x, y, strict=True):
        value = 0.0
        for (sign, flag), answer in zip(row, answers, strict=True):
            value = sign if flag else value
            assert answer == (value > 0)
    x, y = tasks.latch(np.random.default_rng(0), 50, 9)
    assert ((x[:, 0, 0] > 0) == (y > 0.5)).all()


def test_a_tree_comes_back_from_its_numbers() -> None:
    tree = {
        "b": [np.arange(6.0).reshape(2, 3), np.array(7.0)],
        "a": {"x": np.zeros((0, 2)), "y": np.array([8.0])},
    }
    again = rebuild(tree, flatten(tree))
    assert flatten(again).tolist() == [*range(6), 7, 8]
    assert again["b"][0].shape == (2, 3)
    other = {"a": {"y": [8.0], "x": [], "more": 1.0}, "b": [np.arange(6.0), 7.0]}
    assert flatten(other, like=tree).tolist() == flatten(tree).tolist()


def test_the_loop_goes_downhill_and_stops_when_told() -> None:
    start = {"w": np.array([3.0, -1.0])}
    told: list[int] = []

    def loss_and_grads(params: Any, target: Array) -> tuple[float, Any]:
        return float(((params["w"] - target) ** 2).sum()), {"w": 2 * (params["w"] - target)}

    def update(values: Array, gradient: Array, step: int) -> Array:
        told.append(step)
        return values - 0.1 * gradient

    target = [(np.array([1.0, 1.0]),)] * 50
    end, losses = descend(start, loss_and_grads, target, update, stop=lambda params, step: step == 40)
    assert told == list(range(1, 41))
    assert losses[0] == 8
    assert end["w"] == pytest.approx([1, 1], abs=1e-3)
    assert start["w"].tolist() == [3, -1]


def test_batches_keep_rows_together() -> None:
    a, b = np.arange(10), np.arange(10) * 2
    for first, second in batches([a, b], 4, 3, np.random.default_rng(0)):
        assert (second == 2 * first).all()
        assert len(first) == 4


@pytest.mark.nb05
def test_qr_as_it_comes_prefers_half_of_all_directions_and_mended_signs_do_not() -> None:
    rng = np.random.default_rng(0)
    bare = [np.linalg.qr(rng.normal(size=(4, 4)))[0] for _ in range(400)]
    assert all(Q[0, 0] <= 0 and np.linalg.det(Q) < 0 for Q in bare)
    fair = [reference("orthogonal")(4, rng) for _ in range(400)]
    assert 0.4 < np.mean([Q[0, 0] > 0 for Q in fair]) < 0.6
    assert 0.4 < np.mean([np.linalg.det(Q) > 0 for Q in fair]) < 0.6


QUOTES = [
    (name, dedent(block))
    for name in MODULES
    if name[:2] in ("05", "06", "07", "08", "11")
    for block in re.findall(
        r"^```python\n(.*?)^```",
        "\n".join(c.source for c in read_master(name).notebook.cells if c.cell_type == "markdown"),
        re.S | re.M,
    )
]


def test_there_are_quotes() -> None:
    assert {name[:2] for name, _ in QUOTES} == {"06", "07", "08", "11"}


@pytest.mark.parametrize(("name", "quote"), QUOTES)
def test_what_the_text_quotes_stands_there(name: str, quote: str) -> None:
    lines = [[line.strip() for line in path.read_text(encoding="utf-8").splitlines()] for path in SOURCES]
    wanted = [line.strip() for line in quote.splitlines()]
    assert any(
        there[start : start + len(wanted)] == wanted for there in lines for start in range(len(there))
    ), quote


def _statements(source: str) -> set[str]:
    """Return the statements of a source that say something, each in one form of writing."""
    simple = (
        node
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Assign | ast.AugAssign | ast.Return)
    )
    return {text for text in map(ast.unparse, simple) if len(text) > 25}


def _bodies() -> list[tuple[str, set[str]]]:
    return [
        (exercise.id, _statements(read_master(name).solution(exercise.id)))
        for name in MODULES
        for exercise in exercises_of(name)
        if not exercise.is_value
    ]


def test_no_line_of_a_solution_stands_in_the_laboratory() -> None:
    there = set().union(*(_statements(path.read_text(encoding="utf-8")) for path in SOURCES))
    shared = {name: lines & there for name, lines in _bodies() if lines & there}
    assert shared == {}


def test_no_exercise_is_defined_in_the_laboratory() -> None:
    exercises = {exercise.id for name in MODULES for exercise in exercises_of(name)}
    for path in SOURCES:
        defined = {n.name for n in ast.parse(path.read_text()).body if isinstance(n, ast.FunctionDef)}
        assert not defined & exercises
