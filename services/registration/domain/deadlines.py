"""Until when a delegation's list takes new people, and until when one person may take another's place."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from shared.errors import ConflictError


@dataclass(eq=False)
class RegistrationClosedError(ConflictError):
    """Nobody new is registered after the deadline; corrections and withdrawals still are. Dates are ISO 8601."""

    code: ClassVar[str] = "registration.closed"

    closed: str


@dataclass(eq=False)
class SubstitutionClosedError(ConflictError):
    code: ClassVar[str] = "registration.substitution_closed"

    closed: str


@dataclass(frozen=True)
class Deadlines:
    """`today` is the date at the conference's place; a deadline's own day still counts."""

    today: date
    registration: date
    substitution: date | None

    @property
    def is_registration_open(self) -> bool:
        return self.today <= self.registration

    @property
    def last_substitution(self) -> date:
        return max(self.registration, self.substitution or self.registration)

    @property
    def is_substitution_open(self) -> bool:
        return self.today <= self.last_substitution

    def require_registration(self) -> None:
        """Raises RegistrationClosedError."""
        if not self.is_registration_open:
            raise RegistrationClosedError(self.registration.isoformat())

    def require_substitution(self) -> None:
        """Raises SubstitutionClosedError."""
        if not self.is_substitution_open:
            raise SubstitutionClosedError(self.last_substitution.isoformat())
