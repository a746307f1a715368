"""Notebook 09: a recurrent network, written on a tape."""

from __future__ import annotations

from collections.abc import Iterator

from autograder.course.exercise import Draw, Exercise, Mistake, Question, ask, mistake, other_way, weights
from autograder.exercises.frameworks.losses import told_losses
from rnncourse.checking.caseset import CORE, Group
from rnncourse.checking.properties import Property

NAMES = ("Wxh", "Whh", "bh", "Why", "by")


def _questions(draw: Draw) -> Iterator[Question]:
    N, T = int(draw.choice([3, 5])), int(draw.choice([4, 6]))  # no mean over either is a quarter of the sum
    D, H, K = (int(size) for size in draw.permutation([2, 7, 8]))
    yield _of(draw, CORE, N, T, D, H, K)
    yield _of(draw, "one", 1, 1, 3, 4, 2)
    yield _of(draw, "one", 1, 3, 2, 4, 1)
    yield _of(draw, "square", 3, 3, 3, 3, 3)
    yield _of(draw, "long", 2, 25, 3, 4, 1)


def _of(draw: Draw, group: str, N: int, T: int, D: int, H: int, K: int) -> Question:
    """Return a question with the losses that the right tape and the wrong ones have at three points."""
    shapes = ((D, H), (H, H), (H,), (H, K), (K,))
    points = [[weights(draw, *shape, scale=0.5) for shape in shapes] for _ in range(3)]
    data = {"x": weights(draw, N, T, D), "h0": weights(draw, N, H), "targets": weights(draw, N, T, K)}
    right, told = told_losses(points, **data)
    expected = Property("records_loss", (points, right, told))
    params = dict(zip(NAMES, points[0], strict=True))
    return ask(group, expected, x=data["x"], h0=data["h0"], params=params, targets=data["targets"])


_START = "    h, total = leaf(tape, h0), leaf(tape, 0.0)"
_CELL = "h = (leaf(tape, x[:, t]) @ Wxh + h @ Whh + bh).tanh()  # (N, H)"
_ERROR = "e = h @ Why + by + leaf(tape, -targets[:, t])  # (N, K)"
_TOTAL = "total = total + (e * e).sum()"
_HALF = "    total * leaf(tape, 0.5)"


