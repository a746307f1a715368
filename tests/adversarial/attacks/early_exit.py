"""Ends the program, with a good exit code."""

from __future__ import annotations

from tests.corpus import anywhere, entry

SECTION = "Forging"

ENDINGS = {
    "exit": "os._exit(0)",
    "sys": "sys.exit(0)",
    "kill": "os.kill(os.getpid(), 9)",
    "raised": "raise SystemExit(0)",
    "crash": "ctypes.string_at(0)",
    "killed thread": "ctypes.CDLL(None).pthread_exit(0)",
}
IMPORTS = "import ctypes, os, sys"
ENTRIES = tuple(
    entry(f"early_exit/a cell, {name}", first=f"{IMPORTS}\n{ending}")
    for name, ending in ENDINGS.items()
    if name in ("exit", "sys", "quit", "crash")
)
ANYWHERE = tuple(
    anywhere(
        f"early_exit/{name}", f"{IMPORTS}\ndef NAME(*args):\n    {ending}", "crashed", "wrong", "timed_out"
    )
    for name, ending in ENDINGS.items()
)
