"""A claim: one officer works on a dossier, for a while, and the others can see it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from services.accreditation.domain.dossier_errors import ClaimedError
from services.accreditation.domain.dossier_facts import Officer

CLAIM_LASTS: Final = timedelta(minutes=5)


@dataclass(frozen=True)
class Claim:
    """`until` is aware UTC; the page renews it while the dossier is open before the officer."""

    participant_id: str
    officer: Officer
    until: datetime

    @classmethod
    def made(cls, participant_id: str, officer: Officer, at: datetime) -> Claim:
        return cls(participant_id, officer, at + CLAIM_LASTS)

    def is_anothers(self, officer: Officer, at: datetime) -> bool:
        """Whether somebody else holds it now; one person's two accounts are one officer."""
        return self.until > at and self.officer.person_id != officer.person_id


def require_free(claim: Claim | None, officer: Officer, at: datetime) -> None:
    """Raises ClaimedError while another officer holds the dossier."""
    if claim is not None and claim.is_anothers(officer, at):
        raise ClaimedError(claim.officer.person_id, f"{claim.until:%H:%M}")