def _mistakes() -> Iterator[Mistake]:
    yield mistake(
        "h0_ignored",
        "Your first step starts from zeros, not from h0.",
        (_START, "    h, total = leaf(tape, 0 * h0), leaf(tape, 0.0)"),
    )
    yield mistake(
        "no_activation",
        """There is no tanh in your tape. Without an activation the network is one long linear filter, as in some
        notes.""",
        (_CELL, "h = leaf(tape, x[:, t]) @ Wxh + h @ Whh + bh"),
    )
    yield mistake(
        "bias_outside",
        "You add bh after the tanh. It belongs inside, to the sum that the activation gets.",
        (_CELL, "h = (leaf(tape, x[:, t]) @ Wxh + h @ Whh).tanh() + bh"),
    )
    yield mistake(
        "output_through_tanh",
        "You put the output through tanh as well. It is linear here: h Why + by.",
        (_ERROR, "e = (h @ Why + by).tanh() + leaf(tape, -targets[:, t])"),
    )
    yield mistake(
        "last_step_only",
        "Your loss is that of the last step only. Every step has an output and a target: add up all of them.",
        (_TOTAL, "total = (e * e).sum()"),
    )
    yield mistake(
        "first_step_only",
        "Your loss is that of the first step only. Is the loss indented into the loop, and added up?",
        (_TOTAL, "total = total + (e * e).sum() if t == 0 else total"),
    )
    yield mistake(
        "half_missing",
        "Your loss is twice too large: the factor 1/2 is missing.",
        (_HALF, "    total * leaf(tape, 1.0)"),
    )
    yield mistake(
        "quarter",
        "Your loss is half of what it should be: the factor 1/2 is in it twice.",
        (_HALF, "    total * leaf(tape, 0.25)"),
    )
    yield mistake(
        "mean_over_batch",
        "You divide by the number of examples. The loss is a sum over the batch.",
        (_HALF, "    total * leaf(tape, 0.5 / len(x))"),
    )
    yield mistake(
        "mean_over_steps",
        "You divide by the number of steps. The loss is a sum over the steps.",
        (_HALF, "    total * leaf(tape, 0.5 / x.shape[1])"),
    )
    yield mistake(
        "mean_of_all",
        "You take the mean over all outputs. The loss is half the *sum* of the squares.",
        (_HALF, "    total * leaf(tape, 0.5 / targets.size)"),
    )
    yield mistake(
        "targets_added",
        "You add the targets to the outputs: the -1 got lost. There is no subtraction, but there is a factor.",
        (_ERROR, "e = h @ Why + by + leaf(tape, targets[:, t])"),
    )
    yield mistake(
        "targets_missing",
        "There are no targets in your loss: it is half the sum of the squared outputs.",
        (_ERROR, "e = h @ Why + by"),
    )
    yield mistake(
        "output_of_the_state_before",
        "Your output reads the state *before* the step. y_t is made from h_t.",
        (_CELL, "before = h\n        " + _CELL),
        (_ERROR, _ERROR.replace("h @ Why", "before @ Why")),
    )
    yield mistake(
        "output_bias_missing",
        "by is not in your calculation: the output is h Why + by.",
        (_ERROR, _ERROR.replace(" + by", "")),
    )
    yield mistake(
        "hidden_bias_missing",
        "bh is not in your calculation.",
        (_CELL, _CELL.replace(" + bh", "")),
    )
    yield mistake(
        "state_not_carried",
        "Each of your steps starts from h0. The state has to be handed on from step to step.",
        (_START, _START + "\n    start = h"),
        (_CELL, _CELL.replace("h @ Whh", "start @ Whh")),
    )
    yield mistake(
        "examples_for_steps",
        """Your loop goes over the examples: x is (N, T, D), and len(x) is N. The input of step t is x[:, t], of all
        examples at once.""",
        (
            "for t in range(x.shape[1]):",
            "for t in range(len(x)):",
        ),
        (_CELL, _CELL.replace("x[:, t]", "x[t]")),
        (_ERROR, _ERROR.replace("targets[:, t]", "targets[t]")),
    )
    yield mistake(
        "state_as_leaf",
        """Your state goes into the next step as a new leaf, as a value without a history. The loss is right,
        and nothing
        flows back from a step to the one before: you have cut the tape at every step.""",
        (_CELL, "h = (leaf(tape, x[:, t]) @ Wxh + leaf(tape, h.value) @ Whh + bh).tanh()"),
    )
    yield mistake(
        "new_weights_each_step",
        """At each step you record the weights as new leaves. Then each step has weights of its own, and the
        five leaves at
        the beginning, whose gradients are asked for, are used by nobody. Record them once and use the same
        Variables at all steps.""",
        (_CELL, "Wxh, Whh, bh, Why, by = (leaf(tape, params[name]) for name in params)\n        " + _CELL),
    )
    yield mistake(
        "new_weights_after_the_first_step",
        """Only the first step uses the five leaves at the beginning. From the second on, the weights are
        recorded again, as
        leaves of their own, and the gradient lands there. They are shared: record them once.""",
        (_TOTAL, _TOTAL + "\n        Wxh, Whh, bh, Why, by = (leaf(tape, params[name]) for name in params)"),
    )
    yield mistake(
        "steps_backwards",
        "You read the steps from the last to the first.",
        ("for t in range(x.shape[1]):", "for t in reversed(range(x.shape[1])):"),
    )
    yield mistake(
        "last_step_left_out",
        "Your loop leaves out the last step.",
        ("for t in range(x.shape[1]):", "for t in range(max(x.shape[1] - 1, 1) if x.shape[1] > 1 else 0):"),
    )
    yield mistake(
        "whh_transposed",
        "You multiply by Whh transposed. Row vectors multiply from the left: h Whh.",
        (_START, _START + "\n    turned = leaf(tape, params['Whh'].T)"),
        (_CELL, _CELL.replace("h @ Whh", "h @ turned")),
    )
    yield mistake(
        "not_summed",
        "The last entry of your tape is an array. A loss is one number: sum over the examples and the outputs.",
        (_TOTAL, "total = total + e * e"),
    )
    yield mistake(
        "wrong_order",
        "Your first five entries are the parameters in another order. It must be Wxh, Whh, bh, Why, by: that is "
        "how they are found again.",
        (
            'Wxh, Whh, bh, Why, by = (leaf(tape, params[name]) for name in ("Wxh", "Whh", "bh", "Why", "by"))',
            'Why, by, Wxh, Whh, bh = (leaf(tape, params[name]) for name in ("Why", "by", "Wxh", "Whh", "bh"))',
        ),
    )
    yield mistake(
        "wrong_start",
        "Your first five entries are not the five parameters. They come before everything else, inputs and h0 "
        "included.",
        ("    tape = []", "    tape = []\n    leaf(tape, h0)"),
    )
    yield mistake(
        "not_recorded",
        """An entry of your tape has a value that does not follow from its inputs. Was something calculated
        beside the tape,
        or a value changed after it was recorded?""",
        (
            _HALF,
            "    total * leaf(tape, 0.5)\n    op, inputs, value = tape[-1]\n    tape[-1] = (op, inputs, value / 2)",
        ),
    )
    yield mistake(
        "loss_not_on_the_tape",
        """Your last entry is a leaf: the loss was calculated beside the tape, and put there as a finished
        number. Nothing
        leads from it to the parameters.""",
        (_HALF, "    leaf(tape, 0.5 * total.value)"),
    )
    yield mistake(
        "no_list",
        "You return something else than the tape. Return the list itself, with all of its entries.",
        ("    return tape", "    return tape[-1][2]"),
    )


