"""What a machine-readable zone says against what was typed beside it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from services.registration.domain.mrz import Mrz
from services.registration.domain.mrz_names import names_agree
from services.registration.domain.person import Person
from services.registration.domain.travel_document import fits_zone, is_same_issuer


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


def doubts(zone: Mrz, person: Person) -> Iterator[str]:
    """The codes of what is to be looked at: it may be right, as a passport of one State for a national of another."""
    if person.nationality and zone.nationality and not is_same_issuer(zone.nationality, person.nationality):
        yield "roster.mrz_nationality_differs"
    if person.document_issuer and zone.issuer and not is_same_issuer(zone.issuer, person.document_issuer):
        yield "roster.mrz_issuer_differs"
    if person.document_type and not fits_zone(person.document_type, zone.document_type):
        yield "roster.mrz_type_differs"
    if not names_agree(zone, person.name_arabic, person.name_latin):
        yield "roster.mrz_name_differs"
