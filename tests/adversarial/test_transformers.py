"""Rewrites every later cell through IPython's input and syntax-tree hooks."""

from __future__ import annotations

from tests.adversarial.arena import Arena

HOOKS = """
import ast

shell = get_ipython()

def rewrite(lines):
    return ["pass\\n"] if any("check(" in line or "grade" in line for line in lines) else lines

class Tests(ast.NodeTransformer):
    def visit_Assert(self, node):
        return ast.Pass()
    def visit_Raise(self, node):
        return ast.Pass()

shell.input_transformers_cleanup.append(rewrite)
shell.ast_transformers.append(Tests())
shell.events.register("post_run_cell", lambda *args: shell.user_ns.update(score=100))
shell.showtraceback = lambda *args, **kwargs: None
shell.set_custom_exc((Exception,), lambda *args, **kwargs: None)
"""
WRONG = """
def softmax(logits):
    raise ValueError("hidden")
"""


def test_no_test_runs_where_they_could_act(arena: Arena) -> None:
    verdict = arena.fight(first=HOOKS, softmax=WRONG)["softmax"]
    assert verdict.score == 0
