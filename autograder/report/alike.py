"""Near-identical work: a flag for a person, never a mark.

Answers to one exercise are compared by the runs of tokens that they share, with every name that a student
can choose taken as the same name, and by their words: names, numbers, texts and comments. What the released
text, the solutions and the known variants of them contain explains itself, and so does what many of the class
wrote. What is left must be long, or odd in its words too: a short function that is written in the usual way
is no sign of anything.
"""

from __future__ import annotations

import builtins
import keyword
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

RUN = 10
"""Tokens in a fingerprint: a statement or two."""
LEAST_SHARED, LEAST_WORDS, LONG, LEAST_SHARE = 50, 3, 120, 0.5
"""A pair shares so many tokens that nothing explains, and so many words; or without words so many tokens. Both
are at least this part of what nothing explains in one of the two."""
SHORTEST_WORD = 3
"""Everybody writes ``n`` and ``dx``."""
MOST_AUTHORS, MOST_PART = 4, 0.02
"""What more students than these, and than this part of the class, wrote is common."""
MOST_CHARACTERS = 20_000
"""Of one answer; what is longer is cut."""

# A text that is not closed ends with its line or the file: so no text makes the search slow.
_TEXT = r"""[rbfuRBFU]{0,2}(?:'''(?:[^'\\]|\\.|'(?!''))*(?:''')?|"{3}(?:[^"\\]|\\.|"(?!""))*(?:"{3})?"""
_LINE = r"""|'(?:[^'\\\n]|\\.)*'?|"(?:[^"\\\n]|\\.)*"?)"""
_TOKEN = re.compile(
    rf"(?P<comment>\#[^\n]*)|(?P<text>{_TEXT}{_LINE})|(?P<name>[^\W\d]\w*)|(?P<number>\d[\w.]*)"
    r"|(?P<sign>\*\*|//|->|[-+*/%@&|^<>=!:]=|\S)",
    re.DOTALL,
)
_KEPT = frozenset([*keyword.kwlist, *dir(builtins), "np"])

Answers = Mapping[str, str]
"""Student id to what they wrote for one exercise."""


@dataclass(frozen=True)
class Alike:
    """Two answers to one exercise that share what nothing explains.

    Attributes
    ----------
    students : tuple of (str, str)
        Whose.
    notebook, exercise : str
        Where.
    shared : int
        Tokens that both have, and neither the course nor the class explains.
    share : float
        What part that is of all such tokens in the answer that has fewer.
    words : tuple of str
        Rare names, numbers, texts and comments that both have.
    lines : str
        The shared lines, as the first of the two wrote them.
    """

    students: tuple[str, str]
    notebook: str
    exercise: str
    shared: int
    share: float
    words: tuple[str, ...]
    lines: str


@dataclass(frozen=True)
class Explained:
    """What everybody has: runs of tokens, and words."""

    runs: frozenset[tuple[str, ...]]
    words: frozenset[str]


@dataclass(frozen=True)
class _Tokens:
    """An answer as words, and as tokens: the line of each, and all runs with the places where they begin."""

    words: frozenset[str]
    lines: tuple[int, ...]
    runs: Mapping[tuple[str, ...], list[int]]

    def covered(self, runs: Iterable[tuple[str, ...]]) -> set[int]:
        """Return the places of all tokens in some of the runs."""
        return {start + i for run in runs for start in self.runs.get(run, ()) for i in range(RUN)}


def tokens_of(source: str) -> Iterator[tuple[str, str, int]]:
    """Yield the words of some code, the token that each is, and its line; those of the language are no words.

    Names that a student can choose are all the token ``v``, texts are one token, comments are none. Code that
    is no Python has tokens, too.
    """
    source, line, done, before = source[:MOST_CHARACTERS], 0, 0, ""
    for found in _TOKEN.finditer(source):
        line += source.count("\n", done, found.start())
        done, kind, word = found.start(), found.lastgroup, found[0]
        own = kind == "name" and before != "." and word not in _KEPT
        before = "v" if own else {"text": "''", "comment": ""}.get(kind or "", word)
        language = kind == "sign" or (kind == "name" and not own)
        yield "" if language else word, before, line


