"""Notebook 08, fourth part: write until the end token."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from autograder.course.exercise import Draw, Exercise, Invariant, Question, ask, other_way, weights
from autograder.course.long_runs import LONG
from autograder.exercises.seq2seq.draws import Array, flipped
from autograder.exercises.seq2seq.greedy_mistakes import MISTAKES, RETURN, TOKEN
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


def _written(i: dict[str, Value]) -> tuple[list[list[int]], list[Array]]:
    """Return what is written, and the logits of each choice that was made for it."""
    dec, h, sentences = i["dec"], i["context"], [list[int]() for _ in i["context"]]
    tokens, goes_on, logits = np.full(len(h), i["start"]), np.ones(len(h), bool), list[Array]()
    for _ in range(i["most"]):
        h = np.tanh(dec["Wxh"][tokens] + h @ dec["Whh"] + dec["bh"])
        logits.append((h @ dec["Why"] + dec["by"])[goes_on])
        tokens[goes_on] = logits[-1].argmax(1)
        goes_on &= tokens != i["end"]
        for n in np.flatnonzero(goes_on):
            sentences[n].append(int(tokens[n]))
        if not goes_on.any():
            break
    return sentences, logits


def _lead(logits: list[Array]) -> float:
    """Return the smallest lead of a chosen token over the next best."""
    first_two = np.sort(np.concatenate(logits), axis=1)[:, -2:]
    return float(np.diff(first_two).min())


def _goes_on(words: list[int]) -> bool:
    """Return whether a word stands twice in a row, and another one follows."""
    return any(a == b != c for a, b, c in zip(words, words[1:], words[2:], strict=False))


def _inputs(
    draw: Draw,
    N: int,
    V: int,
    H: int,
    most: int,
    wanted: Callable[[list[int]], bool],
    repeats: bool = False,
) -> dict[str, Value]:
    """Return inputs whose sentences have lengths that are wanted, and whose choices are clear.

    With `repeats`, one of them goes on behind a word that was chosen twice.
    """
    for _ in range(20_000):
        start, end = (int(i) for i in draw.permutation(V)[:2])
        i = {
            "context": weights(draw, N, H),
            "dec": _decoder(draw, V, H),
            "start": start,
            "end": end,
            "most": most,
        }
        sentences, logits = _written(i)
        varied = len({tuple(words) for words in sentences if words}) >= min(3, sum(map(bool, sentences)))
        if repeats and not any(map(_goes_on, sentences)):
            continue
        if varied and wanted([len(words) for words in sentences]) and _lead(logits) > 1e-3:
            return i
    raise ValueError("no such network was found")


def _mixed(lengths: list[int]) -> bool:
    """Return whether some sentences end early, at different steps, and another one not at all."""
    early = {n for n in lengths if n < max(lengths)}
    return len(early) >= 2 and lengths.count(6) >= 1 and lengths[0] > min(lengths) > 0


def _greedy_decode(draw: Draw) -> Iterator[Question]:
    yield ask(**_inputs(draw, 5, 7, 4, 6, _mixed, repeats=True))
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
    near = {"by": tie["dec"]["by"] + np.array([0.0, 0.0, 0.0, 0.0, 1e-5, 0.0])}
    yield ask("tie", **tie | {"dec": tie["dec"] | near})
    for group, shift in (("large", 3000.0), ("below", -3000.0)):
        moved = _inputs(draw, 2, 5, 3, 3, lambda n: max(n) > 1)
        moved["dec"]["by"] += shift
        yield ask(group, **moved)
    yield ask("long", **_long(draw, 8, 6))


def _long(draw: Draw, V: int, H: int) -> dict[str, Value]:
    """Return inputs of which one sentence never ends, and another one late: its end is a token that it writes late."""
    for _ in range(20_000):
        i = {"context": weights(draw, 2, H), "dec": _decoder(draw, V, H), "start": int(draw.integers(V))}
        lasting, late = _written(i | {"end": -1, "most": LONG})[0]
        for end in sorted(set(late[6:]) - {i["start"], *lasting, *late[:6]}):
            found = i | {"end": end, "most": LONG}
            if _lead(_written(found)[1]) > 1e-3:
                return found
    raise ValueError("no such network was found")


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
        Group("tie", "two logits that are equal, and two that nearly are"),
        Group("large", "logits that are all near 3000"),
        Group("below", "logits that are all near -3000"),
        Group("long", f"a sentence of {LONG} words"),
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
    mistakes=MISTAKES,
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
        other_way("arrays", (RETURN, "return [np.array(words, dtype=int) for words in sentences]")),
        other_way(
            "through_softmax",
            (TOKEN, "p = np.exp(logits - logits.max(axis=1, keepdims=True)); token = p.argmax(axis=1)"),
        ),
    ),
)
