"""What a zone says otherwise than what was typed beside it: it may be right, and somebody is to look at it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from enum import StrEnum
from typing import Protocol

from shared.travel_documents.kinds import fits_zone, is_same_issuer
from shared.travel_documents.mrz import Mrz, MrzError, parse
from shared.travel_documents.mrz_names import names_agree


class Doubt(StrEnum):
    """What differs."""

    NATIONALITY = "nationality"
    ISSUER = "issuer"
    TYPE = "type"
    NAME = "name"


class Typed(Protocol):
    """What was typed of somebody."""

    @property
    def name_arabic(self) -> str | None: ...
    @property
    def name_latin(self) -> str | None: ...
    @property
    def nationality(self) -> str | None: ...
    @property
    def document_type(self) -> str | None: ...
    @property
    def document_issuer(self) -> str | None: ...
    @property
    def mrz(self) -> str | None: ...


def doubts_of(person: Typed, today: date) -> tuple[Doubt, ...]:
    """Those that the person's own zone raises. One that does not hold says nothing, and raises none."""
    try:
        return tuple(doubts(parse(person.mrz or "", today=today), person))
    except MrzError:
        return ()


def doubts(zone: Mrz, person: Typed) -> Iterator[Doubt]:
    """A passport of one State for a national of another raises one, and so does another spelling beyond all rules."""
    if person.nationality and zone.nationality and not is_same_issuer(zone.nationality, person.nationality):
        yield Doubt.NATIONALITY
    if person.document_issuer and zone.issuer and not is_same_issuer(zone.issuer, person.document_issuer):
        yield Doubt.ISSUER
    if person.document_type and not fits_zone(person.document_type, zone.document_type):
        yield Doubt.TYPE
    if not names_agree(zone, person.name_arabic, person.name_latin):
        yield Doubt.NAME
