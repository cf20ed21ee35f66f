"""A step: who did what to a dossier, and why as far as only accreditation may know."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from services.accreditation.domain.dossier_facts import Officer


class InternalCode(StrEnum):
    """Why, among officers; it never leaves accreditation."""

    WATCHLIST = "watchlist"
    AUTHORITY = "authority"
    DOCUMENT = "document"
    DUPLICATE = "duplicate"
    CONDUCT = "conduct"
    ENTITLEMENT = "entitlement"
    EMERGENCY = "emergency"
    OTHER = "other"


@dataclass(frozen=True)
class Step:
    """`number` is the dossier's version that the step led to; `text_id` is a sealed text in the vault.

    `code` says more of the action: an internal code, a list's, or `clear` and `not_clear` of the outside authority.
    """

    participant_id: str
    number: int
    officer: Officer
    at: datetime
    action: str
    code: str | None = None
    text_id: str | None = None
