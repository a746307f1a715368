"""Let *Run All* go on past cells that wait for an exercise which nobody has written yet.

A cell that uses an unsolved function says so in one line instead of a traceback, and counts as
having run, so that no front end drops the cells below it. So does a failed ``check``: below its
card stands one line in red. Every other exception is shown and stops the run as ever.

Front ends decide by the reply of the kernel (JupyterLab, Notebook, nbclient, JupyterLite) or by
an ``error`` among the outputs (VS Code). So a failed check writes to stderr, which all of them
show in red and which nbgrader marks with 0. Under nbgrader itself nothing is installed.
"""

from __future__ import annotations

import ast
import os
import re
import symtable
import sys
from collections.abc import Iterator
from functools import cache
from html import escape
from types import TracebackType
from typing import Any

from rnncourse import serving
from rnncourse.errors import CheckFailed
from rnncourse.languages import _
from rnncourse.showing import show

_CAUGHT = (  # no SyntaxError: IPython shows those in a way of its own
    ArithmeticError,
    AssertionError,
    AttributeError,
    LookupError,
    NameError,
    RuntimeError,  # NotImplementedError is one
    TypeError,
    ValueError,
)


def install() -> None:
    """Install this in the IPython that runs here, if there is one and it is not nbgrader's."""
    if "NBGRADER_EXECUTION" in os.environ or "IPython" not in sys.modules:
        return
    from IPython.core.getipython import get_ipython

    shell = get_ipython()
    if shell is not None and not hasattr(shell, "waits_for_exercises"):
        shell.waits_for_exercises = Waiting(shell)


class Waiting:
    """Knows which names are not there yet because a cell above waits for an exercise.

    Parameters
    ----------
    shell : InteractiveShell
        The shell whose cells are watched.
    """

    def __init__(self, shell: Any) -> None:
        self._shell = shell
        self._late: dict[str, str] = {}  # name -> the exercise that it waits for
        self._begun: set[str] = set()  # those of them that exist and are not filled to the end
        self._cell: Cell | None = None
        self._exercise = ""
        self._excused: BaseException | None = None
        shell.set_custom_exc(_CAUGHT, self._show)
        shell.ast_transformers.append(self)
        shell.events.register("pre_run_cell", self._before)
        shell.events.register("post_run_cell", self._after)

    def _before(self, info: Any) -> None:
        self._cell, self._exercise, self._excused = Cell(self._shell, info.raw_cell), "", None

    def visit(self, tree: ast.AST) -> ast.AST:
        """Put nothing in place of a cell that would show what a cell above began and did not finish."""
        begun = sorted(self._cell.takes & self._begun) if self._cell else []
        if not begun or self._cell is None:
            return tree
        self._exercise = self._late[begun[0]]
        self._cell.say(self._exercise)
        return ast.Module([], [])

    def _show(
        self, shell: Any, kind: type, error: BaseException, traceback: TracebackType, tb_offset: Any = None
    ) -> None:
        """Show an exception: in one line if it is a failed check or the cell waits, else as ever."""
        if self._cell and isinstance(error, CheckFailed):
            print(error, file=sys.stderr, flush=True)
            self._excused = error
        elif self._cell and (exercise := self._waits_for(self._cell, error, traceback)):
            self._cell.say(exercise)
            self._exercise, self._excused = exercise, error
        else:
            shell.showtraceback(running_compiled_code=True)

    def _waits_for(self, cell: Cell, error: BaseException, traceback: TracebackType) -> str:
        """Return the exercise that the running cell waits for, where that is certain, or nothing."""
        place, variables = _innermost(traceback), self._shell.user_ns
        if isinstance(error, NotImplementedError):
            return cell.asks_for if place == "<module>" else place if place in exercises() else ""
        if place in exercises():
            return ""  # an error in an answer is for its author to see
        if isinstance(error, NameError) and error.name not in variables:
            return self._late.get(str(error.name), "")
        from rnncourse.checking.here import has_hole

        holes = (name for name in cell.takes & exercises() if has_hole(variables.get(name)))
        late = (self._late[name] for name in cell.takes & self._late.keys())
        return next(late, next(holes, ""))

    def _after(self, result: Any) -> None:
        """Let a cell that waits count as having run, and remember what it did not leave behind."""
        cell, self._cell = self._cell, None
        if cell is None:
            return
        if self._excused is not None and result.error_in_exec is self._excused:
            result.error_in_exec = None
        elif not result.success:
            return
        for name in cell.makes:
            self._late.pop(name, None)
            self._begun.discard(name)
        if self._exercise:
            self._late |= dict.fromkeys(cell.missing() | cell.grown, self._exercise)
            self._begun |= cell.grown


