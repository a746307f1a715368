"""Keeps errors from being seen, in the hope that no error is taken for a right answer."""

from __future__ import annotations

from tests.corpus import anywhere

SECTION = "Forging"

WAYS = {
    "traceback": "get_ipython().showtraceback = lambda *args, **kwargs: None",
    "handler": "get_ipython().set_custom_exc((BaseException,), lambda *args, **kwargs: None)",
    "mode": "%xmode Minimal\nimport os\nos.close(2)",
}
CAPTURED = """
%%capture
def NAME(*args):
    raise AssertionError("nobody sees this")
"""
SWALLOWED = """
import contextlib

def NAME(*args):
    with contextlib.suppress(BaseException):
        raise AssertionError("nobody sees this")
"""
NAMELESS = """
class Silent(Exception):
    def __str__(self): raise SystemExit(0)
    __repr__ = __str__

def NAME(*args):
    raise Silent
"""
ENDING = """
class Quiet(BaseException):
    pass

def NAME(*args):
    raise ERROR
"""
WRONG = "def NAME(*args):\n    raise AssertionError('nobody sees this')"
ANYWHERE = (
    *(anywhere(f"silenced_errors/{name}", WRONG, first=way) for name, way in WAYS.items()),
    anywhere("silenced_errors/captured", CAPTURED),
    anywhere("silenced_errors/swallowed", SWALLOWED),
    anywhere("silenced_errors/without a text", NAMELESS),
    *(
        anywhere(f"silenced_errors/{error}", ENDING.replace("ERROR", error), "crashed", "timed_out")
        for error in ("Quiet", "KeyboardInterrupt")
    ),
)
