"""Fuzz one target: ``python -m tests.fuzz notebook --seconds 180``."""

from __future__ import annotations

import argparse
import sys
import tempfile
from importlib import import_module
from pathlib import Path
from typing import Any

import atheris

from tests.fuzz import TARGETS

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("autograder", "rnncourse")
ALSO = {"archive": "zipfile"}
"""A module of Python's that does the reading for a target, so that its branches are counted too."""
HANG_SECONDS = 30
MOST_MEGABYTES = 1_500


def main() -> None:
    """Fuzz until a bug is found, or until the runs or the seconds are over."""
    options = _options()
    watched = [*PACKAGES, *([ALSO[options.target]] if options.target in ALSO else [])]
    sys.modules.pop(watched[-1], None)  # to be imported again, by the target
    with atheris.instrument_imports(include=watched, exclude=_uninstrumented(options.target)):
        target: Any = import_module(f"tests.fuzz.{options.target}")
    if options.plant:
        target.plant()
    if options.again:
        target.one_input(options.again.read_bytes())
        return
    folder = Path(tempfile.mkdtemp(prefix="fuzz-"))
    for number, seed in enumerate(target.seeds()):
        (folder / f"{number:04}").write_bytes(seed)
    more = {"custom_mutator": target.mutated} if hasattr(target, "mutated") else {}
    atheris.Setup([sys.argv[0], *_flags(options, target, folder)], target.one_input, **more)
    atheris.Fuzz()


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("target", choices=TARGETS)
    parser.add_argument("--runs", type=int, default=-1, help="how many inputs to try; no end without it")
    parser.add_argument("--seconds", type=int, default=0, help="how long to go on; no end without it")
    parser.add_argument("--seed", type=int, default=1, help="the same seed draws the same inputs")
    parser.add_argument("--again", type=Path, help="try only the input in this file")
    parser.add_argument("--plant", action="store_true", help="put a bug into the code first")
    parser.add_argument(
        "--found", type=Path, default=ROOT / "build" / "fuzz", help="where to put inputs that fail"
    )
    return parser.parse_args()


def _uninstrumented(name: str) -> list[str]:
    """Return our modules whose branches say nothing about the target, so that they need not be counted."""
    watched = {
        "notebook": ("autograder.submission", "autograder.judging.marked"),
        "frames": (
            "autograder.sandbox.inside.wire",
            "rnncourse.checking.codec",
            "rnncourse.checking.values",
            "rnncourse.checking.given",
        ),
        "archive": ("autograder.submission.archives",),
        "replies": (
            "autograder.sandbox.inside.wire",
            "autograder.judging.interview",
            "autograder.judging.judge",
            "autograder.judging.redaction",
            "autograder.judging.outputs",
            "autograder.judging.questions",
            "autograder.judging.replies",
            "autograder.judging.verdict",
            *(f"rnncourse.checking.{m}" for m in ("calling", "card", "caseset", "compare", "diagnose")),
            *(f"rnncourse.checking.{m}" for m in ("fingerprint", "properties", "telling", "values")),
        ),
    }[name]
    files = (path.relative_to(ROOT) for package in PACKAGES for path in (ROOT / package).rglob("*.py"))
    every = [".".join(path.with_suffix("").parts).removesuffix(".__init__") for path in files]
    gone = [start for start in watched if not any(module.startswith(start) for module in every)]
    assert not gone, f"no such modules any more: {gone}"
    return [module for module in every if not module.startswith(watched)]


def _flags(options: argparse.Namespace, target: Any, folder: Path) -> list[str]:
    """Return the options of libFuzzer."""
    options.found.mkdir(parents=True, exist_ok=True)
    words = folder.with_suffix(".dict")
    words.write_text("".join(f'"{_escaped(word)}"\n' for word in getattr(target, "DICTIONARY", (b"\0",))))
    return [
        f"-runs={options.runs}",
        f"-max_total_time={options.seconds}",
        f"-seed={options.seed}",
        f"-max_len={target.LONGEST}",
        "-len_control=0",
        f"-timeout={HANG_SECONDS}",
        f"-rss_limit_mb={MOST_MEGABYTES}",
        f"-dict={words}",
        f"-artifact_prefix={options.found}/{options.target}-",
        "-print_final_stats=1",
        str(folder),
    ]


def _escaped(word: bytes) -> str:
    return "".join(f"\\x{byte:02x}" for byte in word)


if __name__ == "__main__":
    main()
