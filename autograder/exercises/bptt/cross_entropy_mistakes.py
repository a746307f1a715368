"""Known wrong ways of ``cross_entropy``."""

from __future__ import annotations

from autograder.course.exercise import mistake
from autograder.exercises.bptt.told import BASE_TWO
from autograder.exercises.told import LOSS_ONLY


def _softmax_lines(after: str, before: str = "") -> str:
    return f"""
            def cross_entropy(logits, targets):
                {before or "pass"}
                e = np.exp(logits - logits.max(axis=-1, keepdims=True))
                p = e / e.sum(axis=-1, keepdims=True)
                one_hot = np.eye(logits.shape[-1])[targets]
                {after}
            """


_RETURN = "return loss, dlogits"


MISTAKES = (
    mistake(
        "log_p_cut_off",
        """You cut log p off, so no loss is larger than that. From the logits log p comes out exactly, also
        when it is far below: nothing needs to be cut.""",
        source=_softmax_lines(
            "return -np.maximum(np.take_along_axis(z, targets[..., None], axis=-1), -5000.0).sum(), p - one_hot",
            "z = logits - logits.max(axis=-1, keepdims=True)\n                "
            "z = z - np.log(np.exp(z).sum(axis=-1, keepdims=True))",
        ),
    ),
    mistake(
        "gradient_sign",
        """Your gradient is one-hot minus p. It has the wrong sign: where p is too large, the loss grows
        with it.""",
        ("np.exp(log_p) - one_hot", "one_hot - np.exp(log_p)"),
    ),
    mistake(
        "loss_sign",
        "Your loss is negative: the logarithm of a probability is below 0, so there is a minus in front.",
        ("loss = -(", "loss = ("),
    ),
    mistake(
        "mean_over_batch",
        "You divide by N. Here loss and gradient are sums over examples and steps.",
        (_RETURN, "return loss / len(targets), dlogits / len(targets)"),
    ),
    mistake(
        "mean_over_time",
        "You divide by T. Here loss and gradient are sums over examples and steps.",
        (_RETURN, "return loss / targets.shape[1], dlogits / targets.shape[1]"),
    ),
    mistake(
        "mean_over_both",
        "You divide by N T. Here loss and gradient are sums over examples and steps.",
        (_RETURN, "return loss / targets.size, dlogits / targets.size"),
    ),
    mistake(
        "loss_mean_gradient_sum",
        """Your loss is a mean and your gradient that of a sum: a gradient check would find it at once.
        Use the sum in both.""",
        (_RETURN, "return loss / targets.size, dlogits"),
    ),
    mistake(
        "gradient_mean_loss_sum",
        """Your gradient is divided by N T and your loss is not. They must belong to the same function:
        the sum.""",
        (_RETURN, "return loss, dlogits / targets.size"),
    ),
    mistake(
        "last_step_only",
        "Only the last step counts in your loss. Here every step has a target.",
        (
            _RETURN,
            "dlogits[:, :-1] = 0\n    return -(one_hot * log_p)[:, -1].sum(), dlogits",
        ),
    ),
    mistake(
        "target_left_out",
        "Your gradient is p itself: the 1 of the target is not subtracted.",
        ("np.exp(log_p) - one_hot", "np.exp(log_p)"),
    ),
    mistake(
        "gradient_of_p",
        """Your gradient is that with respect to the probabilities, -1/p at the target. It still has to
        go back through the softmax.""",
        ("np.exp(log_p) - one_hot", "-one_hot / np.exp(log_p)"),
    ),
    mistake(
        "target_entry_only",
        """Your gradient is 0 but at the targets. Through the denominator of the softmax every logit of
        the row takes part.""",
        ("np.exp(log_p) - one_hot", "(np.exp(log_p) - 1) * one_hot"),
    ),
    mistake(
        "all_targets_everywhere",
        """You subtract 1 with an index like p[:, :, targets], which reaches the targets of *every* step
        in each row. Pair each row with its own target.""",
        source=_softmax_lines(
            "g = p.copy(); g[:, :, np.unique(targets)] -= 1; return -(one_hot * np.log(p)).sum(), g"
        ),
    ),
    mistake(
        "axis_of_time",
        """Your softmax is over time: the numbers add up to 1 over the steps. The classes are on the last
        axis.""",
        source="""
        def cross_entropy(logits, targets):
            shifted = logits - logits.max(axis=1, keepdims=True)
            log_p = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
            one_hot = np.eye(logits.shape[-1])[targets]
            return -(one_hot * log_p).sum(), np.exp(log_p) - one_hot
        """,
    ),
    mistake(
        "sum_over_all",
        """You normalise over all axes at once. Each row of K numbers is a distribution of its own:
        axis=-1.""",
        source="""
        def cross_entropy(logits, targets):
            shifted = logits - logits.max()
            log_p = shifted - np.log(np.exp(shifted).sum())
            one_hot = np.eye(logits.shape[-1])[targets]
            return -(one_hot * log_p).sum(), np.exp(log_p) - one_hot
        """,
    ),
    mistake(
        "no_shift",
        """For ordinary logits you are right. For large ones exp overflows: subtract the row maximum
        first.""",
        source="""
        def cross_entropy(logits, targets):
            log_p = logits - np.log(np.exp(logits).sum(axis=-1, keepdims=True))
            one_hot = np.eye(logits.shape[-1])[targets]
            return -np.sum(log_p[one_hot == 1]), np.exp(log_p) - one_hot
        """,
    ),
    mistake(
        "global_shift",
        """You shift by the largest logit of all, not of each row. Rows far below it become 0 / 0.
        Notebook 02 showed the same for the softmax.""",
        ("logits.max(axis=-1, keepdims=True)", "logits.max()"),
    ),
    mistake(
        "log_of_zero",
        """For ordinary logits you are right. For large ones a p is exactly 0 in floating point and its
        logarithm infinite. Compute log p directly, without p.""",
        source=_softmax_lines("return -np.log(p[one_hot == 1]).sum(), p - one_hot"),
    ),
    mistake(
        "mean_over_both_and_log",
        """You divide by N T, where sums over examples and steps are asked for. And for large logits the
        loss is infinite: compute log p directly, without p.""",
        source=_softmax_lines(
            "n = targets.size; return -np.log(p[one_hot == 1]).sum() / n, (p - one_hot) / n"
        ),
    ),
    mistake(
        "mean_over_batch_and_log",
        """You divide by N, where sums over examples and steps are asked for. And for large logits the
        loss is infinite: compute log p directly, without p.""",
        source=_softmax_lines(
            "loss = -np.log(p[one_hot == 1]).sum(); return loss / len(p), (p - one_hot) / len(p)"
        ),
    ),
    mistake(
        "loss_mean_gradient_sum_and_log",
        """Your loss is a mean and your gradient that of a sum: use the sum in both. And for large
        logits the loss is infinite: compute log p directly, without p.""",
        source=_softmax_lines(
            "loss = -np.log(p[one_hot == 1]).sum(); return loss / targets.size, p - one_hot"
        ),
    ),
    mistake(
        "gradient_sign_and_log",
        """Your gradient has the wrong sign: it is p minus one-hot. And for large logits the loss is
        infinite: compute log p directly, without p.""",
        source=_softmax_lines("loss = -np.log(p[one_hot == 1]).sum(); return loss, one_hot - p"),
    ),
    mistake(
        "log_of_zero_times_zero",
        """For ordinary logits you are right. For large ones a p is exactly 0, its logarithm is minus
        infinity, and 0 times that is NaN. Compute log p directly, without p.""",
        source=_softmax_lines("return -(one_hot * np.log(p)).sum(), p - one_hot"),
    ),
    mistake(
        "epsilon_in_the_log",
        """You add a tiny number inside the logarithm, or cut p off there. That hides the infinity and gives
        a wrong loss
        where the network is confidently wrong. Compute log p directly.""",
        source=_softmax_lines("return -np.log(p[one_hot == 1] + 1e-12).sum(), p - one_hot"),
    ),
    *(
        mistake(
            f"ids_of_{kind}",
            f"""You turn the targets into {kind}. It has no room for large ids: they come out as others, and the
            loss is that of a wrong class.""",
            ("[targets]", f"[targets.astype(np.{kind})]"),
        )
        for kind in ("int8", "uint8")
    ),
    mistake(
        "sum_left_out_of_log_p",
        """Your loss takes the shifted logit of the target for its log p. The logarithm of the sum of exponentials
        is missing: without it no other class counts.""",
        ("(one_hot * log_p).sum()", "(one_hot * shifted).sum()"),
    ),
    mistake(
        "base_two",
        BASE_TWO,
        (_RETURN, "return loss / np.log(2), dlogits"),
    ),
    mistake(
        "not_summed",
        "Your loss is an array of shape (N, T). A loss is one number: their sum.",
        ("(one_hot * log_p).sum()", "(one_hot * log_p).sum(axis=-1)"),
    ),
    mistake(
        "summed_over_time_only",
        "Your loss has one number for each example. A loss is one number: sum over the batch too.",
        ("(one_hot * log_p).sum()", "(one_hot * log_p).sum(axis=(1, 2))"),
    ),
    mistake(
        "all_classes",
        "Your loss adds up -log p of every class. Only the target's counts.",
        ("(one_hot * log_p).sum()", "log_p.sum()"),
    ),
    mistake(
        "loss_only",
        LOSS_ONLY,
        (_RETURN, "return loss"),
    ),
    mistake(
        "shifts_its_input",
        """Your function changes the logits it was given: -= writes into the caller's array. Make a new
        one.""",
        (
            "shifted = logits - logits.max(axis=-1, keepdims=True)",
            "logits -= logits.max(axis=-1, keepdims=True)\n    shifted = logits",
        ),
        manner="changes_its_input",
    ),
    mistake(
        "no_shift_in_p",
        """For ordinary logits you are right. For large ones exp overflows and p is inf / inf, a NaN:
        subtract the row maximum first, and compute log p directly.""",
        source="""
        def cross_entropy(logits, targets):
            e = np.exp(logits)
            p = e / e.sum(axis=-1, keepdims=True)
            one_hot = np.eye(logits.shape[-1])[targets]
            return -(one_hot * np.log(p)).sum(), p - one_hot
        """,
    ),
    mistake(
        "axis_of_batch",
        "Your softmax is over the examples of the batch. The classes are on the last axis.",
        source="""
        def cross_entropy(logits, targets):
            shifted = logits - logits.max(axis=0, keepdims=True)
            log_p = shifted - np.log(np.exp(shifted).sum(axis=0, keepdims=True))
            one_hot = np.eye(logits.shape[-1])[targets]
            return -(one_hot * log_p).sum(), np.exp(log_p) - one_hot
        """,
    ),
    mistake(
        "all_targets_in_the_gradient",
        """You subtract 1 with an index like g[:, :, targets], which reaches the targets of *every* step
        in each row. Pair each row with its own target.""",
        ("np.exp(log_p) - one_hot", "np.exp(log_p)\n    dlogits[:, :, targets] -= 1"),
    ),
    mistake(
        "log_p_for_p",
        "Your gradient is log p minus one-hot. It is p itself that stands there: np.exp(log_p).",
        ("np.exp(log_p) - one_hot", "log_p - one_hot"),
    ),
    mistake(
        "shift_in_the_sum_only",
        """You subtract the maximum inside the sum of exponentials but not from the logit outside. Both
        stand in the formula: (z - m) minus the logarithm.""",
        ("log_p = shifted - np.log", "log_p = logits - np.log"),
    ),
    mistake(
        "log_of_the_sum",
        "You add up the p of the targets and then take the logarithm. Each row has a loss of its own.",
        ("loss = -(one_hot * log_p).sum()", "loss = -np.log((one_hot * np.exp(log_p)).sum())"),
    ),
    mistake(
        "slope_twice",
        """There is a factor p (1 - p) too many in your gradient. The derivative of the softmax is in p minus
        one-hot already.""",
        ("np.exp(log_p) - one_hot", "np.exp(log_p) * (1 - np.exp(log_p)) * (np.exp(log_p) - one_hot)"),
    ),
    mistake(
        "loss_mean_over_batch",
        "Your loss is divided by N, your gradient is not. They must belong to the same function: the sum.",
        (_RETURN, "return loss / len(targets), dlogits"),
    ),
    mistake(
        "all_targets_in_the_loss",
        """You pick with an index like log_p[:, :, targets], which takes the targets of *every* step from
        each row. Pair each row with its own target.""",
        ("loss = -(one_hot * log_p).sum()", "loss = -log_p[:, :, targets].sum()"),
    ),
    mistake(
        "logit_for_log_p",
        "Your loss adds up the logits of the targets. The logarithm of the sum is missing: it is log p.",
        ("loss = -(one_hot * log_p).sum()", "loss = -(one_hot * logits).sum()"),
    ),
    mistake(
        "not_normalised",
        """Your p is exp(z - m) without the division by its sum over the classes, so the p of a row do not
        add up to 1.""",
        ("dlogits = np.exp(log_p) - one_hot", "dlogits = np.exp(shifted) - one_hot"),
    ),
    mistake(
        "summed_over_batch_only",
        "Your loss has one number for each step. A loss is one number: sum over the steps too.",
        ("(one_hot * log_p).sum()", "(one_hot * log_p).sum(axis=(0, 2))"),
    ),
)
