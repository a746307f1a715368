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
from typing import Any, Protocol

import numpy as np

from rnncourse.checking.codec import MOST_BYTES, from_json, to_json

MOST_HEADER = 4 << 20
_PIECE = 1 << 18
_DTYPES = {
    np.dtype(code).str: np.dtype(code)
    for code in ("?", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "f2", "f4", "f8", "c8", "c16")
}


class Connection(Protocol):
    """What frames are read from and written to: a socket, or something like one."""

    def gettimeout(self) -> float | None:
        """Return how long a read waits."""

    def settimeout(self, seconds: float | None, /) -> None:
        """Say how long a read waits."""

    def recv(self, size: int, /) -> bytes:
        """Return at most so many bytes, and none at the end."""

    def sendall(self, data: bytes, /) -> None:
        """Send all of it."""


class WireError(Exception):
    """The other side sent something that is not a frame, or one that is too large."""


def send(connection: Connection, message: dict[str, Any]) -> int:
    """Send one message and return how many bytes it takes; arrays anywhere in it travel as raw bytes.

    Raises
    ------
    WireError
        If the message is larger than a frame may be.
    """
    body = Body(bytearray())
    try:
        header = json.dumps(to_json(message, body)).encode()
    except ValueError as error:
        raise WireError(str(error)) from None
    if len(header) > MOST_HEADER or len(body.data) > MOST_BYTES:
        raise WireError(f"a message of {len(header) + len(body.data)} bytes is too large")
    connection.sendall(struct.pack(">II", len(header), len(body.data)) + header + body.data)
    return len(header) + len(body.data)


def receive(connection: Connection) -> dict[str, Any]:
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
    data = _read(connection, header_size + body_size, deadline)
    try:
        message = from_json(json.loads(data[:header_size]), Body(memoryview(data)[header_size:]))
    except (ValueError, LookupError, TypeError, OverflowError, MemoryError, RecursionError) as error:
        raise WireError(f"not a proper message: {error}") from None
    if not isinstance(message, dict):
        raise WireError("a message is a JSON object")
    return message


def _read(connection: Connection, size: int, deadline: float | None) -> bytearray:
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
    return parts


class Buffered:
    """A connection that takes what is there in few and large pieces: each time that somebody waits is dear."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection, self._there = connection, bytearray()
        self._timeout: float | None = None
        self.close = connection.close

    def sendall(self, data: bytes) -> None:
        """Send all of it."""
        self._connection.settimeout(self._timeout)
        self._connection.sendall(data)

    def gettimeout(self) -> float | None:
        """Return how long a read waits."""
        return self._timeout

    def settimeout(self, seconds: float | None) -> None:
        """Note how long a read waits; what is there already is not waited for."""
        self._timeout = seconds

    @property
    def is_empty(self) -> bool:
        """Whether a read would have to wait."""
        return not self._there

    def recv(self, size: int) -> bytes:
        """Return at most so many bytes, and none at the end."""
        if not self._there:
            self._connection.settimeout(self._timeout)
            self._there += self._connection.recv(_PIECE)
        part = bytes(self._there[:size])
        del self._there[:size]
        return part


class Body:
    """The raw bytes of a frame's arrays, each read once and in order, so that small frames stay small."""

    def __init__(self, data: bytes | bytearray | memoryview) -> None:
        self.data, self._next = data, 0

    def write(self, array: np.ndarray[Any, Any]) -> dict[str, Any]:
        """Add the bytes of an array; return where they are and what they mean."""
        start, little = len(self.data), _little(array.dtype)
        assert isinstance(self.data, bytearray)
        self.data += np.ascontiguousarray(array, little).tobytes()
        return {"array": little.str, "shape": list(array.shape), "at": start}

    def read(self, data: dict[str, Any], shape: tuple[int, ...]) -> np.ndarray[Any, Any]:
        """Return an array whose bytes come next, and are exactly as many as its shape and dtype say."""
        dtype, start = _DTYPES[data["array"]], data["at"]
        end = self._next + math.prod(shape) * dtype.itemsize
        if type(start) is not int or start != self._next or end > len(self.data):
            raise ValueError("an array that reaches past the message, or over another one")
        self._next = end
        return np.frombuffer(memoryview(self.data)[start:end], dtype).reshape(shape).copy()


def _little(dtype: np.dtype[Any]) -> np.dtype[Any]:
    """Return a dtype in which numbers can travel: little-endian, and double for long double."""
    little = dtype.newbyteorder("<")
    return {"g": np.dtype("<f8"), "G": np.dtype("<c16")}.get(little.char, little)
