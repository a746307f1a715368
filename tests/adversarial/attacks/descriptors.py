"""Uses up descriptors, pipes, timers, locks and watches."""

from __future__ import annotations

from tests.corpus import entry

SECTION = "Harm"
HERE = "00_start_here"

FILLS = {
    "files": "while True:\n    held.append(open('/dev/null'))",
    "copies": "while True:\n    held.append(os.dup(0))",
    "pipes": "while True:\n    held.append(os.pipe())",
    "memory": "while True:\n    held.append(os.memfd_create('x'))",
    "watches": "import ctypes\nlibc = ctypes.CDLL(None)\nfor _ in range(5000):\n    held.append(libc.inotify_init())",
    "closed": "os.closerange(0, 3)\nfor fd in range(4, 64):\n    try: os.close(fd)\n    except OSError: pass",
}
ENTRIES = tuple(
    entry(
        f"descriptors/{name}",
        HERE,
        last=f"import os\nheld = []\n{fill}",
        spoilt=("affine",) if name == "closed" else (),
    )
    for name, fill in FILLS.items()
)
