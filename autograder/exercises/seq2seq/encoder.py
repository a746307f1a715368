"""Notebook 08, seventh part: the gradient of what was written, in the network that read."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from autograder.course.exercise import Draw, Exercise, Invariant, Question, ask, mistake, other_way, weights
from autograder.exercises.seq2seq.draws import Array, encoder, flipped, ids, mixed, ones_first
from rnncourse.checking.caseset import Group
from rnncourse.checking.values import Value


def _states(source: Array, mask: Array, enc: dict[str, Array]) -> Array:
    """Return the states of an encoder that keeps its state at padded steps, (N, T, H)."""
    state, h = np.zeros((len(source), len(enc["bh"]))), []
    for t in range(source.shape[1]):
        new = np.tanh(enc["Wxh"][source[:, t]] + state @ enc["Whh"] + enc["bh"])
        state = np.where(mask[:, t, None] > 0, new, state)
        h.append(state)
    return np.stack(h, axis=1)


def _inputs(draw: Draw, N: int, T: int, D: int, H: int, lengths: list[int] | None = None) -> dict[str, Value]:
    enc, source = encoder(draw, D, H), ids(draw, D, N, T)
    if N > 1:
        source[1, 0] = source[0, 0]  # the same word twice in one step
    mask = ones_first(lengths or mixed(draw, N, T), T)
    h = _states(source, mask, enc)
    return {"dcontext": weights(draw, N, H), "source": source, "mask": mask, "h": h, "enc": enc}


def _encoder_backward(draw: Draw) -> Iterator[Question]:
    H, N = (int(size) for size in draw.permutation([3, 4]))
    yield ask(**_inputs(draw, N, 5, 6, H))
    yield ask(**_inputs(draw, 4, 6, 5, 2, [2, 6, 4, 3]))
    yield ask("full", **_inputs(draw, 2, 4, 6, 3, [4, 4]))
    large = _inputs(draw, 3, 4, 5, 2)
    large["dcontext"] = 40 * large["dcontext"]
    yield ask("large", **large)
    yield ask("one", **_inputs(draw, 1, 5, 4, 3, [3]))
    yield ask("single", **_inputs(draw, 3, 1, 5, 4, [1, 1, 1]))
    yield ask("square", **_inputs(draw, 4, 4, 4, 4))


def _more_padding(i: dict[str, Value]) -> dict[str, Value]:
    N = len(i["source"])
    more = {"source": np.full((N, 2), 1), "mask": np.zeros((N, 2)), "h": i["h"][:, [-1, -1]]}
    return i | {name: np.concatenate([i[name], columns], axis=1) for name, columns in more.items()}


def _first_alone(i: dict[str, Value]) -> dict[str, Value]:
    """Return inputs in which only the first example has a gradient."""
    return i | {"dcontext": i["dcontext"] * (np.arange(len(i["dcontext"])) == 0)[:, None]}


def _same(a: Value, b: Value, factor: float = 1.0) -> bool:
    return all(np.allclose(factor * a[name], b[name]) for name in a)


def _only_its_words(i: dict[str, Value], a: Value, j: dict[str, Value], b: Value) -> bool:
    words = i["source"][0][i["mask"][0] > 0]
    return not np.delete(b["Wxh"], words, axis=0).any()


_RETURN = "return grads"
_DA = "da = real * dh * (1 - h[:, t] ** 2)  # (N, H), 0 at padding"
_NEXT = 'dh = da @ enc["Whh"].T + (1 - real) * dh'
_PREV = "h_prev = h[:, t - 1] if t > 0 else np.zeros((N, H))"
_WXH = 'np.add.at(grads["Wxh"], source[:, t], da)'
_WHH = 'grads["Whh"] += h_prev.T @ da  # (H, N) @ (N, H)'
_BH = 'grads["bh"] += da.sum(axis=0)'
_FIRST = "dh = dcontext  # (N, H)"

ENCODER_BACKWARD = Exercise(
    id="encoder_backward",
    questions=_encoder_backward,
    core="the gradients of the three parameters, for a padded batch",
    core_weight=8.0,
    parts=("Wxh", "Whh", "bh"),
    allow_views=True,
    groups=(
        Group("full", "a batch without padding"),
        Group("large", "gradients of order 100"),
        Group("one", "a batch of one example (N = 1), padded"),
        Group("single", "sources of one word (T = 1)"),
        Group("square", "N = T = D = H, where shapes catch nothing"),
    ),
    invariants=(
        Invariant(
            "padded",
            "the numbers, with two more steps of padding",
            _more_padding,
            lambda i, a, j, b: _same(a, b),
        ),
        Invariant(
            "linear",
            "the numbers, with dcontext doubled",
            lambda i: i | {"dcontext": 2 * i["dcontext"]},
            lambda i, a, j, b: _same(a, b, 2.0),
        ),
        Invariant(
            "permuted",
            "the numbers, with the batch reordered",
            lambda i: flipped(i, "dcontext", "source", "mask", "h"),
            lambda i, a, j, b: _same(a, b),
        ),
        Invariant(
            "first_alone",
            "the numbers, with a gradient for the first example only",
            _first_alone,
            _only_its_words,
        ),
    ),
    hints=(
        "There is one gradient only, and it comes in at the end. What must a padded step do with it? And "
        "what a real one?",
        "Start with dh = dcontext and go backwards. At a real step: through the bend, a term for each "
        "parameter, through Whh. At a padded step: nothing but hand dh on. The mask decides for each "
        "example.",
        "da = mask[:, t, None] times dh times (1 - h[:, t]^2). It is 0 at padding, so the three terms can "
        "be added always. Then dh becomes da times Whh transposed, plus 1 - mask times the old dh.",
    ),
    mistakes=(
        mistake(
            "padding_like_words",
            """You go back through padded steps as if they were words: the mask is not used. They did
            nothing to the state, so they get nothing and change nothing.""",
            (_DA, "da = dh * (1 - h[:, t] ** 2)"),
            (_NEXT, 'dh = da @ enc["Whh"].T'),
        ),
        mistake(
            "lost_in_the_padding",
            """The gradient is lost in the padding: only the sources of full length get any. A padded step
            hands dh on as it is.""",
            (_NEXT, 'dh = da @ enc["Whh"].T'),
        ),
        mistake(
            "words_counted_while_padded",
            """The gradient reaches the last word, but padded steps add terms to the parameters as well.
            They read nothing.""",
            (_DA, "da = dh * (1 - h[:, t] ** 2)"),
            (_NEXT, 'dh = (real * da) @ enc["Whh"].T + (1 - real) * dh'),
        ),
        mistake(
            "mask_only_when_handed_on",
            """Your mask decides whether dh is handed on, but not whether a step sends it through the bend and
            Whh: padded steps do that too, and add terms to the parameters. They read nothing.""",
            (_DA, "da = dh * (1 - h[:, t] ** 2)"),
        ),
        mistake(
            "dh0_returned_as_well",
            """You return two things, as in the decoder. Nothing stands before the first state of the encoder,
            so the dict alone is asked for.""",
            (_RETURN, "return dh, grads"),
        ),
        mistake(
            "handed_on_twice",
            """You hand dh on at every step, besides what goes through Whh. At a real step the state before
            is used in one place only.""",
            (_NEXT, 'dh = da @ enc["Whh"].T + dh'),
        ),
        mistake(
            "mask_turned_round",
            "You take the mask the wrong way round: it is 1 at words.",
            (_DA, "da = (1 - real) * dh * (1 - h[:, t] ** 2)"),
            (_NEXT, 'dh = da @ enc["Whh"].T + real * dh'),
        ),
        mistake(
            "through_whh_at_padding",
            """At padded steps no parameter gets a term, as it should be, but you send dh through Whh all
            the same. It is handed on unchanged there.""",
            (_NEXT, 'dh = (dh * (1 - h[:, t] ** 2)) @ enc["Whh"].T'),
        ),
        mistake(
            "starts_at_each_step",
            """You add dcontext at every step. Only the state after the last word is the context: the other
            states have no loss of their own.""",
            (_NEXT, 'dh = da @ enc["Whh"].T + (1 - real) * dh + real * dcontext'),
        ),
        mistake(
            "last_word_only",
            "Only the last word of each source gets a gradient. It goes on from there, to all words before.",
            (_NEXT, "dh = (1 - real) * dh"),
        ),
        mistake(
            "every_word_alike",
            "Every word gets dcontext itself. It goes back step by step, and each step changes it.",
            (_NEXT, "pass"),
        ),
        mistake(
            "repeated_words_lost",
            """Where a word stands twice in a step, only one of its terms arrives: `grads[rows] += da`
            writes each row once. All of them count.""",
            (_WXH, 'grads["Wxh"][source[:, t]] += da'),
        ),
        mistake(
            "rows_overwritten",
            """The rows of Wxh hold the term of the step that came last in your loop. A word that stands in
            several places collects a term from each.""",
            (_WXH, 'grads["Wxh"][source[:, t]] = da'),
        ),
        mistake(
            "row_before",
            "Your terms go to the rows of other words: id 0 is the first row of Wxh.",
            (_WXH, 'np.add.at(grads["Wxh"], source[:, t] - 1, da)'),
        ),
        mistake(
            "every_row_gets_it",
            """Each row of your dWxh has the same sum. Only the row of the word that was read was used in a
            step.""",
            (_WXH, 'grads["Wxh"] += da.sum(axis=0)'),
        ),
        mistake(
            "wxh_left_out", "Your dWxh is 0. Each step adds its da to the rows of its words.", (_WXH, "pass")
        ),
        mistake(
            "slope_left_out",
            "The slope of tanh is missing: the gradient passes the bend as if it were a line.",
            (_DA, "da = real * dh"),
        ),
        mistake(
            "slope_of_the_slope",
            "Your slope is 1 - tanh(h)^2. h has been through tanh already.",
            (_DA, "da = real * dh * (1 - np.tanh(h[:, t]) ** 2)"),
        ),
        mistake(
            "slope_of_the_state_before",
            "Your slope is that of the state before the step. The bend made h[:, t].",
            (_DA, "da = real * dh * (1 - h_prev ** 2)"),
        ),
        mistake(
            "slope_of_the_context",
            "Your slope is that of the last state at every step. Each step has its own.",
            (_DA, "da = real * dh * (1 - h[:, -1] ** 2)"),
        ),
        mistake(
            "no_parentheses",
            "You multiply by 1 and then subtract h^2. The slope 1 - h^2 needs parentheses.",
            (_DA, "da = real * (dh * 1 - h[:, t] ** 2)"),
        ),
        mistake(
            "whh_not_transposed",
            "On the way back Whh has to be transposed. It is square, so its shape did not warn you.",
            (_NEXT, 'dh = da @ enc["Whh"] + (1 - real) * dh'),
        ),
        mistake(
            "wraps_to_the_context",
            "At t = 0 your h_prev is h[:, -1], the *last* state. Before the first step the state was 0.",
            (_PREV, "h_prev = h[:, t - 1]"),
        ),
        mistake(
            "first_state_twice",
            "At t = 0 your h_prev is h[:, 0], the state that this step made. Before it the state was 0.",
            (_PREV, "h_prev = h[:, max(t - 1, 0)]"),
        ),
        mistake(
            "context_at_every_step",
            "Your dWhh pairs every da with the context. Each step has the state before it.",
            (_PREV, "h_prev = h[:, -1]"),
        ),
        mistake(
            "new_state_in_dwhh",
            "Your dWhh pairs da with the state that the step made. Whh was multiplied by the state before.",
            (_WHH, 'grads["Whh"] += h[:, t].T @ da'),
        ),
        mistake(
            "dwhh_transposed",
            "Your dWhh is transposed. It is square, so its shape did not warn you.",
            (_WHH, 'grads["Whh"] += da.T @ h_prev'),
        ),
        mistake(
            "weights_of_the_first_step_only",
            "Your gradients hold the first step only: = replaces, the terms of the steps add up.",
            (_WHH, 'grads["Whh"] = h_prev.T @ da'),
            (_BH, 'grads["bh"] = da.sum(axis=0)'),
            (_WXH, 'grads["Wxh"] = np.eye(len(enc["Wxh"]))[source[:, t]].T @ da'),
        ),
        mistake(
            "bias_mean",
            "Your dbh is a mean over the batch. It is a sum, like the others.",
            (_BH, 'grads["bh"] += da.mean(axis=0)'),
        ),
        mistake(
            "bias_without_slope",
            "Your dbh collects dh, without the slope of tanh. The bias stands inside the bend.",
            (_BH, 'grads["bh"] += (real * dh).sum(axis=0)'),
        ),
        mistake(
            "mean_over_batch",
            "You divide the gradients by N. The division is in dcontext already: here everything is summed.",
            (_RETURN, "return {name: g / N for name, g in grads.items()}"),
        ),
        mistake(
            "mean_over_words",
            "You divide the gradients by the number of words. The terms add up.",
            (_RETURN, "return {name: g / mask.sum() for name, g in grads.items()}"),
        ),
        mistake(
            "forward_in_time",
            "Your loop runs forwards. The gradient comes in at the end, so start there.",
            ("reversed(range(T))", "range(T)"),
        ),
        mistake(
            "stops_before_the_first",
            "Your loop ends before the first step, t = 0. The first word has a term too.",
            ("reversed(range(T))", "range(T - 1, 0, -1)"),
        ),
        mistake(
            "starts_before_the_last",
            "Your loop leaves out the last step, and with it the last word of the longest source.",
            ("reversed(range(T))", "reversed(range(T - 1))"),
        ),
        mistake(
            "clipped",
            "Your gradients are cut off at -5 and 5. Clipping is a decision of the training loop.",
            (_RETURN, "return {name: np.clip(g, -5, 5) for name, g in grads.items()}"),
        ),
        mistake(
            "negated",
            """Your gradients have the wrong sign. The minus of gradient descent belongs to the step that is
            taken with them.""",
            (_RETURN, "return {name: -g for name, g in grads.items()}"),
        ),
        mistake(
            "tuple_returned",
            "You return three arrays. A dict with the keys of enc is asked for.",
            (_RETURN, 'return grads["Wxh"], grads["Whh"], grads["bh"]'),
        ),
        mistake(
            "names_with_d",
            "The keys of your dict begin with d. They are those of enc, so that a training loop finds them.",
            (_RETURN, 'return {"d" + name: g for name, g in grads.items()}'),
        ),
        mistake(
            "one_gradient_for_each_example",
            """Your gradients have an axis for the batch. They are summed over it: all examples share the
            weights.""",
            source="""
            def encoder_backward(dcontext, source, mask, h, enc):
                N, T, H = h.shape
                out = {name: np.zeros((N, *value.shape)) for name, value in enc.items()}
                dh = dcontext
                for t in reversed(range(T)):
                    h_prev = h[:, t - 1] if t > 0 else np.zeros((N, H))
                    real = mask[:, t, None]
                    da = real * dh * (1 - h[:, t] ** 2)
                    out["Wxh"][np.arange(N), source[:, t]] += da
                    out["Whh"] += h_prev[:, :, None] * da[:, None]
                    out["bh"] += da
                    dh = da @ enc["Whh"].T + (1 - real) * dh
                return out
            """,
        ),
        mistake(
            "overwrites_dcontext",
            "Your loop writes into dcontext, the array it was given. Give dh an array of its own.",
            (_NEXT, 'dh[:] = da @ enc["Whh"].T + (1 - real) * dh'),
            manner="changes_its_input",
        ),
        mistake(
            "last_column_only",
            """Only the last step of the table gets terms, whether it is a word or padding. The gradient
            starts there, but it belongs to the last *word* of each source, and to all words before.""",
            (_DA, "da = (t == T - 1) * dh * (1 - h[:, t] ** 2)"),
        ),
        mistake(
            "bias_collects_everything",
            "Your dbh adds up dh at all steps, without the slope and without the mask. It collects da.",
            (_BH, 'grads["bh"] += dh.sum(axis=0)'),
        ),
        mistake(
            "slope_skipped_on_the_way",
            """The parameters get da, as they should, but to the step before you send dh through Whh,
            without the slope.""",
            (_NEXT, 'dh = (real * dh) @ enc["Whh"].T + (1 - real) * dh'),
        ),
        mistake(
            "bent_before_the_loop",
            """You multiply dcontext by the slope before the loop, and the loop multiplies by it again at
            the last word.""",
            (_FIRST, "dh = dcontext * (1 - h[:, -1] ** 2)"),
        ),
    ),
    other_ways=(
        other_way("one_hot_product", (_WXH, 'grads["Wxh"] += np.eye(len(enc["Wxh"]))[source[:, t]].T @ da')),
        other_way(
            "from_the_last_word",
            source="""
            def encoder_backward(dcontext, source, mask, h, enc):
                N, T, H = h.shape
                last = mask.sum(axis=1).astype(int) - 1
                own = np.zeros_like(h)
                own[np.arange(N), last] = dcontext
                before = np.concatenate([np.zeros((N, 1, H)), h[:, :-1]], axis=1)
                da, carried = np.zeros_like(h), 0
                for t in range(T - 1, -1, -1):
                    da[:, t] = (own[:, t] + carried) * (1 - h[:, t] ** 2)
                    carried = da[:, t] @ enc["Whh"].T
                one_hot = np.eye(enc["Wxh"].shape[0])[source]
                return {
                    "bh": da.sum(axis=(0, 1)),
                    "Whh": np.einsum("ntg,nth->gh", before, da),
                    "Wxh": np.einsum("ntd,nth->dh", one_hot, da),
                }
            """,
        ),
        other_way(
            "example_by_example",
            source="""
            def encoder_backward(dcontext, source, mask, h, enc, verbose=False):
                U, W, b = (np.zeros_like(enc[name]) for name in ("Wxh", "Whh", "bh"))
                for n, d in enumerate(dcontext):
                    for t in range(int(mask[n].sum()) - 1, -1, -1):
                        a = d * (1 - h[n, t] ** 2)
                        U[source[n, t]] += a
                        if t > 0:
                            W += np.outer(h[n, t - 1], a)
                        b += a
                        d = enc["Whh"] @ a
                return {"Wxh": U, "Whh": W, "bh": b}
            """,
        ),
        other_way(
            "where",
            (_DA, "da = np.where(real > 0, dh * (1 - h[:, t] ** 2), 0)"),
            (_NEXT, 'dh = np.where(real > 0, np.dot(da, enc["Whh"].T), dh)'),
        ),
        other_way("single_precision", (_RETURN, "return {name: np.float32(g) for name, g in grads.items()}")),
    ),
)
