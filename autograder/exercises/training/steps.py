"""Notebook 04: a step downhill."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from autograder.course.exercise import (
    Draw,
    Exercise,
    Invariant,
    Question,
    ask,
    mistake,
    other_way,
    sizes,
    weights,
)
from rnncourse.checking.caseset import Group
from rnncourse.checking.values import Value


def arrays(draw: Draw, D: int, H: int, scale: float = 0.7) -> dict[str, Value]:
    """Return a dict of arrays with one, two and no axes: Wxh (D, H), Whh (H, H), bh (H,), gain ()."""
    return {
        "Wxh": weights(draw, D, H, scale=scale),
        "Whh": weights(draw, H, H, scale=scale),
        "bh": weights(draw, H, scale=scale),
        "gain": np.array(weights(draw, 1, scale=scale)[0] + 0.5),
    }


def scaled(values: dict[str, Value], factor: float) -> dict[str, Value]:
    """Return a dict of arrays times a number."""
    return {name: np.array(value * factor) for name, value in values.items()}


def _sgd_step(draw: Draw) -> Iterator[Question]:
    D, H = sizes(draw, "D", "H")
    yield ask(params=arrays(draw, D, H), grads=arrays(draw, D, H, 2.0), learning_rate=0.3)
    grads = arrays(draw, D, H)
    backwards = {name: grads[name] for name in reversed(grads)}
    yield ask("order", params=arrays(draw, D, H), grads=backwards, learning_rate=0.07)
    yield ask("one", params={"w": weights(draw, 4)}, grads={"w": weights(draw, 4)}, learning_rate=2.5)
    names = ("gain", "bias")
    params, grads = ({name: np.asarray(weights(draw)) for name in names} for _ in range(2))
    yield ask("number", params=params, grads=grads | {"bias": np.array(0.0)}, learning_rate=0.4)


def _moved_twice(i: dict[str, Value], first: Value, j: dict[str, Value], second: Value) -> bool:
    """Return whether every parameter moved twice as far the second time."""
    start = i["params"]
    return all(np.allclose(2 * (first[k] - start[k]), second[k] - start[k]) for k in start)


_SGD = "return {name: value - learning_rate * grads[name] for name, value in params.items()}"


SGD_STEP = Exercise(
    id="sgd_step",
    questions=_sgd_step,
    core="every parameter moves by the learning rate times its gradient, downhill",
    groups=(
        Group("number", "parameters that are single numbers, of shape ()"),
        Group("order", "gradients listed in another order than the parameters"),
        Group("one", "a single array"),
    ),
    invariants=(
        Invariant(
            "level",
            "the numbers, with gradients that are all 0",
            lambda i: i | {"grads": scaled(i["grads"], 0.0)},
            lambda i, first, j, second: all(np.array_equal(second[k], i["params"][k]) for k in second),
        ),
        Invariant(
            "twice", "the numbers, with twice the rate", lambda i: i | {"learning_rate": 0.6}, _moved_twice
        ),
    ),
    hints=(
        "The gradient points uphill. Which sign takes you downhill?",
        "Go through the names in params. For each one you need its value, and the gradient of the same name.",
        "A dict comprehension over params.items() is enough: name, and value minus rate times gradient.",
    ),
    mistakes=(
        mistake(
            "uphill",
            """You add the gradient. It points to where the loss grows, so your step makes the loss larger.
            Go the opposite way.""",
            ("value - learning_rate", "value + learning_rate"),
        ),
        mistake(
            "rate_ignored",
            "Your step is the whole gradient: the learning rate is not used.",
            ("learning_rate * grads[name]", "grads[name]"),
        ),
        mistake(
            "only_the_step",
            "You return the step alone. Asked for are the parameters after the step.",
            ("value - learning_rate * grads[name]", "-learning_rate * grads[name]"),
        ),
        mistake(
            "step_with_wrong_sign",
            "You return learning_rate times the gradient: a step, and that uphill. Asked for are parameters.",
            ("value - learning_rate * grads[name]", "learning_rate * grads[name]"),
        ),
        mistake(
            "nothing_moves",
            """The parameters come back as they were. If you computed new arrays in a loop, you may have
            bound them to the loop's variable and not to the dict.""",
            ("value - learning_rate * grads[name]", "value.copy()"),
        ),
        mistake(
            "shrinks_the_value",
            """You multiply the parameter by (1 - rate). That is weight decay; the gradient has no say in
            it.""",
            ("value - learning_rate * grads[name]", "value - learning_rate * value"),
        ),
        mistake(
            "sign_only",
            "You use the sign of the gradient only. In plain SGD a steeper slope makes a longer step.",
            ("* grads[name]", "* np.sign(grads[name])"),
        ),
        mistake(
            "unit_length",
            """You divide every gradient by its own norm, so all steps have the same length. Plain SGD uses
            the gradient as it is.""",
            ("* grads[name]", "* grads[name] / np.linalg.norm(grads[name])"),
        ),
        mistake(
            "unit_length_guarded",
            """You divide every gradient by its own norm and a little more, so all steps have nearly the same length.
            Plain SGD uses the gradient as it is.""",
            ("* grads[name]", "* grads[name] / (np.linalg.norm(grads[name]) + 1e-12)"),
        ),
        mistake(
            "divided_by_rate",
            "You divide by the learning rate. A smaller rate must make a smaller step.",
            ("learning_rate * grads", "1 / learning_rate * grads"),
        ),
        mistake(
            "mean_gradient",
            "Each array moves by the mean of its gradient. Every entry has a gradient of its own.",
            ("* grads[name]", "* grads[name].mean()"),
        ),
        mistake(
            "divided_by_entries",
            """You divide each gradient by its number of entries. Then a large array moves less than a small
            one: a step is the
            rate times the gradient, as it is.""",
            ("grads[name]", "grads[name] / grads[name].size"),
        ),
        mistake(
            "by_position",
            """You pair parameters and gradients by their place in the two dicts. The places may differ:
            pair them by name.""",
            source="""
            def sgd_step(params, grads, learning_rate):
                pairs = zip(params.items(), grads.values())
                return {name: value - learning_rate * grad for (name, value), grad in pairs}
            """,
        ),
        mistake(
            "biases_left_out",
            """Only the matrices move. Biases and single numbers are parameters too, and have gradients like
            all others.""",
            (_SGD, _SGD.replace(" for name", " if value.ndim > 1 else value.copy() for name")),
        ),
        mistake(
            "list_of_arrays",
            "You return a list. Return a dict with the same names, so that the next step finds them.",
            (_SGD, "return [value - learning_rate * grads[name] for name, value in params.items()]"),
        ),
        mistake(
            "returns_nothing",
            "Your function returns nothing. Return the new parameters.",
            (_SGD, _SGD.replace("return ", "new = ")),
        ),
        mistake(
            "changes_params",
            """Your step writes into the arrays that you were given. The caller may still need the old
            parameters, to compare or to go back. `value -= ...` changes an array; `value - ...` makes a new
            one. Or you put new arrays into the dict that came in: build a new dict.""",
            manner="changes_its_input",
            source="""
            def sgd_step(params, grads, learning_rate):
                for name in params:
                    params[name] -= learning_rate * grads[name]
                return {name: value.copy() for name, value in params.items()}
            """,
        ),
    ),
    other_ways=(
        other_way(
            "loop",
            source="""
            def sgd_step(parameters, gradients, rate):
                new = {}
                for key in parameters:
                    new[key] = np.subtract(parameters[key], rate * gradients[key])
                return new
            """,
        ),
        other_way(
            "copy_then_in_place",
            source="""
            from copy import deepcopy
            def sgd_step(params, grads, learning_rate, momentum=0.0):
                params = deepcopy(params)
                for name, grad in grads.items():
                    params[name] += -learning_rate * grad
                return params
            """,
        ),
        other_way(
            "helper",
            source="""
            def move(value, grad, rate):
                return value - np.multiply(rate, grad)
            def sgd_step(params, grads, learning_rate):
                return dict((k, move(params[k], grads[k], learning_rate)) for k in sorted(params))
            """,
        ),
        other_way(
            "entry_by_entry",
            source="""
            def sgd_step(params, grads, learning_rate):
                new = {k: np.zeros_like(v) for k, v in params.items()}
                for k, v in params.items():
                    for index in np.ndindex(v.shape):
                        new[k][index] = v[index] - learning_rate * grads[k][index]
                return new
            """,
        ),
    ),
)
