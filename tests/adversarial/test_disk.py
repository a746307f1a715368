"""Fills its folder with files, deep folders, links and locked doors."""

from __future__ import annotations

import pytest

from tests.adversarial.arena import Arena

FILLS = {
    "many": "for n in range(300):\n    open(f'f{n}', 'w').close()",
    "large": "with open('large', 'wb') as f:\n    for _ in range(100): f.write(bytes(1 << 20))",
    "deep": "for _ in range(1500):\n    os.mkdir('d'); os.chdir('d')",
    "links": "os.symlink('/', 'root'); os.mkfifo('pipe'); os.symlink('x', 'x')",
    "locked": "os.mkdir('a'); open('a/b', 'w').close(); os.chmod('a', 0); os.chmod('.', 0)",
    "shared memory": "import multiprocessing.shared_memory as m; m.SharedMemory(create=True, size=1 << 20)",
}


@pytest.mark.parametrize("fill", FILLS)
def test_the_next_one_finds_it_empty(arena: Arena, fill: str) -> None:
    fight = arena.fight(first=f"import os\n{FILLS[fill]}")
    assert fight.graded.score == fight.graded.max_score
    after = arena.fight(first="import os\nprint('FOUND', os.listdir('.'))")
    assert "FOUND []" in after.printed
