"""Notebook 04: the training loop, judged by its run."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from autograder.course.exercise import Draw, Exercise, Question, ask, mistake, other_way, weights
from rnncourse.checking.caseset import Group
from rnncourse.checking.given import Given, Seeded
from rnncourse.checking.properties import Property
from rnncourse.checking.shuffling import powers_of_two
from rnncourse.checking.together import Together
from rnncourse.checking.values import Value


def _inputs(draw: Draw, N: int, epochs: int, batch_size: int) -> dict[str, Value]:
    """Return a small problem: y is linear in the mean of x over time, and the start is far away."""
    x, truth = weights(draw, N, 5, 3, scale=1.0), weights(draw, 3, scale=2.0)
    return {
        "params": {"W": weights(draw, 3), "b": weights(draw, 1) + 2.0},
        "x": x,
        "y": np.round(x.mean(axis=1) @ truth + weights(draw, N, scale=0.5) - 1.0, 3),
        "loss_and_grads": Given("mean_squared_error"),
        "clip": Given("tame", (0.4,)),
        "update": Given("bounded_step", (0.5,)),
        "epochs": epochs,
        "batch_size": batch_size,
        "rng": Seeded(int(draw.integers(10_000, 1_000_000))),
    }


def _train(draw: Draw) -> Iterator[Question]:
    run = Property("training_run")
    core = _inputs(draw, 13, 3, 3)
    core["params"]["A"] = weights(draw, 3, 3)  # square: a transpose of it keeps the shape
    yield ask("core", run, **core)
    yield ask("even", run, **_inputs(draw, 12, 4, 4))
    yield ask("single", run, **_inputs(draw, 11, 1, 1))
    yield ask("whole", run, **_inputs(draw, 7, 3, 7))
    yield ask("beyond", run, **_inputs(draw, 5, 2, 8))
    rising = _inputs(draw, 11, 2, 3)  # so many that no fair order looks like a weak one
    yield ask("rising", run, **rising | {"update": Given("bounded_step", (-0.3,))})
    nothing_left = _inputs(draw, 4, 20, 1) | {
        "y": 1e-9 * draw.permutation([0.0, 1.0, 3.0, 7.0]),
        "loss_and_grads": Given("mean_target"),
        "clip": Given("untouched"),
        "update": Given("unmoved"),
    }
    for seed in draw.choice(1_000_000, 4, replace=False):
        yield ask("seeds", Property("shuffled_run"), **nothing_left | {"rng": Seeded(int(seed))})
    many = {
        "params": {"W": np.zeros(1)},
        "x": np.ones((48, 1, 1)),
        "y": powers_of_two(48),
        "epochs": 64,
        "batch_size": 16,
    }
    for seed in draw.choice(1_000_000, 3, replace=False):
        yield ask("places", Property("batched_run"), **nothing_left | many | {"rng": Seeded(int(seed))})


_COPY = "history = "
_ORDER = "order = rng.permutation(len(x))"
_ROWS = "rows = order[start : start + batch_size]"
_LOSS = "loss, grads = loss_and_grads(params, x[rows], y[rows])"
_CLIP = "clipped, norm = clip(grads)"
_UPDATE = "params = update(params, clipped)"
_KEEP = 'history["loss"].append(loss)'
_KEEP_NORM = 'history["norm"].append(norm)'
_EPOCHS = "for _ in range(epochs):"
_BATCHES = "for start in range(0, len(x), batch_size):"

TRAIN = Exercise(
    id="train",
    questions=_train,
    core="each example once in every epoch, in a new order, every step clipped and recorded",
    groups=(
        Group("even", "batches that divide the examples evenly"),
        Group("single", "batches of one example"),
        Group("whole", "all examples in one batch"),
        Group("beyond", "a batch size above the number of examples"),
        Group("rising", "losses that rise: every batch makes its update all the same"),
        Group("seeds", "another order for another seed, and each order about equally often", 2.0),
        Group("places", "each of 48 examples early and late about equally often"),
    ),
    together=(
        Together("seeds", "other_seeds_other_answers", ("own_generator",)),
        Together("seeds", "every_order_equally_often", ("weakly_shuffled",)),
        Together("places", "every_place_equally_often", ("swapped_with_any",)),
    ),
    hints=(
        "Two loops: over epochs, and inside it over batches. What has to happen once for each epoch, before "
        "its first batch?",
        "Shuffle numbers, not data: a permutation of 0 ... N - 1. A slice of it, used as an index, picks "
        "the same rows of x and of y.",
        "In a batch, five things: rows; loss and grads of the current params; clip, which gives two things; "
        "params become what update returns; append loss and norm.",
    ),
    mistakes=(
        mistake(
            "not_shuffled",
            """Every batch holds examples that stand side by side, as they are given; an order inside a batch
            changes nothing. If they are sorted, every batch is one-sided. A new order of all examples is
            needed in each epoch.""",
            (_ORDER, "order = np.arange(len(x))"),
        ),
        mistake(
            "shuffled_once",
            """Every epoch has the same batches: you shuffle once, before the epochs, or you make the
            generator anew in each. Draw a new order from rng inside the loop over epochs.""",
            (_EPOCHS, f"{_ORDER.replace('order', 'same')}\n    {_EPOCHS}"),
            (_ORDER, "order = same"),
        ),
        mistake(
            "weakly_shuffled",
            """You change the order a little in each epoch: a roll, a reversal, a few swaps. Then some orders
            come up far more often than others, and neighbours stay neighbours. Every order has to be equally
            likely, whatever the one before was.""",
            (_EPOCHS, "order = np.arange(len(x))\n    for _ in range(epochs):"),
            (_ORDER, "order = np.roll(order, rng.integers(1, len(x)))"),
        ),
        mistake(
            "batches_shuffled",
            """You shuffle the batches, not the examples: the same examples always meet in the same batch.
            Shuffle first, then cut.""",
            source="""
            def train(params, x, y, loss_and_grads, clip, update, epochs, batch_size, rng):
                history = {"loss": [], "norm": []}
                full = len(x) // batch_size
                for _ in range(epochs):
                    starts = list(batch_size * rng.permutation(full))
                    starts += range(full * batch_size, len(x), batch_size)
                    for start in starts:
                        rows = slice(start, start + batch_size)
                        loss, grads = loss_and_grads(params, x[rows], y[rows])
                        clipped, norm = clip(grads)
                        params = update(params, clipped)
                        history["loss"].append(loss)
                        history["norm"].append(norm)
                return params, history
            """,
        ),
        mistake(
            "with_replacement",
            """You draw each batch with replacement, so some examples come twice in an epoch and others not
            at all. Cut one permutation into pieces.""",
            (_ROWS, "rows = rng.integers(0, len(x), min(batch_size, len(x) - start))"),
        ),
        mistake(
            "not_every_example",
            """You draw every batch anew from all examples. Within an epoch some then come twice and others
            not at all. Cut one permutation into pieces.""",
            (_ROWS, "rows = rng.choice(len(x), min(batch_size, len(x) - start), replace=False)"),
        ),
        mistake(
            "last_batch_dropped",
            "The last batch of an epoch is left out when it is smaller. Its examples count like all others.",
            (_BATCHES, "for start in range(0, len(x) - batch_size + 1, batch_size):"),
        ),
        mistake(
            "large_batch_dropped",
            """Where batch_size is larger than the number of examples, you make no update at all. Then all examples
            are one batch.""",
            (_BATCHES, "for start in range(0, len(x) if batch_size <= len(x) else 0, batch_size):"),
        ),
        mistake(
            "last_batch_filled_up",
            """You fill the last batch of an epoch with examples that it has had already. They count twice then: the
            last batch holds what is left, however little.""",
            (
                _ROWS,
                f"{_ROWS}\n            rows = np.append(rows, order[: min(batch_size, len(x)) - len(rows)])",
            ),
        ),
        mistake(
            "skips_rising_steps",
            """You leave out the update where the loss of a batch is well above that of the batch before. It is
            another batch, so that says little, and what is hard is never learnt. Every batch makes an update.""",
            (_UPDATE, f'if loss <= 1.5 * (history["loss"] or [loss])[-1]:\n                {_UPDATE}'),
        ),
        mistake(
            "shuffles_time",
            """You shuffle the steps inside the sequences. Their order is what a recurrent network reads; only
            the examples change places.""",
            (_ORDER, f"{_ORDER}\n        steps = rng.permutation(x.shape[1])"),
            ("x[rows]", "x[rows][:, steps]"),
        ),
        mistake(
            "called_by_keyword",
            """You call loss_and_grads by keyword. It is promised params, x and y by position: what it calls
            them is its own affair.""",
            ("loss_and_grads(params, x[rows], y[rows])", "loss_and_grads(params, x=x[rows], y=y[rows])"),
        ),
        mistake(
            "first_batch_only",
            """Each epoch ends after its first batch: probably a `return` or the loop's body stands at the
            wrong depth.""",
            (_BATCHES, "for start in range(0, 1, batch_size):"),
        ),
        mistake(
            "even_batches",
            """You cut the examples into batches of nearly equal size. Asked for are batches of batch_size,
            and what is left over in the last.""",
            (_BATCHES, "for rows in np.array_split(order, -(-len(x) // batch_size)):"),
            (f"            {_ROWS}\n", ""),
        ),
        mistake(
            "whole_set_each_step",
            "Each step uses all examples. A batch is batch_size of them.",
            (_ROWS, "rows = order"),
        ),
        mistake(
            "targets_not_shuffled",
            """x is shuffled and y is not, so each sequence gets the target of another one. Use the same
            rows for both.""",
            ("y[rows]", "y[start : start + batch_size]"),
        ),
        mistake(
            "shuffled_apart",
            """x and y are shuffled by two orders of their own, so each sequence gets the target of another
            one. One order serves both.""",
            (_ORDER, f"{_ORDER}\n        other = rng.permutation(len(x))"),
            ("y[rows]", "y[other[start : start + batch_size]]"),
        ),
        mistake(
            "own_generator",
            """You make a generator of your own with a fixed seed. Use the one that is passed in: whoever
            calls decides about the seed.""",
            (_COPY, "rng = np.random.default_rng(0)\n    history = "),
        ),
        mistake(
            "global_generator",
            """You shuffle with np.random, not with the rng that is passed in. So a second run with the same
            seed gives something else, and nobody can repeat what you saw.""",
            (_ORDER, "order = np.random.permutation(len(x))"),
            manner="ignores_its_generator",
        ),
        mistake(
            "reversed_in_time",
            """Your sequences run backwards: the axis of time is turned round. Only the examples change places,
            never the steps of an example.""",
            ("x[rows]", "x[rows][:, ::-1]"),
        ),
        mistake(
            "not_clipped",
            "Your update gets the gradients as they were before clipping. Pass on what clip returned.",
            (_UPDATE, "params = update(params, grads)"),
        ),
        mistake(
            "norm_after_clipping",
            """history["norm"] holds the norms after clipping, or you clip twice. Those norms can be at most
            the limit: the ones before show when it gets steep.""",
            (_KEEP_NORM, 'history["norm"].append(clip(clipped)[1])'),
        ),
        mistake(
            "own_norm",
            """history["norm"] holds a norm that you computed. Keep the number that clip returned: another
            clip may measure in another way.""",
            (_KEEP_NORM, 'history["norm"].append(np.sqrt(sum((g**2).sum() for g in grads.values())))'),
        ),
        mistake(
            "not_updated",
            """What update returns is lost, so every step starts from the same parameters. update makes new
            ones and leaves the old as they were.""",
            (_UPDATE, "update(params, clipped)"),
        ),
        mistake(
            "starts_over",
            "Every epoch starts from the first parameters again. Epochs go on from where the last one ended.",
            (_EPOCHS, "given = params\n    for _ in range(epochs):\n        params = given"),
        ),
        mistake(
            "gradients_of_the_start",
            "All losses and gradients are taken at the first parameters. Take them at the current ones.",
            (_EPOCHS, f"given = params\n    {_EPOCHS}"),
            ("loss_and_grads(params,", "loss_and_grads(given,"),
        ),
        mistake(
            "updated_twice",
            "You call update twice for each batch. One batch, one step.",
            (_UPDATE, "params = update(update(params, clipped), clipped)"),
        ),
        mistake(
            "one_step_per_epoch",
            """You make one update at the end of each epoch, with the gradients of its last batch. Every
            batch makes an update.""",
            (f"            {_UPDATE}\n", ""),
            (f"            {_KEEP_NORM}", f"            {_KEEP_NORM}\n        {_UPDATE}"),
        ),
        mistake(
            "loss_after_update",
            "You record the loss after the update. Record the one whose gradient made the step.",
            (_KEEP, 'history["loss"].append(loss_and_grads(params, x[rows], y[rows])[0])'),
        ),
        mistake(
            "loss_summed",
            "You multiply the loss by the size of the batch. Keep what loss_and_grads returned.",
            (_KEEP, 'history["loss"].append(loss * len(rows))'),
        ),
        mistake(
            "one_entry_per_epoch",
            """history has one entry for each epoch. One for each batch is asked for: gradients explode in a
            single step.""",
            (f"            {_KEEP}\n            {_KEEP_NORM}", f"        {_KEEP}\n        {_KEEP_NORM}"),
        ),
        mistake(
            "history_of_last_epoch",
            "history starts anew in each epoch, so it holds the last one only.",
            (_EPOCHS, f'{_EPOCHS}\n        history = {{"loss": [], "norm": []}}'),
        ),
        mistake(
            "params_before_last_update",
            "The parameters that you return lack the last update.",
            (_UPDATE, "before, params = params, update(params, clipped)"),
            ("return params, history", "return before, history"),
        ),
        mistake(
            "first_params_returned",
            "You train, and then return the parameters that you were given.",
            (_EPOCHS, f"given = params\n    {_EPOCHS}"),
            ("return params, history", "return {k: v.copy() for k, v in given.items()}, history"),
        ),
        mistake(
            "best_params_returned",
            """You return the parameters with the smallest loss on a batch. One batch is a noisy judge, and
            the last parameters were asked for.""",
            (_COPY, "best, least = params, np.inf\n    history = "),
            (
                _UPDATE,
                f"best, least = (params, loss) if loss < least else (best, least)\n            {_UPDATE}",
            ),
            ("return params, history", "return {k: v.copy() for k, v in best.items()}, history"),
        ),
        mistake(
            "one_epoch_more",
            "You run one epoch too many.",
            (_EPOCHS, "for _ in range(epochs + 1):"),
        ),
        mistake(
            "one_epoch_less",
            "You run one epoch too few: range(1, epochs) leaves one out.",
            (_EPOCHS, "for _ in range(1, epochs):"),
        ),
        mistake(
            "only_params",
            "You return the parameters alone. Return two things: the parameters and the history.",
            ("return params, history", "return params"),
        ),
        mistake(
            "returns_in_the_loop",
            "Your function returns after the first epoch: the return stands too deep.",
            ("    return params, history", "        return params, history"),
        ),
        mistake(
            "shuffles_the_data",
            """You shuffle x and y themselves. They belong to the caller, who may still need their order.
            Shuffle row numbers.""",
            (
                _ORDER,
                "order = np.arange(len(x))\n        again = rng.permutation(len(x))\n"
                "        x[:], y[:] = x[again], y[again]",
            ),
            manner="changes_its_input",
        ),
        mistake(
            "swapped_with_any",
            """You walk through the places and swap each with *any* place. All swaps together are then N to the power
            N equally likely ways, more than there are orders, and not a multiple of them: some orders come up
            more often. A place that has its example must not be touched again.""",
            (
                _ORDER,
                "order = np.arange(len(x))\n        for i in range(len(x)):\n"
                "            j = rng.integers(0, len(x))\n            order[[i, j]] = order[[j, i]]",
            ),
        ),
    ),
    other_ways=(
        other_way("copy_shuffled", (_ORDER, "order = np.arange(len(x))\n        rng.shuffle(order)")),
        other_way("sorted_random_numbers", (_ORDER, "order = np.argsort(rng.random(len(x)))")),
        other_way(
            "shuffled_copies",
            source="""
            def train(params, x, y, loss_and_grads, clip, update, epochs, batch_size, rng, verbose=False):
                losses, norms = [], []
                for epoch in range(epochs):
                    perm = rng.choice(len(x), size=len(x), replace=False)
                    xs, ys = x[perm], y[perm]
                    i = 0
                    while i < len(xs):
                        loss, grads = loss_and_grads(params, xs[i:i + batch_size], ys[i:i + batch_size])
                        grads, norm = clip(grads)
                        params = update(params, grads)
                        losses += [loss]
                        norms += [norm]
                        i += batch_size
                return params, {"norm": np.array(norms), "loss": np.array(losses)}
            """,
        ),
        other_way(
            "helper_with_batches",
            source="""
            def batches(n, size, rng):
                pairs = sorted((rng.uniform(), i) for i in range(n))
                order = [i for _, i in pairs]
                return [order[i:i + size] for i in range(0, n, size)]

            def train(weights, inputs, targets, gradient, limit, move, epochs, batch_size, rng):
                weights = {k: np.copy(v) for k, v in weights.items()}
                history = {"loss": [], "norm": []}
                for _ in range(epochs):
                    for rows in batches(len(inputs), batch_size, rng):
                        loss, grads = gradient(weights, inputs[rows], targets[rows])
                        history["loss"].append(float(loss))
                        grads, length = limit(grads)
                        history["norm"].append(float(length))
                        weights = move(weights, grads)
                return [weights, history]
            """,
        ),
    ),
)
