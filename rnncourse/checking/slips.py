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
    """Return a table as the text of its file."""
    names = json.dumps([table.named, table.banked], ensure_ascii=False, separators=(",", ":")).encode()
    columns = [table.digests["structure"], table.digests["sums"][..., 0], table.digests["sums"][..., 1]]
    body = b"".join(np.ascontiguousarray(column).tobytes() for column in columns)
    blob = zlib.compress(len(names).to_bytes(4, "little") + names + body, 9)
    data = {"key": table.key, "places": table.digests.shape[1], "packed": base64.b64encode(blob).decode()}
    return json.dumps(data, separators=(",", ":")) + "\n"


def unpacked(text: str) -> SlipTable:
    """Return the table that :func:`packed` wrote."""
    data = json.loads(text)
    blob = zlib.decompress(base64.b64decode(data["packed"]))
    end = 4 + int.from_bytes(blob[:4], "little")
    named, banked = (tuple((a, b) for a, b in part) for part in json.loads(blob[4:end]))
    shape = len(named), data["places"]
    size = shape[0] * shape[1]
    digests = np.zeros(shape, _ONE)
    digests["structure"] = np.frombuffer(blob, "<u4", size, end).reshape(shape)
    digests["sums"][..., 0] = np.frombuffer(blob, "<f4", size, end + 4 * size).reshape(shape)
    digests["sums"][..., 1] = np.frombuffer(blob, "<f4", size, end + 8 * size).reshape(shape)
    return SlipTable(named, digests, data["key"], banked)


NONE = SlipTable((), np.zeros((0, 0), _ONE))


@cache
def load_slips(exercise: str) -> SlipTable:
    """Return the slips of an exercise; none where there is no file of them."""
    path = SLIPS / f"{exercise}.json"
    return unpacked(path.read_text(encoding="utf-8")) if exercise.isidentifier() and path.is_file() else NONE
