"""Notebook 10: a name written letter by letter."""

from __future__ import annotations

from collections.abc import Iterator

from autograder.course.exercise import Draw, Exercise, Invariant, Question, ask, mistake, other_way
from rnncourse.checking.caseset import Group
from rnncourse.checking.compare import Tolerance
from rnncourse.checking.given import Given
from rnncourse.checking.values import Value


def _written(order: Value, start: int, end: int, most: int, second: bool) -> list[int]:
    """Return what is written when the most probable token, or the second, is chosen each time."""
    token, name = start, list[int]()
    while len(name) < most:
        token = int(order[len(name) % len(order), token] + second) % order.shape[1]
        if token == end:
            break
        name.append(token)
    return name


def _writer(draw: Draw, start: int, end: int, most: int, length: int, choose: Given) -> dict[str, Value]:
    """Return inputs that give a name of that length, in which start occurs if it is another token than end."""
    V = 9
    while True:
        order = draw.integers(0, V, (8, V))
        name = _written(order, start, end, most, choose.name == "second_largest")
        free = _written(order, start, V, most + 3, choose.name == "second_largest")
        stopped = length == most or free[length] == end
        varied = length < 3 or (2 * len(set(name)) > length and (start == end or start in name))
        if len(name) == length and stopped and varied:
            break
    return {"step": Given("follow", (order,)), "choose": choose, "start": start, "end": end, "most": most}


def _sample_name(draw: Draw) -> Iterator[Question]:
    second, largest = Given("second_largest"), Given("largest")
    yield ask(**_writer(draw, 2, 7, 14, 6, second))
    yield ask(**_writer(draw, 5, 1, 15, 5, Given("first_above", (2.5,))))
    yield ask("same", **_writer(draw, 0, 0, 12, 7, second))
    yield ask("bound", **_writer(draw, 3, 4, 6, 6, largest))
    yield ask("exactly", **_writer(draw, 0, 0, 5, 5, second))
    yield ask("nothing", **_writer(draw, 6, 2, 9, 0, second))
    yield ask("one", **_writer(draw, 1, 8, 1, 1, largest))


_START = "token, state, written = start, None, []"
_WHILE = "while len(written) < most:"
_STEP = "logits, state = step(token, state)"
_CHOOSE = "token = int(choose(logits))"
_END = "if token == end:\n            break"
_APPEND = "written.append(token)"
_RETURN = "return written"

