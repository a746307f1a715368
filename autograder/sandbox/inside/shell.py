"""Run notebook cells as a notebook would, and keep their outputs within bounds.

A real IPython shell runs them, so magics, ``display``, the value of the last line, and figures
work. What a cell prints or shows becomes notebook outputs of bounded size.
"""

from __future__ import annotations

import ast
import io
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from types import TracebackType
from typing import Any

from IPython.core.displayhook import DisplayHook
from IPython.core.displaypub import DisplayPublisher
from IPython.core.interactiveshell import InteractiveShell

MOST_TEXT, MOST_PICTURE, MOST_OUTPUTS = 20_000, 1_000_000, 50
MOST_FRAMES = 10
"""Frames shown of each end of a traceback."""
_KEPT = ("text/plain", "text/html", "text/markdown", "text/latex", "image/png", "image/svg+xml")
_TIMEIT = "n:r:tcp:qov:"
"""Options of ``%timeit``; a colon stands behind those that take a value."""
_COLOUR = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")


class Outputs:
    """The outputs of one cell, cut off where they grow too large."""

    def __init__(self) -> None:
        self.items: list[dict[str, Any]] = []
        self._room = MOST_TEXT

    def stream(self, name: str, text: str) -> None:
        """Add printed text to the last stream output, or begin one."""
        text = self._cut(text)
        last = self.items[-1] if self.items else {}
        if last.get("output_type") == "stream" and last.get("name") == name:
            last["text"] += text
        elif text:
            self._add({"output_type": "stream", "name": name, "text": text})

    def show(self, kind: str, data: dict[str, Any]) -> None:
        """Add displayed data, keeping only types that a notebook page shows."""
        kept = {}
        for mime in _KEPT:
            value = data.get(mime)
            if isinstance(value, str) and mime.startswith("text/"):
                kept[mime] = self._cut(value)
            elif isinstance(value, str) and len(value) <= MOST_PICTURE:
                kept[mime] = value
        if kept:
            self._add({"output_type": kind, "data": kept, "metadata": {}})

    def error(self, kind: str, message: str, traceback: str) -> None:
        """Add an exception; its traceback loses its colours."""
        text = self._cut(_COLOUR.sub("", traceback))
        self._add(
            {"output_type": "error", "ename": kind, "evalue": message[:500], "traceback": text.split("\n")}
        )

    @property
    def failed(self) -> bool:
        """Whether an exception was added."""
        return any(item["output_type"] == "error" for item in self.items)

    def _cut(self, text: str) -> str:
        kept = text[: max(self._room, 0)]
        cut = len(kept) < len(text) and self._room > 0
        self._room -= len(text)
        return kept + ("\n[output cut here]\n" if cut else "")

    def _add(self, item: dict[str, Any]) -> None:
        if len(self.items) < MOST_OUTPUTS:
            self.items.append(item)


class _Stream(io.TextIOBase):
    """A text stream that writes into the outputs of the running cell."""

    def __init__(self, name: str, outputs: Outputs) -> None:
        self._name, self._outputs = name, outputs

    def write(self, text: str) -> int:
        self._outputs.stream(self._name, str(text))
        return len(text)

    def writable(self) -> bool:
        return True


class _Publisher(DisplayPublisher):  # type: ignore[misc]
    outputs = Outputs()

    def publish(self, data: dict[str, Any], **kwargs: Any) -> None:
        type(self).outputs.show("display_data", data)


class _Hook(DisplayHook):  # type: ignore[misc]
    def write_format_data(self, format_dict: dict[str, Any], md_dict: Any = None) -> None:
        _Publisher.outputs.show("execute_result", format_dict)

    def write_output_prompt(self) -> None: ...

    def finish_displayhook(self) -> None: ...


