"""A delegation's request for a weapon, a radio or a vehicle, as accreditation works on it.

open → approved, refused, withdrawn        approved → withdrawn
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from services.accreditation.domain.dossier_facts import Officer
from services.accreditation.domain.events import PermitGranted, PermitRefused, Subject
from services.accreditation.domain.token import Token, TokenFacts, TokenKind
from services.accreditation.domain.token_errors import PermitRequestDecidedError
from shared.token_numbers import token_number


class PermitRequestState(StrEnum):
    OPEN = "open"
    APPROVED = "approved"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


class PermitRefusal(StrEnum):
    """Why there is no permit, as the delegation is told it."""

    NOT_ALLOWED = "not_allowed"
    TOO_MANY = "too_many"
    DATA_UNCLEAR = "data_unclear"
    BEARER_NOT_ACCREDITED = "bearer_not_accredited"


@dataclass(frozen=True)
class PermitRequest:
    """`subject` is who bears or drives it; `mark_text_id` the sealed serial or plate.

    `token_id` is what an approval issued, `number` what stands on it.
    """

    request_id: str
    subject: Subject
    kind: TokenKind
    mark_text_id: str
    manifest: tuple[str, ...]
    state: PermitRequestState
    asked_at: datetime
    since: datetime
    decided_by: Officer | None = None
    refusal: PermitRefusal | None = None
    token_id: str | None = None
    number: int | None = None
    version: int = 0

    @property
    def printed(self) -> str | None:
        """What stands on the permit, once there is one."""
        return token_number(self.kind.value, self.number) if self.number is not None else None

    def facts(self, mark: str) -> TokenFacts:
        """What a permit for it would say."""
        holder = None if self.kind is TokenKind.VEHICLE_PERMIT else self.subject.participant_id
        return TokenFacts(self.kind, self.subject.delegation, holder, mark, self.manifest)

    def require_open(self) -> None:
        """Raises PermitRequestDecidedError."""
        if self.state is not PermitRequestState.OPEN:
            raise PermitRequestDecidedError(self.state.value, self.decided_by.person_id if self.decided_by else "")

    def granted(self, token: Token, officer: Officer, at: datetime) -> tuple[PermitRequest, PermitGranted]:
        """Raises PermitRequestDecidedError."""
        self.require_open()
        after = replace(
            self,
            state=PermitRequestState.APPROVED,
            since=at,
            decided_by=officer,
            token_id=token.token_id,
            number=token.number,
        )
        return after, PermitGranted(self.subject, self.request_id, token.token_id, self.kind.value, token.number)

    def refused(self, why: PermitRefusal, officer: Officer, at: datetime) -> tuple[PermitRequest, PermitRefused]:
        """Raises PermitRequestDecidedError."""
        self.require_open()
        after = replace(self, state=PermitRequestState.REFUSED, since=at, decided_by=officer, refusal=why)
        return after, PermitRefused(self.subject, self.request_id, self.kind.value, why.value)

    def withdrawn(self, at: datetime) -> PermitRequest:
        """Taken back, also after the decision."""
        return replace(self, state=PermitRequestState.WITHDRAWN, since=at)
