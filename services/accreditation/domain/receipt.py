"""A receipt: the badges that a delegation takes over for its people, listed, and signed for.

    awaiting_signature → signed, cancelled

What was signed can be shown: `digest` is over the delegation and the numbers listed, and the signature names it.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Final

from services.accreditation.domain.desk_errors import ReceiptStateError

BADGES_MAX: Final = 500


class ReceiptState(StrEnum):
    AWAITING_SIGNATURE = "awaiting_signature"
    SIGNED = "signed"
    CANCELLED = "cancelled"


@dataclass(frozen=True)
class ReceiptLine:
    participant_id: str
    badge_id: str
    number: str


@dataclass(frozen=True)
class Receipt:
    """`signed_by` is the account that signed; `paper` the number of the paper where it was signed by hand."""

    receipt_id: str
    delegation: str
    lines: tuple[ReceiptLine, ...]
    made_by: str
    made_at: datetime
    state: ReceiptState = ReceiptState.AWAITING_SIGNATURE
    signed_by: str | None = None
    signed_at: datetime | None = None
    paper: str | None = None
    version: int = 0

    @property
    def digest(self) -> str:
        listed = "\n".join([self.receipt_id, self.delegation, *sorted(line.number for line in self.lines)])
        return hashlib.sha256(listed.encode()).hexdigest()

    def sign(self, account_id: str, at: datetime, *, paper: str | None) -> Receipt:
        """Raises ReceiptStateError unless it waits for its signature."""
        self._require_open()
        return replace(self, state=ReceiptState.SIGNED, signed_by=account_id, signed_at=at, paper=paper)

    def cancel(self) -> Receipt:
        """Raises ReceiptStateError unless it waits for its signature."""
        self._require_open()
        return replace(self, state=ReceiptState.CANCELLED)

    def _require_open(self) -> None:
        if self.state is not ReceiptState.AWAITING_SIGNATURE:
            raise ReceiptStateError(self.state.value)
