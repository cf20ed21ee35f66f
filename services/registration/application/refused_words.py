"""Words of a list that are no category, code, kind of document or address, to be said again beside their faults.

People wrote them, maybe a name in the wrong column: they are kept in a sealed file of the import and nowhere else.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Final

from services.registration.domain.roster_row import Fault, RosterRow

_CATEGORY: Final = "roster.category_unknown"
_REFUSED: Final = frozenset(
    {
        "roster.code_unknown",
        "roster.code_unknown_nearest",
        "roster.document_type_unknown",
        "roster.email_unreadable",
    }
)


def refused_words(rows: Iterable[RosterRow], *, limit: int) -> bytes:
    """For a sealed file: the word of each such fault, by its place, the first ones of the sheet."""
    words = {
        place_of(row.number, fault.column): word
        for row in rows
        for fault in row.faults
        if fault.column is not None and (word := _word(row, fault))
    }
    return json.dumps(dict(list(words.items())[:limit]), ensure_ascii=False).encode()


def _word(row: RosterRow, fault: Fault) -> str | None:
    if row.person is None:
        return row.unknown_category if fault.code == _CATEGORY else None
    return getattr(row.person, fault.column or "") if fault.code in _REFUSED else None


def read_words(content: bytes) -> Mapping[str, str]:
    words: dict[str, str] = json.loads(content)
    return words


def place_of(row: int, column: str | None) -> str:
    return f"{row}/{column}"
