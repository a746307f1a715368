"""Any bytes on the connection to a worker are a message, or one of three errors."""

from __future__ import annotations

import json
import random
import struct
from collections.abc import Iterator
from typing import Any

import atheris

from autograder.sandbox.inside import wire
from rnncourse.checking import codec
from rnncourse.checking.values import arrays_in, same_bits, to_plain
from tests.fuzz.edits import Provider, edited
from tests.fuzz.limits import bounded
from tests.unit.test_wire import BOMBS, SAMPLE, _array, _frame

LONGEST = 4_096
ALLOWED = (EOFError, TimeoutError, wire.WireError)
DICTIONARY = [
    word.encode()
    for word in ("dict", "tuple", "array", "scalar", "texts", "given", "seeded", "complex", "sealed")
]
DICTIONARY += [code.encode() for code in wire._DTYPES]
DICTIONARY += [
    b'"shape":',
    b'"at":',
    b'"constants":',
    b'{"dict":[["x",',
    b"NaN",
    b"Infinity",
    b"1e999",
    b"\\ud800",
]

TREES: tuple[Any, ...] = (
    {"array": "<f8", "shape": [2], "at": 0},
    {"array": "|b1", "shape": [1, 0, 3], "at": 16},
    {"scalar": {"array": "<c16", "shape": [], "at": 0}},
    {"texts": ["a", "bc"], "shape": [2, 1]},
    {"given": "constant", "constants": {"tuple": [1, 2.5]}},
    {"seeded": 7},
    {"complex": [1, -2.5]},
    {"sealed": "token", "salt": "salt", "room": 0.5},
    {"tuple": [None, True, []]},
    {"dict": [[{"tuple": [1, "a"]}, 2], ["b", 3]]},
    *(code for code in wire._DTYPES),
    *(name for name in ("dict", "tuple", "array", "scalar", "texts", "given", "seeded", "complex")),
)
"""Trees that mean something in a header."""


class Bytes:
    """The connection of a worker that has sent these bytes and is gone."""

    def __init__(self, data: bytes) -> None:
        self._data, self._step = data, 1 + len(data) % 97

    def gettimeout(self) -> None:
        """Return that there is no limit."""

    def settimeout(self, seconds: float) -> None:
        """Do nothing: nothing is waited for."""

    def recv(self, size: int) -> bytes:
        """Return some of the next bytes."""
        size = min(size, self._step)
        part, self._data = self._data[:size], self._data[size:]
        return part

    def sendall(self, data: bytes) -> None:
        """Add to what is to be received."""
        self._data += data
        self._step = 1 << 20


def one_input(data: bytes) -> None:
    """Receive the bytes as they are; then with lengths that are right, so that what is inside is reached."""
    with bounded(seconds=5, megabytes=150):
        _received(data)
        header, _, body = data[8:].partition(b"\0")
        _received(struct.pack(">II", len(header), len(body)) + header + body)


def mutated(data: bytes, size: int, seed: int) -> bytes:
    """Return another input: bytes are changed at random or, as often, the tree in the header is."""
    chance = random.Random(seed)
    header, zero, body = data[8:].partition(b"\0")
    try:
        tree = json.loads(header)
    except (ValueError, RecursionError):
        tree = None
    if tree is None or chance.random() < 0.5:
        return bytes(atheris.Mutate(data, size))
    text = json.dumps(edited(tree, Provider(chance.randbytes(200)), 3, TREES)).encode()
    return (struct.pack(">II", len(text), len(body)) + text + zero + body)[:size]


def _received(data: bytes) -> None:
    try:
        message = wire.receive(Bytes(data))  # type: ignore[arg-type]
    except ALLOWED:
        return
    assert type(message) is dict
    _hold(message, len(data))


def _hold(message: dict[Any, Any], size: int) -> None:
    """A message is no larger than what was sent, can be sent again, and can be made plain or refused."""
    arrays = [array for _, array in arrays_in(message)]
    assert sum(array.nbytes for array in arrays if array.dtype.kind != "U") <= size
    again = Bytes(b"")
    wire.send(again, message)  # type: ignore[arg-type]
    assert same_bits(wire.receive(again), message)  # type: ignore[arg-type]
    try:
        to_plain(message)
    except TypeError:
        return


def seeds() -> Iterator[bytes]:
    """Yield frames of ours and of attackers."""
    ours = Bytes(b"")
    wire.send(ours, SAMPLE)  # type: ignore[arg-type]
    yield ours.recv(LONGEST)
    yield from (bomb for bomb in BOMBS.values() if len(bomb) <= LONGEST)
    for value in TREES:
        header = _frame({"dict": [["x", value], ["id", "0"]]})
        yield header + b"\0" + bytes(16)
        yield header + bytes(4)
    yield _frame(_array(), bytes(16))


def plant() -> None:
    """Forget that a size in a shape may be no number."""
    codec._shape = lambda data: tuple(max(size.real, 0) for size in data["shape"])
