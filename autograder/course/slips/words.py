"""How places and parts of a solution are named to somebody who has not seen it.

Students know the arguments, the outputs, and the words of the docstring. A variable that only
the solution has is never named: what it is made of is.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable

_LIBRARY = {
    "np",
    "range",
    "len",
    "reversed",
    "enumerate",
    "zip",
    "sum",
    "max",
    "min",
    "dict",
    "float",
    "int",
    "list",
}
_USUAL = frozenset(
    ("da", "dh", "dc", "dh_next", "dc_next", "h_prev", "c_prev", "norm", "loss", "mask", "logits", "h", "c")
)
_CALLED = {
    "sum": "the sum",
    "mean": "the mean",
    "max": "the maximum",
    "min": "the minimum",
    "argmax": "the place of the maximum",
    "copy": "the copy",
    "astype": "the type",
    "reshape": "the new shape",
}


class Words:
    """Names that may be said, and sentences made of them.

    Parameters
    ----------
    known : iterable of str
        Names that students have: arguments, outputs, words of the docstring.
    """

    def __init__(self, known: Iterable[str]) -> None:
        self.known = frozenset(known) | _USUAL

    def names(self, node: ast.AST | None) -> list[str]:
        """Return the names in a part of the solution that may be said, each once, in order."""
        if node is None:
            return []
        found: list[str] = []
        for inner in ast.walk(node):
            if isinstance(inner, ast.Name) and inner.id not in _LIBRARY:
                found.append(inner.id)
            elif (
                isinstance(inner, ast.Constant)
                and isinstance(inner.value, str)
                and inner.value.isidentifier()
            ):
                found.append(inner.value)
        return [name for name in dict.fromkeys(found) if name in self.known]

    def said(self, node: ast.AST) -> str:
        """Return a part of the solution in words: ``the sum of `da```, ``the part with `x_t` and `Wxh```."""
        if isinstance(node, ast.Constant) and not isinstance(node.value, str):
            return f"the number {node.value!r}"
        names = self.names(node)
        if isinstance(node, ast.Name) or (
            isinstance(node, ast.Subscript | ast.Attribute) and len(names) == 1
        ):
            return f"`{names[0]}`" if names else "one of the arrays"
        if isinstance(node, ast.Call):
            return self._call(node)
        if isinstance(node, ast.UnaryOp):
            return self.said(node.operand)
        return f"the part with {_listed(names)}" if names else "one part"

    def _call(self, node: ast.Call) -> str:
        name = called(node)
        inner = [*node.args[:1], node.func.value] if isinstance(node.func, ast.Attribute) else node.args[:1]
        names = [name for part in inner for name in self.names(part)]
        what = _CALLED.get(name, f"`{name}`")
        return f"{what} of {_listed(names)}" if names else what

    def place(self, name: str, value: ast.AST | None) -> str:
        """Return where something happens: in the line of a known name, or by what is used there."""
        if name in self.known:
            return f"In `{name}`"
        names = self.names(value)
        return f"In the step that uses {_listed(names)}" if names else "In one step"


def _listed(names: list[str]) -> str:
    quoted = [f"`{name}`" for name in names[:3]]
    if len(names) > 3:
        return ", ".join(quoted) + " and others"
    return " and ".join([", ".join(quoted[:-1]), quoted[-1]]) if len(quoted) > 1 else quoted[0]


def called(node: ast.Call) -> str:
    """Return the name of what is called: ``tanh`` of ``np.tanh(a)``, ``sum`` of ``da.sum()``."""
    if isinstance(node.func, ast.Attribute):
        return node.func.attr
    return node.func.id if isinstance(node.func, ast.Name) else "function"


def words_of(text: str) -> set[str]:
    """Return the names in a docstring, and no words of its sentences: what is declared, quoted, or spelt as code."""
    declared = re.findall(r"\b([A-Za-z_]\w*)(?=(?:, \w+)* *(?: : |\())", text)
    quoted = re.findall(r'"([A-Za-z_]\w*)"', text)
    spelt = [
        word
        for word in re.findall(r"[A-Za-z_]\w*", text)
        if re.search(r"[a-z_](?=[A-Z\d_])|^[A-Z]\w?$|\w_\w", word)
    ]
    return {*declared, *quoted, *spelt}
