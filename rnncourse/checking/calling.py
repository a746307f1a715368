"""Call a student's function once and record everything that matters about the call.

The same code runs in a notebook (for ``check``) and inside the sandbox (for grading), so a
function cannot behave in one way here and in another way there.
"""

from __future__ import annotations

import contextlib
import io
import linecache
import traceback
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.lib.array_utils import byte_bounds

from rnncourse.checking.given import Seeded, materialised
from rnncourse.checking.values import Value, arrays_in, same_bits, to_plain

_MOST_PAIRS = 10_000
MOST_OUTPUT = 2_000
"""Characters of printed text kept from one call."""


@dataclass(frozen=True)
class Raised:
    """An exception that came out of a student's function.

    Attributes
    ----------
    kind, message : str
        Class name and text of the exception.
    line : int
        Line number in the student's cell, 0 if unknown.
    source : str
        That line of code, without indentation.
    """

    kind: str
    message: str
    line: int = 0
    source: str = ""


@dataclass(frozen=True)
class Answer:
    """What came back from one call.

    Attributes
    ----------
    value : value
        What the function returned; None if it failed.
    raised : Raised or None
        The exception, if there was one.
    changed : tuple of str
        Names of the arguments that the function changed.
    shared : tuple of str
        Pairs of places that share memory, as text.
    unused : tuple of str
        Names of the random generators that it was given and did not draw from.
    printed : str
        What the function printed, cut to :data:`MOST_OUTPUT` characters.
    failure : str
        Empty, or why there is no value for another reason: ``timed_out``, ``died``, ``unreadable``.
    """

    value: Value = None
    raised: Raised | None = None
    changed: tuple[str, ...] = ()
    shared: tuple[str, ...] = ()
    unused: tuple[str, ...] = ()
    printed: str = ""
    failure: str = ""

    @property
    def answered(self) -> bool:
        """Whether there is a value to compare."""
        return self.raised is None and not self.failure


class _Bounded(io.StringIO):
    """A text buffer that silently drops what exceeds its room."""

    def write(self, text: str) -> int:
        room = MOST_OUTPUT - self.tell()
        super().write(text[: max(room, 0)])
        return len(text)


@contextlib.contextmanager
def quiet() -> Iterator[io.StringIO]:
    """Silence warnings and collect printed text; nbgrader gives 0 for anything on stderr."""
    buffer = _Bounded()
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        with contextlib.redirect_stdout(buffer), contextlib.redirect_stderr(buffer):
            yield buffer


def call(
    function: Callable[..., Any],
    inputs: Mapping[str, Value],
    helpers: Mapping[str, Callable[..., Any]] | None = None,
) -> Answer:
    """Call `function` with copies of `inputs`, by position, and return what happened.

    Parameters
    ----------
    function : callable
        The student's function.
    inputs : mapping of str to value
        Arguments in order; the names are only used to report a changed argument.
    helpers : mapping of str to callable, optional
        Functions that stand in for the student's own earlier ones during this call.
    """
    arguments = {name: materialised(value) for name, value in inputs.items()}
    with quiet() as printed, standing_in(function, helpers or {}):
        try:
            returned = function(*arguments.values())
            value = to_plain(returned)
        except Exception as error:  # the student's own, whatever it is
            return Answer(raised=raised_from(error, function), printed=printed.getvalue())
        except SystemExit:
            return Answer(
                raised=Raised("SystemExit", "the function called exit()"), printed=printed.getvalue()
            )
    changed = tuple(name for name in inputs if not same_bits(inputs[name], arguments[name]))
    shared = _shared_memory(value, arguments)
    unused = tuple(name for name, value in inputs.items() if _is_untouched(value, arguments[name]))
    return Answer(materialised(value), None, changed, shared, unused, printed.getvalue())


def _is_untouched(seeded: Value, generator: Any) -> bool:
    """Return whether an argument is a random generator that nobody has drawn from."""
    if not isinstance(seeded, Seeded):
        return False
    fresh: np.random.Generator = materialised(seeded)
    return bool(fresh.bit_generator.state == generator.bit_generator.state)


@contextlib.contextmanager
def standing_in(function: Callable[..., Any], helpers: Mapping[str, Callable[..., Any]]) -> Iterator[None]:
    """Replace global names that `function` sees by `helpers` for the time of a call."""
    names = _globals_of(function)
    before = {name: names[name] for name in helpers if name in names}
    names.update(helpers)
    try:
        yield
    finally:
        for name in helpers:
            names.pop(name, None)
        names.update(before)


