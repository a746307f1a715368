"""Notebook 05: what becomes of seven gradients, judged belief by belief."""

from __future__ import annotations

from collections.abc import Iterator

from autograder.course.exercise import Draw, Exercise, Mistake, Question, ask, mistake, other_way
from rnncourse.checking.caseset import Group
from rnncourse.checking.properties import Property

_NETWORKS = {
    "linear_unit_2": "one unit, no activation, w = 2",
    "tanh_unit_2": "one unit, tanh, w = 2",
    "linear_orthogonal": "64 units, no activation, orthogonal",
    "tanh_orthogonal": "64 units, tanh, orthogonal",
    "tanh_radius_0.9": "64 units, tanh, radius 0.9",
    "tanh_radius_3": "64 units, tanh, radius 3",
    "relu_radius_3": "64 units, ReLU, radius 3",
}
_WORDS = {"v": "vanishes", "s": "stays", "e": "explodes"}
_RIGHT = "evsvvee"


def _predicted(letters: str) -> dict[str, str]:
    """Return v(anishes), s(tays) or e(xplodes) for each network in order."""
    return {key: _WORDS[letter] for key, letter in zip(_NETWORKS, letters, strict=True)}


def _fates(letters: str) -> str:
    """Return a cell that makes these predictions."""
    return f"fates = {_predicted(letters)!r}"


_SWEEPING: dict[str, tuple[str, str]] = {
    "upside_down": (
        "veseevv",
        """Vanishing and exploding are exchanged throughout. The gradient is measured at the *first* step,
        relative to the last: a ratio far below 1 means that it vanishes.""",
    ),
    "everything_vanishes": (
        "vvvvvvv",
        "You predict the same for all. A linear unit with w = 2 doubles its gradient at each step.",
    ),
    "everything_stays": (
        "sssssss",
        """You predict the same for all. 99 factors that are not 1 leave nothing as it was: a linear unit with
        w = 2 doubles its gradient at each step.""",
    ),
    "everything_explodes": (
        "eeeeeee",
        "You predict the same for all. A radius of 0.9 shrinks, and each slope of tanh shrinks further.",
    ),
    "w_alone_decides": (
        "eessvee",
        """You look at W alone: above 1 explodes, 1 stays, below 1 vanishes. That is the rule of linear
        networks. With tanh every step multiplies by a slope as well, and that can outweigh W.""",
    ),
    "tanh_and_relu_vanish": (
        "evsvvvv",
        """You say that every activation makes gradients vanish. A slope of at most 1 bounds what the activation does,
        not what W does: a radius of 3 in 64 units is more than the slopes take away.""",
    ),
}
"""Beliefs about all networks at once: the predictions, and what a student is told."""

_SINGLE: dict[str, tuple[str, str, str]] = {
    "no_bend_vanishes": (
        "linear_unit_2",
        "v",
        """`linear_unit_2`: there is no activation, so each step multiplies by w = 2 and by nothing else. Take that
        99 times.""",
    ),
    "no_bend_stays": (
        "linear_unit_2",
        "s",
        """`linear_unit_2`: the factor of each step is 2, not 1. You have computed how far ten doublings go,
        and here are 99.""",
    ),
    "saturation_forgotten": (
        "tanh_unit_2",
        "e",
        """`tanh_unit_2`: w = 2 is only half of the factor. Think of where the state ends up, and of the slope
        there: you have computed both.""",
    ),
    "saturation_balances": (
        "tanh_unit_2",
        "s",
        """`tanh_unit_2`: the slope does not just make up for w = 2. It takes more. You have computed the
        factor near the end: it is well below 1.""",
    ),
    "orthogonal_vanishes": (
        "linear_orthogonal",
        "v",
        """`linear_orthogonal`: an orthogonal matrix keeps the length of every vector, and the linear network
        has no slopes to take anything away.""",
    ),
    "orthogonal_explodes": (
        "linear_orthogonal",
        "e",
        """`linear_orthogonal`: an orthogonal matrix has all its singular values at 1. It can neither stretch
        nor shrink a vector, however often it is applied.""",
    ),
    "orthogonal_cures_tanh": (
        "tanh_orthogonal",
        "s",
        """`tanh_orthogonal`: the matrix keeps lengths, but the slopes are below 1 at each step, and nothing
        gives that back.""",
    ),
    "orthogonal_tanh_explodes": (
        "tanh_orthogonal",
        "e",
        """`tanh_orthogonal`: neither factor can stretch. The matrix keeps every length, and a slope of tanh
        is at most 1.""",
    ),
    "radius_0_9_stays": (
        "tanh_radius_0.9",
        "s",
        """`tanh_radius_0.9`: 0.9 is near 1, but it is taken 99 times, and the slopes come on top. You have
        computed 0.9 to such powers above.""",
    ),
    "radius_0_9_explodes": (
        "tanh_radius_0.9",
        "e",
        """`tanh_radius_0.9`: in the long run W shrinks by 0.9 for each step, and the slopes of tanh shrink
        what is left. Nothing here makes a gradient grow for 99 steps.""",
    ),
    "tanh_always_vanishes": (
        "tanh_radius_3",
        "v",
        """`tanh_radius_3`: a slope of tanh is at most 1, but 64 units with radius 3 are not one unit with w =
        2. They are not all saturated at once, and W gives back more than the slopes take.""",
    ),
    "bounded_means_stable": (
        "tanh_radius_3",
        "s",
        """`tanh_radius_3`: the states are bounded, and you may have concluded that the gradient is. The
        derivatives of a bounded state need not be bounded.""",
    ),
    "relu_vanishes": (
        "relu_radius_3",
        "v",
        """`relu_radius_3`: about half of the units are off, and that costs about half of the squared length
        at each step: much less than a radius of 3 gives.""",
    ),
    "relu_never_explodes": (
        "relu_radius_3",
        "s",
        """`relu_radius_3`: the slope of ReLU is 0 or 1, that is true. But W with radius 3 is still there, and
        nothing holds it.""",
    ),
}
"""Beliefs about one network: its key, the prediction, and what a student is told."""


