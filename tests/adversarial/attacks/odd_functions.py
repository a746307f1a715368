"""Defines the answer in an unusual way: a lambda, a class, a generator, a method, a decorator."""

from __future__ import annotations

from tests.corpus import entry

SECTION = "Gaming"

FORMULA = "D * H + H * H + H + H * K + K"
HONEST = {
    "lambda": f"count_parameters = lambda *sizes: (lambda D, H, K: {FORMULA})(*sizes)",
    "callable object": f"class Count:\n    def __call__(self, D, H, K):\n        return {FORMULA}\n"
    "count_parameters = Count()",
    "bound method": f"class Count:\n    def of(self, D, H, K):\n        return {FORMULA}\n"
    "count_parameters = Count().of",
    "partial": f"from functools import partial\ncount_parameters = partial(lambda zero, D, H, K: {FORMULA} + zero, 0)",
}
NO_ANSWERS = {
    "generator": f"def count_parameters(D, H, K):\n    yield {FORMULA}",
    "coroutine": f"async def count_parameters(D, H, K):\n    return {FORMULA}",
    "class": f"class count_parameters:\n    def __init__(self, D, H, K):\n        self.n = {FORMULA}",
    "string": f'count_parameters = "{FORMULA}"',
}
ENTRIES = (
    *(
        entry(f"odd_functions/{name}", outcomes=("correct",), score=1.0, count_parameters=source)
        for name, source in HONEST.items()
    ),
    *(
        entry(
            f"odd_functions/{name}", outcomes=("wrong", "crashed", "not_attempted"), count_parameters=source
        )
        for name, source in NO_ANSWERS.items()
    ),
)
