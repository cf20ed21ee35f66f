"""What a person's machine-readable zone raises against what was typed beside it, for those who save or see them."""

from __future__ import annotations

from datetime import date

from services.registration.domain.mrz_agreement import codes_of
from services.registration.domain.person import Person
from services.registration.domain.roster_row import Fault, Severity
from shared.travel_documents.doubts import doubts_of


def zone_doubts(person: Person, today: date) -> tuple[Fault, ...]:
    """Warnings at the field `mrz`, which stop nothing."""
    return tuple(Fault("mrz", code, Severity.WARNING) for code in codes_of(doubts_of(person, today)))
