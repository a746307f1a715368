"""Near-identical work: what is flagged, and above all what is not."""

from __future__ import annotations

import time

import pytest

from autograder.demo.answers import works_of
from autograder.demo.shared import SHARED
from autograder.demo.students import CLASS
from autograder.exercises import COURSE
from autograder.nbgrader.around import texts_of
from autograder.report.alike import MOST_AUTHORS, Explained, alike, explained, tokens_of

ODD = SHARED["pad_sequences"]["student-03"]
NOTHING = explained([])
PLAIN = "def f(x):\n    total = 0\n    for row in x:\n        total = total + row.sum()\n    return total / len(x)\n"


def flagged(answers: dict[str, str], known: Explained = NOTHING) -> list[tuple[str, str]]:
    return [pair.students for pair in alike("01_one_hot", "pad_sequences", answers, known)]


def test_the_demonstration_flags_the_pair_that_shares_and_nobody_else() -> None:
    assignment = COURSE.assignment("01_one_hot")
    works = {s.id: next(works for name, works in works_of(s) if name == assignment.name) for s in CLASS}
    known, found = explained(texts_of(assignment)), []
    for exercise in assignment.exercises:
        answers = {student: mine[exercise.id].source for student, mine in works.items()}
        found += alike(assignment.name, exercise.id, answers, known)
    (pair,) = found
    assert pair.students == ("student-03", "student-04")
    assert pair.exercise == "pad_sequences"
    assert pair.shared > 100
    assert pair.share > 0.8
    assert "zebra" in pair.words
    assert "longest_banana" in pair.lines


def test_names_and_comments_do_not_hide_a_copy() -> None:
    copy = (
        ODD.replace("zebra", "animal")
        .replace("banana", "length")
        .replace("    basket", "    # mine\n    basket")
    )
    assert flagged({"a": ODD, "b": copy, "c": PLAIN}) == [("a", "b")]


def test_words_of_the_language_are_not_odd() -> None:
    words = {word for word, _, _ in tokens_of("while not stack: stack.append(float(np.pi))  # odd")}
    assert words == {"", "stack", "# odd"}


def test_a_short_function_in_the_usual_way_is_no_sign() -> None:
    assert flagged({"a": PLAIN, "b": PLAIN}) == []


def test_what_was_released_or_is_a_known_way_explains_itself() -> None:
    assert flagged({"a": ODD, "b": ODD}) == [("a", "b")]
    assert flagged({"a": ODD, "b": ODD}, explained(["x = 1", ODD])) == []


def test_what_many_wrote_is_common() -> None:
    most = {f"s{i}": ODD for i in range(MOST_AUTHORS)}
    assert flagged(most)
    assert flagged(most | {"one more": ODD}) == []


def test_other_code_of_the_same_pair_does_not_hide_it_and_half_is_needed() -> None:
    own = "".join(f"\n    box_{i} = [{i}, x[{i}] ** {i}, ({i} - x) / {i + 1}]" for i in range(40))
    assert flagged({"a": ODD + own, "b": ODD}) == [("a", "b")], "all that b has is in a"
    other = own.replace("**", "%").replace("[", "(").replace("]", ")").replace("/", "//")
    assert flagged({"a": ODD + own, "b": ODD + other}) == [], "less than half of either"


@pytest.mark.parametrize(
    "source", ["'" * 20_000, "\\'" * 10_000, "'''" + "a'" * 9_000, "(" * 20_000, "\x00é" * 9_000]
)
def test_no_text_makes_it_slow(source: str) -> None:
    began = time.process_time()
    assert len(list(tokens_of(source))) <= 20_000
    assert flagged({"a": source, "b": source + ODD}) is not None
    assert time.process_time() - began < 2.0
