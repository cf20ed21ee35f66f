"""Which rows of an import sound like somebody on the list, or like another row: a warning, never a fault."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from shared.names import POSSIBLY_SAME, Circumstances, NameIndex

_HITS: Final = 20


@dataclass(frozen=True)
class Somebody:
    """Somebody on the list, by participant id."""

    participant_id: str
    names: tuple[str, ...]
    circumstances: Circumstances


@dataclass(frozen=True)
class NamedRow:
    """A row with what tells its person from others; `registered` is whom of the list it speaks of for certain."""

    number: int
    names: tuple[str, ...]
    circumstances: Circumstances
    identity: str
    registered: str | None = None


@dataclass(frozen=True)
class Alike:
    """Whom a row sounds like: somebody on the list, another row, or both."""

    participant_id: str | None
    row: int | None


def alike_rows(rows: Sequence[NamedRow], people: Sequence[Somebody]) -> dict[int, Alike]:
    """By row, the surest of the list and of the other rows. Whoever is the same for certain is not meant.

    Works in one thread for about a millisecond a row, so the caller runs it in a worker process.
    """
    index = NameIndex()
    for each in people:
        index.add(each.participant_id, each.names, each.circumstances)
    by_id = {_row_id(row.number): row for row in rows}
    for row_id, row in by_id.items():
        index.add(row_id, row.names, row.circumstances)
    found = {row.number: _alike(index, row_id, row, by_id) for row_id, row in by_id.items()}
    return {number: alike for number, alike in found.items() if alike.participant_id or alike.row}


def _alike(index: NameIndex, row_id: str, row: NamedRow, by_id: dict[str, NamedRow]) -> Alike:
    hits = index.search(row.names, row.circumstances, score_min=POSSIBLY_SAME, born_alike=True, limit=_HITS, but=row_id)
    ids = [hit.entry_id for hit in hits]
    person = next((each for each in ids if each not in by_id and each != row.registered), None)
    others = (by_id[each] for each in ids if each in by_id)
    other = next(
        (
            each.number
            for each in others
            if each.identity != row.identity and (each.registered is None or each.registered != person)
        ),
        None,
    )
    return Alike(person, other)


def _row_id(number: int) -> str:
    return f"row {number}"
