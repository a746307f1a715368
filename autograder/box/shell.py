"""Run notebook cells as a notebook would, and keep their outputs within bounds.

A real IPython shell runs them, so magics, ``display``, the value of the last line, and figures
work. What a cell prints or shows becomes notebook outputs of bounded size.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from typing import Any

from IPython.core.displayhook import DisplayHook
from IPython.core.displaypub import DisplayPublisher
from IPython.core.interactiveshell import InteractiveShell

MOST_TEXT, MOST_PICTURE, MOST_OUTPUTS = 20_000, 1_000_000, 50
_KEPT = ("text/plain", "text/html", "text/markdown", "text/latex", "image/png", "image/svg+xml")
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
    """An IPython shell without history, prompts or colours."""

    def init_history(self) -> None:
        """Keep no history: there is no database to write one to."""
        from IPython.core.history import HistoryManager

        self.history_manager = HistoryManager(shell=self, parent=self, enabled=False)

    def _showtraceback(self, etype: Any, evalue: Any, stb: list[str]) -> None:
        own = [
            part for part in stb if not part.lstrip().startswith("File ")
        ]  # library frames show host paths
        _Publisher.outputs.error(getattr(etype, "__name__", str(etype)), str(evalue), "\n".join(own))


def make_shell() -> Shell:
    """Return a shell that is ready to run cells, with inline figures."""
    import matplotlib
    from matplotlib_inline.backend_inline import configure_inline_support

    backend = "module://matplotlib_inline.backend_inline"
    matplotlib.use(backend)
    shell: Shell = Shell.instance(display_pub_class=_Publisher, displayhook_class=_Hook, colors="nocolor")
    configure_inline_support(shell, backend)
    return shell


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
