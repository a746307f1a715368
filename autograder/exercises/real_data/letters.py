"""Notebook 10: the loss of a writer that counts."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from autograder.course.exercise import Draw, Exercise, Invariant, Question, ask, mistake, other_way
from rnncourse.checking.caseset import Group
from rnncourse.checking.values import Value

Names = list[list[int]]


def _names(draw: Draw, lengths: list[int], V: int) -> Names:
    """Return names of these lengths, in which some letters are more frequent and doubles are common."""
    shares = np.arange(V - 1, 0, -1) / np.arange(1, V).sum()
    names = []
    for length in lengths:
        name = [int(letter) for letter in draw.choice(np.arange(1, V), length, p=shares)]
        names.append(name if length < 4 else [*name[:-1], name[-2]])
    return names


def _counts(draw: Draw, k: int, V: int, alpha: float) -> dict[str, Value]:
    """Return inputs in which the longest names come first and last, and some contexts are new."""
    train = _names(draw, [7, 2, 4, 1, 5, 3, 7], V)
    test = _names(draw, [6, 1, 3, 6], V)
    test[1] = [V - 1]  # a rare letter
    test[2] = train[2][:3]  # something that is known
    return {"train": train, "test": test, "k": k, "V": V, "alpha": alpha}


def _ngram(draw: Draw) -> Iterator[Question]:
    yield ask(**_counts(draw, 2, 6, 0.5))
    yield ask(**_counts(draw, 3, 5, 0.3))
    yield ask("hand", train=[[1, 2]], test=[[1]], k=2, V=3, alpha=1.0)
    yield ask("alone", **_counts(draw, 1, 6, 0.5))
    yield ask("far", **_counts(draw, 5, 7, 0.2))
    yield ask("unused", **_counts(draw, 2, 6, 0.5) | {"V": 9})


def _shifted(i: dict[str, Value]) -> dict[str, Value]:
    """Return the inputs with the letters renamed: 1 becomes 2 and so on, the last becomes 1."""
    rename = {letter: letter % (i["V"] - 1) + 1 for letter in range(1, i["V"])}
    return i | {key: [[rename[letter] for letter in name] for name in i[key]] for key in ("train", "test")}


_MARKED = "marked = [0] * (k - 1) + list(name) + [0]"
_PAIRS = "return [(tuple(marked[i : i + k - 1]), marked[i + k - 1]) for i in range(len(name) + 1)]"
_P = "p = (counts.get((context, symbol), 0) + alpha) / (totals.get(context, 0) + alpha * V)"
_TOTAL = "totals[context] = totals.get(context, 0) + 1"
_LAST_TOO = """
        last = tuple(([0] * (k - 1) + list(name) + [0])[len(name) + 1 :])
        totals[last] = totals.get(last, 0) + 1"""
_LOSS = "losses.append(-np.log(p))"
_MEAN = "return float(np.mean(losses))"
_TEST = "for name in test:"
_TRAIN = "for name in train:"


def _tested(pairs: str) -> tuple[str, str]:
    """Return an edit after which the names of the test set have other pairs than those of the training set."""
    return (
        "for name in test:\n        for context, symbol in pairs(name):",
        f"for name in test:\n        for context, symbol in {pairs}:",
    )


NGRAM_LOSS = Exercise(
    id="ngram_loss",
    questions=_ngram,
    core="the losses of pairs and of triples",
    groups=(
        Group("hand", "the example by hand: 1.0397"),
        Group("alone", "no context (k = 1)"),
        Group("far", "a context of four symbols, most of them new"),
        Group("unused", "an alphabet with letters that never occur"),
    ),
    invariants=(
        Invariant(
            "renamed",
            "the same with all letters renamed",
            _shifted,
            lambda i, first, j, second: bool(np.isclose(first, second)),
        ),
        Invariant(
            "order",
            "the same with the names in another order",
            lambda i: i | {"train": i["train"][::-1], "test": i["test"][::-1]},
            lambda i, first, j, second: bool(np.isclose(first, second)),
        ),
        Invariant(
            "twice",
            "everything twice, alpha too",
            lambda i: i | {"train": i["train"] * 2, "test": i["test"] * 2, "alpha": 2 * i["alpha"]},
            lambda i, first, j, second: bool(np.isclose(first, second)),
        ),
    ),
    hints=(
        "Write the name [1, 2] with its zeros for k = 3. Which contexts and which next symbols does it hold? "
        "There are three.",
        "Two dicts: how often a context is followed by a certain symbol, and how often by any. Fill them from "
        "the training names, then walk through the test names in the same way.",
        "marked = [0] * (k - 1) + name + [0]; for every i, context tuple(marked[i : i + k - 1]) and symbol "
        "marked[i + k - 1]. "
        "p = (count + alpha) / (total + alpha * V), with 0 for what never occurred; the mean of -log p over all "
        "symbols.",
    ),
    mistakes=(
        mistake(
            "no_end",
            "The ends of the names are neither counted nor asked for. The zero behind a name is to be said like "
            "a letter.",
            (_PAIRS, _PAIRS.replace("range(len(name) + 1)", "range(len(name))")),
        ),
        mistake(
            "end_not_asked",
            "The ends of the test names are not asked for. They belong to the loss.",
            _tested("pairs(name)[:-1]"),
        ),
        mistake(
            "end_not_counted",
            "The ends of the training names are not counted, so your writer never expects an end.",
            (
                "for name in train:\n        for context, symbol in pairs(name):",
                "for name in train:\n        for context, symbol in pairs(name)[:-1]:",
            ),
        ),
        mistake(
            "no_start",
            """The zeros in front are missing, so the first k - 1 symbols of a name are nobody's next symbol. How
            names
            begin is the half of knowing them.""",
            (_PAIRS, _PAIRS.replace("range(len(name) + 1)", "range(k - 1, len(name) + 1)")),
        ),
        mistake(
            "one_zero_in_front",
            "You put a single zero in front, whatever k is. There are k - 1, so that the first letter has a "
            "whole context.",
            (_MARKED, "marked = ([0] * min(k - 1, 1)) + list(name) + [0]"),
            (_PAIRS, _PAIRS.replace("range(len(name) + 1)", "range(len(marked) - k + 1)")),
        ),
        mistake(
            "context_too_long",
            "Your contexts hold k symbols. An order of k means k symbols in a row, the next one included: k - 1 "
            "before it.",
            (_MARKED, "marked = [0] * k + list(name) + [0]"),
            (_PAIRS, "return [(tuple(marked[i : i + k]), marked[i + k]) for i in range(len(name) + 1)]"),
        ),
        mistake(
            "no_context",
            "The context is not used: these are the frequencies of single symbols.",
            (_PAIRS, _PAIRS.replace("tuple(marked[i : i + k - 1])", "()")),
        ),
        mistake(
            "oldest_symbol_only",
            "Your context is its first symbol alone, not all k - 1.",
            (_PAIRS, _PAIRS.replace("tuple(marked[i : i + k - 1])", "tuple(marked[i : i + k - 1][:1])")),
        ),
        mistake(
            "newest_symbol_only",
            "Your context is the last symbol alone, whatever k is.",
            (_PAIRS, _PAIRS.replace("tuple(marked[i : i + k - 1])", "tuple(marked[i : i + k - 1][-1:])")),
        ),
        mistake(
            "order_lost",
            "Your contexts do not know their order: 1, 2 counts like 2, 1. A sequence is more than a set.",
            (_PAIRS, _PAIRS.replace("tuple(marked[i : i + k - 1])", "tuple(sorted(marked[i : i + k - 1]))")),
        ),
        mistake(
            "alpha_not_below",
            "alpha stands above the line only. Then the probabilities of all symbols add up to more than 1.",
            (_P, _P.replace(" + alpha * V)", " + (context not in totals))")),
        ),
        mistake(
            "alpha_once_below",
            "Below the line alpha is added once. It was given to each of V symbols, so it is added V times.",
            (_P, _P.replace("alpha * V", "alpha")),
        ),
        mistake(
            "alpha_per_letter",
            "Below the line you add alpha V - alpha: the end is a symbol, too, and V counts it.",
            (_P, _P.replace("alpha * V", "alpha * (V - 1)")),
        ),
        mistake(
            "alphabet_seen",
            """You count the symbols that occur in the training names in place of V. A letter that never occurred
            may come
            in a test.""",
            (_P, _P.replace("alpha * V", "alpha * len({s for _, s in counts})")),
        ),
        mistake(
            "alpha_always_one",
            "You add 1, whatever alpha is.",
            (_P, _P.replace("0) + alpha)", "0) + 1)").replace("alpha * V", "V")),
        ),
        mistake(
            "contexts_at_the_end",
            """You count every k - 1 symbols in a row as a context, also the last of a name, after which nothing comes.
            Then the probabilities after them add up to less than 1. Count a context when a symbol follows it.""",
            (_TOTAL, _TOTAL + _LAST_TOO),
        ),
        mistake(
            "divided_by_all",
            "You divide by the number of all pairs. Divide by how often *this* context occurs.",
            (_P, _P.replace("totals.get(context, 0)", "sum(totals.values())")),
        ),
        mistake(
            "base_two",
            "Your logarithm is to base 2. The loss of this course is natural.",
            (_LOSS, "losses.append(-np.log2(p))"),
        ),
        mistake(
            "base_ten",
            "Your logarithm is to base 10. The loss of this course is natural.",
            (_LOSS, "losses.append(-np.log10(p))"),
        ),
        mistake(
            "no_minus", "The minus is missing: a loss is never negative.", (_LOSS, "losses.append(np.log(p))")
        ),
        mistake(
            "mean_probability",
            "You return the mean of the probabilities. The loss is the mean of their logarithms.",
            (_LOSS, "losses.append(p)"),
        ),
        mistake(
            "log_of_the_mean",
            "You take the logarithm of the mean probability. First the logarithm of each, then the mean.",
            (_LOSS, "losses.append(p)"),
            (_MEAN, "return float(-np.log(np.mean(losses)))"),
        ),
        mistake(
            "a_sum",
            "You return the sum over all symbols. The mean is asked for.",
            (_MEAN, "return float(np.sum(losses))"),
        ),
        mistake(
            "for_each_name",
            "You divide by the number of names. Divide by that of the symbols, ends included.",
            (_MEAN, "return float(np.sum(losses) / len(test))"),
        ),
        mistake(
            "mean_of_means",
            "You take a mean for each name, and then the mean of those. A short name then counts as much as a "
            "long one.",
            (
                _MEAN,
                "sizes = np.cumsum([len(name) + 1 for name in test])[:-1]\n    return float(np.mean([part.mean() "
                "for part in np.split(np.array(losses), sizes)]))",
            ),
        ),
        mistake(
            "perplexity",
            "You return e to the loss, which is called perplexity. The loss itself is asked for.",
            (_MEAN, "return float(np.exp(np.mean(losses)))"),
        ),
        mistake(
            "test_counted",
            "Your counts include the test names. What is tested must not have been counted.",
            (_TRAIN, "for name in train + test:"),
        ),
        mistake(
            "loss_on_training",
            "You return the loss on the training names.",
            (_TEST, "for name in train:\n        # the names that were counted"),
        ),
        mistake(
            "new_contexts_left_out",
            "Symbols after a context that never occurred are left out. They count, with probability 1 / V.",
            (_LOSS, "losses += [-np.log(p)] if context in totals else []"),
        ),
        mistake(
            "the_other_way_round",
            "You ask how probable the context is, given the symbol after it. It is the other way round.",
            (_TOTAL, "totals[symbol] = totals.get(symbol, 0) + 1"),
            (_P, _P.replace("totals.get(context, 0)", "totals.get(symbol, 0)")),
        ),
    ),
    other_ways=(
        other_way(
            "counter",
            source="""
            def ngram_loss(train, test, k, V, alpha):
                from collections import Counter
                def grams(name):
                    ids = (0,) * (k - 1) + tuple(name) + (0,)
                    return [ids[j : j + k] for j in range(len(ids) - k + 1)]
                full = Counter(g for name in train for g in grams(name))
                short = Counter(g[:-1] for name in train for g in grams(name))
                asked = [g for name in test for g in grams(name)]
                return -sum(np.log((full[g] + alpha) / (short[g[:-1]] + alpha * V)) for g in asked) / len(asked)
            """,
        ),
        other_way(
            "nested_dicts",
            source="""
            def ngram_loss(train, test, k, V, alpha):
                from collections import defaultdict
                seen = defaultdict(lambda: defaultdict(float))
                def walk(name):
                    memory = (0,) * (k - 1)
                    for symbol in [*name, 0]:
                        yield memory, symbol
                        memory = (*memory, symbol)[1:]
                for name in train:
                    for memory, symbol in walk(name):
                        seen[memory][symbol] += 1
                total = count = 0
                for name in test:
                    for memory, symbol in walk(name):
                        here = seen[memory]
                        total += np.log(sum(here.values()) + alpha * V) - np.log(here[symbol] + alpha)
                        count += 1
                return total / count
            """,
        ),
        other_way(
            "as_text",
            source="""
            def ngram_loss(train, test, k, V, alpha):
                def words(names):
                    return ["@" * (k - 1) + "".join(chr(64 + i) for i in name) + "@" for name in names]
                full, short = {}, {}
                for word in words(train):
                    for i in range(len(word) - k + 1):
                        full[word[i : i + k]] = full.get(word[i : i + k], 0) + 1
                        short[word[i : i + k - 1]] = short.get(word[i : i + k - 1], 0) + 1
                p = [
                    (full.get(word[i : i + k], 0) + alpha) / (short.get(word[i : i + k - 1], 0) + alpha * V)
                    for word in words(test) for i in range(len(word) - k + 1)
                ]
                return -np.log(p).mean()
            """,
        ),
        other_way(
            "array_of_counts",
            source="""
            def ngram_loss(train, test, k, V, alpha):
                counts = np.zeros((V,) * k)
                for name in train:
                    ids = [0] * (k - 1) + list(name) + [0]
                    for end in range(k, len(ids) + 1):
                        counts[tuple(ids[end - k : end])] += 1
                p = (counts + alpha) / (counts.sum(axis=-1, keepdims=True) + alpha * V)
                total, symbols = 0.0, 0
                for name in test:
                    ids = [0] * (k - 1) + list(name) + [0]
                    for end in range(k, len(ids) + 1):
                        total -= np.log(p[tuple(ids[end - k : end])])
                        symbols += 1
                return total / symbols
            """,
        ),
    ),
)
