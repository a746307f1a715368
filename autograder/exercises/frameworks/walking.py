"""Notebook 09: the walk back along a tape."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from autograder.course.exercise import Draw, Exercise, Invariant, Mistake, Question, ask, mistake, other_way
from autograder.exercises.frameworks.tapes import (
    Entry,
    cancelling,
    chain,
    diamond,
    network,
    same_twice,
    shared_gradient,
    three_uses,
)
from rnncourse.checking.caseset import CORE, Group
from rnncourse.checking.values import Value


def _of(group: str, made: tuple[list[Entry], int, list[int]]) -> Question:
    tape, last, wanted = made
    return ask(group, tape=tape, last=last, wanted=wanted)


def _questions(draw: Draw) -> Iterator[Question]:
    yield _of(CORE, diamond(draw))
    yield _of(CORE, network(draw, 3, 2, 4, 2))
    yield _of("uses", three_uses(draw))
    yield _of("uses", same_twice(draw))
    yield _of("shared", shared_gradient(draw))
    tape, _, _ = diamond(draw)
    inner = len(tape)
    yield ask(
        "last",
        tape=[*tape, ("sum", (4,), np.sum(tape[4][2])), ("multiply", (3, 3), tape[3][2] ** 2)],
        last=inner,
        wanted=[2, 0, 3],
    )
    yield _of("cancel", cancelling(draw))
    yield _of("long", chain(draw, 40))
    yield _of("long", network(draw, 2, 7, 3, 2))


def _turned(inputs: dict[str, Value]) -> dict[str, Value]:
    return inputs | {"wanted": inputs["wanted"][::-1]}


_START = "grads = [np.zeros(np.shape(value)) for _, _, value in tape]"
_ONE = "grads[last] = np.ones(np.shape(tape[last][2]))"
_LOOP = "for k in reversed(range(last + 1)):"
_ADD = "grads[i] = grads[i] + g"
_RETURN = "return [grads[k].copy() for k in wanted]"


def _kept_in_a_dict(answer: str) -> str:
    """Return a whole cell that keeps in a dictionary only the gradients that arrived, and this answer for entry k."""
    return f"""
        def tape_gradient(tape, last, wanted):
            grads = {{last: np.ones(np.shape(tape[last][2]))}}
            for k in reversed(range(last + 1)):
                op, inputs, output = tape[k]
                if op != "leaf" and k in grads:
                    for i, g in zip(inputs, pull(op, grads[k], [tape[i][2] for i in inputs], output)):
                        grads[i] = grads.get(i, 0) + g
            return [np.copy({answer}) for k in wanted]
        """


_PATHS = """
def tape_gradient(tape, last, wanted):
    grads = [np.zeros(np.shape(value)) for _, _, value in tape]

    def send(k, g):
        grads[k] = grads[k] + g
        op, inputs, output = tape[k]
        if op != "leaf":
            pulled = pull(op, g, [tape[i][2] for i in inputs], output)
            for i, part in zip(inputs, pulled):
                send(i, part)

    send(last, np.ones(np.shape(tape[last][2])))
    return [grads[k].copy() for k in wanted]
"""

_IN_PLACE = """
def tape_gradient(tape, last, wanted):
    grads = {last: np.ones(np.shape(tape[last][2]))}
    for k in reversed(range(last + 1)):
        op, inputs, output = tape[k]
        if op == "leaf" or k not in grads:
            continue
        values = [tape[i][2] for i in inputs]
        same = op == "add" and all(value.shape == output.shape for value in values)
        pulled = [grads[k], grads[k]] if same else pull(op, grads[k], values, output)
        for i, g in zip(inputs, pulled):
            if i in grads:
                grads[i] += g
            else:
                grads[i] = np.asarray(g)
    return [np.array(grads.get(k, np.zeros(np.shape(tape[k][2])))) for k in wanted]