def _told(key: str) -> tuple[tuple[dict[str, str], str], ...]:
    """Return the wrong beliefs that touch one network, the sweeping ones first."""
    right = _predicted(_RIGHT)
    sweeping = (
        (_predicted(letters), name)
        for name, (letters, _) in _SWEEPING.items()
        if _predicted(letters)[key] != right[key]
    )
    single = (({key: _WORDS[letter]}, name) for name, (of, letter, _) in _SINGLE.items() if of == key)
    return (*sweeping, *single)


def _questions(draw: Draw) -> Iterator[Question]:
    yield ask("core", Property("named_entries", tuple(_NETWORKS)))
    for key, right in _predicted(_RIGHT).items():
        yield ask(key, Property("entry", (key, right, _told(key))))


def _wrong_in(key: str, letter: str) -> str:
    """Return a cell that is wrong about one network."""
    return f"fates = {_predicted(_RIGHT) | {key: _WORDS[letter]}!r}"


def _mistakes() -> Iterator[Mistake]:
    for name, (letters, hint) in _SWEEPING.items():
        yield mistake(name, hint, source=_fates(letters))
    for name, (key, letter, hint) in _SINGLE.items():
        yield mistake(name, hint, source=_wrong_in(key, letter))


FATES = Exercise(
    id="fates",
    questions=_questions,
    is_value=True,
    core="a dict with the keys of the table",
    core_weight=0.0,
    parts=tuple(_NETWORKS),
    groups=tuple(Group(key, f"{key}: {network}") for key, network in _NETWORKS.items()),
    hints=(
        "Multiply two numbers for each network: the root mean square of its slopes, which the cell above printed, "
        "and what its weights do to the length of a vector. For one unit that is w, for an orthogonal matrix 1, "
        "for a random one its radius.",
        "Then ask what 99 such factors make. 0.93 to the power 99 is below a thousandth, and 1.08 to the power 99 "
        "above a thousand. Is any of your seven products between those two?",
        "The products are 2, 0.39, 1, 0.79, 0.74, 1.39 and 2.2, in the order of the table. Only one of them is 1.",
    ),
    mistakes=tuple(_mistakes()),
    other_ways=(
        other_way(
            "another_order",
            source="fates = dict(sorted(" + _fates(_RIGHT)[len("fates = ") :] + ".items()))",
        ),
        other_way(
            "built",
            source="""
            fates = {"linear_unit_2": "explodes", "relu_radius_3": "explodes", "tanh_radius_3": "explodes"}
            fates["linear_orthogonal"] = "stays"
            fates |= {name: "vanishes" for name in ("tanh_unit_2", "tanh_orthogonal", "tanh_radius_0.9")}
            """,
        ),
        other_way(
            "numpy_texts",
            source=f"fates = dict(zip({tuple(_NETWORKS)!r}, np.array({list(_predicted(_RIGHT).values())!r})))",
        ),
    ),
)
