"""What a person's machine-readable zone raises against what was typed beside it, for those who save or see them."""

from __future__ import annotations

from datetime import date

from services.registration.domain import mrz
from services.registration.domain.mrz_agreement import doubts
from services.registration.domain.person import Person
from services.registration.domain.roster_row import Fault, Severity


def zone_doubts(person: Person, today: date) -> tuple[Fault, ...]:
    """Warnings at the field `mrz`, which stop nothing. A zone that does not hold says nothing, and raises none."""
    try:
        zone = mrz.parse(person.mrz or "", today=today)
    except mrz.MrzError:
        return ()
    return tuple(Fault("mrz", code, Severity.WARNING) for code in doubts(zone, person))
