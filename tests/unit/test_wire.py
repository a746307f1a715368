"""Frames: what is sent arrives; what is no frame is an error, and never a crash or a lot of memory."""

from __future__ import annotations

import json
import socket
import struct
import time
import tracemalloc
from contextlib import suppress
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.sandbox.inside import wire
from rnncourse.checking.codec import to_json
from rnncourse.checking.given import Given, Seeded
from rnncourse.checking.values import same_bits
from tests.unit.trees import trees


def _sent(message: dict[str, Any]) -> bytes:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        wire.send(ours, message)
        ours.shutdown(socket.SHUT_WR)
        return b"".join(iter(lambda: theirs.recv(1 << 20), b""))


def _received(data: bytes) -> dict[str, Any]:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        theirs.settimeout(5)
        ours.sendall(data)
        ours.shutdown(socket.SHUT_WR)
        return wire.receive(theirs)


def _frame(header: Any, body: bytes = b"") -> bytes:
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    return struct.pack(">II", len(text), len(body)) + text + body


@given(st.dictionaries(st.text(max_size=5), trees, max_size=4))
def test_what_is_sent_arrives(message: dict[str, Any]) -> None:
    assert same_bits(_received(_sent(message)), message)


@pytest.mark.parametrize(
    "value", [1 + 2j, np.float32(1.5), Given("constant", (1, np.ones(2))), Seeded(9), np.array(["a", "bc"])]
)
def test_rarer_values_arrive_too(value: Any) -> None:
    arrived = _received(_sent({"value": value}))["value"]
    assert type(arrived) is type(value)
    assert repr(arrived) == repr(value)


@pytest.mark.parametrize(
    "value", [np.longdouble(1.5), np.ones(3, np.longdouble), np.ones(2, ">f8"), np.ones((2, 3)).T]
)
def test_unusual_numbers_arrive_as_ordinary_ones(value: Any) -> None:
    arrived = _received(_sent({"value": value}))["value"]
    assert np.array_equal(arrived, value)
    assert np.asarray(arrived).dtype == np.float64


def test_many_arrays_are_packed_in_a_time_that_grows_with_their_number() -> None:
    rows = [np.ones(1)] * 100_000
    began = time.process_time()
    to_json(rows, wire.Body(bytearray()))
    assert time.process_time() - began < 10  # about 1 s; a minute or more if each looks at all before it


SAMPLE = {
    "id": "a",
    "answer": {"value": {"h": np.arange(6.0).reshape(2, 3), 3: (1, None)}, "texts": np.array(["x"])},
}


def test_every_truncation_is_an_end_of_file() -> None:
    whole = _sent(SAMPLE)
    for size in range(len(whole)):
        with pytest.raises(EOFError):
            _received(whole[:size])


@settings(max_examples=150)
@given(st.lists(st.tuples(st.integers(0, 10_000), st.integers(0, 255)), min_size=1, max_size=4))
def test_every_mutation_is_a_message_or_an_error(changes: list[tuple[int, int]]) -> None:
    frame = bytearray(_sent(SAMPLE))
    for place, byte in changes:
        frame[8 + place % (len(frame) - 8)] = byte
    with suppress(wire.WireError, EOFError):
        assert isinstance(_received(bytes(frame)), dict)


json_trees: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=3),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(
                [
                    "dict",
                    "tuple",
                    "array",
                    "scalar",
                    "texts",
                    "given",
                    "seeded",
                    "complex",
                    "shape",
                    "at",
                    "constants",
                ]
            ),
            inner | st.sampled_from(["<f8", "|b1", "<i8", [2, 1], [-1], 0]),
            max_size=4,
        )
    ),
    max_leaves=12,
)


@settings(max_examples=150)
@given(json_trees, st.binary(max_size=40))
def test_every_header_is_a_message_or_an_error(header: Any, body: bytes) -> None:
    with suppress(wire.WireError):
        assert isinstance(_received(_frame(header, body)), dict)


def _array(**changes: Any) -> dict[str, Any]:
    return {"dict": [["x", {"array": "<f8", "shape": [2], "at": 0} | changes]]}


