"""Notebook 07: a loss that sees real steps only."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from autograder.course.exercise import (
    Draw,
    Exercise,
    Invariant,
    Mistake,
    Question,
    ask,
    mistake,
    other_way,
    weights,
)
from autograder.exercises.bidirectional.draws import real_steps, some_lengths
from autograder.exercises.forward.draws import few, reversed_batch
from rnncourse.checking.caseset import Group
from rnncourse.checking.values import Value


def _inputs(draw: Draw, N: int, T: int, K: int, mask: Value = None) -> dict[str, Value]:
    mask = real_steps(some_lengths(draw, N, T), T) if mask is None else np.array(mask, dtype=float)
    targets = draw.integers(0, K, (N, T))
    return {"logits": weights(draw, N, T, K, scale=1.5), "targets": targets, "mask": mask}


def _questions(draw: Draw) -> Iterator[Question]:
    N, K = few(draw, 2)
    yield ask(**_inputs(draw, N, 6, K + 1))
    yield ask(**_inputs(draw, 4, 5, 3))
    yield ask("row", **_inputs(draw, 3, 4, 5, [[1, 1, 1, 0], [0, 0, 0, 0], [1, 0, 0, 0]]))
    yield ask("holes", **_inputs(draw, 3, 5, 4, [[0, 1, 0, 0, 1], [1, 0, 1, 1, 1], [0, 0, 0, 1, 0]]))
    odd = _inputs(draw, 2, 4, 3, [[1, 1, 0, 0], [1, 1, 1, 0]])
    odd["targets"] = np.where(odd["mask"] > 0, odd["targets"], -100)
    yield ask("ids", **odd)
    broken = _inputs(draw, 2, 4, 3, [[1, 1, 0, 0], [1, 1, 1, 0]])
    broken["logits"][broken["mask"] == 0] = np.nan
    yield ask("nan", **broken)
    large = _inputs(draw, 2, 3, 4, [[1, 1, 1], [1, 1, 0]])
    yield ask("large", **large | {"logits": 600 * large["logits"]})
    yield ask("all", **_inputs(draw, 2, 4, 3, np.ones((2, 4))))
    yield ask("one", **_inputs(draw, 1, 4, 3))
    yield ask("single", **_inputs(draw, 3, 1, 4, [[1], [0], [1]]))


def _appended(i: dict[str, Value]) -> dict[str, Value]:
    N, _, K = i["logits"].shape
    return {
        "logits": np.concatenate([i["logits"], np.full((N, 3, K), 0.8)], axis=1),
        "targets": np.concatenate([i["targets"], np.zeros((N, 3), dtype=int)], axis=1),
        "mask": np.concatenate([i["mask"], np.zeros((N, 3))], axis=1),
    }


def _same_before(i: dict[str, Value], first: Value, j: dict[str, Value], second: Value) -> bool:
    T = first[1].shape[1]
    return bool(
        np.isclose(first[0], second[0])
        and np.allclose(first[1], second[1][:, :T])
        and not second[1][:, T:].any()
    )


def _written_out(
    loss: str = "(mask * -own).sum() / M",
    dlogits: str = "(p - hot) * mask[:, :, None] / M",
    M: str = "mask.sum()",
    shift: str = "logits.max(axis=-1, keepdims=True)",
    real_logits: str = "np.where(mask[:, :, None] > 0, logits, 0)",
    ids: str = "np.where(mask > 0, targets, 0)",
    before: str = "pass",
) -> str:
    """Return a cell that keeps the shape (N, T, K) throughout, one part of it changed."""
    return f"""
            def masked_mean_loss(logits, targets, mask):
                N, T, K = logits.shape
                {before}
                logits = {real_logits}
                hot = np.eye(K)[{ids}]
                z = logits - {shift}
                log_p = z - np.log(np.exp(z).sum(axis=-1, keepdims=True))
                p, own = np.exp(log_p), (log_p * hot).sum(axis=-1)
                M = {M}
                return {loss}, {dlogits}
            """


_RETURN = "return loss, dlogits"

_DIVISIONS: dict[str, tuple[dict[str, str], str]] = {
    "divided_by_N_T": (
        {"M": "N * T"},
        "You divide by N T, all steps of the array; the mean is over the real steps.",
    ),
    "divided_by_N": (
        {"M": "N"},
        "You divide by the number of sequences; the mean is over the real steps.",
    ),
    "sum": ({"M": "1"}, "You return sums; a mean over the real steps is asked for."),
    "gradient_by_N": (
        {"dlogits": "(p - hot) * mask[:, :, None] / N"},
        "Your loss is a mean over the real steps, your gradient is divided by the number of sequences.",
    ),
    "loss_by_N_T": (
        {"loss": "(mask * -own).sum() / (N * T)"},
        "Your loss is divided by N T, all steps of the array; the mean is over the real steps.",
    ),
    "gradient_not_divided": (
        {"dlogits": "(p - hot) * mask[:, :, None]"},
        "Your loss is a mean, your gradient is not divided by the number of real steps.",
    ),
}
_GUARDS: dict[str, tuple[dict[str, str], str]] = {
    "log_of_zero": (
        {"loss": "(mask * -np.log((p * hot).sum(axis=-1))).sum() / M"},
        "For large logits you also take the logarithm of a probability that is exactly 0 in floating point.",
    ),
    "zero_times_nan": (
        {"real_logits": "logits"},
        "And you multiply by the mask, but 0 * nan is nan: choose the real steps before you compute.",
    ),
    "no_guard": (
        {"real_logits": "logits", "ids": "targets"},
        """And you compute padded steps too before you multiply by the mask: too late for an id that does not
        exist, and for a nan.""",
    ),
}
"""Slips in the mean, and slips at the edges: they are often made together."""


def _two_at_once() -> Iterator[Mistake]:
    for first, (change, told) in _DIVISIONS.items():
        for second, (other, also) in _GUARDS.items():
            if change.keys() & other.keys():
                continue
            yield mistake(
                f"{first}_{second}", f"Two things. {told} {also}", source=_written_out(**change, **other)
            )
    naive = {"shift": "0", "real_logits": "logits"}
    for name, ids in (
        ("plain_formula", "targets"),
        ("plain_formula_for_real_ids", "np.where(mask > 0, targets, 0)"),
    ):
        yield mistake(
            name,
            """For ordinary numbers you are right. You compute the formulas as they stand: for large logits exp
            overflows and the logarithm of 0 is infinite, and 0 * nan is nan at padded steps. Choose the real steps,
            shift each row, and take the logarithm on paper first.""",
            source=_written_out(
                "(mask * -np.log((q * hot).sum(axis=-1))).sum() / M",
                "(q - hot) * mask[:, :, None] / M",
                ids=ids,
                real_logits="logits",
                before="q = np.exp(logits) / np.exp(logits).sum(axis=-1, keepdims=True)",
            ),
        )
    yield mistake(
        "overflow_and_nan",
        """Two things. For large logits exp overflows: shift each row first. And you multiply by the mask, but 0
        * nan is nan: choose the real steps before you compute.""",
        source=_written_out(**naive),
    )
    yield mistake(
        "nothing_guarded",
        """For ordinary numbers you are right. exp overflows for large logits, and padded steps are computed
        before they are multiplied by 0: too late for an id that does not exist, and for a nan.""",
        source=_written_out(**naive, ids="targets"),
    )


def _log_of_zero_and_more() -> Iterator[Mistake]:
    """Yield the softmax of notebook 02 with a logarithm behind it, and padded steps multiplied by 0."""
    told = "For ordinary numbers you are right. For large logits you take the logarithm of a probability that is 0."
    for name, also, change in (
        ("nan", "And at padded steps 0 * nan is nan.", {"real_logits": "logits"}),
        ("ids", "And you look up ids of padded steps that may not exist.", {"ids": "targets"}),
        (
            "ids_and_nan",
            "And you compute padded steps: too late to multiply by 0 for an id that does not exist, and for a nan.",
            {"real_logits": "logits", "ids": "targets"},
        ),
    ):
        yield mistake(
            f"log_of_zero_{name}",
            f"{told} {also} Choose the real steps first, and take the logarithm on paper.",
            source=_written_out("(mask * -np.log((p * hot).sum(axis=-1))).sum() / M", **change),
        )


MASKED_MEAN_LOSS = Exercise(
    id="masked_mean_loss",
    questions=_questions,
    core="loss and gradient of a batch that is padded at the end",
    parts=("loss", "dlogits"),
    groups=(
        Group("row", "a row without any real step"),
        Group("holes", "masks with zeros at the front and in the middle"),
        Group("ids", "targets of -100 at padded steps"),
        Group("nan", "logits of nan at padded steps", 2.0),
        Group("large", "logits of order 1000"),
        Group("all", "no padding at all"),
        Group("one", "a batch of one example (N = 1)"),
        Group("single", "a sequence of one step (T = 1)"),
    ),
    invariants=(
        Invariant(
            "permuted",
            "the numbers, with the batch reordered",
            lambda i: reversed_batch(i, "logits", "targets", "mask"),
            lambda i, a, j, b: bool(np.isclose(a[0], b[0]) and np.allclose(a[1][::-1], b[1])),
        ),
        Invariant("appended", "the numbers, with three more steps of padding", _appended, _same_before),
        Invariant(
            "twice",
            "the numbers, with every example twice: the same mean",
            lambda i: {name: np.concatenate([value, value]) for name, value in i.items()},
            lambda i, a, j, b: bool(np.isclose(a[0], b[0]) and np.allclose(a[1] / 2, b[1][: len(a[1])])),
        ),
        Invariant(
            "shifted",
            "the numbers, with 3 added to all logits",
            lambda i: i | {"logits": i["logits"] + 3.0},
            lambda i, a, j, b: bool(np.isclose(a[0], b[0]) and np.allclose(a[1], b[1])),
        ),
    ),
    hints=(
        "Two questions: over how many numbers do you take the mean, and what happens to 0 * nan? Multiplying by "
        "the mask comes too late where the other factor is nan. Choosing comes in time.",
        "A boolean mask is an index: with real = mask > 0, logits[real] has shape (M, K) and targets[real] "
        "has (M,). No padded step is left, and M is their number. Then it is cross_entropy of notebook 03.",
        "Shift each row of logits[real] by its maximum, take the logarithm of the softmax, pick the entry of the "
        "target in each row. The gradient, (p minus one-hot) / M, goes into zeros of the shape of logits, at "
        "the index real.",
    ),
    mistakes=(
        mistake(
            "divided_by_N_T",
            """You divide by N T, all steps of the array. With more padding your loss would shrink. The mean is
            over the real steps.""",
            source=_written_out(M="N * T"),
        ),
        mistake(
            "divided_by_N",
            "You divide by the number of sequences. The mean is over real steps: count the ones of the mask.",
            source=_written_out(M="N"),
        ),
        mistake(
            "divided_by_T",
            "You divide by T, the length of the padded array. The mean is over the real steps of all examples.",
            source=_written_out(M="T"),
        ),
        mistake(
            "sum",
            "You return sums. Here a mean is asked for, over all real steps.",
            source=_written_out(M="1"),
        ),
        mistake(
            "loss_summed_gradient_mean",
            """Your gradient is that of a mean, your loss is a sum. They must belong to the same function, the
            mean.""",
            source=_written_out(loss="(mask * -own).sum()"),
        ),
        mistake(
            "gradient_not_divided",
            """Your loss is a mean, your gradient that of a sum: it is not divided by the number of real
            steps.""",
            source=_written_out(dlogits="(p - hot) * mask[:, :, None]"),
        ),
        mistake(
            "gradient_by_N",
            """Your loss is right, and your gradient is divided by the number of sequences. It must belong to the
            same mean as the loss.""",
            source=_written_out(dlogits="(p - hot) * mask[:, :, None] / N"),
        ),
        mistake(
            "gradient_by_N_T",
            """Your loss is right, and your gradient is divided by N T. It must belong to the same mean as the
            loss.""",
            source=_written_out(dlogits="(p - hot) * mask[:, :, None] / (N * T)"),
        ),
        mistake(
            "loss_by_N_T",
            """Your gradient is right, and your loss is divided by N T. It must be the mean that the gradient
            belongs to.""",
            source=_written_out(loss="(mask * -own).sum() / (N * T)"),
        ),
        mistake(
            "padding_counted",
            """The mask is not used: padded steps count like real ones, in the loss and in the gradient.""",
            source=_written_out("-own.mean()", "(p - hot) / (N * T)", real_logits="logits", ids="targets"),
        ),
        mistake(
            "padding_counted_divided_by_M",
            """You divide by the number of real steps, but the losses of padded steps are in the sum, and their
            gradients are not 0.""",
            source=_written_out("-own.sum() / M", "(p - hot) / M", real_logits="logits", ids="targets"),
        ),
        mistake(
            "gradient_at_padding",
            """Your loss is right. But your gradient is not 0 at padded steps: the loss does not depend on their
            logits.""",
            source=_written_out(dlogits="(p - hot) / M"),
        ),
        mistake(
            "gradient_at_padding_too",
            """Your loss is right. But the gradient keeps the probabilities of padded steps: you multiply only
            the one-hot part by the mask. The whole row must be 0.""",
            source=_written_out(dlogits="(p - hot * mask[:, :, None]) / M"),
        ),
        mistake(
            "logits_zeroed",
            """You set padded logits to 0 and then count them. A row of zeros has a loss too, ln K, whatever its
            target.""",
            source=_written_out("-own.sum() / (N * T)", "(p - hot) / (N * T)"),
        ),
        mistake(
            "mean_of_means",
            """You take the mean of each sequence, and then the mean of these. A step of a short sequence then
            weighs more than one of a long sequence. All real steps weigh the same.""",
            source=_written_out(
                "((mask * -own).sum(axis=1) / L)[some].mean()",
                "(p - hot) * (mask / L[:, None])[:, :, None] / some.sum()",
                before="some = mask.sum(axis=1) > 0; L = np.maximum(mask.sum(axis=1), 1)",
            ),
        ),
        mistake(
            "mean_of_means_nan",
            """You take the mean of each sequence, and then the mean of these. A step of a short sequence then
            weighs more than one of a long sequence, and a row without a real step divides 0 by 0.""",
            source=_written_out(
                "((mask * -own).sum(axis=1) / mask.sum(axis=1)).mean()",
                "(p - hot) * (mask / mask.sum(axis=1, keepdims=True))[:, :, None] / N",
            ),
        ),
        mistake(
            "mean_of_sums",
            """You divide by the number of sequences that have a real step. The mean is over steps, not over
            sequences.""",
            source=_written_out(M="(mask.sum(axis=1) > 0).sum()"),
        ),
        mistake(
            "zero_times_nan",
            """You are right as long as padded logits are numbers. You multiply by the mask, and 0 * nan is
            nan: one nan in the padding takes the whole loss with it. Choose the real steps before you
            compute.""",
            source=_written_out(real_logits="logits"),
        ),
        mistake(
            "ids_of_padding_used",
            """You look up the targets of padded steps too. There may be ids that do not exist: choose the real
            steps first.""",
            source=_written_out(ids="targets"),
        ),
        mistake(
            "ids_and_nan",
            """You compute all steps and multiply by the mask at the end. That is too late for an id that does not
            exist, and for a nan, since 0 * nan is nan. Choose the real steps before you compute.""",
            source=_written_out(real_logits="logits", ids="targets"),
        ),
        mistake(
            "gradient_zero_times_nan",
            """Your loss is right, but your gradient multiplies by the mask, and 0 * nan is nan. Choose the real
            steps there as well.""",
            source=_written_out(
                dlogits="(np.exp(raw) / np.exp(raw).sum(axis=-1, keepdims=True) - hot) * mask[:, :, None] / M",
                before="raw = logits - logits.max(axis=-1, keepdims=True)",
            ),
        ),
        mistake(
            "log_of_zero",
            """For ordinary logits you are right. For large ones a probability is exactly 0 in floating point,
            and you take its logarithm: infinite. Take the logarithm of the softmax on paper first, then
            compute.""",
            source=_written_out(loss="(mask * -np.log((p * hot).sum(axis=-1))).sum() / M"),
        ),
        mistake(
            "softmax_over_steps",
            """Your softmax runs over the steps in place of the classes: the wrong axis. The probabilities of
            one step add up to 1.""",
            (
                "z = z - z.max(axis=1, keepdims=True)  # at most 0, so exp cannot overflow",
                "z = z - z.max(axis=0, keepdims=True)",
            ),
            ("np.exp(z).sum(axis=1, keepdims=True)", "np.exp(z).sum(axis=0, keepdims=True)"),
        ),
        mistake(
            "ids_not_one_hot",
            """You subtract the number of the class from all probabilities of a step. It is the one-hot row of
            the class that is subtracted.""",
            ("p[np.arange(M), wanted] -= 1", "p = p - wanted[:, None]"),
        ),
        *_two_at_once(),
        *_log_of_zero_and_more(),
        mistake(
            "losses_not_added",
            """Your loss is an array, (N, T). A loss is one number: add the losses of the real steps up, and divide
            by M.""",
            source=_written_out(loss="mask * -own"),
        ),
        mistake(
            "losses_divided_not_added",
            """Your loss is an array, (N, T), divided by M. A loss is one number: add the losses of the real steps
            up.""",
            source=_written_out(loss="mask * -own / M"),
        ),
        mistake(
            "first_real_steps",
            """You count the real steps and take so many from the front of each row. A mask can have zeros
            anywhere: use it step by step.""",
            ("real = mask > 0", "real = np.arange(mask.shape[1]) < mask.sum(axis=1, keepdims=True)"),
        ),
        mistake(
            "overflows",
            """For ordinary logits you are right. For large ones exp overflows. Subtract something of each row
            first that changes no probability.""",
            ("z = z - z.max(axis=1, keepdims=True)", "z = z - 0"),
        ),
        mistake(
            "global_shift",
            """You subtract the maximum of *all* logits. A row that lies far below underflows: each row needs a
            shift of its own.""",
            ("z = z - z.max(axis=1, keepdims=True)", "z = z - z.max()"),
        ),
        mistake(
            "log_of_clipped",
            """You add a tiny number inside the logarithm. That hides the infinity, and where the right loss is
            large, yours stops at about 27.""",
            source="""
            def masked_mean_loss(logits, targets, mask):
                real = mask > 0
                z, ids = logits[real], targets[real]
                rows = np.arange(len(ids))
                e = np.exp(z - z.max(axis=1, keepdims=True))
                p = e / e.sum(axis=1, keepdims=True)
                loss = -np.log(p[rows, ids] + 1e-12).mean()
                p[rows, ids] -= 1
                dlogits = np.zeros(logits.shape)
                dlogits[real] = p / len(ids)
                return loss, dlogits
            """,
        ),
        mistake(
            "inverted",
            "Your mask is the wrong way round: you count the padded steps. 1 means real.",
            ("real = mask > 0", "real = mask == 0"),
        ),
        mistake(
            "negative",
            "Your loss is negative. A logarithm of a probability is below 0, so the loss needs the minus.",
            ("loss = -log_p", "loss = log_p"),
        ),
        mistake(
            "gradient_negated",
            "Your gradient has the wrong sign: it is the probability minus the one-hot row.",
            ("= p / M", "= -p / M"),
        ),
        mistake(
            "gradient_without_target",
            "Your gradient is the probabilities. At the target's entry 1 is to be taken off.",
            ("p[np.arange(M), wanted] -= 1", "p[np.arange(M), wanted] -= 0"),
        ),
        mistake(
            "gradient_of_real_steps_only",
            """Your gradient holds the real steps only, (M, K). It has the shape of the logits, with zeros at
            padded steps.""",
            (_RETURN, "return loss, p / M"),
        ),
        mistake(
            "loss_only",
            "You return the loss alone. Return the pair: loss, then gradient.",
            (_RETURN, "return loss"),
        ),
        mistake(
            "swapped",
            "You return the gradient first. The loss comes first.",
            (_RETURN, "return dlogits, loss"),
        ),
        mistake(
            "loss_per_step",
            "Your loss is an array. A loss is one number: the mean over the real steps.",
            ("wanted].mean()", "wanted]"),
        ),
        mistake(
            "probability_not_logarithm",
            """Your loss is minus the mean probability of the targets. Cross-entropy takes the logarithm of
            it.""",
            (
                "loss = -log_p[np.arange(M), wanted].mean()",
                "loss = -np.exp(log_p)[np.arange(M), wanted].mean()",
            ),
        ),
        mistake(
            "writes_into_logits",
            """Your function changes the logits that it was given. Whoever called you has other logits
            afterwards: work on a copy.""",
            manner="changes_its_input",
            source=_written_out(before="logits[mask == 0] = 0"),
        ),
        mistake(
            "writes_into_targets",
            """Your function changes the targets that it was given, at padded steps. Make a new array with
            np.where, or a copy.""",
            manner="changes_its_input",
            source=_written_out(before="targets[mask == 0] = 0"),
        ),
    ),
    other_ways=(
        other_way("whole_arrays", source=_written_out()),
        other_way(
            "two_loops",
            source="""
            def masked_mean_loss(logits, targets, mask):
                loss, dlogits, count = 0.0, np.zeros(logits.shape), 0
                for n in range(len(logits)):
                    for t in range(logits.shape[1]):
                        if mask[n, t] == 0:
                            continue
                        e = np.exp(logits[n, t] - max(logits[n, t]))
                        row = logits[n, t] - max(logits[n, t])
                        loss -= row[targets[n, t]] - np.log(sum(e))
                        dlogits[n, t] = e / sum(e)
                        dlogits[n, t, targets[n, t]] -= 1
                        count += 1
                return loss / count, dlogits / count
            """,
        ),
        other_way(
            "logaddexp",
            source="""
            def masked_mean_loss(scores, ids, real, axis=-1):
                n, t = np.nonzero(real)
                rows = scores[n, t]
                log_p = rows - np.logaddexp.reduce(rows, axis=axis, keepdims=True)
                hot = np.arange(rows.shape[1]) == ids[n, t][:, None]
                out = np.zeros_like(scores)
                out[n, t] = (np.exp(log_p) - hot) / len(n)
                return [-(log_p * hot).sum() / len(n), out]
            """,
        ),
        other_way(
            "flat",
            source="""
            def masked_mean_loss(logits, targets, mask):
                K = logits.shape[-1]
                z, y, keep = logits.reshape(-1, K), targets.ravel(), mask.ravel().astype(bool)
                z, y = z[keep], y[keep]
                z = z - z.max(1)[:, None]
                total = np.exp(z).sum(1)
                loss = np.average(np.log(total) - np.take_along_axis(z, y[:, None], 1)[:, 0])
                d = np.zeros((keep.size, K))
                d[keep] = (np.exp(z) / total[:, None] - np.eye(K)[y]) / keep.sum()
                return float(loss), d.reshape(logits.shape)
            """,
        ),
        other_way("single_precision", (_RETURN, "return np.float32(loss), dlogits.astype(np.float32)")),
    ),
)