SAMPLE_NAME = Exercise(
    id="sample_name",
    questions=_sample_name,
    core="names that end by themselves",
    tolerance=Tolerance(dtype="int"),
    groups=(
        Group("same", "start and end are the same token, as in this notebook"),
        Group("bound", "a name that would go on beyond most tokens"),
        Group("exactly", "start and end the same, and the bound reached"),
        Group("nothing", "the end comes first: an empty list"),
        Group("one", "at most one token"),
    ),
    invariants=(
        Invariant(
            "shorter",
            "the first 3 tokens, with most = 3",
            lambda i: i | {"most": 3},
            lambda i, first, j, second: list(first)[:3] == list(second),
        ),
    ),
    hints=(
        "Three things live through the loop: the token that is fed in next, the state, and the list. What is "
        "each before the "
        "first step?",
        "In a turn: step, choose, look whether it is the end, keep it, go on with it. The end is looked for "
        "among *chosen* tokens "
        "only: start may be the same number.",
        "token, state, written = start, None, []. While len(written) < most: logits, state = step(token, state); "
        "token = "
        "choose(logits); break if it is end; append it.",
    ),
    mistakes=(
        mistake(
            "state_not_carried",
            "Every step starts from the state None again, so the network knows only the last letter. Carry the "
            "state.",
            (_STEP, "logits, state = step(token, None)"),
        ),
        mistake(
            "first_state_kept",
            "You go on with the state after the first step for ever. Each step returns a new one.",
            (_STEP, "logits, new = step(token, state)\n        state = new if state is None else state"),
        ),
        mistake(
            "start_fed_each_time",
            "You feed start in at every step. What was just chosen is the next input.",
            (_STEP, "logits, state = step(start, state)"),
        ),
        mistake(
            "last_token_fed_late",
            "You feed in the token before the last one chosen. The newest goes in.",
            (_START, "token, before, state, written = start, start, None, []"),
            (_STEP, "logits, state = step(before, state)\n        before = token"),
        ),
        mistake(
            "start_written",
            "Your list begins with start. It is fed in, but it is no letter of the name.",
            (_START, "token, state, written = start, None, [start]"),
            (_WHILE, "while len(written) <= most:"),
        ),
        mistake(
            "start_counts",
            "start is in your list and counts towards most.",
            (_START, "token, state, written = start, None, [start]"),
        ),
        mistake(
            "end_written",
            "The end token is in your list. It ends the name and is no letter of it.",
            (_END, "if token == end:\n            written.append(token)\n            break"),
        ),
        mistake(
            "one_more",
            "You write up to most + 1 tokens.",
            (_WHILE, "while len(written) <= most:"),
        ),
        mistake(
            "one_less",
            "You write at most most - 1 tokens.",
            (_WHILE, "while len(written) < most - 1:"),
        ),
        mistake(
            "never_ends",
            "You go on after the end token, up to most. A name is over when the end is chosen.",
            (_END, "if token == end:\n            pass"),
        ),
        mistake(
            "end_skipped",
            "You leave the end token out and go on. A name is over when the end is chosen.",
            (
                _WHILE,
                "for _ in range(most):",
            ),
            (_END, "if token == end:\n            continue"),
        ),
        mistake(
            "looks_at_start",
            """Your loop looks at the token *before* a step, so it stops at once where start and end are the same.
            Look at what
            was chosen.""",
            (_WHILE, "while len(written) < most and token != end:"),
        ),
        mistake(
            "stops_at_start",
            "You stop when start is chosen. The name is over at end.",
            (_END, "if token == start:\n            break"),
        ),
        mistake(
            "greedy",
            "You take the largest logit yourself. How a token is chosen is decided by `choose`.",
            (_CHOOSE, "token = int(np.argmax(logits))"),
        ),
        mistake(
            "chooses_from_probabilities",
            "You pass probabilities to choose. It is given the logits, as step returns them.",
            (_CHOOSE, "token = int(choose(np.exp(logits) / np.exp(logits).sum()))"),
        ),
        mistake(
            "backwards",
            "Your list is back to front.",
            (_RETURN, "return written[::-1]"),
        ),
        mistake(
            "only_the_last",
            "You return one token. The list of all is asked for.",
            (_RETURN, "return token"),
        ),
        mistake(
            "state_returned_too",
            "You return the state as well. Only the list is asked for.",
            (_RETURN, "return written, state"),
        ),
        mistake(
            "text_returned",
            "You return text. The ids are asked for: which letters they are is not for this function to know.",
            (_RETURN, 'return "".join(chr(96 + t) for t in written)'),
        ),
        mistake(
            "too_long_is_nothing",
            "You return an empty list when no end was chosen within most tokens. Return what was written so far.",
            (_RETURN, "return written if len(written) < most else []"),
        ),
    ),
    other_ways=(
        other_way(
            "for_loop",
            source="""
            def sample_name(step, choose, start, end, most):
                tokens, state, token = [], None, start
                for _ in range(most):
                    logits, state = step(token, state)
                    token = choose(logits)
                    if token == end:
                        return tokens
                    tokens.append(int(token))
                return tokens
            """,
        ),
        other_way(
            "endless_loop",
            source="""
            def sample_name(network, rule, first, last, limit):
                name, memory, now = [], None, first
                while True:
                    out, memory = network(now, memory)
                    now = int(rule(out))
                    if now == last or len(name) == limit:
                        break
                    name.append(now)
                    if len(name) == limit:
                        break
                return name
            """,
        ),
        other_way(
            "whole_list",
            source="""
            def sample_name(step, choose, start, end, most):
                ids, state = [start], None
                while len(ids) <= most:
                    logits, state = step(ids[-1], state)
                    ids.append(choose(logits))
                    if ids[-1] == end:
                        return ids[1:-1]
                return ids[1:]
            """,
        ),
        other_way(
            "recursion",
            source="""
            def sample_name(step, choose, start, end, most, state=None):
                if most == 0:
                    return []
                logits, state = step(start, state)
                token = choose(logits)
                return [] if token == end else [token] + sample_name(step, choose, token, end, most - 1, state)
            """,
        ),
    ),
)
