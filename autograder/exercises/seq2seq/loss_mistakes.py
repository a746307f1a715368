"""Known wrong ways of ``teacher_forced_loss``."""

from __future__ import annotations

from autograder.course.exercise import mistake
from autograder.exercises.seq2seq.told import FORGETS_EVERY_TENTH
from autograder.exercises.told import SHIFT_NEVER_NEGATIVE


def cell(
    feed: str = "inputs[:, t]",
    state: str = "h",
    before: str = "h = context",
    after: str = "pass",
    loss: str = "-(picked * mask).sum() / M",
    dlogits: str = "(p - one_hot) * mask[:, :, None] / M",
    M: str = "mask.sum()",
    log_p: str = "z - z.max(axis=-1, keepdims=True)",
    norm: str = "np.log(np.exp(s).sum(axis=-1, keepdims=True))",
    states: str = "np.stack(states, axis=1)",
    steps: str = "range(inputs.shape[1])",
) -> str:
    """Return a cell with the whole function written out, some parts of it changed."""
    return f"""
            def teacher_forced_loss(context, inputs, targets, mask, dec):
                N, T = inputs.shape
                {before}
                z, states = [], []
                for t in {steps}:
                    logits, new = decoder_step({feed}, {state}, dec)
                    h = new
                    states.append(h)
                    z.append(logits)
                    {after}
                z = np.stack(z, axis=1)
                s = {log_p}
                log_p = s - {norm}
                p, one_hot = np.exp(log_p), np.eye(z.shape[2])[targets]
                picked = (np.where(one_hot > 0, log_p, 0)).sum(axis=-1)
                M = {M}
                return {loss}, {dlogits}, {states}
            """


ORDER = "return loss, dlogits, np.stack(states, axis=1)"


_LOSS = "loss = -((one_hot * log_p).sum(axis=-1) * mask).sum() / M"


_DLOGITS = "dlogits = (np.exp(log_p) - one_hot) * mask[:, :, None] / M"


_FEED = "decoder_step(inputs[:, t], h_t, dec)"


