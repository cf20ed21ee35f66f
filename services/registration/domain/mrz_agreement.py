"""What a machine-readable zone says against what was typed beside it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from services.registration.domain.person import Person
from shared.travel_documents.doubts import Doubt
from shared.travel_documents.mrz import Mrz


def contradictions(zone: Mrz, person: Person, last_day: date) -> Iterator[str]:
    """The codes of what cannot both be right. A field that was not typed contradicts nothing."""
    number = "".join((person.document_number or "").split()).upper()
    if number and zone.document_number != number:
        yield "roster.mrz_number_differs"
    if person.birth_date and zone.birth_date and zone.birth_date != person.birth_date:
        yield "roster.mrz_birth_differs"
    if person.document_expires is None:
        if zone.expires is not None and zone.expires < last_day:
            yield "roster.document_expired"
    elif zone.expires is not None and zone.expires != person.document_expires:
        yield "roster.mrz_expiry_differs"


def codes_of(found: Iterable[Doubt]) -> Iterator[str]:
    """The codes of the sentences that say what is to be looked at."""
    return (f"roster.mrz_{each.value}_differs" for each in found)
