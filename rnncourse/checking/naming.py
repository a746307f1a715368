"""Find out which exercise a callable answers: by the name that the notebook gives it.

Grading asks for what the name of the exercise means in the notebook. A check is handed an object,
whose own name may be another one: a ``partial`` has none, a lambda's is ``<lambda>``, an alias
keeps the first. So the notebook's names are asked, and the line that calls.
"""

from __future__ import annotations

import linecache
import re
from collections.abc import Collection, Mapping
from types import FrameType
from typing import Any


def line_of(frame: FrameType) -> str:
    """Return the line of code that a frame is at, or an empty string where that is not known."""
    return linecache.getline(frame.f_code.co_filename, frame.f_lineno)


def name_of(answer: object, namespace: Mapping[str, Any], exercises: Collection[str], line: str = "") -> str:
    """Return the name of the exercise that a callable is the answer to; its own name if none is known.

    Parameters
    ----------
    answer : object
        What was handed to the check.
    namespace : mapping
        The variables of the notebook.
    exercises : collection of str
        Names of the exercises there are.
    line : str
        The line that calls the check, such as ``check(softmax)``.
    """
    own = getattr(answer, "__name__", "")
    known = [name for name, value in namespace.items() if value is answer and name in exercises]
    written = re.search(r"\b(?:check|hint)\(\s*(\w+)\s*\)", line)
    if written and written[1] in known:
        return written[1]
    return known[0] if known and own not in known else str(own)
