"""The class report: what it counts, what it shows, and that no text of a student becomes markup."""

from __future__ import annotations

import csv
import json
import re
from collections import Counter
from datetime import UTC, datetime
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import pytest

from autograder.report import (
    ClassResult,
    GradeRow,
    ManualItem,
    render_report,
    results_json,
    write_csv,
    write_report,
)
from autograder.report.concerns import KINDS, concerns
from autograder.report.exports import COLUMNS
from autograder.report.histogram import histogram, slot
from autograder.report.mistakes import mistakes, most_frequent
from autograder.report.model import SIGNS, is_settled, natural
from autograder.report.page import duration, plural, points, prose, short_name, student_rows
from autograder.report.summaries import repairs, summarise, timing
from autograder.verdict import OUTCOMES, Graded, Verdict

NB = "02_forward"
STARTED = datetime(2026, 3, 4, 14, 5, tzinfo=UTC)
HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)",
    "{{ 7 * 7 }}",
    "</style><script>alert(1)</script>",
    "O'Brien, 李雷 🦊",
    "محمد علي",
    "\u202egnp.exe",
    "null\x00byte\x1b[31m",
    "lone\udcffsurrogate",
    "n" * 5000,
    "-->",
    "`<b>`",
]


def verdict(
    exercise: str = "rnn_step", outcome: str = "correct", score: float | None = 3.0, **rest: object
) -> Verdict:
    return Verdict(exercise, outcome, score, 3.0, **rest)  # type: ignore[arg-type]


def graded(*verdicts: Verdict, notebook: str = NB, path: str = "a.ipynb", **rest: object) -> Graded:
    return Graded(path, notebook, verdicts, **rest)  # type: ignore[arg-type]


def a_class(*submissions: tuple[str, Graded], **rest: object) -> ClassResult:
    settings = {"title": "Demo", "started": STARTED, "seconds": 30.0, "sandbox": "bubblewrap"} | rest
    return ClassResult(submissions=submissions, **settings)  # type: ignore[arg-type]


def mixed_class() -> ClassResult:
    """Return a class in which every kind of thing happens once at least."""
    wrong = verdict(
        outcome="wrong", score=0.0, mistake="h0_ignored", message="Your first step starts from zeros."
    )
    fault = verdict("softmax", "grader_fault", None, message="The worker did not start.")
    return a_class(
        ("student-10", graded(verdict(), verdict("softmax"), seconds=0.2)),
        (
            "student-9",
            graded(wrong, verdict("softmax", "partial", 1.5, message="One row only."), seconds=0.4),
        ),
        ("student-1", graded(wrong, fault, seconds=0.1)),
        (
            "student-2",
            graded(verdict(), verdict("softmax", "not_attempted", 0.0), repairs=("Cell restored.",)),
        ),
        ("student-3", graded(problem="The file is empty.", path="sub/empty.ipynb")),
        ("student-4", graded(problem="This is a picture.", notebook="")),
        (
            "student-5",
            graded(
                verdict(flags=("It imports `torch`.",)), verdict("softmax", "timed_out", 0.0), seconds=7.0
            ),
        ),
        by_hand=(ManualItem("student-9", NB, "explain", 4.0),),
    )


