"""What earlier exercises answer, on its way with the questions: each locked with the very question it answers.

A program that is asked with right helpers would have to ask the judge at each step. So their answers
travel with the case, encrypted, and the key of each is what the helper was asked, bit for bit. Whoever
does not ask that learns nothing, as before; whoever asks it nearly is answered by the judge.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import suppress

from rnncourse.checking.codec import from_json, to_json
from rnncourse.checking.sealed import MARK, mark, seal, unseal
from rnncourse.checking.values import Value, bits


def locked(
    recorded: Iterable[tuple[str, Mapping[str, Value], Value]], helpers: Collection[str], salt: str
) -> list[str]:
    """Return the answers of helpers, each locked with its question.

    Parameters
    ----------
    recorded : iterable of (str, mapping, value)
        Name, arguments in order, and answer.
    helpers : collection of str
        Whose answers travel.
    salt : str
        Makes the same question another key in another message.
    """
    found: dict[bytes, Value] = {}
    for name, asked, answer in recorded:
        if name in helpers:
            with suppress(TypeError):  # a function or a generator has no bits
                found.setdefault(_key(salt, name, tuple(asked.values())), answer)
    return [seal(key, to_json(answer)) for key, answer in found.items()]


class Known:
    """The answers that came with one question.

    Parameters
    ----------
    tokens : sequence of str
        What :func:`locked` made.
    salt : str
        The one it was made with.
    """

    def __init__(self, tokens: Sequence[str], salt: str) -> None:
        self._tokens, self._salt = {token[:MARK]: token for token in tokens}, salt

    def answer(self, name: str, args: Sequence[Value]) -> Value:
        """Return what a helper answers to these arguments.

        Raises
        ------
        LookupError
            If that is not among what came.
        """
        try:
            key = _key(self._salt, name, tuple(args))
        except TypeError:
            raise LookupError(name) from None
        return from_json(unseal(key, self._tokens[mark(key)]))


def _key(salt: str, name: str, args: tuple[Value, ...]) -> bytes:
    return hashlib.sha256(repr((salt, name, bits(args))).encode("utf-8", "surrogatepass")).digest()