RECORD_RNN = Exercise(
    id="record_rnn",
    questions=_questions,
    core="a tape that starts with the parameters, ends with the loss, and follows them when they change",
    groups=(
        Group("one", "one example, and one step (N = T = 1)"),
        Group("square", "all sizes equal"),
        Group("long", "25 steps"),
    ),
    allow_views=True,
    hints=(
        "Begin with an empty list and record the five parameters with leaf, in the order that is asked for. "
        "From then on, "
        "write the forward pass of notebook 02, with Variables in place of arrays.",
        "Everything that takes part has to be a Variable: leaf(tape, x[:, t]) for an input, leaf(tape, 0.5) for "
        "a number. "
        "The error is output plus (-1) times target; put the minus into a leaf.",
        "Keep h and a total as Variables outside of the loop. In each step: h from x_t and h, with .tanh(); the "
        "error e; "
        "total plus (e * e).sum(). After the loop multiply total by one half, as the last operation, and return "
        "the list.",
    ),
    mistakes=tuple(_mistakes()),
    other_ways=(
        other_way(
            "tuples_by_hand",
            source="""
            def record_rnn(x, h0, params, targets):
                tape = []
                def put(op, *inputs, value=None):
                    v = [tape[i][2] for i in inputs]
                    if op != "leaf":
                        value = getattr(np, op)(*v)
                    tape.append((op, inputs, value))
                    return len(tape) - 1
                W, U, b, V, c = [put("leaf", value=params[n]) for n in ["Wxh", "Whh", "bh", "Why", "by"]]
                h, minus, half = put("leaf", value=h0), put("leaf", value=-1.0), put("leaf", value=0.5)
                parts = []
                for t in range(x.shape[1]):
                    a = put("add", put("matmul", put("leaf", value=x[:, t]), W), put("matmul", h, U))
                    h = put("tanh", put("add", a, b))
                    y = put("add", put("matmul", h, V), c)
                    e = put("add", y, put("multiply", minus, put("leaf", value=targets[:, t])))
                    parts.append(put("sum", put("multiply", put("multiply", e, e), half)))
                while len(parts) > 1:
                    parts = [put("add", parts[0], parts[1])] + parts[2:]
                return tape
            """,
        ),
        other_way(
            "bias_first",
            (_CELL, "h = (bh + h @ Whh + leaf(tape, x[:, t]) @ Wxh).tanh()"),
            (_HALF, "    leaf(tape, 0.5) * total"),
        ),
        other_way(
            "all_inputs_first",
            source="""
            def record_rnn(x, h0, params, targets, scale=0.5):
                tape = []
                Wxh, Whh, bh, Why, by = [leaf(tape, params[k]) for k in "Wxh Whh bh Why by".split()]
                xs = [leaf(tape, np.ascontiguousarray(x[:, t])) for t in range(x.shape[1])]
                ds = [leaf(tape, targets[:, t]) for t in range(x.shape[1])]
                minus, root = leaf(tape, [[-1.0]]), leaf(tape, np.sqrt(scale))
                state, losses = leaf(tape, h0), []
                for one, d in zip(xs, ds):
                    state = (one @ Wxh + (state @ Whh + bh)).tanh()
                    error = (d + minus * (state @ Why + by)) * root
                    losses.append((error * error).sum())
                total = losses[0]
                for loss in losses[1:]:
                    total = loss + total
                if len(losses) == 1:
                    total * leaf(tape, 1.0)
                return tape
            """,
        ),
        other_way(
            "tuple_of_entries",
            ("    return tape", "    return tuple(tape)"),
        ),
    ),
)
