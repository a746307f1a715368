"""Seal what a check must know of a value, so that only an answer near the right one opens it.

A value that an exercise asks for cannot stand in plain in the data of its check, which students have.
So the data holds it encrypted with a key that is made, slowly, from the value itself, rounded. An
answer that rounds alike makes the same key and opens the seal, and then the usual comparison decides,
with its usual tolerance. Any other answer learns nothing but that it is another one.

That stops reading, and no trying: see SECURITY.md for what it is worth.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import math
from base64 import b64decode, b64encode
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice, product
from typing import Any

import numpy as np

ROUNDS = 4_000
"""Of PBKDF2 for each key: as many as leave a check with 16 numbers below its 100 ms."""
MARK = 12
"""Characters that say whether a key fits."""
_ONCE = 8
_CELL = 5.0
"""Width of the cells that numbers are rounded to, in times of the tolerance."""
_MOST_LEAVES, _MOST_TEXT, _MOST_WAYS, _MOST_JOINED = 100, 2_000, 16, 512
"""An answer with more in it than that is no value that we ask for."""


@dataclass(frozen=True)
class Lock:
    """What turns an answer into keys.

    Attributes
    ----------
    salt : str
        The exercise and the entry: the same number has another key elsewhere.
    room : float
        The largest relative tolerance that an answer is compared with; 0 for an entry that is a text.
    """

    salt: str
    room: float

    def key(self, value: Any) -> bytes:
        """Return the key that a value is sealed with."""
        return _key(self.salt, next(_texts(value, self.room, near=False)))

    def keys(self, answer: Any) -> list[bytes]:
        """Return the keys of all values that an answer may be compared with and be right."""
        if not _is_small(answer):
            return []
        ways = dict.fromkeys(islice(_texts(answer, self.room, near=True), _MOST_WAYS))
        return [_key(self.salt, text) for text in ways]


@dataclass(frozen=True)
class Sealed:
    """JSON data that stands in a case file in place of a value, which is in it."""

    lock: Lock
    token: str

    def opened_by(self, answer: Any) -> Iterator[Any]:
        """Yield what is inside, if the answer is near enough."""
        contents = (unseal(key, self.token) for key in self.lock.keys(answer))
        return (content for content in contents if content is not None)


def seal(key: bytes, content: Any) -> str:
    """Return JSON data encrypted with a key, so that equal content gives an equal text."""
    plain = json.dumps(content, separators=(",", ":")).encode()
    once = hashlib.sha256(key + plain).digest()[:_ONCE]
    return mark(key) + b64encode(once + _mixed(key + once, plain)).decode()


def mark(key: bytes) -> str:
    """Return what everything begins with that a key opens."""
    return hashlib.sha256(b"mark" + key).hexdigest()[:MARK]


def unseal(key: bytes, token: str) -> Any:
    """Return what a key opens, or None if it is another one's."""
    if token[:MARK] != mark(key):
        return None
    data = b64decode(token[MARK:])
    return json.loads(_mixed(key + data[:_ONCE], data[_ONCE:]))


def joined(keys: Sequence[bytes]) -> bytes:
    """Return the key that takes several answers at once."""
    return hashlib.sha256(b"".join(keys)).digest()


def keys_of_all(locks: Sequence[Lock], answers: Sequence[Any]) -> Iterator[bytes]:
    """Yield the joined keys of several answers, for every way to round them."""
    each = [lock.keys(answer) for lock, answer in zip(locks, answers, strict=True)]
    return map(joined, islice(product(*each), _MOST_JOINED))


def _mixed(key: bytes, data: bytes) -> bytes:
    """Encrypt or decrypt: combine data with a stream that only the key gives."""
    stream = hashlib.shake_256(key).digest(len(data))
    return (int.from_bytes(data) ^ int.from_bytes(stream)).to_bytes(len(data))


@lru_cache(maxsize=4096)
def _key(salt: str, text: str) -> bytes:
    return slow(text.encode("utf-8", "replace"), f"rnncourse/{salt}".encode())


def slow(password: bytes, salt: bytes, rounds: int = ROUNDS) -> bytes:
    """Return PBKDF2-HMAC-SHA256, also where Python comes without OpenSSL, as in a browser."""
    if hasattr(hashlib, "pbkdf2_hmac"):
        return hashlib.pbkdf2_hmac("sha256", password, salt, rounds)
    return _slow_in_python(password, salt, rounds)


def _slow_in_python(password: bytes, salt: bytes, rounds: int) -> bytes:
    begun = hmac.new(password, digestmod="sha256")

    def once(data: bytes) -> bytes:
        mac = begun.copy()
        mac.update(data)
        return mac.digest()

    last = once(salt + b"\0\0\0\1")
    sum_ = int.from_bytes(last)
    for _ in range(rounds - 1):
        last = once(last)
        sum_ ^= int.from_bytes(last)
    return sum_.to_bytes(32)


def _is_small(value: Any) -> bool:
    """Return whether an answer is small enough to be looked at more closely."""
    waiting, seen = [value], 0
    while waiting and seen <= _MOST_LEAVES:
        item = waiting.pop()
        seen += item.size if isinstance(item, np.ndarray) else 1
        if isinstance(item, np.ndarray) and item.nbytes > 4 * _MOST_TEXT:
            return False
        if isinstance(item, str) and len(item) > _MOST_TEXT:
            return False
        if isinstance(item, int) and item.bit_length() > 1000:
            return False
        if isinstance(item, dict | list | tuple):
            if len(item) > _MOST_LEAVES:
                return False
            waiting += item.values() if isinstance(item, dict) else item
    return seen <= _MOST_LEAVES


def _texts(value: Any, room: float, near: bool) -> Iterator[str]:
    """Yield the ways to write a value; with `near`, also those of all values that it may stand for."""
    if isinstance(value, np.ndarray | np.generic):
        if value.size == 1 and value.ndim <= 1:
            yield from _texts(value.reshape(()).item(), room, near)
        if not value.ndim:
            return
        value = value.tolist()
    if isinstance(value, str | bool) or value is None:
        yield f"{type(value).__name__} {value}"
    elif isinstance(value, int | float | complex):
        yield from _cells(value.real, room, near)
    elif isinstance(value, Mapping):
        yield from _together(dict(sorted((repr(key), item) for key, item in value.items())), room, near)
    else:
        yield from _together(dict(enumerate(value)), min(room, 1e-6), near)


def _together(items: Mapping[Any, Any], room: float, near: bool) -> Iterator[str]:
    ways = (list(islice(_texts(item, room, near), _MOST_WAYS)) for item in items.values())
    yield from (json.dumps([*zip(items, way, strict=True)]) for way in product(*ways))


def _cells(number: float, room: float, near: bool) -> Iterator[str]:
    """Yield the cell that a number falls into; with `near`, also one beside it that is within the tolerance.

    What is within twice the tolerance of a small whole number is that number: most answers are.
    """
    if not room:
        return  # the lock of a text: no number opens it
    if not math.isfinite(number) or number == 0:
        yield f"{abs(number) if number == 0 else number:g}"
        return
    slack, off = room * abs(number), abs(number - round(number))
    if slack < (0.055 if near else 0.05) and off <= (3.2 if near else 2.1) * slack:
        yield f"={round(number)}"
        if not near or (off < 0.9 * slack and slack < 0.045):
            return
    width = math.log1p(_CELL * room)
    place = math.log(abs(number)) / width
    reach = 1.05 * room / width if near else 0.0
    for cell in dict.fromkeys(math.floor(p) for p in (place, place - reach, place + reach)):
        yield f"{'-' if number < 0 else '+'}{cell}"