class Cell:
    """The names that a cell takes from above and those that it makes.

    Parameters
    ----------
    shell : InteractiveShell
        Where it runs.
    source : str
        The cell as it was written, with magics.

    Attributes
    ----------
    makes, takes, grown : set of str
        Names that it assigns; that it takes from above; of those it assigns, what it fills piece by piece.
    asks_for : str
        The exercise that asks for a value in this very cell, or nothing.
    """

    def __init__(self, shell: Any, source: str) -> None:
        self._variables, self._figures = shell.user_ns, _figures()
        try:
            code = shell.transform_cell(source)
            scope, tree = symtable.symtable(code, "<cell>", "exec"), ast.parse(code)
        except Exception:  # no valid Python: the shell says so itself
            scope, tree = symtable.symtable("", "<cell>", "exec"), ast.parse("")
        self.makes = {s.get_name() for s in scope.get_symbols() if s.is_assigned() or s.is_imported()}
        self.takes = set(_taken(scope)) - self.makes
        self.grown = self.makes & set(_grown(tree))
        asked = set(re.findall(r"^#? *(\w+) *=", source, re.MULTILINE)) & exercises()
        self.asks_for = asked.pop() if len(asked) == 1 else ""
        self._before = {name: self._variables.get(name) for name in self.makes}

    def missing(self) -> set[str]:
        """Return the names that the cell was to make and did not."""
        return {name for name in self.makes | {self.asks_for} if self._is_missing(name)}

    def _is_missing(self, name: str) -> bool:
        return name not in self._variables or self._variables[name] is self._before.get(name)

    def say(self, exercise: str) -> None:
        """Say in one line what the cell waits for, and show no figure that it only began."""
        for number in _figures() - self._figures:
            sys.modules["matplotlib.pyplot"].close(number)
        if exercise == self.asks_for:
            text = _("○ {exercise} is not set yet. This cell is its place.")
        else:
            text = _("○ This cell waits for {exercise}. Once that is written, run the cells from there on.")
        text = text.format(exercise=exercise)
        show(f'<p role="note" style="max-width:52em;opacity:.75">{escape(text)}</p>', text)


def exercises() -> frozenset[str]:
    """Return the names of all exercises."""
    return _exercises(serving.package())


@cache
def _exercises(_: str) -> frozenset[str]:
    from rnncourse.checking.caseset import names

    return frozenset(names())


def _taken(scope: symtable.SymbolTable) -> Iterator[str]:
    """Yield the names that a cell, or a function in it, takes from the notebook."""
    is_cell = scope.get_type() == "module"
    for symbol in scope.get_symbols():
        if symbol.is_referenced() and (is_cell or symbol.is_global()):
            yield symbol.get_name()
    for child in scope.get_children():
        yield from _taken(child)


def _grown(tree: ast.AST) -> Iterator[str]:
    """Yield the names of what is filled piece by piece: ``losses.append(...)``, ``runs[key] = ...``."""
    for node in ast.walk(tree):
        item = isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Store)
        if item or (isinstance(node, ast.Attribute) and node.attr in ("append", "extend", "add", "update")):
            whole: ast.AST = node
            while isinstance(whole, ast.Subscript | ast.Attribute):
                whole = whole.value
            if isinstance(whole, ast.Name):
                yield whole.id


def _figures() -> set[int]:
    """Return the numbers of the figures that are open."""
    pyplot = sys.modules.get("matplotlib.pyplot")
    return set(pyplot.get_fignums()) if pyplot else set()


def _innermost(traceback: TracebackType) -> str:
    """Return the outermost name of the function in which an exception was raised."""
    while traceback.tb_next:
        traceback = traceback.tb_next
    return traceback.tb_frame.f_code.co_qualname.split(".")[0]
