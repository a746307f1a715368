"""Languages: English costs nothing, nothing a learner reads is left out, and no judge knows of any of it."""

from __future__ import annotations

import ast
import json
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

import numpy as np
import pytest

import rnncourse
from autograder.authoring.languages.files import compiled, languages, read_part, shares
from autograder.authoring.languages.gathering import CHECKS, INTERFACE, SLIPS, Parts, gathered
from autograder.authoring.languages.keeping import files, translations
from autograder.course.own import OTHER_HINT
from autograder.exercises import COURSE
from rnncourse import languages as speaking
from rnncourse.checking import caseset, tables
from rnncourse.checking.diagnose import Finding
from rnncourse.checking.render import to_html, to_text
from rnncourse.errors import UnknownExercise, UnknownLanguage
from rnncourse.languages.catalogue import HOLE, Catalogue, read, veil
from rnncourse.learning import contents, here, pages, standing
from rnncourse.learning.record import Entry, Record
from rnncourse.notebook import find
from rnncourse.terminal import commands

ROOT = Path(__file__).resolve().parents[2]
PSEUDO = str.maketrans({chr(n): chr(n + 0xFEE0) for n in (*range(65, 91), *range(97, 123))})
"""Letters as wide as those of Chinese: whatever stays narrow is no text of a catalogue."""


@cache
def parts() -> Parts:
    return gathered(COURSE, ROOT)


def widened(text: str) -> str:
    """Return a text in the language of these tests: all but its holes and its code in wide letters."""
    pieces = re.split(r"(\{\w+\}|%\(\w+\)g|`[^`\n]+`)", text)
    return "".join(piece if n % 2 else piece.translate(PSEUDO) for n, piece in enumerate(pieces))


@cache
def pseudo() -> Catalogue:
    known = {
        t.one: (widened(t.one), widened(t.several or t.one)) for own in parts().values() for t in own.values()
    }
    data = json.loads(compiled("nplurals=2; plural=(n != 1);", parts(), known))
    return Catalogue(data["texts"], data["sentences"], data["plural"])


@pytest.fixture
def spoken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(speaking, "_catalogue", pseudo)


def narrow(text: str) -> list[str]:
    """Return the words of a card that are in no catalogue, but for names and code."""
    names = {asked.id for one in contents.course() for asked in one.exercises} | {"str", "one"}  # of None
    names |= {one.notebook for one in contents.course()} | {"rnncourse", "ipynb", "json", "python"}
    plain = re.sub(r"<[^>]*>|`[^`\n]+`|‘[^’\n]+’|\w+\(.*?\)|\w*_\w+|float64|'\w+'|\d+e-\d+", " ", text)
    return [word for word in re.findall(r"[a-z]{3,}", plain) if word not in names]


def no_bias(
    x_t: np.ndarray, h_prev: np.ndarray, Wxh: np.ndarray, Whh: np.ndarray, bh: np.ndarray
) -> np.ndarray:
    return np.tanh(x_t @ Wxh + h_prev @ Whh)


def late_everywhere(
    x_t: np.ndarray, h_prev: np.ndarray, Wxh: np.ndarray, Whh: np.ndarray, bh: np.ndarray
) -> np.ndarray:
    return np.roll(np.tanh(x_t @ Wxh + h_prev @ Whh + bh), 1, axis=1) + 0.125


def nothing(*_: object) -> None:
    """Return nothing."""


def stub(*_: object) -> None:
    raise NotImplementedError


WRONG = [no_bias, late_everywhere, nothing, stub, "a text", np.tanh]


@pytest.mark.usefixtures("spoken")
@pytest.mark.parametrize("answer", WRONG, ids=lambda answer: getattr(answer, "__name__", "a text"))
def test_no_word_of_a_card_is_left_out(answer: object) -> None:
    finding = find("rnn_step", {"rnn_step": answer})
    for card in (to_text(finding, words=speaking.said), to_html(finding, words=speaking.said)):
        lines = [line for line in card.split("\n") if "Error" not in line]  # what Python says stays
        assert narrow("\n".join(lines)) == []


