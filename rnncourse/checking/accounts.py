"""Tell a student which known things explain their answers, in one sentence for each.

The notebook looks in the table of an exercise, the judge runs what is known on the cases it drew: both
bring it here, as fingerprints of each output of each case.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from rnncourse.checking.compare import compare
from rnncourse.checking.explaining import ALL, PART, SOME, Bools, Explained, Places, explain
from rnncourse.checking.fingerprint import Fingerprint
from rnncourse.checking.likeness import as_pair, likeness
from rnncourse.checking.listing import listing
from rnncourse.checking.portions import Path, named, paths_of, portions, prints_of
from rnncourse.checking.properties import Property
from rnncourse.checking.slips import SlipTable

if TYPE_CHECKING:
    from rnncourse.checking.calling import Answer
    from rnncourse.checking.caseset import CaseSet

Name = tuple[str, str]

_CLEAR = 1e-3
"""What is further off than this share of the whole is wrong without a closer look."""


def places_of(cases: CaseSet, answers: Sequence[Answer]) -> tuple[Places, list[Fingerprint]]:
    """Return the places of all answers, and the fingerprint of the answer in each."""
    numbers, outputs = list[int](), list[Hashable]()
    wrong, weight, prints = list[bool](), list[int](), list[Fingerprint]()
    for number, (case, answer) in enumerate(zip(cases.cases, answers, strict=True)):
        tolerance = cases.tolerance_of(case, answer.value)
        paths, parts = paths_of(case.expected), portions(answer, case.expected)
        found = prints_of(answer, case.expected, cases.tolerance.dtype is not None)
        for path, portion, given, wanted in zip(paths, parts, found, cases.right[number], strict=True):
            off = not portion.answered or (
                not given.matches(wanted, _CLEAR)
                or compare(_at(case.expected, path), portion.value, tolerance) is not None
            )
            numbers.append(number)
            outputs.append(path)
            wrong.append(off)
            weight.append(_weight(given) if off else 0)
            prints.append(given)
    return Places(numbers, outputs, np.array(wrong), np.array(weight)), prints


def _at(expected: Any, path: Path) -> Any:
    for key in path:
        expected = expected[key]
    return expected


def _weight(given: Fingerprint) -> int:
    """Return how much it proves that something else has this fingerprint, too."""
    if not given.sums or "!" in given.structure:
        return 0
    return 1 if float(given.scale).is_integer() else 2


def tell(
    cases: CaseSet,
    answers: Sequence[Answer],
    known: Sequence[Name],
    places: Places,
    same: Bools,
    right: Bools,
) -> Name | None:
    """Return id and hint of what explains the answers, of the known things or of likenesses beside them."""
    found = explain(places, same, right)
    if found:
        return _told(found, known, cases, places)
    return None


def tell_likeness(
    cases: CaseSet,
    answers: Sequence[Answer],
    known: Sequence[Name],
    places: Places,
    same: Bools,
    right: Bools,
) -> Name | None:
    """Return id and hint of what explains the answers where likenesses to what is right are known things, too."""
    explained = same | (right & ~places.wrong)
    found = dict[Name, list[Hashable]]()
    for output in dict.fromkeys(places.outputs):
        here = places.of_output(output)
        if not (here & places.wrong).any():
            continue
        name = _likeness_of(cases, answers, places, output, here)
        if name:
            found.setdefault(name, []).append(output)
        elif not explained[:, here].all(axis=1).any():
            return None  # nothing explains this one
    if not found:
        return None
    rows = np.stack([_places_of_all(places, outputs) & places.wrong for outputs in found.values()])
    names = [*known, *((id, _sentence(outputs, words, cases)) for (id, words), outputs in found.items())]
    best = explain(places, np.concatenate([same, rows]), np.concatenate([right, ~rows]))
    return _told(best, names, cases, places) if best else None


def _places_of_all(places: Places, outputs: Sequence[Hashable]) -> Bools:
    return np.asarray(np.any([places.of_output(output) for output in outputs], axis=0))


def _likeness_of(
    cases: CaseSet, answers: Sequence[Answer], places: Places, output: Hashable, here: Bools
) -> Name | None:
    """Return id and words for what an output has to do with the right one, in all cases or in all that are wrong."""
    at = [place for place in np.flatnonzero(here).tolist() if not _is_open(cases, places.cases[place])]
    pairs = [_pair(cases, answers, places.cases[place], output) for place in at]
    wrong = [pair for pair, place in zip(pairs, at, strict=True) if places.wrong[place] and pair]
    name = _alike(pairs)
    if name or len(wrong) == len(pairs):
        return name
    found = _alike(wrong)
    where = "it gives an answer that is wrong" if any(pair is None for pair in pairs) else "it is wrong"
    return (found[0], f"{found[1]}, wherever {where}") if found else None


def _is_open(cases: CaseSet, number: int) -> bool:
    """Return whether many answers to a case are right, so that none can be compared with the right one."""
    return isinstance(cases.cases[number].expected, Property)


def _sentence(outputs: Sequence[Hashable], words: str, cases: CaseSet) -> str:
    subject = _listed(outputs, cases)
    each = ", each of them," if " and " in subject else ""
    return f"{subject[0].upper()}{subject[1:]}{each} is {words}."


def _pair(cases: CaseSet, answers: Sequence[Answer], number: int, output: Any) -> tuple[Any, Any, Any] | None:
    """Return an output as expected and as given in a case, and the arguments; None where one of them is not there."""
    case, answer = cases.cases[number], answers[number]
    if not answer.answered:
        return None
    paths = paths_of(case.expected)
    if output not in paths:
        return None
    portion = portions(answer, case.expected)[paths.index(output)]
    return _at(case.expected, output), portion.value, case.inputs


def _alike(trios: Sequence[tuple[Any, Any, Any] | None]) -> Name | None:
    if any(trio is None for trio in trios):
        return None
    known = [trio for trio in trios if trio is not None and not _is_empty(*trio[:2])]
    if not known:
        return None
    pairs = [as_pair(*trio) for trio in known]
    arrays = [pair for pair in pairs if pair is not None]
    if len(arrays) == len(pairs):
        return likeness(arrays)
    return listing([(_plain(expected), _plain(got)) for expected, got, _ in known])


def _is_empty(expected: Any, got: Any) -> bool:
    """Return whether two arrays have no entries, and the same shape: they tell nothing."""
    both = isinstance(expected, np.ndarray) and isinstance(got, np.ndarray)
    return both and expected.size == 0 and expected.shape == got.shape


def _plain(value: Any) -> Any:
    """Return a value with arrays and tuples as lists, and NumPy's numbers as Python's."""
    if isinstance(value, np.ndarray | np.generic):
        return value.tolist()
    if isinstance(value, dict):
        return {key: _plain(one) for key, one in value.items()}
    return [_plain(one) for one in value] if isinstance(value, list | tuple) else value


def _told(found: Explained, known: Sequence[Name], cases: CaseSet, places: Places) -> Name:
    """Return id and hint of what was found, in sentences."""
    names = [known[k] for k in found.by]
    if found.how == ALL:
        return names[0]
    if found.how == SOME:
        id, hint = names[0]
        return (
            f"{id}_in_some_tests",
            f"Not always, but in all tests that are wrong ({_which(cases, places)}): {hint}",
        )
    if found.how == PART:
        names = [
            (
                f"{id}_for_{_last(outputs[0], cases)}",
                f"Looking at {_listed(outputs, cases)} alone, this gives the same: {hint}",
            )
            for (id, hint), outputs in zip(names, found.outputs, strict=True)
        ]
    return together(names)


def together(names: Sequence[Name]) -> Name:
    """Return id and hint of one, two or three things that went wrong at once."""
    if len(names) == 1:
        return names[0]
    id = " and ".join(id for id, _ in names)
    if len(names) == 2:
        return id, f"Two things. One: {names[0][1]} The other: {names[1][1]}"
    return id, "Three things. " + " ".join(
        f"{which}: {hint}" for which, (_, hint) in zip(("First", "Second", "Third"), names, strict=True)
    )


def _last(output: Any, cases: CaseSet) -> str:
    """Return the plain name of an output, for an id."""
    key = output[0] if output else "answer"
    return str(cases.parts[key]) if isinstance(key, int) and key < len(cases.parts) else str(key)


def _listed(outputs: Sequence[Any], cases: CaseSet) -> str:
    """Return outputs in words; where there are many, what they are parts of."""
    if len(outputs) > 3:
        outputs = list(dict.fromkeys(output[:1] for output in outputs))
    return " and ".join(named(output, cases.parts) for output in outputs)


def _which(cases: CaseSet, places: Places) -> str:
    """Return in words what the tests that are wrong probe."""
    wrong = np.unique(np.array(places.cases)[places.wrong]).tolist()
    groups = dict.fromkeys(cases.cases[number].group for number in wrong)
    says = [group.says for group in cases.groups if group.id in groups]
    return "; ".join(says[:2]) + ("; ..." if len(says) > 2 else "")


def from_table(table: SlipTable, cases: CaseSet, answers: Sequence[Answer]) -> Name | None:
    """Return id and hint of what explains the answers to public cases: in the table, or a likeness."""
    places, prints = places_of(cases, answers)
    known, same, right = list[Name](), np.zeros((0, len(prints)), bool), np.zeros((0, len(prints)), bool)
    if table.digests.shape[1] == len(prints) and table.named:
        hints = {mistake.id: mistake.hint for mistake in cases.known()}
        known = [(id, hint) if hint else _written(id, hints) for id, hint in table.named]
        expected = [one for case in cases.right for one in case]
        same, right = table.agree(prints), table.agree(expected)
    found = tell(cases, answers, known, places, same, right) if known else None
    return found or tell_likeness(cases, answers, known, places, same, right)


def _written(id: str, hints: Mapping[str, str]) -> Name:
    """Return id and hint of a mistake that a person wrote, or of two."""
    return together([(one, hints.get(one, "")) for one in id.split(" and ")])