"""


def _mistakes() -> Iterator[Mistake]:
    yield mistake(
        "overwrites",
        """You assign where you should add. An entry that was used several times keeps only the gradient of the use that
        you visited last.""",
        (_ADD, "grads[i] = g + 0 * grads[i]"),
    )
    yield mistake(
        "keeps_the_first",
        """An entry keeps the first gradient that arrives, and later ones are dropped. It may be used by many entries:
        add them all.""",
        (_ADD, "grads[i] = grads[i] + g if not np.any(grads[i]) else grads[i]"),
    )
    yield mistake(
        "second_use_forgotten",
        """An entry that stands twice among the inputs of *one* entry, such as multiply(0, 0), gets one
        gradient in place
        of two. Do you collect them in a dict, or a set, by the number of the input?""",
        ("for i, g in zip(inputs, pulled, strict=True):", "for i, g in dict(zip(inputs, pulled)).items():"),
    )
    yield mistake(
        "forwards",
        """You walk from the first entry to the last. Then an entry sends on its gradient before it has got any. Go from
        `last` to 0.""",
        (_LOOP, "for k in range(last + 1):"),
    )
    yield mistake(
        "starts_from_the_value",
        "You start from the value of the last entry. The gradient of a number with respect to itself is 1.",
        (_ONE, "grads[last] = np.array(tape[last][2], dtype=float)"),
    )
    yield mistake(
        "starts_from_zero",
        "All of your gradients are 0: nothing was put in at `last`, so there was nothing to send on.",
        (_ONE, "pass"),
    )
    yield mistake(
        "starts_at_the_end",
        "You start at the end of the list. The loss is entry `last`, and entries may follow that have nothing "
        "to do with it.",
        (_ONE, "last = len(tape) - 1\n    grads[last] = np.ones(np.shape(tape[last][2]))"),
    )
    yield mistake(
        "all_get_one",
        "You start with a 1 at every entry. Only `last` has one: all others begin with nothing and collect.",
        (_START, "grads = [np.ones(np.shape(value)) for _, _, value in tape]"),
    )
    yield mistake(
        "none_for_unreached",
        """For an entry that the loss does not depend on you return None. Its gradient is known: zeros, of the shape of
        its value.""",
        (_RETURN, "return [grads[k].copy() if np.any(grads[k]) or k == last else None for k in wanted]"),
    )
    yield mistake(
        "number_for_unreached",
        "For an entry that the loss does not depend on you return the number 0. A gradient has the shape of its value.",
        (_START, "grads = [0.0] * len(tape)"),
        (_RETURN, "return [np.copy(grads[k]) for k in wanted]"),
    )
    yield mistake(
        "keyerror_for_unreached",
        """An entry that the loss does not depend on never gets a gradient, and asking for it raises an error.
        It is zeros, of the shape of its value.""",
        source=_kept_in_a_dict("grads[k]"),
    )
    yield mistake(
        "number_where_nothing_arrived",
        """For an entry at which nothing arrived you return the number 0. A gradient has the shape of its value:
        zeros of that shape.""",
        source=_kept_in_a_dict("grads.get(k, 0.0)"),
    )
    yield mistake(
        "stops_at_the_first_leaf",
        "You stop at the first leaf that you meet. Leaves may stand anywhere in the list: go past them.",
        ("continue", "break"),
    )
    yield mistake(
        "only_leaves_kept",
        """For an entry that is no leaf you return zeros. Its gradient is known too, and may be asked for: do
        not clear it
        when it has been sent on.""",
        (_RETURN, 'return [grads[k] * (tape[k][0] == "leaf") for k in wanted]'),
    )
    yield mistake(
        "follows_every_path",
        """You send each gradient on as soon as it arrives. The sum over all paths is right in principle, and there are
        millions of paths: 20 doublings have 2 to the power of 20. Worse, parts that would
        cancel grow on, each by itself, until the last digits are lost. Visit each entry
        once, when all that arrives at it has been added up.""",
        source=_PATHS,
    )
    yield mistake(
        "adds_in_place",
        """You add in place, with +=. `add` may hand *the same array* to both of its inputs, and then one of
        them collects
        what belongs to the other. Write grads[i] = grads[i] + g.""",
        source=_IN_PLACE,
    )
    yield mistake(
        "returns_all",
        "You return the gradients of all entries. Return those of `wanted`, in that order.",
        (_RETURN, "return grads"),
    )
    yield mistake(
        "in_the_order_of_the_tape",
        "You return the gradients in the order of the tape. `wanted` gives the order.",
        (_RETURN, "return [grads[k].copy() for k in sorted(wanted)]"),
    )
    yield mistake(
        "each_once",
        "A number that stands twice in `wanted` comes once in your answer. One gradient for each, in its order.",
        (_RETURN, "return [grads[k].copy() for k in dict.fromkeys(wanted)]"),
    )
    yield mistake(
        "returns_a_dict",
        "You return a dict. A list is asked for: one gradient for each number in `wanted`.",
        (_RETURN, "return {k: grads[k].copy() for k in wanted}"),
    )
    yield mistake(
        "skips_last",
        "Your walk begins below `last`, so that the last operation never sends anything on.",
        (_LOOP, "for k in reversed(range(last)):"),
    )
    yield mistake(
        "skips_the_beginning",
        "Your walk ends one entry too early: entry 1 sends nothing. Is the 1 in range(last, 1, -1) meant to be a -1?",
        (_LOOP, "for k in range(last, 4, -1):"),
    )
    yield mistake(
        "gives_numbers_for_inputs",
        """You hand the *numbers* of the inputs to pull. It needs their values, which stand in the tape at
        these numbers.""",
        ("[tape[i][2] for i in inputs]", "[np.asarray(i, dtype=float) for i in inputs]"),
    )
    yield mistake(
        "first_input_only",
        "Only the first input of each entry gets a gradient. An operation with two inputs has two.",
        (
            "for i, g in zip(inputs, pulled, strict=True):",
            "for i, g in list(zip(inputs, pulled, strict=True))[:1]:",
        ),
    )
    yield mistake(
        "divided_by_uses",
        "You take the mean of what arrives. An entry that was used three times gets the sum of three gradients.",
        (
            _RETURN,
            "uses = [max(sum(i == k for e in tape[: last + 1] for i in e[1]), 1) for k in range(len(tape))]\n"
            "    return [grads[k] / uses[k] for k in wanted]",
        ),
    )
    yield mistake(
        "changes_the_tape",
        """You write gradients into the tape. It is the record of the forward pass and must be left as it was: keep the
        gradients in a list of your own.""",
        (
            _RETURN,
            "for k in range(len(tape)):\n        tape[k] = (*tape[k], grads[k])\n    return [grads[k].copy() "
            "for k in wanted]",
        ),
        manner="changes_its_input",
    )
    yield mistake(
        "shares_arrays",
        """Two of the gradients that you return are the same array. Whoever changes one of them, as an
        optimiser may, changes
        the other. Return copies.""",
        (_START, "grads = [None] * len(tape)"),
        (_ADD, "grads[i] = g if grads[i] is None else grads[i] + g"),
        ('if op == "leaf":', 'if op == "leaf" or grads[k] is None:'),
        (
            _RETURN,
            "return [np.zeros(np.shape(tape[k][2])) if grads[k] is None else grads[k] for k in wanted]",
        ),
        manner="shares_memory",
    )


TAPE_GRADIENT = Exercise(
    id="tape_gradient",
    questions=_questions,
    core="two ways that meet, and a recurrent network",
    groups=(
        Group("uses", "an entry that is used three times, twice in one place, or never", 2.0),
        Group("shared", "one gradient that goes to two summands"),
        Group("last", "entries after the last one that counts, and gradients of inner entries"),
        Group("cancel", "gradients that cancel where they meet"),
        Group("long", "long tapes"),
    ),
    uses=("pull",),
    invariants=(
        Invariant(
            "turned",
            "the numbers, with wanted in reverse order",
            _turned,
            lambda i, first, j, second: all(
                np.allclose(p, q) for p, q in zip(first, second[::-1], strict=True)
            ),
        ),
    ),
    hints=(
        "Keep one gradient for each entry, zeros at first, of the shape of its value. Which one is not zero when you "
        "begin? In which order did you visit the three entries of the first table?",
        "Go through k from `last` down to 0. A leaf sends nothing. For any other entry, ask pull what its "
        "inputs get, and "
        "add that to the gradients of these inputs. Add, also when an input stands there twice.",
        "pull wants op, the gradient of entry k, a list of the *values* of its inputs, and its own value. Loop "
        "over the pairs of input number i and gradient with zip, and write g[i] = g[i] + ... At the end, copy those "
        "of `wanted` into a list.",
    ),
    mistakes=tuple(_mistakes()),
    other_ways=(
        other_way(
            "dict",
            source="""
            def tape_gradient(tape, last, wanted):
                grads = {last: np.ones_like(tape[last][2])}
                for k in range(last, -1, -1):
                    op, inputs, output = tape[k]
                    if op == "leaf" or k not in grads:
                        continue
                    for i, g in zip(inputs, pull(op, grads[k], [tape[i][2] for i in inputs], output)):
                        grads[i] = grads[i] + g if i in grads else g
                return [np.array(grads.get(k, np.zeros(np.shape(tape[k][2])))) for k in wanted]
            """,
        ),
        other_way(
            "collects",
            source="""
            def tape_gradient(tape, last, wanted):
                arrived = [[] for _ in tape]
                arrived[last].append(np.ones(()))
                done = {}
                for k in reversed(range(len(tape))):
                    op, inputs, output = tape[k]
                    done[k] = sum(arrived[k], np.zeros(np.shape(output)))
                    if inputs and arrived[k]:
                        for i, g in zip(inputs, pull(op, done[k], [tape[j][2] for j in inputs], output)):
                            arrived[i].append(g)
                return [done[k] + 0.0 for k in wanted]
            """,
        ),
        other_way(
            "asks_for_uses",
            source="""
            def tape_gradient(tape, last, wanted):
                users = {k: [] for k in range(len(tape))}
                for k in range(last + 1):
                    for place, i in enumerate(tape[k][1]):
                        users[i].append((k, place))
                known = {}
                for k in range(last, -1, -1):
                    g = np.ones(np.shape(tape[k][2])) if k == last else np.zeros(np.shape(tape[k][2]))
                    for user, place in users[k]:
                        op, inputs, output = tape[user]
                        g = g + pull(op, known[user], [tape[i][2] for i in inputs], output)[place]
                    known[k] = g
                return [known[k].copy() if k in known else np.zeros(np.shape(tape[k][2])) for k in wanted]
            """,
        ),
        other_way(
            "in_place_of_its_own",
            (_ADD, "grads[i] += g"),
            ("grads = [np.zeros(np.shape(value))", "grads = [np.zeros(np.shape(value), dtype=np.float64)"),
        ),
    ),
)