MISTAKES = (
    mistake(
        "answer_given_away",
        """Your decoder reads the targets: at each step the very token that it should give. The loss
            would fall quickly, and in use nobody hands it the answer. It reads inputs.""",
        (_FEED, "decoder_step(targets[:, t], h_t, dec)"),
    ),
    mistake(
        "reads_its_own_choice",
        """Your decoder reads what it chose itself. That is how it is used; in training the teacher's
            words are read, the next column of inputs.""",
        source=cell(
            feed="token",
            before="h, token = context, inputs[:, 0]",
            after="token = np.argmax(logits, axis=1)",
        ),
    ),
    mistake(
        "start_at_each_step",
        "Your decoder reads the first column of inputs at every step. Each step has its own.",
        (_FEED, "decoder_step(inputs[:, 0], h_t, dec)"),
    ),
    mistake(
        "shifted_again",
        """You shift the inputs once more: they are one step behind already. The step t reads
            inputs[:, t].""",
        (_FEED, "decoder_step(inputs[:, max(t - 1, 0)], h_t, dec)"),
    ),
    mistake(
        "targets_shifted",
        """You compare each step with the target of the next one. The shift is in the inputs already:
            step t should give targets[:, t].""",
        ("np.eye(logits.shape[-1])[targets]", "np.eye(logits.shape[-1])[np.roll(targets, -1, axis=1)]"),
    ),
    mistake(
        "state_not_carried",
        "Every step starts from the context again. The state goes on from step to step.",
        (_FEED, "decoder_step(inputs[:, t], context, dec)"),
    ),
    mistake(
        "context_ignored",
        "Your decoder starts from zeros: it knows nothing of the source.",
        ("h_t, states, logits = context, [], []", "h_t, states, logits = np.zeros_like(context), [], []"),
    ),
    mistake(
        "padding_counted",
        "Padded steps count in your loss and in its gradient. The mask says which targets are real.",
        (_LOSS, "M = mask.size; loss = -(one_hot * log_p).sum() / M"),
        (_DLOGITS, "dlogits = (np.exp(log_p) - one_hot) / M"),
    ),
    mistake(
        "mean_over_all_steps",
        """You leave the padding out of the sum but divide by N T. Then the same sentences cost less
            when more padding is added. Divide by the number of real targets.""",
        ("M = mask.sum()", "M = mask.size"),
    ),
    mistake(
        "sum_not_mean",
        "Your loss and its gradient are sums. The mean over the real targets is asked for.",
        ("M = mask.sum()", "M = 1"),
    ),
    mistake(
        "mean_over_batch",
        """You divide by the number of examples. The mean runs over all real targets: long sentences
            have more of them.""",
        ("M = mask.sum()", "M = len(mask)"),
    ),
    mistake(
        "mean_of_means",
        """You take the mean of each sentence, then the mean of these. A word of a short sentence then
            counts for more. One mean over all real targets is asked for.""",
        ("M = mask.sum()", "M = mask.sum(axis=1, keepdims=True) * len(mask)"),
        (_LOSS, "loss = -((one_hot * log_p).sum(axis=-1) * mask / M).sum()"),
        (_DLOGITS, "dlogits = (np.exp(log_p) - one_hot) * (mask / M)[:, :, None]"),
    ),
    mistake(
        "gradient_not_masked",
        """The loss is right. In your dlogits, padded steps have a gradient: they would teach the
            decoder what to say after the end.""",
        (_DLOGITS, "dlogits = (np.exp(log_p) - one_hot) / M"),
    ),
    mistake(
        "gradient_not_divided",
        "The loss is right, a mean. Your dlogits is the gradient of the sum.",
        (_DLOGITS, "dlogits = (np.exp(log_p) - one_hot) * mask[:, :, None]"),
    ),
    mistake(
        "gradient_over_all_steps",
        "The loss is right. Your dlogits is divided by N T, not by the number of real targets.",
        (_DLOGITS, "dlogits = (np.exp(log_p) - one_hot) * mask[:, :, None] / mask.size"),
    ),
    mistake(
        "gradient_over_batch",
        "The loss is right. Your dlogits is divided by N, not by the number of real targets.",
        (_DLOGITS, "dlogits = (np.exp(log_p) - one_hot) * mask[:, :, None] / len(mask)"),
    ),
    mistake(
        "loss_not_divided",
        "dlogits is right. Your loss is a sum, not the mean.",
        (_LOSS, "loss = -((one_hot * log_p).sum(axis=-1) * mask).sum()"),
    ),
    mistake(
        "loss_with_padding",
        "dlogits is right. Padded steps count in the sum of your loss.",
        (_LOSS, "loss = -(one_hot * log_p).sum() / M"),
    ),
    mistake(
        "loss_for_each_example",
        "You return a loss for each example, (N,). One number is asked for.",
        (_LOSS, "loss = -((one_hot * log_p).sum(axis=-1) * mask).sum(axis=1) / M"),
    ),
    mistake(
        "log_with_base_two",
        "You use the logarithm with base 2. The loss is -ln p.",
        (_LOSS, "loss = -((one_hot * log_p).sum(axis=-1) * mask).sum() / M / np.log(2)"),
    ),
    mistake(
        "negative_loss",
        "The sign of your loss is wrong: ln p is negative, so a loss of -ln p is positive.",
        (_LOSS, "loss = ((one_hot * log_p).sum(axis=-1) * mask).sum() / M"),
    ),
    mistake(
        "gradient_negated",
        "The sign of your dlogits is wrong: a logit of a wrong token that grows makes the loss larger.",
        (_DLOGITS, "dlogits = (one_hot - np.exp(log_p)) * mask[:, :, None] / M"),
    ),
    mistake(
        "probabilities_for_gradient",
        "Your dlogits is the softmax. At the place of the target, 1 has to be subtracted.",
        (_DLOGITS, "dlogits = np.exp(log_p) * mask[:, :, None] / M"),
    ),
    mistake(
        "logits_for_probabilities",
        """Your dlogits takes the one-hot rows from the logits themselves. It takes them from their
            softmax.""",
        (_DLOGITS, "dlogits = (logits - one_hot) * mask[:, :, None] / M"),
    ),
    mistake(
        "softmax_over_time",
        """Your softmax runs over the steps. Each step has probabilities of its own, over the V tokens:
            the last axis.""",
        source=cell(
            log_p="z - z.max(axis=1, keepdims=True)", norm="np.log(np.exp(s).sum(axis=1, keepdims=True))"
        ),
    ),
    mistake(
        "no_shift",
        """You exponentiate the logits as they are: exp(1000) is infinite. Subtract the largest logit of
            each row first.""",
        source=cell(log_p="z"),
    ),
    mistake(
        "one_shift_for_all",
        """You subtract the largest logit of the whole batch. In another row all logits may lie far
            below it, and the logarithm of 0 comes out. Each row has its own largest.""",
        source=cell(log_p="z - z.max()"),
    ),
    mistake(
        "one_shift_for_each_step",
        """You subtract the largest logit of the whole step, over all examples. In another row all logits
            may lie far below it, and the logarithm of 0 comes out. Each row has its own largest.""",
        source=cell(log_p="z - z.max(axis=(0, 2), keepdims=True)"),
    ),
    mistake(
        "logarithm_of_zero",
        """You take the logarithm of the softmax. A small probability is rounded to 0, and its logarithm
            is not finite. Compute ln p directly.""",
        source=cell(norm="0; e = np.exp(s); log_p = np.log(e / e.sum(axis=-1, keepdims=True))"),
    ),
    mistake(
        "logarithm_of_zero_averted",
        """You add a small number to the probabilities before the logarithm, or cut them off there. That
        keeps the loss finite,
            and wrong: it cannot exceed a bound. Compute ln p directly.""",
        source=cell(
            norm="0; e = np.exp(s); p_ = e / e.sum(axis=-1, keepdims=True); log_p = np.log(p_ + 1e-12)",
            dlogits="(p_ - one_hot) * mask[:, :, None] / M",
        ),
    ),
    mistake(
        "context_among_states",
        "Your h has T + 1 states: the context stands in front. The states after each step are asked for.",
        ("h_t, states, logits = context, [], []", "h_t, states, logits = context, [context], []"),
    ),
    mistake(
        "states_before_the_steps",
        "Your h holds the state *before* each step: the context first, and the last state is missing.",
        ("        states.append(h_t)\n", ""),
        (
            "        logits_t, h_t = decoder",
            "        states.append(h_t)\n        logits_t, h_t = decoder",
        ),
    ),
    mistake(
        "states_masked",
        """Your h is 0 at padded steps. The states are asked for as they are; the mask belongs to the
            loss.""",
        (ORDER, "return loss, dlogits, np.stack(states, axis=1) * mask[:, :, None]"),
    ),
    mistake(
        "time_first",
        "Your arrays have time first. The batch comes first: (N, T, V) and (N, T, H).",
        (ORDER, "return loss, dlogits.swapaxes(0, 1).copy(), np.stack(states)"),
    ),
    mistake(
        "last_state_only",
        """Your third output is the last state. The states of all steps are asked for: the way back
            needs them.""",
        (ORDER, "return loss, dlogits, h_t"),
    ),
    mistake(
        "loss_and_gradient_only",
        "You return two things. The third are the states, (N, T, H).",
        (ORDER, "return loss, dlogits"),
    ),
    mistake(
        "loss_only",
        "You return the loss only. Three things are asked for: loss, dlogits, h.",
        (ORDER, "return loss"),
    ),
    mistake(
        "states_second",
        "The second and third output are exchanged: dlogits comes before h.",
        (ORDER, "return loss, np.stack(states, axis=1), dlogits"),
    ),
    mistake(
        "last_step_left_out",
        """Your loop ends one step early, so the last targets are never compared: for the longest
            sentence that is the end token.""",
        source=cell(
            steps="range(T - 1 or 1)",
            loss="-(picked * mask[:, : T - 1 or 1]).sum() / M",
            dlogits="(p - one_hot) * mask[:, : T - 1 or 1, None] / M",
            M="mask[:, : T - 1 or 1].sum()",
        ).replace("[targets]", "[targets[:, : T - 1 or 1]]"),
    ),
    mistake(
        "end_not_counted",
        """You leave the last real target of each sentence out. That is the end token: a decoder that
            never learns it never stops.""",
        (
            "M = mask.sum()",
            "mask = mask * np.pad(mask[:, 1:], ((0, 0), (0, 1))); M = mask.sum()",
        ),
    ),
    mistake(
        "divides_the_mask",
        """Your function changes the mask it was given. Whoever called you needs it again for the next
            step of the training.""",
        ("M = mask.sum()", "M = mask.sum(); mask /= M"),
        (_LOSS, "loss = -((one_hot * log_p).sum(axis=-1) * mask).sum()"),
        (_DLOGITS, "dlogits = (np.exp(log_p) - one_hot) * mask[:, :, None]"),
        manner="changes_its_input",
    ),
    *(
        mistake(
            f"log_of_p_plus_{eps}".replace("-", "_"),
            f"""You add {eps} to the probabilities before the logarithm. That keeps the loss finite, and wrong: it
                cannot exceed a bound. Compute ln p directly.""",
            source=cell(
                norm=f"0; e = np.exp(s); p_ = e / e.sum(axis=-1, keepdims=True); log_p = np.log(p_ + {eps})",
                dlogits="(p_ - one_hot) * mask[:, :, None] / M",
            ),
        )
        for eps in ("1e-8", "1e-9", "1e-10", "1e-15")
    ),
    mistake(
        "state_held_at_padding",
        """Loss and dlogits are right. Your h stays as it was at padded steps, as in the encoder. Here all
            steps are taken: the mask decides only which targets count.""",
        (
            "states.append(h_t)",
            "h_t = h_t * mask[:, [t]] + (states[-1] if t else context) * (1 - mask[:, [t]]); states.append(h_t)",
        ),
    ),
    mistake(
        "loss_over_all_steps",
        """dlogits is right. Your loss is divided by N T: the zeros at the padding count in a .mean().
            Divide by the number of real targets.""",
        (_LOSS, "loss = -((one_hot * log_p).sum(axis=-1) * mask).mean()"),
    ),
    mistake(
        "loss_mean_of_means",
        """dlogits is right. Your loss takes the mean of each sentence, then the mean of these: a word
            of a short sentence counts for more. One mean over all real targets is asked for.""",
        (
            _LOSS,
            "loss = (-((one_hot * log_p).sum(axis=-1) * mask).sum(axis=1) / mask.sum(axis=1)).mean()",
        ),
    ),
    mistake(
        "mean_of_steps",
        """You take the mean of each step over the batch, then the mean of these. A step that only the
            long sentences reach then counts as much as the first one. One mean over all real targets is
            asked for.""",
        ("M = mask.sum()", "M = mask.sum(axis=0) * mask.shape[1]"),
        (_LOSS, "loss = -((one_hot * log_p).sum(axis=-1) * mask / M).sum()"),
        (_DLOGITS, "dlogits = (np.exp(log_p) - one_hot) * (mask / M)[:, :, None]"),
    ),
    mistake(
        "loss_mean_of_steps",
        """dlogits is right. Your loss takes the mean of each step over the batch, then the mean of
            these: the late steps, which only long sentences reach, count for more. One mean over all real
            targets is asked for.""",
        (
            _LOSS,
            "loss = (-((one_hot * log_p).sum(axis=-1) * mask).sum(axis=0) / mask.sum(axis=0)).mean()",
        ),
    ),
    mistake(
        "mean_over_vocabulary",
        """You take the mean over all N T V entries. V - 1 of the V entries of each step are zeros of
            the one-hot row, and no terms of the sum; padding does not count either.""",
        (_LOSS, "M = one_hot.size; loss = -(one_hot * log_p).mean()"),
        (_DLOGITS, "dlogits = (np.exp(log_p) - one_hot) / M"),
    ),
    mistake(
        "masked_mean_over_vocabulary",
        """You take the mean over all N T V entries. V - 1 of the V entries of each step are zeros of
            the one-hot row, and no terms of the sum. Divide by the number of real targets.""",
        ("M = mask.sum()", "M = one_hot.size"),
    ),
    mistake(
        "gradient_at_the_target_only",
        """Your gradient is 0 but at the target. All logits are in the sum of the softmax, so each gets
            its probability, and the target 1 less.""",
        (_DLOGITS, "dlogits = one_hot * (np.exp(log_p) - 1) * mask[:, :, None] / M"),
    ),
    mistake(
        "rows_exchanged",
        """You read the targets and compare with the inputs. The decoder reads inputs; targets are what it
            should give.""",
        (_FEED, "decoder_step(targets[:, t], h_t, dec)"),
        ("np.eye(logits.shape[-1])[targets]", "np.eye(logits.shape[-1])[inputs]"),
    ),
    mistake(
        "shift_never_negative",
        SHIFT_NEVER_NEGATIVE,
        source=cell(log_p="z - np.maximum(z.max(axis=-1, keepdims=True), 0)"),
    ),
    mistake(
        "id_zero_is_padding",
        """You take a target with the id 0 for padding. In these arrays 0 is a token like all others; the
            mask decides.""",
        ("M = mask.sum()", "mask = mask * (targets != 0)\n    M = mask.sum()"),
    ),
    mistake(
        "id_zero_for_the_mask",
        """You count the targets that are not 0 and do not use the mask. In these arrays 0 is a token like
        all others, and
            padding may hold any id: the mask decides.""",
        ("M = mask.sum()", "mask = (targets != 0).astype(float)\n    M = mask.sum()"),
    ),
    mistake(
        "forgets_every_tenth",
        FORGETS_EVERY_TENTH,
        (_FEED, "decoder_step(inputs[:, t], h_t if t % 10 or t == 0 else 0 * h_t, dec)"),
    ),
    mistake(
        "first_example_only",
        """Only the first example is in your loss and its gradient. The mean is over all.""",
        ("M = mask.sum()", "mask = mask * (np.arange(len(mask)) == 0)[:, None]\n    M = mask.sum()"),
    ),
)
