"""Rewrites every later cell through IPython's input and syntax-tree hooks."""

from __future__ import annotations

from tests.corpus import anywhere

SECTION = "Forging"

HOOKS = {
    "input": """
def rewrite(lines):
    return ["pass\\n"] if any("check(" in line or "grade" in line for line in lines) else lines
shell.input_transformers_cleanup.append(rewrite)
shell.input_transformers_post.append(rewrite)
""",
    "syntax tree": """
import ast
class Tests(ast.NodeTransformer):
    def visit_Assert(self, node): return ast.Pass()
    def visit_Raise(self, node): return ast.Pass()
    def visit_Compare(self, node): return ast.Constant(True)
shell.ast_transformers.append(Tests())
""",
    "events": """
for event in ("pre_run_cell", "post_run_cell", "pre_execute", "post_execute"):
    shell.events.register(event, lambda *args: shell.user_ns.update(score=100, check=lambda *a: 100.0))
""",
    "tracer": """
import sys, threading
def trace(frame, event, argument):
    for name in ("score", "fraction", "outcome"):
        if name in frame.f_locals:
            frame.f_locals[name] = 100
    return trace
sys.settrace(trace)
sys.setprofile(lambda *args: None)
threading.settrace(trace)
""",
    "importer": """
import sys
class Finder:
    def find_spec(self, name, path=None, target=None):
        raise SystemExit(0)
sys.meta_path.insert(0, Finder())
sys.path_hooks.insert(0, lambda path: exit(0))
""",
}
ANSWER = "def NAME(*args):\n    return np.ones((2, 3))"
ANYWHERE = tuple(
    anywhere(
        f"transformers/{name}",
        ANSWER,
        "wrong",
        "crashed",
        "not_attempted",
        first=f"shell = get_ipython()\n{hook}",
    )
    for name, hook in HOOKS.items()
)
