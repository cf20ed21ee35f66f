"""Screen a person against the watchlists: who on them might be the same, and why.

The names' score and its reasons are `shared.names`; a document's number that is equal is enough by itself.
"""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from services.accreditation.domain.person import Person
from services.accreditation.domain.watchlist import Entry, plain_number
from shared.names import POSSIBLY_SAME, Circumstances, NameIndex, NameMatch, compare_names, read_name

SCORE_MIN: Final = POSSIBLY_SAME
MATCHES_MAX: Final = 20
_VARIANTS_MAX: Final = 12
_NO_MATCH: Final = NameMatch(0.0, (), (), ())
DOCUMENT_EQUAL: Final = "document_equal"


@dataclass(frozen=True)
class Match:
    """An entry that might be the person: `names` says which words met by which rule, `evidence` what else was seen."""

    entry: Entry
    score: float
    names: NameMatch
    evidence: tuple[str, ...]


class ListIndex:
    """One version of one list, ready to be screened against: in memory alone, never changed once it is built."""

    def __init__(self, entries: Sequence[Entry]) -> None:
        """Takes seconds for 100,000 entries: not to be called on the event loop."""
        self._index = NameIndex()
        self._entries: dict[str, Entry] = {entry.reference: entry for entry in entries}
        self._by_document: dict[str, list[str]] = defaultdict(list)
        for entry in entries:
            for number, circumstances in enumerate(_variants(entry)):
                self._index.add(f"{number:02}{entry.reference}", entry.names, circumstances)
            for document in entry.documents:
                self._by_document[document].append(entry.reference)

    def __len__(self) -> int:
        return len(self._entries)

    def take_apart(self) -> None:
        """Give the memory back little by little, off the event loop; nothing is found in it afterwards."""
        self._index.take_apart()
        while self._entries:
            self._entries.popitem()
        self._by_document.clear()

    def entry(self, reference: str) -> Entry | None:
        return self._entries.get(reference)

    def screen(self, person: Person) -> list[Match]:
        """Whom the list might mean by this person, the likeliest first, 20 at most."""
        best: dict[str, Match] = {}
        names, circumstances = names_of(person), _circumstances(person)
        for hit in self._index.search(names, circumstances, score_min=SCORE_MIN, limit=MATCHES_MAX * 2):
            reference = hit.entry_id[2:]
            if reference not in best:
                evidence = tuple(each.value for each in hit.evidence)
                best[reference] = Match(self._entries[reference], hit.score, hit.match, evidence)
        number = plain_number(person.document_number or "")
        for reference in self._by_document.get(number, ()) if number else ():
            entry = self._entries[reference]
            met = best[reference].names if reference in best else _compared(names, entry)
            best[reference] = Match(entry, 1.0, met, (DOCUMENT_EQUAL,))
        return sorted(best.values(), key=lambda match: (-match.score, match.entry.reference))[:MATCHES_MAX]


def names_of(person: Person) -> list[str]:
    return [name for name in (person.name_arabic, person.name_latin) if name]


def person_mark(person: Person, keyed: Callable[[str], str]) -> str:
    """A keyed fingerprint of all that is screened of a person: a disposition holds while it stays the same."""
    born = person.birth_date.isoformat() if person.birth_date else ""
    return keyed(
        "\0".join([*names_of(person), born, person.nationality or "", plain_number(person.document_number or "")])
    )


def entry_mark(entry: Entry, keyed: Callable[[str], str]) -> str:
    """The same of a list's entry, whatever the order in which the list writes it."""
    parts: Iterable[str] = itertools.chain(
        sorted(entry.names),
        sorted(day.isoformat() for day in entry.birth_dates),
        sorted(entry.nationalities),
        sorted(entry.documents),
    )
    return keyed("\0".join(parts))


def _variants(entry: Entry) -> list[Circumstances]:
    """A list may give several birth dates and nationalities; each pair is a possibility."""
    births: Sequence[date | None] = entry.birth_dates or (None,)
    nationalities: Sequence[str | None] = entry.nationalities or (None,)
    pairs = itertools.islice(itertools.product(births, nationalities), _VARIANTS_MAX)
    return [Circumstances(born, nationality) for born, nationality in pairs]


def _circumstances(person: Person) -> Circumstances:
    return Circumstances(person.birth_date, person.nationality)


def _compared(names: Sequence[str], entry: Entry) -> NameMatch:
    matches = (compare_names(read_name(name), read_name(known)) for name in names for known in entry.names)
    return max(matches, key=lambda match: match.score, default=_NO_MATCH)