class Shell(InteractiveShell):  # type: ignore[misc]
    """An IPython shell without history, prompts, colours, windows or commands of the system.

    What fails in a cell costs only itself: the statements below it are run.
    """

    def init_history(self) -> None:
        """Keep no history: there is no database to write one to."""
        from IPython.core.history import HistoryManager

        self.history_manager = HistoryManager(shell=self, parent=self, enabled=False)

    def enable_gui(self, gui: Any = None) -> None:
        """Open no windows: ``%matplotlib`` asks for this, whichever backend it names."""

    def debugger(self, force: bool = False) -> None:
        """Start no debugger, as ``%debug`` would: nobody is here to talk to it."""

    def system(self, cmd: str) -> None:
        """Run no command, such as ``!pip install``; there is nothing here that it could do."""
        print("Commands of the system are not run here.")

    def getoutput(self, cmd: str, split: bool = True, depth: int = 0) -> Any:
        """Return the output of no command, as lines or as text."""
        return [] if split else ""

    async def run_ast_nodes(
        self, nodelist: list[ast.stmt], cell_name: str, interactivity: str = "last_expr", **more: Any
    ) -> bool:
        """Run the statements of a cell one by one, also those below one that failed.

        Below a failure nothing is defined again: somebody may have stopped the cell there on purpose.
        """
        result, bound = more["result"], set[str]()
        errors: list[BaseException] = []
        for place, node in enumerate(nodelist):
            names = _defined_by(node)
            if errors and names and names <= bound:
                continue
            bound |= names
            mode = interactivity if place == len(nodelist) - 1 else "none"
            if await super().run_ast_nodes([node], cell_name, interactivity=mode, **more):
                errors.append(result.error_before_exec or result.error_in_exec)
                result.error_before_exec = result.error_in_exec = None
                if not isinstance(errors[-1], Exception):
                    break  # the time is up, or it was told to exit
        result.error_in_exec = errors[0] if errors else None
        return bool(errors)

    def showtraceback(self, exc_tuple: Any = None, *more: Any, **others: Any) -> None:
        """Show the first exception of a cell; of an endless recursion the ends, for all of it takes seconds."""
        if _Publisher.outputs.failed:
            return
        error = exc_tuple[1] if exc_tuple else sys.exc_info()[1]
        _shorten(error.__traceback__ if error else None)
        super().showtraceback(exc_tuple, *more, **others)

    def _showtraceback(self, etype: Any, evalue: Any, stb: list[str]) -> None:
        own = [
            part for part in stb if not part.lstrip().startswith("File ")
        ]  # library frames show host paths
        _Publisher.outputs.error(getattr(etype, "__name__", str(etype)), str(evalue), "\n".join(own))


def _shorten(traceback: TracebackType | None) -> None:
    """Take the middle out of a long traceback."""
    frames: list[TracebackType] = []
    while traceback:
        frames.append(traceback)
        traceback = traceback.tb_next
    if len(frames) > 2 * MOST_FRAMES:
        frames[MOST_FRAMES - 1].tb_next = frames[-MOST_FRAMES]


def _defined_by(node: ast.stmt) -> set[str]:
    """Return the names that a statement is there to define."""
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return {node.name}
    targets = node.targets if isinstance(node, ast.Assign) else []
    return {target.id for target in targets if isinstance(target, ast.Name)}


def make_shell() -> Shell:
    """Return a shell that is ready to run cells, with inline figures, whichever backend a cell names."""
    import matplotlib
    import matplotlib.pyplot as plt
    from matplotlib_inline.backend_inline import configure_inline_support

    backend = "module://matplotlib_inline.backend_inline"
    matplotlib.use(backend)
    shell: Shell = Shell.instance(display_pub_class=_Publisher, displayhook_class=_Hook, colors="nocolor")
    configure_inline_support(shell, backend)
    matplotlib.use = plt.switch_backend = _keep_backend  # a window may need a package that is not here
    _time_once(shell)
    return shell


def _keep_backend(*_: object, **__: object) -> None:
    """Open no windows: nobody is here to look at them."""


def _time_once(shell: Shell) -> None:
    """Let ``%timeit`` run its statement once: nobody reads here how long it takes."""
    for magics in shell.magics_manager.magics.values():
        if "timeit" in magics:
            magics["timeit"] = _once(
                magics["timeit"].__self__
            )  # in the table it may be a stand-in, loaded when called


def _once(magics: Any) -> Callable[..., Any]:
    """Return ``timeit`` with one loop and one run in place of those asked for; its other options are kept."""

    def once(line: str = "", *more: Any, **others: Any) -> Any:
        spelling = {"posix": False, "strict": False, "preserve_non_opts": True}
        options, statement = magics.parse_options(line, _TIMEIT, **spelling)
        kept = [f"-{name}{value}" for name, value in options.items() if name not in "nr"]
        return magics.timeit(" ".join(["-n1 -r1", *kept, statement]), *more, **others)

    vars(once).update(vars(magics.timeit.__func__))
    return once


def run_cell(shell: Shell, source: str, name: str) -> tuple[list[dict[str, Any]], str]:
    """Run one cell; return its outputs and the name of the exception it ended with, or ``""``."""
    with _collecting() as outputs:
        result = shell.run_cell(source, store_history=False, silent=False, cell_id=name)
    error = result.error_before_exec or result.error_in_exec
    return outputs.items, type(error).__name__ if error else ""


@contextmanager
def _collecting() -> Iterator[Outputs]:
    _Publisher.outputs = outputs = Outputs()
    with redirect_stdout(_Stream("stdout", outputs)), redirect_stderr(_Stream("stderr", outputs)):
        yield outputs