class Page(HTMLParser):
    """Collects the tags, ids, links and text of a page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.texts: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {key: value or "" for key, value in attrs}))

    def handle_data(self, data: str) -> None:
        self.texts.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.texts).split())

    def all(self, key: str) -> list[str]:
        return [attrs[key] for _, attrs in self.tags if key in attrs]

    def named(self, tag: str) -> list[dict[str, str]]:
        return [attrs for name, attrs in self.tags if name == tag]


def test_every_outcome_has_a_sign_and_word_of_its_own() -> None:
    assert set(SIGNS) == set(OUTCOMES)
    assert (
        len({sign.mark for sign in SIGNS.values()})
        == len({sign.word for sign in SIGNS.values()})
        == len(SIGNS)
    )


# What is counted


def test_exercises_are_counted_and_averaged_without_what_needs_a_person() -> None:
    (summary,) = summarise(mixed_class())
    step, softmax = summary.exercises
    assert step.counts == {"correct": 3, "wrong": 2}
    assert (step.mean, step.median) == (9 / 5, 3.0)
    assert softmax.counts == {
        "correct": 1,
        "partial": 1,
        "timed_out": 1,
        "not_attempted": 1,
        "grader_fault": 1,
    }
    assert list(softmax.counts) == [outcome for outcome in SIGNS if outcome in softmax.counts]
    assert (softmax.mean, softmax.median) == (4.5 / 4, 0.75)


def test_notebook_sums_leave_out_files_with_an_open_mark() -> None:
    (summary,) = summarise(mixed_class())
    assert summary.name == NB
    assert summary.files == 6
    assert summary.scores == (1.5, 3.0, 3.0, 6.0)
    assert summary.left_out == 2
    assert summary.max_score == 6.0
    assert (summary.mean, summary.median) == (13.5 / 4, 3.0)


@pytest.mark.parametrize(
    "file",
    [
        graded(verdict("x", "grader_fault", None)),
        graded(verdict("x", "ungradable", 0.0)),
        graded(verdict(), problem="cut"),
        graded(),
    ],
)
def test_a_file_that_needs_a_person_is_not_settled(file: Graded) -> None:
    assert not is_settled(file)
    assert is_settled(graded(verdict("x", "wrong", 0.0)))


def test_students_are_in_the_order_of_their_numbers() -> None:
    assert mixed_class().students[:3] == ("student-1", "student-2", "student-3")
    assert mixed_class().students[-1] == "student-10"
    assert sorted(["b2", "B10", "b" + "9" * 5000, "b0", "²", "10", "x"], key=natural) == [
        "10",
        *["b0", "b2", "B10", "b" + "9" * 5000],
        "x",
        "²",
    ]


def test_files_per_minute() -> None:
    assert mixed_class().per_minute == 14.0
    assert a_class(seconds=0.0).per_minute is None


def test_mistakes_are_counted_and_named_in_the_order_of_the_notebook() -> None:
    found = mistakes(mixed_class())
    assert [(e.exercise, e.answers) for e in found] == [("rnn_step", 5), ("softmax", 3)]
    assert [(m.id, m.students) for m in found[0].made] == [("h0_ignored", ("student-1", "student-9"))]
    assert found[0].made[0].message == "Your first step starts from zeros."
    assert [(u.student, u.outcome) for u in found[1].unnamed] == [
        ("student-5", "timed_out"),
        ("student-9", "partial"),
    ]
    top = most_frequent(found)
    assert top is not None
    assert top[1].id == "h0_ignored"
    assert most_frequent(()) is None


def test_an_exercise_that_the_first_student_skipped_keeps_its_place() -> None:
    skipped = graded(verdict("a", "not_attempted", 0.0), verdict("b", "wrong", 0.0))
    other = graded(verdict("a", "wrong", 0.0), verdict("b"))
    assert [e.exercise for e in mistakes(a_class(("s1", skipped), ("s2", other)))] == ["a", "b"]


def test_the_most_frequent_mistake_comes_first_with_its_usual_words() -> None:
    def wrong(mistake: str, message: str) -> Graded:
        return graded(verdict(outcome="wrong", score=0.0, mistake=mistake, message=message))

    files = [wrong("rare", "r"), wrong("usual", "x"), wrong("usual", "y"), wrong("usual", "y")]
    (exercise,) = mistakes(a_class(*((f"s{i}", file) for i, file in enumerate(files))))
    assert [(m.id, len(m.students), m.message) for m in exercise.made] == [
        ("usual", 3, "y"),
        ("rare", 1, "r"),
    ]


def test_a_named_mistake_that_cost_no_point_is_still_shown() -> None:
    (exercise,) = mistakes(a_class(("s1", graded(verdict(mistake="slow_loop", message="It works.")))))
    assert exercise.made[0].id == "slow_loop"


def test_what_needs_a_person_is_grouped_and_ordered() -> None:
    found = concerns(mixed_class())
    assert [(c.kind, c.notebook, c.exercises) for c in found] == [
        ("grader_fault", NB, ("softmax",)),
        ("ungradable", "", ()),
        ("ungradable", NB, ()),
        ("flag", NB, ("rnn_step",)),
        ("by_hand", NB, ("explain",)),
    ]
    assert found[2].cases == (("student-3", "sub/empty.ipynb"),)
    assert found[2].reason == "The file is empty."
    assert all(KINDS[c.kind].todo and c.reason and c.cases for c in found)


def test_the_same_fault_in_a_whole_class_is_one_concern() -> None:
    fault = [verdict(name, "grader_fault", None, message="No memory.") for name in ("a", "b")]
    (found,) = concerns(a_class(*((f"student-{i}", graded(*fault)) for i in range(300))))
    assert found.exercises == ("a", "b")
    assert len(found.cases) == 300


def test_an_unreadable_file_is_told_once_and_not_for_each_exercise() -> None:
    told = [verdict(name, "ungradable", 0.0, message="empty") for name in ("a", "b")]
    (found,) = concerns(a_class(("s1", graded(*told, problem="The file is empty."))))
    assert (found.reason, found.exercises) == ("The file is empty.", ())
    (found,) = concerns(a_class(("s1", graded(*told))))
    assert (found.reason, found.exercises) == ("empty", ("a", "b"))


def test_a_file_without_any_verdict_is_our_fault() -> None:
    (found,) = concerns(a_class(("s1", graded())))
    assert found.kind == "grader_fault"


def test_repairs_are_grouped_the_most_frequent_first() -> None:
    files = [graded(repairs=("a", "b")), graded(repairs=("b",)), graded(repairs=("b", "b"))]
    found = repairs(a_class(*((f"s{i}", file) for i, file in enumerate(files))))
    assert [(r.says, r.students) for r in found] == [("b", ("s0", "s1", "s2")), ("a", ("s0",))]


def test_timing_names_the_slowest() -> None:
    files = [(f"s{i}", graded(seconds=float(i))) for i in range(1, 21)]
    found = timing(a_class(*files), slowest=2)
    assert found is not None
    assert [student for student, _ in found.slowest] == ["s20", "s19"]
    assert (found.median, found.ninth_decile, found.total) == (10.5, 18.0, 210.0)
    assert timing(a_class()) is None


def test_student_rows_add_up_and_know_what_is_open() -> None:
    rows = {row.id: row for row in student_rows(mixed_class())}
    assert (rows["student-10"].score, rows["student-10"].open_files) == (6.0, 0)
    assert (rows["student-1"].score, rows["student-1"].open_files) == (0.0, 1)
    assert rows["student-4"].cells == ((),)
    assert len(rows["student-4"].lost) == 1


# The plot


@pytest.mark.parametrize(
    ("score", "column"),
    [
        (0, 0),
        (0.99, 0),
        (1, 1),
        (0.1 + 0.2, 0),
        (3, 3),
        (9.99, 9),
        (10, 10),
        (11, 10),
        (-1, 0),
        (9.9999999999, 10),
    ],
)
def test_scores_fall_into_their_column(score: float, column: int) -> None:
    assert slot(score, 10.0) == column


def test_a_notebook_without_points_is_full_marks() -> None:
    assert slot(0.0, 0.0) == 10


def test_the_histogram_counts_every_score_and_stays_in_its_frame() -> None:
    plot = histogram(NB, [0, 5, 5.5, 10, 10, 10], 10.0, 7.75)
    assert [bar.count for bar in plot.bars] == [1, 0, 0, 0, 0, 2, 0, 0, 0, 0, 3]
    heights = [bar.height for bar in plot.bars]
    assert heights[10] == pytest.approx(3 * heights[0])
    assert all(bar.y >= 12 and bar.y + bar.height == pytest.approx(plot.floor) for bar in plot.bars)
    assert plot.bars[7].x < (plot.median or 0) < plot.bars[8].x
    assert plot.alt == (
        "Histogram of 6 scores in 02_forward, as shares of 10 points. "
        "0 to under 10 %: 1; 50 to under 60 %: 2; full marks: 3."
    )


def test_the_median_of_full_marks_stands_in_the_middle_of_its_column() -> None:
    plot = histogram(NB, [3.0], 3.0, 3.0)
    assert plot.median == pytest.approx(plot.bars[10].middle)


def test_an_empty_histogram_draws_nothing() -> None:
    plot = histogram(NB, [], 0.0, None)
    assert plot.median is None
    assert not any(bar.height for bar in plot.bars)
    assert plot.alt.endswith("No scores.")


# The page


def test_the_page_shows_what_was_counted() -> None:
    text = Page(render_report(mixed_class())).text
    for expected in (
        "Graded 4 March 2026, 14:05 UTC",
        "Students 7",
        "Files 7",
        "Files per minute 14",
        "h0_ignored in rnn_step , made by 2 students",
        "2 40 % h0_ignored Your first step starts from zeros. student-1 student-9",
        "The file is empty.",
        "This is a picture.",
        "It imports torch .",
        "The cell explain is marked by a person, out of 4.",
        "Median 3 , mean 3.38 of 6. 2 files left out",
        "rnn_step wrong, 0 of 3, h0_ignored",
        "softmax grader fault, – of 3",
        "7.00 s",
        "Cell restored.",
    ):
        assert expected in text, expected


def test_the_page_loads_and_runs_nothing() -> None:
    html = render_report(mixed_class())
    page = Page(html)
    policy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"
    assert {"http-equiv": "Content-Security-Policy", "content": policy} in page.named("meta")
    assert not {tag for tag, _ in page.tags} & {
        "script",
        "iframe",
        "object",
        "embed",
        "link",
        "img",
        "form",
        "base",
    }
    assert not [key for _, attrs in page.tags for key in attrs if key.startswith("on") or key == "src"]
    assert all(href.startswith("#") for href in page.all("href"))
    assert "url(" not in html
    assert "@import" not in html


def test_the_page_is_navigable() -> None:
    page = Page(render_report(mixed_class()))
    levels = [int(tag[1]) for tag, _ in page.tags if re.fullmatch("h[1-6]", tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    ids = page.all("id")
    assert max(Counter(ids).values()) == 1
    assert {href[1:] for href in page.all("href")} <= set(ids)
    assert set(page.all("aria-labelledby")) <= set(ids)
    assert all(attrs.get("scope") in ("col", "row") for attrs in page.named("th"))
    assert len(page.named("caption")) == len(page.named("table"))
    assert all(attrs.get("aria-label") for _, attrs in page.tags if attrs.get("role") in ("img", "region"))
    assert all(attrs["role"] == "img" for attrs in page.named("svg"))


def test_every_outcome_in_a_bar_is_also_a_word() -> None:
    files = [(f"s{i}", graded(verdict(outcome=name, score=0.0))) for i, name in enumerate(OUTCOMES)]
    page = Page(render_report(a_class(*files)))
    for sign in SIGNS.values():
        assert f"{sign.mark} 1 {sign.word}" in page.text
    bars = [attrs["aria-label"] for _, attrs in page.tags if attrs.get("class") == "bar"]
    assert all(f"1 {sign.word}" in bar for sign in SIGNS.values() for bar in bars)


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: ascii(text)[:24])
def test_texts_of_students_never_become_markup(text: str, tmp_path: Path) -> None:
    def page_of(text: str) -> Page:
        bad = verdict(text, "wrong", 0.0, mistake=text, message=text, flags=(text,))
        odd = verdict(text, "crashed", 0.0, message=text)
        file = graded(bad, odd, path=text, notebook=text, repairs=(text,), sandbox=text)
        class_ = a_class(
            (text, file),
            (text + "2", graded(problem=text, path=text, notebook="")),
            title=text,
            sandbox=text,
            by_hand=(ManualItem(text, text, text, 1.0),),
        )
        write_report(tmp_path / "report.html", class_)
        return Page((tmp_path / "report.html").read_text(encoding="utf-8"))

    def outline(page: Page) -> list[tuple[str, list[str]]]:
        return [(tag, sorted(attrs)) for tag, attrs in page.tags if tag != "code"]

    page = page_of(text)
    # The same tags with the same attributes as for a harmless text; only backticks may add code.
    assert outline(page) == outline(page_of("student"))
    assert not re.search(r"[\x00-\x08\x0b\x0c\x0e-\x1f]", "".join(page.texts))
    assert "49" not in page.text or "7 * 7" not in text


def test_hostile_ids_are_shown_as_they_are() -> None:
    page = Page(render_report(a_class(("<script>alert(1)</script>", graded(verdict())))))
    assert "<script>alert(1)</script>" in page.texts


def test_names_in_other_directions_are_set_apart() -> None:
    html = render_report(a_class(("محمد علي", graded(verdict(outcome="wrong", score=0.0)))))
    assert not re.search(r"(?<!<bdi>)(?<!title=\")محمد", html.replace('<bdi title="محمد علي">', "<bdi>"))


def test_an_empty_class_has_a_page() -> None:
    text = Page(render_report(a_class(seconds=0.0))).text
    assert "Students 0" in text
    assert "No file was graded." in text
    assert "No file had to be mended." in text


def test_a_missing_sandbox_is_said_first() -> None:
    assert "No sandbox." not in render_report(mixed_class())
    unsafe = a_class(("s1", graded(verdict(), sandbox="none")), ("s2", graded(verdict(), sandbox="bwrap")))
    text = Page(render_report(unsafe)).text
    assert text.index("No sandbox.") < text.index("Needs a person")
    assert "The code of 1 file ran" in text
    assert a_class(("s1", graded(verdict())), sandbox="none").unconfined == 1
    assert a_class(("s1", graded(problem="cut")), sandbox="none").unconfined == 0


def test_long_lists_are_folded() -> None:
    wrong = graded(verdict(outcome="wrong", score=0.0, mistake="m", message="h"), problem="p")
    few = render_report(a_class(*((f"s{i}", wrong) for i in range(4))))
    many = render_report(a_class(*((f"s{i}", wrong) for i in range(5))))
    assert many.count("<details") == few.count("<details") + 1 + 2  # one more row, two lists


def test_two_files_of_one_student_for_one_notebook_are_both_shown() -> None:
    page = Page(
        render_report(
            a_class(("s1", graded(verdict())), ("s1", graded(verdict(outcome="wrong", score=1.25))))
        )
    )
    assert "3 of 3: 1 correct" in page.text
    assert "1.25 of 3: 1 wrong" in page.text


def test_the_same_results_give_the_same_page(tmp_path: Path) -> None:
    write_report(tmp_path / "a.html", mixed_class())
    write_report(tmp_path / "b.html", mixed_class())
    assert (tmp_path / "a.html").read_bytes() == (tmp_path / "b.html").read_bytes()


def test_the_page_of_a_large_class_stays_small() -> None:
    names = [f"exercise_{i}" for i in range(12)]
    file = graded(*(verdict(name, "wrong", 0.0, mistake="m", message="h") for name in names))
    html = render_report(a_class(*((f"student-{i:03d}", file) for i in range(300))))
    assert len(html) < 2_000_000


# Words and numbers


@pytest.mark.parametrize(
    ("value", "text"), [(None, "–"), (0.0, "0"), (3.0, "3"), (1.5, "1.5"), (2.999999999, "3"), (100.0, "100")]
)
def test_points(value: float | None, text: str) -> None:
    assert points(value) == text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0.184, "0.18 s"),
        (9.999, "10 s"),
        (59.4, "59 s"),
        (59.6, "1 min 0 s"),
        (185, "3 min 5 s"),
        (7620, "2 h 7 min"),
    ],
)
def test_duration(seconds: float, text: str) -> None:
    assert duration(seconds) == text


def test_plural() -> None:
    assert [plural(n, "file") for n in (0, 1, 2, 1200)] == ["0 files", "1 file", "2 files", "1,200 files"]


def test_long_names_keep_both_ends() -> None:
    short = short_name("begin" + "x" * 900 + "end")
    assert len(short) < 65
    assert short.startswith("begin")
    assert short.endswith("end")
    assert short_name("student-07") == "student-07"


def test_prose_sets_backticks_as_code_and_escapes_the_rest() -> None:
    assert prose("a `<b>` c < d") == "a <code>&lt;b&gt;</code> c &lt; d"
    assert prose("one ` alone") == "one ` alone"
    assert len(prose("<" * 5000)) < 4 * 1000


# Exports


def row(**changes: object) -> GradeRow:
    values = {
        "assignment": NB,
        "duedate": None,
        "timestamp": datetime(2026, 3, 4, 14, 5),
        "student_id": "student-07",
        "last_name": 'O\'Brien, "Jr"',
        "first_name": "李雷 🦊\nline",
        "email": None,
        "raw_score": 3.5,
        "late_submission_penalty": 0.0,
        "score": 3.5,
        "max_score": 16.0,
    }
    return GradeRow(**(values | changes))  # type: ignore[arg-type]


def read_csv(path: Path) -> list[list[str]]:
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.reader(file))


def test_csv_has_the_columns_of_nbgrader_and_keeps_every_character(tmp_path: Path) -> None:
    write_csv(tmp_path / "grades.csv", [row()])
    header, values = read_csv(tmp_path / "grades.csv")
    assert ",".join(header) == (
        "assignment,duedate,timestamp,student_id,last_name,first_name,email,"
        "raw_score,late_submission_penalty,score,max_score"
    )
    assert tuple(header) == COLUMNS
    assert values[:4] == [NB, "", "2026-03-04 14:05:00", "student-07"]
    assert values[4:] == ['O\'Brien, "Jr"', "李雷 🦊\nline", "", "3.5", "0.0", "3.5", "16.0"]


@pytest.mark.parametrize(
    "text", ["=1+1", '=HYPERLINK("x")', "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "\t=1"]
)
def test_a_formula_in_a_name_is_made_harmless(text: str, tmp_path: Path) -> None:
    write_csv(tmp_path / "grades.csv", [row(last_name=text)])
    assert read_csv(tmp_path / "grades.csv")[1][4] == "'" + text


@pytest.mark.parametrize("text", ["-07", "+49", "student-07", "a=b", "a@b.example"])
def test_ids_that_are_no_formula_are_untouched(text: str, tmp_path: Path) -> None:
    write_csv(tmp_path / "grades.csv", [row(student_id=text, raw_score=-1.0)])
    assert read_csv(tmp_path / "grades.csv")[1][3] == text
    assert read_csv(tmp_path / "grades.csv")[1][7] == "-1.0"


def test_a_name_that_is_no_utf8_does_not_stop_the_export(tmp_path: Path) -> None:
    write_csv(tmp_path / "grades.csv", [row(student_id="a\udcffb"), row()])
    assert [line[3] for line in read_csv(tmp_path / "grades.csv")] == [
        "student_id",
        "a\\udcffb",
        "student-07",
    ]


def test_results_json_has_one_record_for_each_exercise() -> None:
    records = results_json(file for _, file in mixed_class().submissions)
    assert len(records) == 10 + 2
    assert json.loads(json.dumps(records)) == records
    assert records[2] == {
        "path": "a.ipynb",
        "exercise": "rnn_step",
        "outcome": "wrong",
        "score": 0.0,
        "max_score": 3.0,
        "mistake": "h0_ignored",
        "message": "Your first step starts from zeros.",
        "seed": 0,
        "flags": [],
    }


def test_a_file_that_could_not_be_read_has_a_record() -> None:
    (record,) = results_json([graded(problem="The file is empty.", path="x/empty.ipynb")])
    assert (record["path"], record["outcome"], record["message"]) == (
        "x/empty.ipynb",
        "ungradable",
        "The file is empty.",
    )
