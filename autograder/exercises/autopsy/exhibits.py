"""Notebook 11: what is wrong with four programs, judged belief by belief."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from autograder.course.exercise import Draw, Exercise, Question, ask, mistake, other_way
from rnncourse.checking.caseset import Group
from rnncourse.checking.properties import Property

Told = dict[str, tuple[str, str | int, str]]
"""Mistake to the key that it is about, the wrong entry, and what a learner is told."""

KEYS = {
    "quantity": "the variable that gets a wrong content",
    "line": "the line that does the damage",
    "kind": "the kind of the fault",
}


def _exhibit(id: str, right: Mapping[str, str | int], told: Told, hints: tuple[str, str, str]) -> Exercise:
    """Return the exercise of one exhibit."""

    def questions(draw: Draw) -> Iterator[Question]:
        yield ask("core", Property("named_entries", tuple(KEYS)))
        for key in KEYS:
            beliefs = tuple(({key: value}, name) for name, (of, value, _) in told.items() if of == key)
            yield ask(key, Property("entry", (key, right[key], beliefs)))

    return Exercise(
        id=id,
        questions=questions,
        is_value=True,
        core="a dict without other keys than the three",
        core_weight=0.0,
        parts=tuple(KEYS),
        groups=tuple(Group(key, f"{key}: {says}") for key, says in KEYS.items()),
        hints=hints,
        mistakes=tuple(
            mistake(name, f"`{key}`: {hint}", source=f"{id} = {dict(right) | {key: value}!r}")
            for name, (key, value, hint) in told.items()
        ),
        other_ways=(
            other_way("another_order", source=f"{id} = {dict(reversed(list(right.items())))!r}"),
            other_way("numpy", source=f"{id} = {dict(right)!r}\n{id}['line'] = np.int64({id}['line'])"),
        ),
    )


AUTOPSY_1 = _exhibit(
    "autopsy_1",
    {"quantity": "dh_next", "line": 12, "kind": "transpose"},
    {
        "sum_at_the_state": (
            "quantity",
            "dh_t",
            "dh_t is a sum of two, and the first is right. Which of its parts was wrong before it came in?",
        ),
        "slope_suspected": (
            "quantity",
            "da",
            "at the last step da is right, with the same line. It is wrong where something wrong came in.",
        ),
        "sum_of_dwhh": (
            "quantity",
            "dWhh",
            "dWhh is wrong, but so are dWxh and dbh. What do all three take from outside of their own lines?",
        ),
        "what_comes_in": (
            "quantity",
            "Whh",
            "Whh comes in, and no line writes into it. Which variable does the line with the fault leave?",
        ),
        "what_is_left_over": (
            "quantity",
            "dh0",
            "dh0 is what a variable of the loop holds in the end, and that went wrong before.",
        ),
        "line_of_the_sum": (
            "line",
            6,
            "line 6 adds the two uses of a state, as it must. One of the two arrives wrong.",
        ),
        "line_of_the_slope": (
            "line",
            7,
            "line 7 gives the right da at the last step. It does the same at all steps.",
        ),
        "line_of_dwhh": ("line", 10, "line 10 pairs the state before with da, as it must."),
        "line_of_dx": (
            "line",
            8,
            "line 8 gives the right dx at the last step, and there is only one such line.",
        ),
        "a_path_is_missing": (
            "kind",
            "path missing",
            "with a loss at the last step only, something does arrive at the earlier steps, but the wrong thing.",
        ),
        "wrong_sign": (
            "kind",
            "sign",
            "the sign would show at every Whh. Here a symmetric Whh hides the fault.",
        ),
        "slope_is_missing": ("kind", "slope", "the slope is there, and right: at the last step all is well."),
    },
    (
        "Look at dx step by step. At which steps is it right? So which lines are right, and what is new at the others?",
        "Something travels from one step to the one before. Try Whh made symmetric: (Whh + Whh.T) / 2. What "
        "does it tell you "
        "that the fault is gone then?",
        "Write the shapes of the product that makes dh_next. H and H fit either way; which way does notebook "
        "03 have it?",
    ),
)

AUTOPSY_2 = _exhibit(
    "autopsy_2",
    {"quantity": "dh", "line": 5, "kind": "overwritten"},
    {
        "where_it_shows": (
            "quantity",
            "dc",
            "dc comes out wrong, but its formula is that of notebook 06. Look at what it reads.",
        ),
        "output_gate": ("quantity", "da_o", "da_o is right: the fourth block of db passes."),
        "forget_gate": (
            "quantity",
            "da_f",
            "da_f is wrong, and so are da_i and da_g: what do the three share?",
        ),
        "result": (
            "quantity",
            "dh_prev",
            "no variable has this name here: dh is sent back in its place. Say the name that stands in the program.",
        ),
        "line_of_the_result": (
            "line",
            11,
            "line 11 completes what is sent back, and after line 6 nobody asks for what came in.",
        ),
        "line_where_it_shows": (
            "line",
            6,
            "the formula of line 6 is right. One of the names in it no longer means what it meant at the top.",
        ),
        "line_of_the_output_gate": ("line", 4, "line 4 gives the right da_o: the fourth block of db passes."),
        "line_of_dc_prev": (
            "line",
            10,
            "line 10 is right, given a right dc. It is not the first that goes wrong.",
        ),
        "line_of_the_forget_gate": (
            "line",
            8,
            "line 8 is right, given a right dc. Three blocks are wrong, not one.",
        ),
        "a_path_is_missing": (
            "kind",
            "path missing",
            "the way from h to the cell is there. What is sent along it is another array than it should be.",
        ),
        "wrong_partner": ("kind", "wrong partner", "every gate has its right partner."),
        "slope_is_missing": ("kind", "slope", "all slopes are there."),
    },
    (
        "Split db and dWx into their four blocks i, f, g, o. Which of the blocks pass, and what does that clear?",
        "i, f and g start from the whole gradient of the cell, o does not. With dh = 0 everything passes. So "
        "which part of "
        "the gradient of the cell is wrong?",
        "Follow the name dh from top to bottom, and say at each line what it holds.",
    ),
)

AUTOPSY_3 = _exhibit(
    "autopsy_3",
    {"quantity": "da", "line": 3, "kind": "path missing"},
    {
        "states_before": (
            "quantity",
            "before",
            "the states before each step are right: h0 first, then h without its last.",
        ),
        "gradient_of_h0": (
            "quantity",
            "dh0",
            "dh0 is made rightly from the da of the first step. Is that da right?",
        ),
        "sum_of_dwhh": (
            "quantity",
            "dWhh",
            "dWhh is wrong, but so are dWxh, dbh and dx. What do all of them use?",
        ),
        "what_comes_in": (
            "quantity",
            "dh",
            "dh comes in right, and stays as it is. Which variable is made of it, and of too little else?",
        ),
        "what_is_not_there": (
            "quantity",
            "dh_next",
            "no variable has this name here, and that is what is wrong. Which variable should have it in it?",
        ),
        "line_of_dbh": ("line", 8, "line 8 sums over examples and steps, as it must. What does it sum?"),
        "line_of_dh0": ("line", 5, "line 5 does what it should with da[:, 0]. Look at where da comes from."),
        "line_of_dx": (
            "line",
            4,
            "at the last step line 4 gives the right dx. It is one line for all steps.",
        ),
        "line_of_dwhh": ("line", 7, "line 7 sums over examples and steps, as it must."),
        "states_line": ("line", 2, "line 2 is right: each step has the state before it."),
        "wrong_transpose": ("kind", "transpose", "a symmetric Whh does not cure it, so it is no transpose."),
        "time_turned": (
            "kind",
            "order of time",
            "all arrays are in the order of time. Nothing moves along it.",
        ),
        "slope_is_missing": (
            "kind",
            "slope",
            "the slope is there: with a single step, T = 1, everything passes.",
        ),
    },
    (
        "Put the loss at the last step only. What should dx be at the earlier steps, and what is it?",
        "Try T = 1: everything passes. What does a sequence have that a single step has not?",
        "A state is used twice: by its own output, and by the next step. Count the uses in the line that makes da.",
    ),
)

AUTOPSY_4 = _exhibit(
    "autopsy_4",
    {"quantity": "h_back", "line": 5, "kind": "order of time"},
    {
        "upstream": (
            "quantity",
            "dh_back",
            "dh is turned, as it must be: rnn_backward wants the order of the states' making.",
        ),
        "inputs": (
            "quantity",
            "x_back",
            "x is turned, as it must be: the backward direction reads the last input first.",
        ),
        "gradient_of_inputs": (
            "quantity",
            "dx",
            "dx is wrong because one of its two parts comes out of line 6 wrong already.",
        ),
        "what_comes_in": (
            "quantity",
            "h",
            "h comes in right, and stays as it is. Which variable is made of it for the second call?",
        ),
        "results_of_the_call": (
            "quantity",
            "grads_back",
            "grads_back comes out of a function that is right. Look at what goes into it.",
        ),
        "line_of_the_call": (
            "line",
            6,
            "line 6 is right if all it is given is in one order. Look at each of its arguments.",
        ),
        "line_of_the_sum": (
            "line",
            7,
            "line 7 turns the part of the backward direction back before it adds, as it must.",
        ),
        "line_ahead": ("line", 2, "the forward direction passes. It is cleared."),
        "line_of_the_upstream": ("line", 3, "line 3 turns dh, as it must."),
        "wrong_transpose": (
            "kind",
            "transpose",
            "no matrix is multiplied outside of rnn_backward, and that passes in line 2.",
        ),
        "a_path_is_missing": (
            "kind",
            "path missing",
            "all paths are there: each of the three arrays reaches the second call.",
        ),
        "wrong_partner": (
            "kind",
            "wrong partner",
            "it is the right array for its place. What is not right within it?",
        ),
        "overwritten_array": (
            "kind",
            "overwritten",
            "nothing is overwritten: each name is given a value once.",
        ),
    },
    (
        "Which of the results pass? So which half of the program is cleared?",
        "Three arrays go into the second call. In which order of time is each of them, and in which should it be?",
        "The states of the backward direction are stored in the order of the text. rnn_backward wants them "
        "in the order in "
        "which that direction made them.",
    ),
)
