"""Bring the files of all languages up to date with the texts there are, and say what is left to translate."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from babel import Locale, UnknownLocaleError

from autograder.authoring.languages.files import (
    compiled,
    languages,
    part_text,
    plural_forms,
    read_part,
    shares,
)
from autograder.authoring.languages.gathering import Parts, gathered
from autograder.course.course import Course
from autograder.errors import CourseError


def keep_languages(course: Course, root: Path, new: str = "", check: bool = False) -> int:
    """Write what is out of date and print how complete each language is.

    Parameters
    ----------
    course : Course
        Whose texts.
    root : Path
        The repository.
    new : str
        The code of a language to begin.
    check : bool
        Write nothing; return 1 if something is out of date.
    """
    if new:
        _begin(root, new)
    parts = gathered(course, root)
    stale = [(path, text) for path, text in files(parts, root, course.package) if _differs(path, text)]
    for path, text in stale:
        print(f"{'out of date' if check else 'wrote'}: {path.relative_to(root)}")
        if not check:
            path.parent.mkdir(exist_ok=True)
            path.write_text(text, encoding="utf-8")
    for code in languages(root):
        print("\n".join(_table(code, parts, root)))
    if check and stale:
        print("Run `python -m autograder languages` and commit what it writes.")
    return int(check and bool(stale))


def _begin(root: Path, code: str) -> None:
    try:
        Locale.parse(code)
    except (UnknownLocaleError, ValueError):
        raise CourseError(f"{code!r} is no code of a language, such as fr.") from None
    (root / "languages" / code).mkdir(parents=True, exist_ok=True)


def files(parts: Parts, root: Path, package: str) -> Iterator[tuple[Path, str]]:
    """Yield every file of every language, with its content."""
    for code in languages(root):
        folder = root / "languages" / code
        known, plural = translations(parts, folder), plural_forms(code, folder)
        for part, texts in parts.items():
            yield folder / f"{part}.po", part_text(code, plural, texts, known)
        yield root / package / "languages" / f"{code}.json", compiled(plural, parts, known)


def translations(parts: Parts, folder: Path) -> dict[str, tuple[str, ...]]:
    """Return what is translated in a folder: a text that moved to another part takes its translation along."""
    found: dict[str, tuple[str, ...]] = {}
    for path in sorted(folder.glob("*.po")):
        found |= read_part(path)
    texts = {text for own in parts.values() for text in own}
    return {english: forms for english, forms in found.items() if english in texts}


def _differs(path: Path, text: str) -> bool:
    return not path.is_file() or path.read_text(encoding="utf-8") != text


def _table(code: str, parts: Parts, root: Path) -> Iterator[str]:
    rows = list(shares(parts, translations(parts, root / "languages" / code)))
    counts = [(row.done, row.texts, row.done_words, row.words) for row in rows]
    yield f"{code}: {Locale.parse(code).english_name}"
    for row, numbers in zip(rows, counts, strict=True):
        yield _line(row.part, *numbers)
    yield _line("all", *map(sum, zip(*counts, strict=True)))


def _line(part: str, done: int, texts: int, done_words: int, words: int) -> str:
    percent = 100 * done_words // max(words, 1)
    return f"  {part:<24}{done:>5} of {texts:<5} texts, {percent:>3} % of the words"
