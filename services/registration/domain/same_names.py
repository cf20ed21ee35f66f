"""Whom of a list a row speaks of when its document is not known there: who has the same names and birth date."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from typing import Final

from services.registration.domain.participant import Participant
from services.registration.domain.registration_form import NAMES
from services.registration.domain.roster_row import RosterRow

BORN: Final = "birth_date"


def names_said(row: RosterRow) -> Mapping[str, str]:
    """The birth date and each name that a row speaks of, as written, an empty one too; nothing without one of both."""
    person = row.person
    if person is None or person.birth_date is None or not (person.name_arabic or person.name_latin):
        return {}
    said: dict[str, str] = {name: getattr(person, name) or "" for name in NAMES if name in row.spoken}
    return {BORN: person.birth_date.isoformat(), **said}


def same_names(rows: Mapping[int, Mapping[str, str]], people: Iterable[Participant]) -> dict[int, Participant]:
    """`rows` are fingerprints of what `names_said`, by the row's number; an empty name has the empty one.

    Only who alone answers to a row, and to no other row, is meant: of two nobody can tell which.
    """
    by_name: dict[tuple[str | None, str, str], list[Participant]] = defaultdict(list)
    for each in people:
        for name in NAMES:
            if name in each.fingerprints:
                by_name[each.fingerprints.get(BORN), name, each.fingerprints[name]].append(each)
    found = {number: _answering(said, by_name) for number, said in rows.items()}
    times = Counter(each.participant_id for some in found.values() for each in some)
    return {number: some[0] for number, some in found.items() if len(some) == 1 and times[some[0].participant_id] == 1}


def _answering(
    said: Mapping[str, str], by_name: Mapping[tuple[str | None, str, str], list[Participant]]
) -> list[Participant]:
    given = next((name for name in NAMES if said.get(name)), None)
    if given is None:
        return []
    alike = by_name.get((said[BORN], given, said[given]), [])
    return [each for each in alike if all(each.fingerprints.get(name, "") == said[name] for name in said)]