def _globals_of(function: Any) -> dict[str, Any]:
    """Return the global names that a callable sees: a function, a partial, a wrapper, a method or an object."""
    for _ in range(8):  # a chain of wrappers; nobody makes a longer one
        found = getattr(function, "__globals__", None)
        if isinstance(found, dict):
            return found
        inner = (getattr(function, name, None) for name in ("func", "__wrapped__", "__func__"))
        function = next((f for f in inner if f is not None), _call_of(function))
    return {}


def _call_of(function: Any) -> Any:
    """Return the method that calling an object runs, or None."""
    return next((vars(kind)["__call__"] for kind in type(function).__mro__ if "__call__" in vars(kind)), None)


def _shared_memory(value: Value, arguments: dict[str, Value]) -> tuple[str, ...]:
    """Return pairs of places where the answer shares memory with an argument or itself."""
    outputs = list(arrays_in(value, "the answer"))
    inputs = [place for name, item in arguments.items() for place in arrays_in(item, name)]
    places = [*outputs, *inputs]
    if not _may_share([array for _, array in places]):
        return ()
    near = [(a, b) for a, b in _near([array for _, array in places]) if a < len(outputs)]
    near.sort(key=lambda pair: (pair[1] < len(outputs), pair))  # first what is shared with an argument
    found = (pair for pair in near[:400] if _overlap(places[pair[0]][1], places[pair[1]][1]))
    return tuple(f"{places[a][0]} and {places[b][0]}" for a, b in found)


def _may_share(arrays: Sequence[np.ndarray[Any, Any]]) -> bool:
    """Return whether arrays may share memory: they do not where each is, or is a view of, one with its own."""
    owners = [array if array.base is None else array.base for array in arrays]
    plain = all(type(owner) is np.ndarray and owner.flags.owndata for owner in owners)
    return not plain or len(set(map(id, owners))) < len(owners)


def _near(arrays: Sequence[np.ndarray[Any, Any]]) -> list[tuple[int, int]]:
    """Return the pairs of arrays, by number, whose stretches of memory have bytes in common."""
    stretches = sorted((*_stretch(array), number) for number, array in enumerate(arrays) if array.size)
    pairs, open_ = list[tuple[int, int]](), list[tuple[int, int]]()
    for low, high, number in stretches:
        open_ = [(end, other) for end, other in open_ if end > low]
        pairs += [(min(number, other), max(number, other)) for _, other in open_]
        if len(pairs) > _MOST_PAIRS:
            break
        open_.append((high, number))
    return pairs


def _stretch(array: np.ndarray[Any, Any]) -> tuple[int, int]:
    """Return where the memory of an array begins and ends."""
    if not array.flags.forc:
        return byte_bounds(array)
    begin: int = array.__array_interface__["data"][0]
    return begin, begin + array.nbytes


def _overlap(a: np.ndarray[Any, Any], b: np.ndarray[Any, Any]) -> bool:
    try:
        return bool(np.shares_memory(a, b, max_work=10_000))  # type: ignore[arg-type]
    except Exception:  # too hard to tell: not held against anybody
        return False


def raised_from(error: BaseException, function: Callable[..., Any] | None = None) -> Raised:
    """Return `error` with the line of the student's cell that it came through last."""
    home = getattr(getattr(function, "__code__", None), "co_filename", None)
    frames = [f for f in traceback.extract_tb(error.__traceback__) if f.filename != __file__]
    own = [f for f in frames if f.filename == home or _is_cell(f.filename)]
    message = str(error)[:500] if type(error).__str__ is not object.__str__ else ""
    if isinstance(error, SyntaxError):
        return Raised(type(error).__name__, message, error.lineno or 0, (error.text or "").strip())
    if not own:
        return Raised(type(error).__name__, message)
    line = own[-1].lineno or 0
    source = (own[-1].line or linecache.getline(own[-1].filename, line)).strip()
    return Raised(type(error).__name__, message, line, source[:200])


def _is_cell(filename: str) -> bool:
    """Return whether a file name is that of a notebook cell in IPython or in our worker."""
    return filename.startswith(("<ipython-input", "<cell")) or "ipykernel_" in filename