@pytest.mark.usefixtures("spoken")
def test_no_word_of_progress_and_hints_is_left_out(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    before, here._record = here._record, Record(None)
    try:
        here.use(Record(None))
        for _ in range(4):
            rnncourse.hint("softmax")
        rnncourse.solution("rnn_step")
        rnncourse.progress("02")
        rnncourse.progress("no such notebook")
        commands.main(["progress", str(tmp_path / "none")])
    finally:
        here._record = before
    said = capsys.readouterr()
    assert narrow(said.out + said.err.replace(str(tmp_path), "").replace("none", "")) in (
        [],
        ["such", "notebook"],
    )
    entries = {"rnn_step": Entry("correct", "correct", 1), "softmax": Entry("wrong", "wrong", 1, 1, 1)}
    places = standing.standings(contents.course(), entries)
    shown = pages.course_html(places, places[2]) + standing.course_text(places, places[2])
    assert narrow(shown) == []


@pytest.mark.usefixtures("spoken")
def test_no_word_of_an_error_is_left_out(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    said = []
    for wrong in (np.tanh, 3, "rnn_stepp", lambda: 1, "no_such_one"):
        with pytest.raises(UnknownExercise) as caught:
            rnncourse.check(wrong)  # type: ignore[arg-type]
        said.append(str(caught.value))
    with pytest.raises(UnknownLanguage) as unknown:
        rnncourse.language("xx")
    bad = tmp_path / "02_forward.ipynb"
    bad.write_text("{", encoding="utf-8")
    assert commands.main(["check", str(bad)]) == 2
    said += [str(unknown.value), capsys.readouterr().err.replace(str(bad), "")]
    rnncourse.predict(...)
    rnncourse.predict("x").compare(3)
    rnncourse.predict(2, 3).compare([2, 7], unit="")
    said.append(capsys.readouterr().out)
    assert [narrow(re.sub("xx|es$|en", "", one)) for one in said] == [[]] * len(said)


def public_texts() -> Iterator[str]:
    for name in caseset.names():
        cases = caseset.load(name)
        yield from cases.hints
        yield from (group.says for group in cases.groups)
        yield from (mistake.hint for mistake in cases.known())
        yield from (hint for _, hint in tables.slips_of(name).named if hint)


@pytest.mark.slow
def test_whatever_a_check_has_on_file_is_known() -> None:
    assert [text for text in dict.fromkeys(public_texts()) if not pseudo().knows(text)] == []


def test_what_is_said_of_somebody_else_s_numbers_is_known() -> None:
    assert pseudo().knows(OTHER_HINT)


NOT_FOR_LEARNERS = re.compile(
    r"\| None$|^raises |^sha256 |^text |dictionary of|nested too|with too many|^not a value|an impossible|"
    r"array of texts|no bits to be|^every point|the first test (passes|fails)|the student's code|no answer within|"
    r"the stub is|^too slow|^axes_exchanged and|^not started$|margin:|<(div|ul|li|span|details|pre)"
)
"""Strings with blanks in :mod:`rnncourse.checking` that no learner reads, or not as they stand."""


MARKS = ("_", "N_", "ngettext")
APART = ("checking", "data", "lab", "languages", "plots", "moved.py", "recorded.py")
"""What speaks to nobody, to programmers, or in the words of a notebook; of checks, below."""


def test_whatever_else_the_package_says_is_marked_for_the_catalogue() -> None:
    package = ROOT / "rnncourse"
    left = {
        text
        for path in package.rglob("*.py")
        if path.relative_to(package).parts[0] not in APART
        for text in strings(path)
        if not text.startswith(("<", "import sys", "there is no folder"))
    }
    assert left == set()


def strings(path: Path) -> Iterator[str]:
    """Yield texts in a module with a blank in them that are not marked; a hole is a zero byte."""

    def inside(node: ast.AST) -> Iterator[str]:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.Expr) and isinstance(child.value, ast.Constant):
                continue
            if isinstance(child, ast.Call) and isinstance(child.func, ast.Name) and child.func.id in MARKS:
                continue
            if isinstance(child, ast.JoinedStr):
                values = [v.value if isinstance(v, ast.Constant) else "\0" for v in child.values]
                yield "".join(map(str, values))
            elif isinstance(child, ast.Constant) and isinstance(child.value, str):
                yield child.value
            else:
                yield from inside(child)

    yield from (
        text
        for text in inside(ast.parse(path.read_text(encoding="utf-8")))
        if re.search(r"[a-z]{2,} [a-z]", text)
    )


def bare(text: str) -> str:
    """Return a text without marks, with one zero byte for one or more holes."""
    holes = HOLE.sub("\0", re.sub(r"[`()]", "", text))
    return re.sub("(\0 )+\0", "\0", holes)


def test_whatever_a_check_puts_together_is_in_a_catalogue() -> None:
    ours = "\n".join(bare(text) for own in parts().values() for text in own)
    left = []
    for path in sorted((ROOT / "rnncourse" / "checking").glob("*.py")):
        for text in (one for one in strings(path) if not NOT_FOR_LEARNERS.search(one)):
            sentence = re.sub(r"^(\w+|\0): ", "", bare(text)).strip(" ;,")
            if not re.search(".*?".join(map(re.escape, sentence.split("\0"))), ours):
                left.append((path.name, text))
    assert left == []


def forms() -> Iterator[tuple[str, str, str]]:
    for code in languages(ROOT):
        for path in (ROOT / "languages" / code).glob("*.po"):
            for english, others in read_part(path).items():
                text = parts()[path.stem][english]
                yield from ((path.stem, text.several or english, other) for other in others)


def test_a_translation_has_the_holes_of_its_english() -> None:
    holed = {INTERFACE, CHECKS, SLIPS}
    odd = [(e, o) for part, e, o in forms() if part in holed and set(HOLE.findall(e)) != set(HOLE.findall(o))]
    assert odd == []


def test_a_translation_leaves_code_as_it_is() -> None:
    def code(text: str) -> list[str]:
        return sorted(re.findall(r"`[^`\n]+`", text))

    assert [(e, o) for _, e, o in forms() if code(e) != code(o)] == []


def test_what_is_committed_is_what_the_command_writes() -> None:
    stale = [
        p
        for p, text in files(parts(), ROOT, COURSE.package)
        if not p.is_file() or p.read_text(encoding="utf-8") != text
    ]
    assert stale == [], "run `python -m autograder languages`"


LEAST = 0.95
"""What is not translated yet stays English; so much of each part has to be there."""


def test_spanish_is_complete_but_for_what_is_new() -> None:
    rows = shares(parts(), translations(parts(), ROOT / "languages" / "es"))
    assert [row for row in rows if row.done_words < LEAST * row.words] == []


@pytest.mark.parametrize(
    ("variables", "language"),
    [
        ({}, "en"),
        ({"LANG": "es_ES.UTF-8"}, "es"),
        ({"LANG": "tlh_AQ"}, "en"),
        ({"LANG": "es_ES.UTF-8", "LC_ALL": "C"}, "en"),
        ({"LANG": "es_ES.UTF-8", "LANGUAGE": "tlh:es:en"}, "es"),
        ({"LANG": "es_ES.UTF-8", "RNNCOURSE_LANGUAGE": "en"}, "en"),
        ({"LANG": "C", "RNNCOURSE_LANGUAGE": "es-MX"}, "es"),
    ],
)
def test_the_language_is_that_of_the_environment(
    variables: Mapping[str, str], language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(speaking, "_chosen", None)
    for name in ("RNNCOURSE_LANGUAGE", "LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert speaking.current() == language


def test_a_notebook_may_ask_for_a_language(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(speaking, "_chosen", "en")
    rnncourse.language("es")
    rnncourse.predict(7)
    rnncourse.language("en")
    rnncourse.predict(7)
    assert capsys.readouterr().out.splitlines() == [
        "Anotado: 7. Ahora sigue leyendo.",
        "Noted: 7. Now read on.",
    ]


@pytest.mark.usefixtures("spoken")
def test_a_finding_and_a_card_for_a_grader_are_english_in_any_language() -> None:
    finding = find("rnn_step", {"rnn_step": no_bias})
    assert finding.hint.startswith("There is no bias")
    assert to_text(finding, reveal=False).startswith("✗ rnn_step: not yet\n  What happened: There is no bias")


def test_english_reads_no_catalogue_and_is_there_at_once() -> None:
    code = (
        "import sys, rnncourse; rnncourse.predict(1); print('rnncourse.languages.catalogue' in sys.modules)"
    )
    environment = {"LANG": "en_GB.UTF-8", "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines()[-1] == "False"


def test_a_sentence_is_known_again_with_its_holes_filled() -> None:
    one = Catalogue(
        {"step": "paso", "a hint": "una pista", "{count} hint": ["{count} pista", "{count} pistas"]},
        {
            "{n} of {m} differ": "difieren {n} de {m}",
            "In {code}, {HINT}": "En {code}, {HINT}",
            "got {Value}": "obtenido {Value}",
            "Looking at {codes} and {code} alone: {HINT}": "Mirando solo {codes} y {code}: {HINT}",
        },
    )
    assert one.said("3 of 12 differ") == "difieren 3 de 12"
    assert one.said("some of 12 differ") == "some of 12 differ"
    assert one.said("In `h`, a hint") == "En `h`, una pista"
    assert one.said("In `h`, an unknown hint") == "In `h`, an unknown hint"
    assert one.said("got nan") == "obtenido nan"
    assert one.said("Looking at `a`, `b` and `c` alone: strange") == "Mirando solo `a`, `b` y `c`: strange"
    assert not one.knows("Looking at `a`, `b` and `c` alone: strange")
    assert [one.counted("{count} hint", "{count} hints", n) for n in (1, 2, 0.5)] == [
        "{count} pista",
        *["{count} pistas"] * 2,
    ]


def test_another_course_adds_texts_of_its_own(tmp_path: Path) -> None:
    own = {
        "plural": "(n != 1)",
        "sentences": {},
        "texts": {"a slope of 2": "una pendiente de 2", "solved": "hecho"},
    }
    file = tmp_path / "es.json"
    file.write_text(json.dumps(own), encoding="utf-8")
    both = read(str(ROOT / "rnncourse" / "languages" / "es.json"), str(file))
    assert [both.said(text) for text in ("a slope of 2", "solved")] == ["una pendiente de 2", "resuelto"]


def test_what_would_tell_a_value_is_veiled() -> None:
    key, veiled = veil("You swapped the sizes.", "Has cambiado los tamaños.")
    text = (ROOT / "rnncourse" / "languages" / "es.json").read_text(encoding="utf-8")
    assert Catalogue({key: veiled}, {}).said("You swapped the sizes.") == "Has cambiado los tamaños."
    sealed = [t for own in parts().values() for t in own.values() if t.veiled]
    assert len(sealed) > 100
    assert [t.one for t in sealed if json.dumps(t.one, ensure_ascii=False)[1:-1] in text] == []


def test_every_catalogue_can_be_read() -> None:
    for code in speaking.available()[1:]:
        catalogue = read(str(ROOT / "rnncourse" / "languages" / f"{code}.json"))
        assert catalogue.said("✗ rnn_step: not yet") != "✗ rnn_step: not yet"
        assert isinstance(find("rnn_step", {"rnn_step": stub}), Finding)
