"""What is refused about badges: their life, the keys that sign them, and what they open."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from shared.errors import ConflictError, InvalidError, NotFoundError


@dataclass(eq=False)
class BadgeNotFoundError(NotFoundError):
    code: ClassVar[str] = "accreditation.badge_not_found"


@dataclass(eq=False)
class WalletCertificateExpiredError(ConflictError):
    """The certificate that signs passes is not valid today; `until` is its last day."""

    code: ClassVar[str] = "accreditation.wallet_certificate_expired"

    until: str = ""


@dataclass(eq=False)
class BadgeStateError(ConflictError):
    """The badge is in a state in which this cannot be done to it."""

    code: ClassVar[str] = "accreditation.badge_state"

    state: str = ""


@dataclass(eq=False)
class CredentialRefusedError(InvalidError):
    """What was scanned is no credential of this conference that holds; `reason` says why."""

    code: ClassVar[str] = "accreditation.credential_refused"

    reason: str = ""


@dataclass(eq=False)
class BadgeExpiredError(ConflictError):
    """The badge's validity is over; prepare another."""

    code: ClassVar[str] = "accreditation.badge_expired"


@dataclass(eq=False)
class AccessNotInConferenceError(InvalidError):
    """The conference has no such zone, day or category; `kind` says which it is."""

    code: ClassVar[str] = "accreditation.access_not_in_conference"

    kind: str = ""
    named: str = ""


@dataclass(eq=False)
class SigningKeyNotFoundError(NotFoundError):
    code: ClassVar[str] = "accreditation.signing_key_not_found"


@dataclass(eq=False)
class SigningKeyStateError(ConflictError):
    """The key is revoked already."""

    code: ClassVar[str] = "accreditation.signing_key_state"

    state: str = ""


@dataclass(eq=False)
class NoOtherKeyError(ConflictError):
    """Nothing could sign in its place; make a key first."""

    code: ClassVar[str] = "accreditation.no_other_key"


@dataclass(eq=False)
class StatusListNotReadyError(NotFoundError):
    """No version of the status list is published yet."""

    code: ClassVar[str] = "accreditation.status_list_not_ready"


@dataclass(eq=False)
class SerialsExhaustedError(ConflictError):
    """Every serial that this installation can give is given."""

    code: ClassVar[str] = "accreditation.serials_exhausted"


@dataclass(eq=False)
class AccessChangedError(ConflictError):
    """What is personal is another than the officer saw: `by`, a person, changed it then (UTC, to the minute)."""

    code: ClassVar[str] = "accreditation.access_changed"

    by: str = ""
    at: str = ""
