"""Difficulty and discrimination, mistakes that go together, students to talk with, lines for a lecture."""

from __future__ import annotations

import random

import pytest

from autograder.report.items import FEWEST, items
from autograder.report.lecture import first_sentence, lecture
from autograder.report.mistakes import mistakes
from autograder.report.model import ClassResult
from autograder.report.risk import at_risk
from autograder.report.shared import beliefs, chance
from autograder.report.summaries import summarise
from tests.unit.report.made import NB, a_class, graded, verdict

RIGHT, WRONG = (3.0, "correct"), (0.0, "wrong")


def of(*answers: tuple[float, str], notebook: str = NB, **mistakes_: str) -> object:
    made = [
        verdict(
            f"e{i}", outcome, score, mistake=mistakes_.get(f"e{i}"), message="What happened to it. And why."
        )
        for i, (score, outcome) in enumerate(answers)
    ]
    return graded(*made, notebook=notebook)


def a_class_of(*files: object) -> ClassResult:
    return a_class(*((f"s{i}", file) for i, file in enumerate(files)))  # type: ignore[misc]


def test_difficulty_and_discrimination_by_hand() -> None:
    """Of 40, the 20 able have e0 and e1 right, the others neither; e2 is the other way round for half of them."""
    able, weak = of(RIGHT, RIGHT, RIGHT), of(WRONG, WRONG, WRONG)
    found = items(a_class_of(*[able] * 20, *[weak] * 20))
    item = found[NB, "e0"]
    assert (item.answers, item.difficulty) == (40, 0.5)
    assert item.discrimination == pytest.approx(1.0)
    odd = items(a_class_of(*[of(RIGHT, RIGHT, WRONG)] * 20, *[of(WRONG, WRONG, RIGHT)] * 20))[NB, "e2"]
    assert odd.discrimination == pytest.approx(-1.0)
    assert odd.high < 0
    assert "read its text" in odd.remark


def test_the_interval_is_that_of_fisher() -> None:
    rng = random.Random(1)
    files = [of(*[RIGHT if rng.random() < 0.6 else WRONG for _ in range(4)]) for _ in range(103)]
    item = items(a_class_of(*files))[NB, "e1"]
    assert item.discrimination is not None
    assert item.low < item.discrimination < item.high
    assert item.high - item.low == pytest.approx(2 * 1.96 / 10, rel=0.05)
    assert item.low < 0 < item.high, "exercises that are drawn by a coin tell nothing"


@pytest.mark.parametrize(
    ("files", "why"),
    [
        ([of(RIGHT, RIGHT)] * (FEWEST - 1), f"too few: {FEWEST - 1}"),
        ([of(RIGHT, RIGHT)] * FEWEST, "all did the same"),
        ([of(RIGHT), of(WRONG)] * FEWEST, "it is alone in its notebook"),
    ],
)
def test_it_says_why_there_is_no_discrimination(files: list[object], why: str) -> None:
    item = items(a_class_of(*files))[NB, "e0"]
    assert (item.discrimination, item.why) == (None, why)


def test_mistakes_that_the_same_students_make_go_together() -> None:
    both = [of(WRONG, WRONG, e0="transposed", e1="flipped")] * 12
    one = [of(WRONG, RIGHT, e0="transposed"), of(RIGHT, WRONG, e1="flipped")] * 2
    class_ = a_class_of(*both, *one, *[of(RIGHT, RIGHT)] * 84)
    (belief,) = beliefs(mistakes(class_), 100)
    assert [(place[2], count) for place, _, count in belief.mistakes] == [
        ("transposed", 14),
        ("flipped", 14),
    ][::1]
    assert len(belief.students) == belief.both == 12
    assert belief.expected < 6


