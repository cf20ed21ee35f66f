"""What accreditation refuses."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from shared.errors import ConflictError, NotFoundError


@dataclass(eq=False)
class UnknownDossierError(NotFoundError):
    code: ClassVar[str] = "accreditation.unknown_dossier"


@dataclass(eq=False)
class UnknownBadgeError(NotFoundError):
    code: ClassVar[str] = "accreditation.unknown_badge"


@dataclass(eq=False)
class NoBadgeError(NotFoundError):
    """The participant has no badge that could be handed out."""

    code: ClassVar[str] = "accreditation.no_badge"


@dataclass(eq=False)
class NotInReviewError(ConflictError):
    """The dossier is decided, or not yet checked; `state` is which."""

    code: ClassVar[str] = "accreditation.not_in_review"

    state: str = ""


@dataclass(eq=False)
class SamePersonError(ConflictError):
    """The second officer must be another person than the first, whatever the account."""

    code: ClassVar[str] = "accreditation.same_person"


@dataclass(eq=False)
class BadgeEndedError(ConflictError):
    """The badge was revoked, lost or replaced; it never opens anything again."""

    code: ClassVar[str] = "accreditation.badge_ended"

    state: str = ""


@dataclass(eq=False)
class OtherBadgeActiveError(ConflictError):
    """The participant has another active badge: one at most."""

    code: ClassVar[str] = "accreditation.other_badge_active"


@dataclass(eq=False)
class PersonErasedError(ConflictError):
    """There is no personal data any more to print."""

    code: ClassVar[str] = "accreditation.person_erased"
