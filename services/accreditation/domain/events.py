"""What happened in accreditation, as its domain knows it. `adapters/kafka.py` tells the others in contracts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from services.accreditation.domain.access import AccessGrant
from services.accreditation.domain.checks import Check


class RevocationReason(StrEnum):
    WITHDRAWN = "withdrawn"
    LOST = "lost"
    REPLACED = "replaced"
    REJECTED = "rejected"


class CardOutcome(StrEnum):
    PRINTED = "printed"
    CONFIRMED = "confirmed"
    SPOILED = "spoiled"


@dataclass(frozen=True)
class Subject:
    """Whom an event is about."""

    conference_id: str
    participant_id: str
    delegation: str


@dataclass(frozen=True)
class DossierChecked:
    subject: Subject
    category: str
    revision: int
    checks: tuple[Check, ...]


@dataclass(frozen=True)
class SecondOfficerRequired:
    subject: Subject
    category: str


@dataclass(frozen=True)
class ParticipantApproved:
    subject: Subject
    category: str
    automatic: bool


@dataclass(frozen=True)
class ParticipantRejected:
    subject: Subject
    category: str
    releasable_code: str


@dataclass(frozen=True)
class ParticipantReturned:
    subject: Subject
    category: str
    fields: tuple[str, ...]
    text_id: str | None = None
    remarks: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class DossierStageEntered:
    """`due` is the stage's time limit."""

    subject: Subject
    category: str
    stage: str
    due: datetime


@dataclass(frozen=True)
class StageDueSoon:
    subject: Subject
    category: str
    stage: str
    due: datetime


@dataclass(frozen=True)
class StageOverdue:
    subject: Subject
    category: str
    stage: str
    due: datetime


@dataclass(frozen=True)
class BreakGlassUsed:
    subject: Subject
    category: str


@dataclass(frozen=True)
class BreakGlassReviewed:
    subject: Subject
    category: str
    upheld: bool


@dataclass(frozen=True)
class WatchlistChanged:
    """`action` is watchlist.loaded or watchlist.removed; a fact for the audit log, nothing about a participant."""

    action: str
    code: str
    version: int
    entries: int
    account_id: str
    person_id: str


@dataclass(frozen=True)
class BadgesPrinted:
    """Pages of badges were taken to be printed, of a print job or of one badge; a fact for the audit log."""

    what: str
    badges: int
    account_id: str
    person_id: str


@dataclass(frozen=True)
class LayoutChanged:
    """`action` is layout.loaded or layout.removed; a fact for the audit log, nothing about a participant."""

    action: str
    code: str
    version: int
    account_id: str
    person_id: str


@dataclass(frozen=True)
class BadgePrepared:
    subject: Subject
    badge_id: str
    serial: int
    number: str
    key_id: str
    category: str
    access: tuple[AccessGrant, ...]
    profile_version: int
    valid_from: datetime
    valid_until: datetime
    replaces: str | None


@dataclass(frozen=True)
class BadgeActivated:
    subject: Subject
    badge_id: str
    serial: int


@dataclass(frozen=True)
class BadgeIssued:
    """Handed to a delegation against a signed receipt; its first presentation at a gate asks for a face check."""

    subject: Subject
    badge_id: str
    serial: int
    receipt_id: str


@dataclass(frozen=True)
class BadgeAccessChanged:
    """The badge opens `access` from now on, whatever its credential says: that has a lower profile version."""

    subject: Subject
    badge_id: str
    serial: int
    access: tuple[AccessGrant, ...]
    profile_version: int


@dataclass(frozen=True)
class BadgeSuspended:
    subject: Subject
    badge_id: str
    serial: int


@dataclass(frozen=True)
class BadgeResumed:
    subject: Subject
    badge_id: str
    serial: int


@dataclass(frozen=True)
class CardRecorded:
    """A numbered card of the stock came out of the printer for this badge. `prints` counts the badge's cards."""

    subject: Subject
    badge_id: str
    card: str
    outcome: CardOutcome
    prints: int


@dataclass(frozen=True)
class BadgeRevoked:
    subject: Subject
    badge_id: str
    serial: int
    reason: RevocationReason


@dataclass(frozen=True)
class TokenIssued:
    """A token beside the badge. What it is marked with, a plate or serial, is not told."""

    conference_id: str
    delegation: str
    token_id: str
    kind: str
    number: int
    holder: str | None
    manifest: tuple[str, ...]


@dataclass(frozen=True)
class TokenEnded:
    conference_id: str
    delegation: str
    token_id: str
    state: str


@dataclass(frozen=True)
class TokenCustodyChanged:
    conference_id: str
    delegation: str
    token_id: str
    custody: str


@dataclass(frozen=True)
class TokenManifestChanged:
    conference_id: str
    delegation: str
    token_id: str
    manifest: tuple[str, ...]


@dataclass(frozen=True)
class PermitGranted:
    """What the delegation asked for has a permit: the token with this number."""

    subject: Subject
    request_id: str
    token_id: str
    kind: str
    number: int


@dataclass(frozen=True)
class PermitRefused:
    subject: Subject
    request_id: str
    kind: str
    releasable_code: str


@dataclass(frozen=True)
class SigningKeyPublished:
    """`public_key` is 32 bytes in hex."""

    conference_id: str
    conference_number: int
    key_id: str
    public_key: str


@dataclass(frozen=True)
class SigningKeyRevoked:
    conference_id: str
    conference_number: int
    key_id: str


@dataclass(frozen=True)
class StatusListPublished:
    """`version` tells of a change of some badge; the list itself is fetched."""

    conference_id: str
    version: int
    size_bytes: int
    issued_at: datetime


DossierEvent = (
    DossierChecked
    | DossierStageEntered
    | StageDueSoon
    | StageOverdue
    | SecondOfficerRequired
    | BreakGlassUsed
    | BreakGlassReviewed
    | ParticipantApproved
    | ParticipantRejected
    | ParticipantReturned
)
BadgeEvent = (
    BadgePrepared
    | BadgeIssued
    | BadgeActivated
    | BadgeAccessChanged
    | BadgeSuspended
    | BadgeResumed
    | BadgeRevoked
    | CardRecorded
)
PermitEvent = PermitGranted | PermitRefused
TokenEvent = TokenIssued | TokenEnded | TokenCustodyChanged | TokenManifestChanged
DomainEvent = (
    TokenEvent
    | PermitEvent
    | DossierEvent
    | BadgeEvent
    | WatchlistChanged
    | LayoutChanged
    | SigningKeyPublished
    | SigningKeyRevoked
    | StatusListPublished
)
