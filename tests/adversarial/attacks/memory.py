"""Uses all the memory it can get, in a cell and in a function."""

from __future__ import annotations

from tests.corpus import anywhere, entry

SECTION = "Harm"
HERE = "00_start_here"

WAYS = {
    "bytes": "hoard.append(bytearray(1 << 28))",
    "arrays": "hoard.append(np.empty(1 << 26))",
    "mapped": "hoard.append(mmap.mmap(-1, 1 << 28))",
}
CELL = f"""
hoard = []
try:
    while True:
        {WAYS["arrays"]}
except MemoryError:
    print("no more")
"""
ENTRIES = (entry("memory/in a cell", HERE, last=CELL, shown=("no more",)),)
ANYWHERE = tuple(
    anywhere(
        f"memory/{name}",
        f"import mmap\ndef NAME(*args):\n    hoard = [0]\n    while True:\n        {way}",
        "crashed",
        "timed_out",
    )
    for name, way in WAYS.items()
)
