"""Notebook 08, fifth part: the loss with teacher forcing."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from autograder.course.exercise import Draw, Exercise, Invariant, Question, ask, mistake, other_way, weights
from autograder.exercises.seq2seq.draws import changed, decoder, flipped, ids, mixed, ones_first
from rnncourse.checking.caseset import Group
from rnncourse.checking.values import Value


def _inputs(draw: Draw, N: int, T: int, V: int, H: int, lengths: list[int] | None = None) -> dict[str, Value]:
    return {
        "context": weights(draw, N, H),
        "inputs": ids(draw, V, N, T),
        "targets": ids(draw, V, N, T),
        "mask": ones_first(lengths or mixed(draw, N, T), T),
        "dec": decoder(draw, V, H),
    }


def _teacher_forced_loss(draw: Draw) -> Iterator[Question]:
    H, N = (int(size) for size in draw.permutation([2, 3]))
    yield ask(**_inputs(draw, N, 4, 5, H))
    yield ask(**_inputs(draw, 3, 5, 4, 2, [2, 5, 4]))
    yield ask("full", **_inputs(draw, 2, 3, 4, 5, [3, 3]))
    yield ask("one", **_inputs(draw, 1, 4, 5, 3, [3]))
    yield ask("single", **_inputs(draw, 3, 1, 4, 2, [1, 1, 1]))
    large = _inputs(draw, 2, 3, 5, 4, [3, 2])
    large["dec"]["Why"] *= 2000
    yield ask("large", **large)
    yield ask("square", **_inputs(draw, 3, 3, 3, 3))


def _more_padding(i: dict[str, Value]) -> dict[str, Value]:
    N, V = len(i["mask"]), len(i["dec"]["by"])
    more = {"inputs": np.full((N, 1), V - 1), "targets": np.full((N, 1), 1), "mask": np.zeros((N, 1))}
    return i | {name: np.concatenate([i[name], column], axis=1) for name, column in more.items()}


def _other_padding(i: dict[str, Value]) -> dict[str, Value]:
    top = len(i["dec"]["by"]) - 1
    return i | {"targets": np.where(i["mask"] == 0, top - i["targets"], i["targets"])}


def _twice(i: dict[str, Value]) -> dict[str, Value]:
    names = ("context", "inputs", "targets", "mask")
    return i | {name: np.concatenate([i[name], i[name]]) for name in names}


def _cell(
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


_ORDER = "return loss, dlogits, np.stack(states, axis=1)"
_LOSS = "loss = -((one_hot * log_p).sum(axis=-1) * mask).sum() / M"
_DLOGITS = "dlogits = (np.exp(log_p) - one_hot) * mask[:, :, None] / M"
_FEED = "decoder_step(inputs[:, t], h_t, dec)"

TEACHER_FORCED_LOSS = Exercise(
    id="teacher_forced_loss",
    questions=_teacher_forced_loss,
    core="loss, gradient and states of a padded batch",
    core_weight=8.0,
    parts=("loss", "dlogits", "h"),
    uses=("decoder_step",),
    allow_views=True,
    groups=(
        Group("full", "a batch without padding"),
        Group("one", "a batch of one example (N = 1), padded"),
        Group("single", "one step (T = 1)"),
        Group("large", "logits in the thousands"),
        Group("square", "N = T = V = H, where shapes catch nothing"),
    ),
    invariants=(
        Invariant(
            "padded",
            "the numbers, with one more step of padding",
            _more_padding,
            lambda i, a, j, b: (
                np.isclose(a[0], b[0]) and np.allclose(a[1], b[1][:, :-1]) and not b[1][:, -1].any()
            ),
        ),
        Invariant(
            "other_padding",
            "the numbers, with other targets at the padding",
            _other_padding,
            lambda i, a, j, b: np.isclose(a[0], b[0]) and np.allclose(a[1], b[1]),
        ),
        Invariant(
            "permuted",
            "the numbers, with the batch reordered",
            lambda i: flipped(i, "context", "inputs", "targets", "mask"),
            lambda i, a, j, b: np.isclose(a[0], b[0]) and np.allclose(a[1][::-1], b[1]),
        ),
        Invariant(
            "twice",
            "the numbers, with every example twice in the batch",
            _twice,
            lambda i, a, j, b: np.isclose(a[0], b[0]) and np.allclose(a[1], 2 * b[1][: len(a[1])]),
        ),
        Invariant(
            "knows_nothing",
            "the numbers, with Why = 0 and by = 0",
            lambda i: changed(i, "dec", **{name: np.zeros_like(i["dec"][name]) for name in ("Why", "by")}),
            lambda i, a, j, b: np.isclose(b[0], np.log(len(i["dec"]["by"]))),
        ),
    ),
    hints=(
        "First a loop that only collects: the logits and the states of all steps. What does each step "
        "read, and what is the state before the first one?",
        "After the loop everything is arrays: logits (N, T, V). The loss is that of notebook 03, but each "
        "of its N x T terms is multiplied by the mask, and the sum is divided by the number of ones in "
        "the mask.",
        "log_p = shifted - log(sum(exp(shifted))) with the largest logit of each row subtracted first. "
        "Pick the entries of the targets with one-hot rows. loss = -(picked * mask).sum() / mask.sum(); "
        "dlogits = (softmax - one-hot) times mask[:, :, None], divided by the same number.",
    ),
    mistakes=(
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
            source=_cell(
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
            source=_cell(
                log_p="z - z.max(axis=1, keepdims=True)", norm="np.log(np.exp(s).sum(axis=1, keepdims=True))"
            ),
        ),
        mistake(
            "no_shift",
            """You exponentiate the logits as they are: exp(1000) is infinite. Subtract the largest logit of
            each row first.""",
            source=_cell(log_p="z"),
        ),
        mistake(
            "one_shift_for_all",
            """You subtract the largest logit of the whole batch. In another row all logits may lie far
            below it, and the logarithm of 0 comes out. Each row has its own largest.""",
            source=_cell(log_p="z - z.max()"),
        ),
        mistake(
            "one_shift_for_each_step",
            """You subtract the largest logit of the whole step, over all examples. In another row all logits
            may lie far below it, and the logarithm of 0 comes out. Each row has its own largest.""",
            source=_cell(log_p="z - z.max(axis=(0, 2), keepdims=True)"),
        ),
        mistake(
            "logarithm_of_zero",
            """You take the logarithm of the softmax. A small probability is rounded to 0, and its logarithm
            is not finite. Compute ln p directly.""",
            source=_cell(norm="0; e = np.exp(s); log_p = np.log(e / e.sum(axis=-1, keepdims=True))"),
        ),
        mistake(
            "logarithm_of_zero_averted",
            """You add a small number to the probabilities before the logarithm. That keeps the loss finite,
            and wrong: it cannot exceed a bound. Compute ln p directly.""",
            source=_cell(
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
            (_ORDER, "return loss, dlogits, np.stack(states, axis=1) * mask[:, :, None]"),
        ),
        mistake(
            "time_first",
            "Your arrays have time first. The batch comes first: (N, T, V) and (N, T, H).",
            (_ORDER, "return loss, dlogits.swapaxes(0, 1).copy(), np.stack(states)"),
        ),
        mistake(
            "last_state_only",
            """Your third output is the last state. The states of all steps are asked for: the way back
            needs them.""",
            (_ORDER, "return loss, dlogits, h_t"),
        ),
        mistake(
            "loss_and_gradient_only",
            "You return two things. The third are the states, (N, T, H).",
            (_ORDER, "return loss, dlogits"),
        ),
        mistake(
            "loss_only",
            "You return the loss only. Three things are asked for: loss, dlogits, h.",
            (_ORDER, "return loss"),
        ),
        mistake(
            "states_second",
            "The second and third output are exchanged: dlogits comes before h.",
            (_ORDER, "return loss, np.stack(states, axis=1), dlogits"),
        ),
        mistake(
            "last_step_left_out",
            """Your loop ends one step early, so the last targets are never compared: for the longest
            sentence that is the end token.""",
            source=_cell(
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
                source=_cell(
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
    ),
    other_ways=(
        other_way("written_out", source=_cell()),
        other_way(
            "real_targets_only",
            source="""
            def teacher_forced_loss(context, inputs, targets, mask, dec):
                h, states = context, []
                for token in inputs.T:
                    h = np.tanh(dec["Wxh"][token] + h @ dec["Whh"] + dec["bh"])
                    states.append(h)
                states = np.array(states).swapaxes(0, 1)
                z = np.einsum("nth,hv->ntv", states, dec["Why"]) + dec["by"]
                log_p = z - np.logaddexp.reduce(z, axis=2, keepdims=True)
                n, t = np.nonzero(mask)
                picked = log_p[n, t, targets[n, t]]
                d = np.zeros_like(z)
                d[n, t] = np.exp(log_p[n, t])
                d[n, t, targets[n, t]] -= 1
                return -picked.mean(), d / len(n), states
            """,
        ),
        other_way(
            "step_by_step",
            source="""
            def teacher_forced_loss(context, inputs, targets, mask, dec, verbose=False):
                total, count, d, states, h = 0.0, np.sum(mask), [], [], context
                for t in range(targets.shape[1]):
                    z, h = decoder_step(inputs[:, t], h, dec)
                    z = z - z.max(axis=1)[:, None]
                    e = np.exp(z)
                    rows = np.arange(len(z))
                    total += (mask[:, t] * (np.log(e.sum(axis=1)) - z[rows, targets[:, t]])).sum()
                    g = e / e.sum(axis=1)[:, None]
                    g[rows, targets[:, t]] -= 1
                    d.append(g * mask[:, t][:, None] / count)
                    states.append(h)
                return [total / count, np.stack(d, 1), np.stack(states, 1)]
            """,
        ),
        other_way(
            "example_by_example",
            source="""
            def teacher_forced_loss(context, inputs, targets, mask, dec):
                M, loss, d, states = float(mask.sum()), 0.0, [], []
                for n in range(len(context)):
                    h, rows, mine = context[n : n + 1], [], []
                    for word, target, real in zip(inputs[n], targets[n], mask[n]):
                        z, h = decoder_step(np.array([word]), h, dec)
                        z = z[0] - z[0].max()
                        log_p = z - np.log(np.exp(z).sum())
                        loss -= real * log_p[target] / M
                        rows.append(real * (np.exp(log_p) - (np.arange(len(z)) == target)) / M)
                        mine.append(h[0])
                    d.append(rows)
                    states.append(mine)
                return loss, d, states
            """,
        ),
        other_way(
            "single_precision",
            (_ORDER, "return np.float32(loss), np.float32(dlogits), np.float32(np.stack(states, axis=1))"),
        ),
    ),
)
