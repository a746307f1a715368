"""Notebook 08, fourth part: write until the end token."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from autograder.course.exercise import Draw, Exercise, Invariant, Question, ask, mistake, other_way, weights
from autograder.exercises.seq2seq.draws import Array, flipped
from rnncourse.checking.caseset import Group
from rnncourse.checking.values import Value


def _decoder(draw: Draw, V: int, H: int) -> dict[str, Array]:
    """Return parameters of a decoder that writes varied tokens."""
    return {
        "Wxh": weights(draw, V, H, scale=1.2),
        "Whh": weights(draw, H, H, scale=1.0),
        "bh": weights(draw, H),
        "Why": weights(draw, H, V, scale=1.2),
        "by": weights(draw, V, scale=0.5),
    }


def _written(i: dict[str, Value]) -> tuple[list[list[int]], float]:
    """Return what is written, one example at a time, and the smallest lead of a chosen token over the next best."""
    dec, lead, sentences = i["dec"], np.inf, []
    for h in i["context"]:
        token, words = i["start"], list[int]()
        while len(words) < i["most"]:
            h = np.tanh(dec["Wxh"][token] + h @ dec["Whh"] + dec["bh"])
            logits = h @ dec["Why"] + dec["by"]
            token = int(logits.argmax())
            lead = min(lead, float(np.diff(np.sort(logits))[-1]))
            if token == i["end"]:
                break
            words.append(token)
        sentences.append(words)
    return sentences, lead


def _inputs(
    draw: Draw, N: int, V: int, H: int, most: int, wanted: Callable[[list[int]], bool]
) -> dict[str, Value]:
    """Return inputs whose sentences have lengths that are wanted, and whose choices are clear."""
    for _ in range(20_000):
        start, end = (int(i) for i in draw.permutation(V)[:2])
        i = {
            "context": weights(draw, N, H),
            "dec": _decoder(draw, V, H),
            "start": start,
            "end": end,
            "most": most,
        }
        sentences, lead = _written(i)
        varied = len({tuple(words) for words in sentences if words}) >= min(3, sum(map(bool, sentences)))
        if lead > 1e-3 and varied and wanted([len(words) for words in sentences]):
            return i
    raise ValueError("no such network was found")


def _mixed(lengths: list[int]) -> bool:
    """Return whether some sentences end early, at different steps, and another one not at all."""
    early = {n for n in lengths if n < max(lengths)}
    return len(early) >= 2 and lengths.count(6) >= 1 and lengths[0] > min(lengths) > 0


def _greedy_decode(draw: Draw) -> Iterator[Question]:
    yield ask(**_inputs(draw, 5, 7, 4, 6, _mixed))
    yield ask(**_inputs(draw, 4, 8, 3, 6, lambda n: _mixed([*n, 6]) and max(n) < 6))
    yield ask("one", **_inputs(draw, 1, 6, 4, 5, lambda n: 2 <= n[0] <= 3))
    yield ask("bound", **_inputs(draw, 3, 6, 5, 4, lambda n: min(n) == 4))
    yield ask("at_once", **_inputs(draw, 3, 5, 4, 6, lambda n: n[0] == 0 and n[1] > 1))
    yield ask("single", **_inputs(draw, 4, 6, 3, 1, lambda n: set(n) == {0, 1}))
    tie = _inputs(draw, 2, 6, 3, 3, lambda n: True)
    tie["end"], tie["start"] = 0, 4
    tie["dec"]["Why"] *= 0
    tie["dec"]["by"] = np.array([-1.0, 0.5, 2.0, 1.0, 2.0, -0.5])
    yield ask("tie", **tie)


_TOKEN = "token = np.argmax(logits, axis=1)  # (N,)"
_STEP = "logits, h = decoder_step(token, h, dec)"
_DONE = "done = done | (token == end)"
_RETURN = "return sentences"

GREEDY_DECODE = Exercise(
    id="greedy_decode",
    questions=_greedy_decode,
    core="the sentences of a batch that ends at different steps",
    uses=("decoder_step",),
    groups=(
        Group("one", "a batch of one example (N = 1)"),
        Group("bound", "nobody chooses end: `most` words each"),
        Group("at_once", "an example that chooses end in its first step"),
        Group("single", "room for one word (most = 1)"),
        Group("tie", "two logits that are equal"),
    ),
    invariants=(
        Invariant(
            "permuted",
            "the words, with the batch reordered",
            lambda i: flipped(i, "context"),
            lambda i, a, j, b: a[::-1] == b,
        ),
        Invariant(
            "shorter",
            "the words, with most = 2",
            lambda i: i | {"most": 2},
            lambda i, a, j, b: [words[:2] for words in a] == b,
        ),
        Invariant(
            "alone",
            "the words of one example without the rest of its batch",
            lambda i: i | {"context": i["context"][1:2].copy()},
            lambda i, a, j, b: a[1:2] == b,
        ),
        Invariant(
            "same_bias",
            "the words, with a constant added to by",
            lambda i: i | {"dec": i["dec"] | {"by": i["dec"]["by"] + 2.5}},
            lambda i, a, j, b: a == b,
        ),
    ),
    hints=(
        "Three things live through the loop: the current token of each example, the current state of "
        "each, and who is done. What are they before the first turn?",
        "In each turn: step, choose, mark those that have just chosen end as done, and append the chosen "
        "token for those that are not done. Once done, always done.",
        "done is a boolean array, False for all at first; done = done | (token == end) remembers. Append "
        "token[n] to the list of example n only where done[n] is False. Leave the loop when done.all(), "
        "or after `most` turns. Make the lists with a comprehension: [[]] * N is one list, N times.",
    ),
    mistakes=(
        mistake(
            "end_included",
            "Your sentences contain end. It says that a sentence is complete, and is no word of it.",
            source="""
            def greedy_decode(context, dec, start, end, most):
                token, h, done = np.full(len(context), start), context, np.zeros(len(context), bool)
                sentences = [[] for _ in context]
                for _ in range(most):
                    logits, h = decoder_step(token, h, dec)
                    token = logits.argmax(axis=1)
                    for n, words in enumerate(sentences):
                        if not done[n]:
                            words.append(int(token[n]))
                    done |= token == end
                return sentences
            """,
        ),
        mistake(
            "end_counts_as_a_word",
            """Where end is not chosen, your sentences lack their last word. Either your bound counts the
            step of end as well, or you cut off the last item of every list, end or not. The bound is on
            words.""",
            ("for _ in range(most):", "for _ in range(most - 1):"),
        ),
        mistake(
            "one_word_more",
            "A sentence of yours can have most + 1 words.",
            ("for _ in range(most):", "for _ in range(most + 1):"),
        ),
        mistake(
            "no_end",
            """You always write `most` words and do not stop at end. An example is done when it chooses end.""",
            (_DONE, "done = done | (token < 0)"),
        ),
        mistake(
            "end_skipped",
            """You leave end out and go on writing. What comes after it does not belong to the sentence any
            more: once done, always done.""",
            (_DONE, "done = token == end"),
        ),
        mistake(
            "all_stop_at_the_first",
            """As soon as one example chooses end, all of them stop: you leave the loop, or the function.
            The others have not finished their sentences.""",
            ("if done.all():", "if done.any():"),
        ),
        mistake(
            "all_stop_after_the_first",
            """As soon as one example has chosen end, you leave the loop: the others get their word of that
            step, and no more. They have not finished their sentences.""",
            ("        if done.all():\n            break\n", ""),
            (
                "                sentences[n].append(int(token[n]))\n",
                "                sentences[n].append(int(token[n]))\n        if done.any():\n            break\n",
            ),
        ),
        mistake(
            "row_loop_left",
            """When an example chooses end, you leave the loop over the examples: those after it in the
            batch lose their words, although they are not done. Go on to the next example.""",
            (
                "            if not done[n]:\n",
                "            if done[n]:\n                break\n            else:\n",
            ),
        ),
        mistake(
            "start_included",
            "Your sentences begin with start. It is read, not written.",
            (_RETURN, "return [[start, *words] for words in sentences]"),
        ),
        mistake(
            "start_fed_each_step",
            "You feed start at every step. The token that was just chosen is the next input.",
            (_STEP, "logits, h = decoder_step(np.full(N, start), h, dec)"),
        ),
        mistake(
            "state_not_carried",
            """Every step starts from the context again. Carry the state from step to step, together with
            the token.""",
            (_STEP, "logits, _ = decoder_step(token, h, dec)"),
        ),
        mistake(
            "nothing_carried",
            "Neither the token nor the state goes on to the next step. Both must be carried.",
            (_STEP, "logits, _ = decoder_step(np.full(N, start), h, dec)"),
        ),
        mistake(
            "context_ignored",
            "You start from zeros: the context is not used, so all examples write the same sentence.",
            ("np.full(N, start), context", "np.full(N, start), np.zeros_like(context)"),
        ),
        mistake(
            "starts_with_end",
            "Your first input is end. The decoder has been taught to begin with start.",
            ("np.full(N, start)", "np.full(N, end)"),
        ),
        mistake(
            "starts_with_token_zero",
            "Your first input is token 0, whatever start is.",
            ("np.full(N, start)", "np.full(N, 0)"),
        ),
        mistake(
            "starts_with_token_one",
            "Your first input is token 1, whatever start is.",
            ("np.full(N, start)", "np.full(N, 1)"),
        ),
        mistake(
            "end_is_two",
            "You stop at token 2, whatever end is: use the argument.",
            (_DONE, "done = done | (token == 2)"),
        ),
        mistake(
            "context_added_each_step",
            """You add the context to the state at every step. It is the state before the first step, and
            lives on inside the states after it.""",
            (_STEP, "logits, h = decoder_step(token, h, dec); h = h + context"),
        ),
        mistake(
            "least_likely",
            "You choose the *smallest* logit. Greedy means the largest.",
            (_TOKEN, "token = np.argmin(logits, axis=1)"),
        ),
        mistake(
            "last_of_equals",
            """Of equal logits you choose the highest id. The statement asks for the lowest, so that
            everybody writes the same.""",
            (_TOKEN, "token = logits.shape[1] - 1 - np.argmax(logits[:, ::-1], axis=1)"),
        ),
        mistake(
            "argmax_over_batch",
            """Your argmax runs over the batch and gives numbers of examples. The vocabulary is on the last
            axis.""",
            (_TOKEN, "token = np.argmax(logits, axis=0)[np.arange(N) % logits.shape[1]]"),
        ),
        mistake(
            "first_example_for_all",
            "All examples write what the first one chooses.",
            (_TOKEN, "token = np.full(N, logits[0].argmax())"),
        ),
        mistake(
            "start_never_chosen",
            """You keep the network from choosing start. Greedy takes the largest logit, whatever token it
            is; only training teaches it not to write start.""",
            (
                _TOKEN,
                "logits = np.array(logits); logits[:, start] = -np.inf; token = np.argmax(logits, axis=1)",
            ),
        ),
        mistake(
            "one_shared_list",
            """All your sentences are one list: [[]] * N holds the same list N times, and what is appended to
            one is in all.""",
            ("[[] for _ in range(N)]", "[[]] * N"),
        ),
        mistake(
            "first_sentence_only",
            "You return one sentence. There is one for each example of the batch.",
            (_RETURN, "return sentences[0]"),
        ),
        mistake(
            "words_by_step",
            """Your lists belong to steps, not to examples: the first one holds the first words of all. One
            list for each example is asked for.""",
            (
                _RETURN,
                "return [[w[t] for w in sentences if len(w) > t] for t in range(max(map(len, sentences)))]",
            ),
        ),
        mistake(
            "repeats_collapsed",
            """A word that is chosen twice in a row stands only once in your sentence. What is chosen is
            written.""",
            (_RETURN, "return [[w for k, w in enumerate(s) if k == 0 or w != s[k - 1]] for s in sentences]"),
        ),
        mistake(
            "filled_up_with_end",
            """Your sentences all have the same length, filled up with end. Each has a length of its own:
            end is not in it.""",
            (_RETURN, "return [words + [end] * (most - len(words)) for words in sentences]"),
        ),
        mistake(
            "finished_ones_dropped",
            """You take finished examples out of the batch, and go on counting the rest from 0. So later
            words are appended to the wrong sentences: remember which row is whose.""",
            source="""
            def greedy_decode(context, dec, start, end, most):
                token, h = np.full(len(context), start), context
                sentences = [[] for _ in context]
                for _ in range(most):
                    logits, h = decoder_step(token, h, dec)
                    token = logits.argmax(axis=1)
                    token, h = token[token != end], h[token != end]
                    if len(token) == 0:
                        break
                    for n in range(len(token)):
                        sentences[n].append(int(token[n]))
                return sentences
            """,
        ),
        mistake(
            "argmax_of_state",
            """You take the argmax of the state. A hidden unit is not a token: the logits are the first
            output of the step.""",
            (_STEP, "_, h = decoder_step(token, h, dec); logits = h"),
        ),
        mistake(
            "overwrites_the_context",
            """Your loop writes the new states into context, which belongs to the caller. Give h an array of
            its own.""",
            (_STEP, "logits, new = decoder_step(token, h, dec); h[:] = new"),
            manner="changes_its_input",
        ),
        mistake(
            "all_go_on_together",
            """All your sentences go on until the last one is done, so the short ones contain end and what
            was chosen after it. Each example ends at its own end.""",
            source="""
            def greedy_decode(context, dec, start, end, most):
                token, h, done = np.full(len(context), start), context, np.zeros(len(context), bool)
                sentences = [[] for _ in context]
                for _ in range(most):
                    logits, h = decoder_step(token, h, dec)
                    token = logits.argmax(axis=1)
                    for n, words in enumerate(sentences):
                        words.append(int(token[n]))
                    done |= token == end
                    if done.all():
                        break
                return sentences
            """,
        ),
    ),
    other_ways=(
        other_way(
            "example_by_example",
            source="""
            def greedy_decode(context, dec, start, end, most):
                sentences = []
                for row in context:
                    h, token, words = row[None], start, []
                    while len(words) < most:
                        logits, h = decoder_step(np.array([token]), h, dec)
                        token = int(np.argmax(logits))
                        if token == end:
                            break
                        words.append(token)
                    sentences.append(words)
                return sentences
            """,
        ),
        other_way(
            "cut_afterwards",
            source="""
            def greedy_decode(context, dec, start, end, most):
                token, h, table = np.full(len(context), start), context, []
                for _ in range(most):
                    logits, h = decoder_step(token, h, dec)
                    token = logits.argmax(-1)
                    table.append(token)
                rows = np.array(table).T.tolist()
                return [row[: row.index(end)] if end in row else row for row in rows]
            """,
        ),
        other_way(
            "finished_ones_leave",
            source="""
            def greedy_decode(context, dec, start, end, most, verbose=False):
                alive, h = np.arange(len(context)), context
                token = np.full(len(context), start)
                sentences = {n: [] for n in alive}
                for _ in range(most):
                    if not len(alive):
                        break
                    logits, h = decoder_step(token, h, dec)
                    token = np.argmax(logits, axis=1)
                    goes_on = token != end
                    alive, token, h = alive[goes_on], token[goes_on], h[goes_on]
                    for n, word in zip(alive, token):
                        sentences[n].append(word)
                return tuple(sentences.values())
            """,
        ),
        other_way(
            "recursion",
            source="""
            def greedy_decode(context, dec, start, end, most):
                def rest(token, h, room):
                    if room == 0:
                        return []
                    logits, h = decoder_step(np.array([token]), h, dec)
                    best = int(logits[0].argmax())
                    return [] if best == end else [best, *rest(best, h, room - 1)]

                return [rest(start, context[n : n + 1], most) for n in range(len(context))]
            """,
        ),
        other_way("arrays", (_RETURN, "return [np.array(words, dtype=int) for words in sentences]")),
        other_way(
            "through_softmax",
            (_TOKEN, "p = np.exp(logits - logits.max(axis=1, keepdims=True)); token = p.argmax(axis=1)"),
        ),
    ),
)