BOMBS = {
    "shape": _frame(_array(shape=[1 << 26] * 16), bytes(16)),
    "negative": _frame(_array(shape=[-2]), bytes(16)),
    "offset": _frame(_array(at=8), bytes(16)),
    "negative offset": _frame(_array(at=-8), bytes(16)),
    "float size": _frame(_array(shape=[2.0]), bytes(16)),
    "object dtype": _frame(_array(**{"array": "|O"}), bytes(16)),
    "the same bytes often": _frame({"tuple": [_array(shape=[1 << 17])] * 1000}, bytes(1 << 20)),
    "texts": _frame({"dict": [["x", {"texts": ["a" * 100_000] + [""] * 100_000, "shape": [100_001]}]]}),
    "keys": _frame({"dict": [[k * (2**61 - 1), 0] for k in range(6000)]}),
    "deep": _frame(b"[" * 100_000 + b"]" * 100_000),
    "deep dicts": _frame(b'{"tuple":[' * 500 + b"]}" * 500),
    "digits": _frame(b"[" + b"9" * 100_000 + b"]"),
    "complex": _frame({"dict": [["x", {"complex": [10**400, 1]}]]}),
    "seed": _frame(b'{"dict": [["x", {"seeded": Infinity}]]}'),
    "not text": _frame(b"\xff\xfe"),
    "no object": _frame([1, 2]),
    "empty": _frame(b""),
    "long header": struct.pack(">II", wire.MOST_HEADER + 1, 0),
    "long body": struct.pack(">II", 2, wire.MOST_BYTES + 1),
}


@pytest.mark.parametrize("bomb", BOMBS)
def test_a_bomb_is_an_error_that_costs_little(bomb: str) -> None:
    began = time.process_time()
    tracemalloc.start()
    try:
        with pytest.raises(wire.WireError):
            _received_in_thread(BOMBS[bomb])
        assert tracemalloc.get_traced_memory()[1] < 60 << 20
    finally:
        tracemalloc.stop()
    assert time.process_time() - began < 10


def _received_in_thread(data: bytes) -> dict[str, Any]:
    """Receive a frame that is larger than the buffer of a socket."""
    import threading

    ours, theirs = socket.socketpair()
    with ours, theirs:
        theirs.settimeout(10)
        sender = threading.Thread(target=lambda: ours.sendall(data), daemon=True)
        sender.start()
        try:
            return wire.receive(theirs)
        finally:
            sender.join(5)


def test_a_frame_that_drips_is_not_waited_for() -> None:
    import threading

    ours, theirs = socket.socketpair()
    stop = threading.Event()

    def drip() -> None:
        ours.sendall(struct.pack(">II", 1000, 0))
        while not stop.wait(0.02):
            ours.sendall(b" ")

    with ours, theirs:
        theirs.settimeout(0.2)
        dripping = threading.Thread(target=drip)
        dripping.start()
        began = time.monotonic()
        with pytest.raises(TimeoutError):
            wire.receive(theirs)
        assert time.monotonic() - began < 2
        stop.set()
        dripping.join()


@pytest.mark.parametrize(
    "value", [np.zeros(wire.MOST_BYTES // 8 + 1), "x" * (wire.MOST_HEADER + 1), dict.fromkeys(range(5000))]
)
def test_what_is_too_large_is_not_sent(value: Any) -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs, pytest.raises(wire.WireError, match="too large"):
        wire.send(ours, {"value": value})


def test_what_came_in_one_piece_is_read_frame_by_frame_without_waiting() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        buffered = wire.Buffered(theirs)
        buffered.settimeout(0.05)
        messages = [{"n": n, "value": np.arange(n)} for n in range(5)]
        ours.sendall(b"".join(map(_sent, messages)) + _sent({"n": 9})[:-1])
        assert [same_bits(wire.receive(buffered), message) for message in messages] == [True] * 5
        with pytest.raises(TimeoutError):
            wire.receive(buffered)


def test_a_buffered_end_is_an_end() -> None:
    ours, theirs = socket.socketpair()
    with theirs:
        with ours:
            ours.sendall(_sent({"n": 1}) + b"1234")
        buffered = wire.Buffered(theirs)
        assert wire.receive(buffered) == {"n": 1}
        with pytest.raises(EOFError):
            wire.receive(buffered)
