"""What a cell takes from the cells above it, and what it leaves to those below."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from autograder.submission.sources import MOST_KEPT, MOST_REMEMBERED, global_names, parse

_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)
_SCOPES = (*_FUNCTIONS, *_COMPREHENSIONS)


@dataclass
class Flow:
    """The names that go into a cell and out of it, as far as can be told from its text.

    Attributes
    ----------
    taken : set of str
        Read before the cell itself binds them, in its functions too.
    bound : set of str
        Bound from there on; what is bound only if something holds is not among them.
    later : dict
        Name to the names that its functions read when they are called.
    """

    taken: set[str] = field(default_factory=set)
    bound: set[str] = field(default_factory=set)
    later: dict[str, set[str]] = field(default_factory=dict)

    def _run(self, body: Sequence[ast.stmt]) -> None:
        for statement in body:
            self._step(statement)

    def _step(self, statement: ast.stmt) -> None:
        if isinstance(statement, ast.For | ast.AsyncFor):
            self._simple(statement.iter, statement.target)
            self._run([*statement.body, *statement.orelse])
        elif isinstance(statement, ast.With | ast.AsyncWith):
            for item in statement.items:
                self._simple(item)
            self._run(statement.body)
        elif isinstance(statement, ast.If | ast.While):
            self._simple(statement.test)
            self._branch(statement.body, statement.orelse)
        elif isinstance(statement, ast.Try | ast.TryStar):
            self._branch([*statement.body, *statement.orelse], [])
            self._branch([line for handler in statement.handlers for line in handler.body], [])
            self._run(statement.finalbody)
        else:
            self._simple(statement)

    def _branch(self, one: Sequence[ast.stmt], other: Sequence[ast.stmt]) -> None:
        """Follow both; what only one of them binds is not there for sure."""
        before = set(self.bound)
        self._run(one)
        after, self.bound = self.bound, before
        self._run(other)
        self.bound &= after | before

    def _simple(self, *nodes: ast.AST) -> None:
        """Read all that such nodes read, then bind what they bind."""
        read, inside, bound = set[str](), set[str](), set[str]()
        for node in nodes:
            for name, is_bound in _names(node, inside):
                (bound if is_bound else read).add(name)
        self.taken |= (read | inside) - self.bound
        for name in bound:
            self.later.setdefault(name, set()).update(inside)
        self.bound |= bound


def flow_of(source: str) -> Flow:
    """Return what goes into a cell and comes out of it; treat it as read-only."""
    return _kept(source) if len(source) <= MOST_KEPT else _flow(source)


def _flow(source: str) -> Flow:
    tree, flow = parse(source), Flow()
    try:
        if tree is not None:
            flow._run(tree.body)
            return flow
    except RecursionError:
        pass
    return Flow(set(global_names(source)))


_kept = lru_cache(maxsize=MOST_REMEMBERED)(_flow)


def _names(node: ast.AST, inside: set[str]) -> Iterator[tuple[str, bool]]:
    """Yield the names of a node outside of functions, and whether they are bound; add those inside of them."""
    waiting = [node]
    while waiting:
        node = waiting.pop()
        if isinstance(node, _SCOPES):
            inside |= _read_inside(node)
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                yield node.name, True
            continue
        if isinstance(node, ast.alias):
            yield (node.asname or node.name).partition(".")[0], True
        elif isinstance(node, ast.Name):
            yield node.id, isinstance(node.ctx, ast.Store)
        elif isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Name):
            yield node.target.id, False
        waiting.extend(ast.iter_child_nodes(node))


def _read_inside(scope: ast.AST) -> set[str]:
    """Return the names that a function, a class or a comprehension reads and does not bind."""
    read, own, shared = set[str](), set[str](), set[str]()
    for node in ast.walk(scope):
        if isinstance(node, ast.Name):
            (read if isinstance(node.ctx, ast.Load) else own).add(node.id)
        elif isinstance(node, ast.arg):
            own.add(node.arg)
        elif isinstance(node, ast.Global):
            shared |= set(node.names)
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) and node is not scope:
            own.add(node.name)
        elif isinstance(node, _COMPREHENSIONS):
            read |= {name for name, is_bound in _names(node.generators[0].iter, set()) if not is_bound}
    outermost = scope.generators[0].iter if isinstance(scope, _COMPREHENSIONS) else ast.Pass()
    return (read - own) | shared | {name for name, _ in _names(outermost, set())}
