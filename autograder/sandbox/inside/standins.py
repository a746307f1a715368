"""What stands in for a package that only shows how far something has come, where it is not installed.

``for epoch in tqdm(range(epochs))`` is the same loop without its bar, so it must not cost a mark.
"""

from __future__ import annotations

import importlib.util
import sys
import types
from collections.abc import Iterable, Iterator
from typing import Any


class Bar:
    """A progress bar that shows nothing; whatever else is done with it has no effect."""

    def __init__(self, iterable: Iterable[Any] | None = None, *_: object, **__: object) -> None:
        self.iterable = iterable
        self.n = 0

    def __iter__(self) -> Iterator[Any]:
        return iter(self.iterable or ())

    def __len__(self) -> int:
        return len(self.iterable)  # type: ignore[arg-type]

    def __enter__(self) -> Bar:
        return self

    def __exit__(self, *_: object) -> None: ...

    def __getattr__(self, name: str) -> Any:
        return _nothing

    @staticmethod
    def write(text: str, *_: object, **__: object) -> None:
        """Print a line above the bar."""
        print(text)


def trange(*numbers: int, **options: object) -> Bar:
    """Return a bar over a range."""
    return Bar(range(*numbers), **options)


def _nothing(*_: object, **__: object) -> None: ...


def install() -> None:
    """Let ``tqdm`` be imported, in each of the ways in which it is, if it is not there."""
    if importlib.util.find_spec("tqdm"):
        return
    for name in ("tqdm", "tqdm.auto", "tqdm.notebook", "tqdm.autonotebook", "tqdm.std"):
        module = types.ModuleType(name)
        vars(module).update(tqdm=Bar, trange=trange, tnrange=trange, tqdm_notebook=Bar, __path__=[])
        sys.modules[name] = module
        package, _, own = name.rpartition(".")
        if package:
            setattr(sys.modules[package], own, module)
