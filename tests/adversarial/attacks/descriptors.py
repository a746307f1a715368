"""Uses up descriptors, pipes, timers, locks and watches."""

from __future__ import annotations

from tests.corpus import entry

SECTION = "Harm"
HERE = "00_start_here"

FILLS = {
    "files": "while True:\n    held.append(open('/dev/null'))",
    "pipes": "while True:\n    held.append(os.pipe())",
    "memory": "while True:\n    held.append(os.memfd_create('x'))",
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
