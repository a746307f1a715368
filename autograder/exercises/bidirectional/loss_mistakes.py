"""Known wrong ways of ``masked_mean_loss``."""

from __future__ import annotations

from collections.abc import Iterator

from autograder.course.exercise import (
    Mistake,
    mistake,
)
from autograder.exercises.told import LOSS_ONLY, SHIFT_NEVER_NEGATIVE, SWAPPED


def written_out(
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


RETURN = "return loss, dlogits"


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
                f"{first}_{second}", f"Two things. {told} {also}", source=written_out(**change, **other)
            )
    naive = {"shift": "0", "real_logits": "logits"}
    for name, ids in (
        ("plain_formula", "targets"),
        ("plain_formula_for_real_ids", "np.where(mask > 0, targets, 0)"),
    ):
        yield mistake(
            name,
            """For ordinary numbers you are right. You compute the formulas as they stand: for large logits
            exp overflows and the logarithm of 0 is infinite, and 0 * nan is nan at padded steps. Choose the
            real steps, shift each row, and take the logarithm on paper first.""",
            source=written_out(
                "(mask * -np.log((q * hot).sum(axis=-1))).sum() / M",
                "(q - hot) * mask[:, :, None] / M",
                ids=ids,
                real_logits="logits",
                before="q = np.exp(logits) / np.exp(logits).sum(axis=-1, keepdims=True)",
            ),
        )
    yield mistake(
        "overflow_and_nan",
        """Two things. For large logits exp overflows: shift each row first. And you multiply by the mask, but
        0 * nan is nan: choose the real steps before you compute.""",
        source=written_out(**naive),
    )
    yield mistake(
        "nothing_guarded",
        """For ordinary numbers you are right. exp overflows for large logits, and padded steps are computed
        before they are multiplied by 0: too late for an id that does not exist, and for a nan.""",
        source=written_out(**naive, ids="targets"),
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
            source=written_out("(mask * -np.log((p * hot).sum(axis=-1))).sum() / M", **change),
        )


