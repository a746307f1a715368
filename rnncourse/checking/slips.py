"""The slips of an exercise: small wrong steps that a machine found, by the numbers they lead to.

There are hundreds, so they lie in a file of their own, packed, that is read only when an answer
is wrong and no mistake of the bank explains it. A slip is recorded by a digest of each place, which is one output of
its answer to one case: a hash of its structure and two weighted sums of its numbers, as in
:mod:`rnncourse.checking.fingerprint`. The mistakes of the bank are among them: one may explain an output where
it does not explain all.
"""

from __future__ import annotations

import base64
import hashlib
import json
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from rnncourse.checking.fingerprint import Fingerprint

SLIPS = Path(__file__).resolve().parents[1] / "slips"
"""The slips, a file for each exercise."""

ROOM = 3e-7
"""Two sums may differ by so much of the sum of absolute values: rounding to single precision, and that of the work."""

_ONE = np.dtype([("structure", "<u4"), ("sums", "<f4", 2)])


@dataclass(frozen=True)
class SlipTable:
    """Slips of one exercise and the digests of their answers to its public cases, output by output.

    Attributes
    ----------
    named : tuple of (str, str)
        Id and hint of each, the simplest first; no hint for mistakes of the bank, whose hints are with the cases.
    digests : array (S, P)
        A record for each slip and place.
    key : str
        A hash of what the table was made of.
    banked : tuple of (str, str)
        Slips with the numbers of a mistake of the bank, and its id; or empty where a slip alone changes nothing. They
        are not told for themselves, but may be one of two things that went wrong.
    """

    named: tuple[tuple[str, str], ...]
    digests: np.ndarray[Any, Any]
    key: str = ""
    banked: tuple[tuple[str, str], ...] = ()

    def agree(self, prints: Sequence[Fingerprint]) -> np.ndarray[Any, np.dtype[np.bool_]]:
        """Return where (S, P) each slip gives these fingerprints of the places."""
        wanted = np.array([_hashed(given.structure) for given in prints], dtype=np.uint32)
        sums = np.array([given.sums[:2] if given.sums else (0.0, 0.0) for given in prints])
        room = ROOM * np.array([given.scale for given in prints])
        with np.errstate(all="ignore"):
            off = np.abs(self.digests["sums"].astype(float) - sums).max(axis=2)
        return np.asarray((self.digests["structure"] == wanted) & (off <= room))


def digest(prints: Sequence[Fingerprint]) -> np.ndarray[Any, Any]:
    """Return the digests (P,) of the answers in all places."""
    row = np.zeros(len(prints), _ONE)
    with np.errstate(over="ignore"):  # what no single can hold becomes infinite, and equals nothing
        for place, given in enumerate(prints):
            row[place] = (_hashed(given.structure), given.sums[:2] if given.sums else (0.0, 0.0))
    return row


def _hashed(structure: str) -> int:
    return int.from_bytes(hashlib.sha256(structure.encode("utf-8", "replace")).digest()[:4], "little")


def packed(table: SlipTable) -> str:
    """Return a table as the text of its file.

    Sums cannot be compressed. So those that most slips have at a place, which are the right ones, are left out, and
    the others lie as they are.
    """
    names = json.dumps([table.named, table.banked], ensure_ascii=False, separators=(",", ":")).encode()
    sums = np.ascontiguousarray(table.digests["sums"]).view("<u8")[..., 0]
    usual = np.array([_most_common(column) for column in sums.T], "<u8")
    unusual = sums != usual
    body = names + np.packbits(unusual).tobytes() + table.digests["structure"].tobytes()
    data = {
        "key": table.key,
        "shape": table.digests.shape,
        "names": len(names),
        "packed": _text(zlib.compress(body, 9)),
        "sums": _text(usual.tobytes() + sums[unusual].tobytes()),
    }
    return json.dumps(data, separators=(",", ":")) + "\n"


def _most_common(numbers: np.ndarray[Any, Any]) -> int:
    values, counts = np.unique(numbers, return_counts=True)
    return int(values[counts.argmax()])


def _text(blob: bytes) -> str:
    return base64.b64encode(blob).decode()


def unpacked(text: str) -> SlipTable:
    """Return the table that :func:`packed` wrote."""
    data = json.loads(text)
    blob, end = zlib.decompress(base64.b64decode(data["packed"])), data["names"]
    named, banked = (tuple(map(tuple, part)) for part in json.loads(blob[:end]))
    shape = tuple(data["shape"])
    size, places = shape[0] * shape[1], shape[1]
    bits = (size + 7) // 8
    unusual = np.unpackbits(np.frombuffer(blob, np.uint8, bits, end), count=size).view(bool).reshape(shape)
    kept = np.frombuffer(base64.b64decode(data["sums"]), "<u8")
    sums = np.empty(shape, "<u8")
    sums[:] = kept[:places]
    sums[unusual] = kept[places:]
    digests = np.empty(shape, _ONE)
    digests["structure"] = np.frombuffer(blob, "<u4", size, end + bits).reshape(shape)
    digests["sums"] = sums.view("<f4").reshape(*shape, 2)
    return SlipTable(named, digests, data["key"], banked)


NONE = SlipTable((), np.zeros((0, 0), _ONE))


@cache
def load_slips(exercise: str) -> SlipTable:
    """Return the slips of an exercise; none where there is no file of them."""
    path = SLIPS / f"{exercise}.json"
    return unpacked(path.read_text(encoding="utf-8")) if exercise.isidentifier() and path.is_file() else NONE
