"""Run the cells of a notebook in this process: by IPython where it is installed, else by Python alone."""

from __future__ import annotations

import linecache
import re
from importlib.util import find_spec
from typing import Any, Protocol

_COMMAND = re.compile(r"^(\s*)(%{1,2}\w|!|\?).*$|^(\s*)[\w.]+\?{1,2}$", re.MULTILINE)
_RUNS_ITS_BODY = ("%%time", "%%timeit", "%%capture", "%%prun")


class Shell(Protocol):
    """What runs cells.

    Attributes
    ----------
    user_ns : dict
        The variables of the notebook.
    """

    user_ns: dict[str, Any]

    def run(self, source: str, number: int) -> tuple[BaseException | None, list[str]]:
        """Run a cell; return the exception that ended it, and the commands that were skipped."""


def make() -> Shell:
    """Return the best shell there is."""
    return ByIPython() if find_spec("IPython") else ByPython()


class ByIPython:
    """IPython, so that magics, ``display`` and *Run All* past open exercises work as in Jupyter."""

    def __init__(self) -> None:
        from IPython.core.interactiveshell import InteractiveShell

        self._shell = InteractiveShell.instance(colors="nocolor")
        self._shell.enable_gui = lambda gui=None: None  # %matplotlib asks for a window system
        self.user_ns: dict[str, Any] = self._shell.user_ns

    def run(self, source: str, number: int) -> tuple[BaseException | None, list[str]]:
        """Run a cell; IPython skips nothing."""
        result = self._shell.run_cell(source, store_history=False)
        return result.error_before_exec or result.error_in_exec, []


class ByPython:
    """Python alone: commands of Jupyter are skipped, everything else runs."""

    def __init__(self) -> None:
        self.user_ns: dict[str, Any] = {"__name__": "__main__", "display": _quiet, "get_ipython": _quiet}

    def run(self, source: str, number: int) -> tuple[BaseException | None, list[str]]:
        """Run a cell as ``exec`` does, its lines numbered as in the notebook."""
        name, skipped = f"<cell {number}>", list[str]()
        try:
            code = compile(source, name, "exec")
        except SyntaxError as error:
            source, skipped = without_commands(source)
            if not skipped:
                return error, []
        linecache.cache[name] = (len(source), None, source.splitlines(keepends=True), name)
        try:
            code = compile(source, name, "exec")
            exec(code, self.user_ns)
        except (Exception, SystemExit) as error:
            return error, skipped
        return None, skipped


def without_commands(source: str) -> tuple[str, list[str]]:
    """Return a cell with ``pass`` in place of the lines that only Jupyter understands, and those lines."""
    first = source.lstrip().split("\n", 1)[0]
    if first.startswith("%%") and not first.startswith(_RUNS_ITS_BODY):
        return "", [first]
    skipped = [found[0].strip() for found in _COMMAND.finditer(source)]
    return _COMMAND.sub(lambda found: f"{found[1] or found[3] or ''}pass", source), skipped


def _quiet(*_: object, **__: object) -> None:
    """Show nothing: only the cards are printed."""