def test_weak_students_who_make_many_mistakes_of_all_kinds_link_nothing() -> None:
    rng = random.Random(2)
    files = []
    for number in range(1000):
        weak = number < 200
        slips = {f"e{i}": f"m{rng.randrange(3)}" for i in range(8) if rng.random() < (0.7 if weak else 0.05)}
        files.append(of(*[WRONG if f"e{i}" in slips else RIGHT for i in range(8)], **slips))
    assert beliefs(mistakes(a_class_of(*files)), 1000) == ()


def test_the_chance_is_that_of_poisson() -> None:
    assert chance(0, 2.0) == 1.0
    assert chance(1, 2.0) == pytest.approx(1 - 0.1353353)
    assert chance(5, 1.0) == pytest.approx(0.0036598, abs=1e-6)


def course_of(shares: dict[str, list[float | None]], **rest: object) -> ClassResult:
    """Return a class: student to the share of the points in each notebook, None for no file."""
    files = []
    for student, of_student in shares.items():
        for number, share in enumerate(of_student):
            if share is not None:
                outcome = "correct" if share == 1 else "partial"
                many = [verdict(f"e{i}", outcome, 3 * share) for i in range(3)]
                files.append((student, graded(*many, notebook=f"0{number}")))
    return a_class(*files, **rest)


STEADY = {f"steady-{i}": [1.0, 1.0, 1.0, 1.0] for i in range(5)}


def test_who_falls_and_who_stops_is_to_talk_with() -> None:
    class_ = course_of(STEADY | {"falls": [1.0, 1.0, 0.7, 0.7], "stops": [1.0, 1.0, None, None]})
    found = {risk.student: dict(risk.reasons) for risk in at_risk(class_)}
    assert found == {
        "falls": {
            "falls": "from +0 to -30 points of 100 against the median",
            "not understood": "6 of 9 exercises lost points",
        },
        "stops": {"nothing": "nothing begun in 02 and 03"},
    }


def test_a_hard_notebook_makes_nobody_fall_and_one_late_file_is_no_reason() -> None:
    hard = {f"s{i}": [1.0, 1.0, 0.9, 0.4] for i in range(5)}
    assert [risk for risk in at_risk(course_of(hard)) if "falls" in dict(risk.reasons)] == []
    assert at_risk(course_of(STEADY | {"late": [1.0, 1.0, 1.0, None]})) == ()


def test_what_is_excused_is_not_missed_and_earlier_notebooks_count() -> None:
    stops = {"stops": [1.0, 1.0, None, None]}
    excused = frozenset({("stops", "02"), ("stops", "03")})
    assert at_risk(course_of(STEADY | stops, excused=excused)) == ()
    one = course_of({name: of[3:] for name, of in STEADY.items()} | {"falls": [0.2]})
    earlier = {f"-{i}": dict.fromkeys((*STEADY, "falls"), (9.0, 9.0)) for i in range(3)}
    (risk,) = at_risk(course_of({n: of[3:] for n, of in STEADY.items()} | {"falls": [0.2]}, earlier=earlier))
    assert risk.student == "falls"
    assert at_risk(one) == ()


def test_the_lines_for_a_lecture() -> None:
    wrong = of(WRONG, (0.0, "not_attempted"), e0="transposed")
    class_ = a_class_of(*[wrong] * 3, *[of(RIGHT, RIGHT)] * 7)
    made, notebooks = mistakes(class_), summarise(class_)
    assert lecture(made, notebooks, (), {(NB, "e0"): 12}) == (
        "3 of 10 in e0, transposed: What happened to it. Show cell 12 of 02_forward.",
        "3 of 10 have not begun e1: e1 in 02_forward.",
    )
    assert lecture(mistakes(a_class_of(wrong)), summarise(a_class_of(wrong)), (), {}) == (), "one is no class"
    assert first_sentence("Two things. Here is one. And one") == "Two things. Here is one."
    assert first_sentence("It stood in cell 9. What happened: You add it to h. It is") == "You add it to h."
    assert first_sentence("Your `x.T` is\n wrong. It is") == "Your x.T is wrong."
