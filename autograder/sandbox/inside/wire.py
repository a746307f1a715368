"""Frames between the judge and the sandbox: data only, bounded, never a pickle.

A frame is two 4-byte lengths, a JSON header, and the raw bytes of the arrays that the header
refers to. A reader knows how long everything is before it allocates anything, and takes an
array only if its bytes are exactly as many as its shape and dtype say.
"""

from __future__ import annotations

import json
import math
import socket
import struct
import time
from typing import Any

import numpy as np

from rnncourse.checking.given import Given, Seeded

MOST_HEADER = 4 << 20
MOST_BYTES = 64 << 20
MOST_DEPTH = 64
MOST_KEYS = 4_096
"""Keys of one dictionary; more of them, chosen to collide, could keep a reader busy for hours."""
_DTYPES = {
    np.dtype(code).str: np.dtype(code)
    for code in ("?", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "f2", "f4", "f8", "c8", "c16")
}


class WireError(Exception):
    """The other side sent something that is not a frame, or one that is too large."""


def send(connection: socket.socket, message: dict[str, Any]) -> None:
    """Send one message; arrays anywhere in it travel as raw bytes.

    Raises
    ------
    WireError
        If the message is larger than a frame may be.
    """
    body = bytearray()
    header = json.dumps(pack(message, body)).encode()
    if len(header) > MOST_HEADER or len(body) > MOST_BYTES:
        raise WireError(f"a message of {len(header) + len(body)} bytes is too large")
    connection.sendall(struct.pack(">II", len(header), len(body)) + header + body)


def receive(connection: socket.socket) -> dict[str, Any]:
    """Return the next message.

    Raises
    ------
    EOFError
        If the other side is gone.
    TimeoutError
        If not all of it comes within the time-out of the socket.
    WireError
        If it is not a proper frame.
    """
    timeout = connection.gettimeout()
    deadline = None if timeout is None else time.monotonic() + timeout
    header_size, body_size = struct.unpack(">II", _read(connection, 8, deadline))
    if header_size > MOST_HEADER or body_size > MOST_BYTES:
        raise WireError(f"a message of {header_size + body_size} bytes is too large")
    header, body = _read(connection, header_size, deadline), _read(connection, body_size, deadline)
    try:
        message = unpack(json.loads(header), Body(body))
    except (ValueError, LookupError, TypeError, OverflowError, MemoryError, RecursionError) as error:
        raise WireError(f"not a proper message: {error}") from None
    if not isinstance(message, dict):
        raise WireError("a message is a JSON object")
    return message


def _read(connection: socket.socket, size: int, deadline: float | None) -> bytes:
    """Return so many bytes; the deadline is for all of them, or one that drips would never end."""
    parts = bytearray()
    while len(parts) < size:
        if deadline is not None:
            left = deadline - time.monotonic()
            if left <= 0:
                raise TimeoutError("the message did not come in time")
            connection.settimeout(left)
        part = connection.recv(min(size - len(parts), 1 << 20))
        if not part:
            raise EOFError("the other side is gone")
        parts += part
    return bytes(parts)


def _portable(dtype: np.dtype[Any]) -> np.dtype[Any]:
    """Return a dtype in which numbers can travel: little-endian, and double for long double."""
    little = dtype.newbyteorder("<")
    return {"g": np.dtype("<f8"), "G": np.dtype("<c16")}.get(little.char, little)


class Body:
    """The raw bytes of a frame, each given out once and in order, so that small frames stay small."""

    def __init__(self, data: bytes) -> None:
        self._data, self._next = memoryview(data), 0

    def take(self, start: Any, size: int) -> memoryview:
        """Return the next `size` bytes, which must begin at `start`."""
        if type(start) is not int or start != self._next or start + size > len(self._data):
            raise ValueError("an array that reaches past the message, or over another one")
        self._next += size
        return self._data[start : self._next]


def pack(value: Any, body: bytearray) -> Any:
    """Return `value` as JSON data, its arrays appended to `body`.

    Raises
    ------
    WireError
        If a dictionary has more than :data:`MOST_KEYS` keys.
    """
    if isinstance(value, np.ndarray) and value.dtype.kind in "US":
        return {"$texts": [str(item) for item in value.ravel().tolist()], "shape": list(value.shape)}
    if isinstance(value, np.ndarray):
        start = len(body)
        little = np.ascontiguousarray(value, _portable(value.dtype)).reshape(value.shape)
        body += little.tobytes()
        return {"$array": little.dtype.str, "shape": list(value.shape), "at": start}
    if isinstance(value, np.generic):
        return {"$scalar": pack(np.asarray(value), body)}
    if isinstance(value, complex):
        return {"$complex": [value.real, value.imag]}
    if isinstance(value, Given):
        return {"$given": value.name, "constants": pack(value.constants, body)}
    if isinstance(value, Seeded):
        return {"$seeded": value.seed}
    if isinstance(value, tuple):
        return {"$tuple": [pack(item, body) for item in value]}
    if isinstance(value, dict):
        if len(value) > MOST_KEYS:
            raise WireError(f"a dictionary of {len(value)} keys is too large")
        return {"$dict": [[pack(key, body), pack(item, body)] for key, item in value.items()]}
    return [pack(item, body) for item in value] if isinstance(value, list) else value


def unpack(data: Any, body: Body, depth: int = 0) -> Any:
    """Return the value that :func:`pack` packed.

    Raises
    ------
    ValueError, KeyError, TypeError
        If `data` is not something that :func:`pack` returns.
    """
    if depth > MOST_DEPTH:
        raise ValueError("nested too deeply")
    if isinstance(data, list):
        return [unpack(item, body, depth + 1) for item in data]
    if not isinstance(data, dict):
        return data
    if "$dict" in data:
        if len(data["$dict"]) > MOST_KEYS:
            raise ValueError("a dictionary with too many keys")
        return {unpack(key, body, depth + 1): unpack(item, body, depth + 1) for key, item in data["$dict"]}
    if "$tuple" in data:
        return tuple(unpack(item, body, depth + 1) for item in data["$tuple"])
    if "$array" in data:
        return _array(data, body)
    if "$scalar" in data:
        return _array(data["$scalar"], body)[()]
    if "$texts" in data:
        return _texts(data)
    if "$given" in data:
        return Given(str(data["$given"]), unpack(data["constants"], body, depth + 1))
    if "$seeded" in data:
        return Seeded(int(data["$seeded"]))
    if "$complex" in data:
        return complex(*data["$complex"])
    raise ValueError(f"an object with the keys {sorted(data)[:5]}")


def _shape(data: dict[str, Any]) -> tuple[int, ...]:
    shape = tuple(data["shape"])
    if len(shape) > 16 or not all(type(size) is int and 0 <= size <= MOST_BYTES for size in shape):
        raise ValueError("an impossible shape")
    return shape


def _texts(data: dict[str, Any]) -> np.ndarray[Any, Any]:
    """Return an array of texts; each entry has room for the longest, so one long text is dear."""
    texts = [str(text) for text in data["$texts"]]
    if 4 * len(texts) * max(map(len, texts), default=0) > MOST_BYTES:
        raise ValueError("an array of texts that is too large")
    return np.array(texts, dtype=str).reshape(_shape(data))


def _array(data: dict[str, Any], body: Body) -> np.ndarray[Any, Any]:
    """Return an array whose bytes are exactly as many as its shape and dtype say."""
    dtype, shape = _DTYPES[data["$array"]], _shape(data)
    part = body.take(data["at"], math.prod(shape) * dtype.itemsize)
    return np.frombuffer(part, dtype).reshape(shape).copy()