def explained(sources: Iterable[str]) -> Explained:
    """Return what some texts, which everybody has, explain."""
    runs, words = set[tuple[str, ...]](), set[str]()
    for source in set(sources):
        found = tuple(tokens_of(source))
        texts = [token for _, token, _ in found if token]
        runs.update(zip(*(texts[n:] for n in range(RUN)), strict=False))
        words.update(word for word, _, _ in found if len(word) >= SHORTEST_WORD)
    return Explained(frozenset(runs), frozenset(words))


def _tokens(source: str) -> _Tokens:
    found = tuple(tokens_of(source))
    tokens = [(token, line) for _, token, line in found if token]
    texts = tuple(token for token, _ in tokens)
    runs: dict[tuple[str, ...], list[int]] = {}
    for start in range(len(texts) - RUN + 1):
        runs.setdefault(texts[start : start + RUN], []).append(start)
    words = frozenset(word for word, _, _ in found if len(word) >= SHORTEST_WORD)
    return _Tokens(words, tuple(line for _, line in tokens), runs)


def alike(notebook: str, exercise: str, answers: Answers, known: Explained) -> tuple[Alike, ...]:
    """Return the pairs of answers to one exercise that a person should look at, the longest shared first.

    Parameters
    ----------
    notebook, exercise : str
        Which exercise.
    answers : Answers
        What each student wrote.
    known : Explained
        What everybody has.
    """
    made = {source: _tokens(source) for source in dict.fromkeys(answers.values())}
    own = {s: made[source] for s, source in answers.items() if not made[source].runs.keys() <= known.runs}
    most = max(MOST_AUTHORS, int(MOST_PART * len(answers)))
    runs = Counter(run for tokens in own.values() for run in tokens.runs)
    words = Counter(word for tokens in own.values() for word in tokens.words)
    common = Explained(
        known.runs | {run for run, count in runs.items() if count > most},
        known.words | {word for word, count in words.items() if count > most},
    )
    by_run: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for student, tokens in own.items():
        for run in tokens.runs.keys() - common.runs:
            by_run[run].append(student)
    pairs: dict[tuple[str, str], list[tuple[str, ...]]] = defaultdict(list)
    for run, students in by_run.items():
        for who in combinations(students, 2):
            pairs[who].append(run)
    flagged = []
    for who, shared in pairs.items():
        if len(shared) > LEAST_SHARED - RUN * 2:
            found = _pair([own[student] for student in who], shared, common)
            if found:
                text = _lines(answers[who[0]], found[3])
                flagged.append(Alike(who, notebook, exercise, *found[:3], text))
    return tuple(sorted(flagged, key=lambda pair: (-pair.shared, pair.students)))


def _pair(
    pair: Sequence[_Tokens], runs: Sequence[tuple[str, ...]], common: Explained
) -> tuple[int, float, tuple[str, ...], list[int]] | None:
    """Return how much a pair shares, what part that is, the words, and the lines of the first; None if little."""
    both = [tokens.covered(runs) for tokens in pair]
    words = tuple(sorted((pair[0].words & pair[1].words) - common.words))
    shared = min(map(len, both))
    if shared < (LEAST_SHARED if len(words) >= LEAST_WORDS else LONG):
        return None
    share = shared / min(len(tokens.covered(tokens.runs.keys() - common.runs)) for tokens in pair)
    if share < LEAST_SHARE:
        return None
    return shared, min(share, 1.0), words, sorted({pair[0].lines[place] for place in both[0]})


def _lines(source: str, numbers: Iterable[int]) -> str:
    text = source.split("\n")
    return "\n".join(text[number] for number in numbers)
