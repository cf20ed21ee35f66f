"""Kinds of documents, and what a zone's own codes say of kind and issuer."""

from __future__ import annotations

from enum import StrEnum
from typing import Final


class DocumentType(StrEnum):
    PASSPORT = "passport"
    DIPLOMATIC_PASSPORT = "diplomatic_passport"
    SERVICE_PASSPORT = "service_passport"
    LAISSEZ_PASSER = "laissez_passer"
    TRAVEL_DOCUMENT = "travel_document"
    NATIONAL_ID = "national_id"
    MILITARY_ID = "military_id"


_CARDS: Final = frozenset({DocumentType.NATIONAL_ID, DocumentType.MILITARY_ID})


def is_same_issuer(one: str, other: str) -> bool:
    """Whether two codes are one: Germany's is D in zones, and DEU where people write it."""
    first, second = ("D" if code.strip().upper() == "DEU" else code.strip().upper() for code in (one, other))
    return first == second


def fits_zone(kind: str, zone_type: str) -> bool:
    """Whether a document of this kind has such a code in its zone: books begin with P, cards with A, C or I.

    Source: ICAO Doc 9303 parts 4 (section 4.2.2), 5 and 6. True for a kind that is not known.
    """
    if kind not in set(DocumentType) or not zone_type:
        return True
    return zone_type[0] in ("ACI" if kind in _CARDS else "P")