MISTAKES = (
    mistake(
        "divided_by_N_T",
        """You divide by N T, all steps of the array. With more padding your loss would shrink. The mean
            is over the real steps.""",
        source=written_out(M="N * T"),
    ),
    mistake(
        "divided_by_N",
        "You divide by the number of sequences. The mean is over real steps: count the ones of the mask.",
        source=written_out(M="N"),
    ),
    mistake(
        "divided_by_T",
        "You divide by T, the length of the padded array. The mean is over the real steps of all examples.",
        source=written_out(M="T"),
    ),
    mistake(
        "sum",
        "You return sums. Here a mean is asked for, over all real steps.",
        source=written_out(M="1"),
    ),
    mistake(
        "loss_summed_gradient_mean",
        """Your gradient is that of a mean, your loss is a sum. They must belong to the same function, the
            mean.""",
        source=written_out(loss="(mask * -own).sum()"),
    ),
    mistake(
        "gradient_not_divided",
        """Your loss is a mean, your gradient that of a sum: it is not divided by the number of real
            steps.""",
        source=written_out(dlogits="(p - hot) * mask[:, :, None]"),
    ),
    mistake(
        "gradient_by_N",
        """Your loss is right, and your gradient is divided by the number of sequences. It must belong to
            the same mean as the loss.""",
        source=written_out(dlogits="(p - hot) * mask[:, :, None] / N"),
    ),
    mistake(
        "gradient_by_N_T",
        """Your loss is right, and your gradient is divided by N T. It must belong to the same mean as the
            loss.""",
        source=written_out(dlogits="(p - hot) * mask[:, :, None] / (N * T)"),
    ),
    mistake(
        "loss_by_N_T",
        """Your gradient is right, and your loss is divided by N T. It must be the mean that the gradient
            belongs to.""",
        source=written_out(loss="(mask * -own).sum() / (N * T)"),
    ),
    mistake(
        "padding_counted",
        """The mask is not used: padded steps count like real ones, in the loss and in the gradient.""",
        source=written_out("-own.mean()", "(p - hot) / (N * T)", real_logits="logits", ids="targets"),
    ),
    mistake(
        "padding_counted_divided_by_M",
        """You divide by the number of real steps, but the losses of padded steps are in the sum, and
            their gradients are not 0.""",
        source=written_out("-own.sum() / M", "(p - hot) / M", real_logits="logits", ids="targets"),
    ),
    mistake(
        "gradient_at_padding",
        """Your loss is right. But your gradient is not 0 at padded steps: the loss does not depend on
            their logits.""",
        source=written_out(dlogits="(p - hot) / M"),
    ),
    mistake(
        "gradient_at_padding_too",
        """Your loss is right. But the gradient keeps the probabilities of padded steps: you multiply only
            the one-hot part by the mask. The whole row must be 0.""",
        source=written_out(dlogits="(p - hot * mask[:, :, None]) / M"),
    ),
    mistake(
        "logits_zeroed",
        """You set padded logits to 0 and then count them. A row of zeros has a loss too, ln K, whatever
            its target.""",
        source=written_out("-own.sum() / (N * T)", "(p - hot) / (N * T)"),
    ),
    mistake(
        "mean_of_means",
        """You take the mean of each sequence, and then the mean of these. A step of a short sequence then
            weighs more than one of a long sequence. All real steps weigh the same.""",
        source=written_out(
            "((mask * -own).sum(axis=1) / L)[some].mean()",
            "(p - hot) * (mask / L[:, None])[:, :, None] / some.sum()",
            before="some = mask.sum(axis=1) > 0; L = np.maximum(mask.sum(axis=1), 1)",
        ),
    ),
    mistake(
        "mean_of_means_nan",
        """You take the mean of each sequence, and then the mean of these. A step of a short sequence then
            weighs more than one of a long sequence, and a row without a real step divides 0 by 0.""",
        source=written_out(
            "((mask * -own).sum(axis=1) / mask.sum(axis=1)).mean()",
            "(p - hot) * (mask / mask.sum(axis=1, keepdims=True))[:, :, None] / N",
        ),
    ),
    mistake(
        "mean_of_sums",
        """You divide by the number of sequences that have a real step. The mean is over steps, not over
            sequences.""",
        source=written_out(M="(mask.sum(axis=1) > 0).sum()"),
    ),
    mistake(
        "zero_times_nan",
        """You are right as long as padded logits are numbers. You multiply by the mask, and 0 * nan is
            nan: one nan in the padding takes the whole loss with it. Choose the real steps before you
            compute.""",
        source=written_out(real_logits="logits"),
    ),
    mistake(
        "ids_of_padding_used",
        """You look up the targets of padded steps too. There may be ids that do not exist: choose the
            real steps first.""",
        source=written_out(ids="targets"),
    ),
    mistake(
        "ids_and_nan",
        """You compute all steps and multiply by the mask at the end. That is too late for an id that does
            not exist, and for a nan, since 0 * nan is nan. Choose the real steps before you compute.""",
        source=written_out(real_logits="logits", ids="targets"),
    ),
    mistake(
        "gradient_zero_times_nan",
        """Your loss is right, but your gradient multiplies by the mask, and 0 * nan is nan. Choose the
            real steps there as well.""",
        source=written_out(
            dlogits="(np.exp(raw) / np.exp(raw).sum(axis=-1, keepdims=True) - hot) * mask[:, :, None] / M",
            before="raw = logits - logits.max(axis=-1, keepdims=True)",
        ),
    ),
    mistake(
        "log_of_zero",
        """For ordinary logits you are right. For large ones a probability is exactly 0 in floating point,
            and you take its logarithm: infinite. Take the logarithm of the softmax on paper first, then
            compute.""",
        source=written_out(loss="(mask * -np.log((p * hot).sum(axis=-1))).sum() / M"),
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
        """Your loss is an array, (N, T). A loss is one number: add the losses of the real steps up, and
            divide by M.""",
        source=written_out(loss="mask * -own"),
    ),
    mistake(
        "losses_divided_not_added",
        """Your loss is an array, (N, T), divided by M. A loss is one number: add the losses of the real
            steps up.""",
        source=written_out(loss="mask * -own / M"),
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
        """You subtract the maximum of *all* logits. A row that lies far below underflows: each row needs
            a shift of its own.""",
        ("z = z - z.max(axis=1, keepdims=True)", "z = z - z.max()"),
    ),
    mistake(
        "longest_row_for_M",
        """You divide by the number of real steps of the longest sequence. M counts those of all sequences.""",
        source=written_out(M="mask.sum(axis=1).max()"),
    ),
    mistake(
        "log_of_clipped",
        """You add a tiny number inside the logarithm, or cut p off there. That hides the infinity, and where
        the right loss
            is large, yours stops at about 27.""",
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
        (RETURN, "return loss, p / M"),
    ),
    mistake(
        "loss_only",
        LOSS_ONLY,
        (RETURN, "return loss"),
    ),
    mistake(
        "swapped",
        SWAPPED,
        (RETURN, "return dlogits, loss"),
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
        source=written_out(before="logits[mask == 0] = 0"),
    ),
    mistake(
        "writes_into_targets",
        """Your function changes the targets that it was given, at padded steps. Make a new array with
            np.where, or a copy.""",
        manner="changes_its_input",
        source=written_out(before="targets[mask == 0] = 0"),
    ),
    mistake(
        "padding_by_target",
        """You take a step for real where its target is not negative, and never look at the mask. What
            stands at padded steps is anybody's guess: the mask decides.""",
        ("real = mask > 0", "real = targets >= 0"),
    ),
    mistake(
        "class_zero_is_padding",
        """You take a step with target 0 for padding. Class 0 is a class; the mask decides.""",
        ("real = mask > 0", "real = (mask > 0) & (targets != 0)"),
    ),
    mistake(
        "one_shift_for_each_example",
        """You subtract the largest logit of each *example*. Where one step's logits lie far below
            another's, exp gives zeros only, and their logarithm is infinite: each step needs a shift of its
            own.""",
        source=written_out(shift="logits.max(axis=(1, 2), keepdims=True)"),
    ),
    mistake(
        "shift_never_negative",
        SHIFT_NEVER_NEGATIVE,
        source=written_out(shift="np.maximum(logits.max(axis=-1, keepdims=True), 0)"),
    ),
    mistake(
        "first_example_only",
        """Only the first example is in your loss. The mean is over the real steps of all.""",
        (
            "real = mask > 0",
            "real = (mask > 0) & (np.arange(len(mask)) == np.flatnonzero(mask.any(axis=1))[0])[:, None]",
        ),
    ),
)
