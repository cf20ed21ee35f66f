"""What accreditation tells: checks, decisions, badges, and the public keys that verify credentials."""

from __future__ import annotations

from datetime import datetime, time
from enum import StrEnum
from typing import ClassVar

from pydantic import BaseModel, ConfigDict, Field

from shared.contracts.event import REGISTRY, FieldText, IntegrationEvent
from shared.contracts.topics import ACCREDITATION_KEYS, ACCREDITATION_PARTICIPANTS, ACCREDITATION_TOKENS


class _AboutParticipant(IntegrationEvent):
    TOPIC: ClassVar[str] = ACCREDITATION_PARTICIPANTS

    conference_id: str
    participant_id: str
    delegation: str

    def stream_key(self) -> str:
        return self.participant_id


class AccessGrant(BaseModel):
    """What a badge opens: a zone, on days counted from the first, within local time; `closes` 00:00 is midnight.

    `only_with` is the category of the escort without whom it opens nothing.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    zone: str
    days: tuple[int, ...]
    opens: time
    closes: time
    only_with: str | None = None


class CheckOutcome(StrEnum):
    PASSED = "passed"
    ATTENTION = "attention"


class Check(BaseModel):
    """One automatic check by its code; the evidence stays with accreditation."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    code: str
    outcome: CheckOutcome


@REGISTRY.event
class DossierChecked(_AboutParticipant):
    """The automatic checks ran; an officer decides next, unless the category is decided automatically."""

    TYPE: ClassVar[str] = "org.bawaba.accreditation.dossier-checked.v1"

    category: str
    revision: int
    checks: tuple[Check, ...]


@REGISTRY.event
class SecondOfficerRequired(_AboutParticipant):
    """One officer approved; a second, different person must."""

    TYPE: ClassVar[str] = "org.bawaba.accreditation.second-officer-required.v1"

    category: str


@REGISTRY.event
class ParticipantApproved(_AboutParticipant):
    TYPE: ClassVar[str] = "org.bawaba.accreditation.participant-approved.v1"

    category: str
    automatic: bool


@REGISTRY.event
class ParticipantRejected(_AboutParticipant):
    """`releasable_code` is what the delegation may know; the internal reason never leaves accreditation."""

    TYPE: ClassVar[str] = "org.bawaba.accreditation.participant-rejected.v1"

    category: str
    releasable_code: str


@REGISTRY.event
class ParticipantReturned(_AboutParticipant):
    """Back to the delegation for correction of the named fields.

    The remark on the whole and `remarks` on single fields are texts kept in the vault.
    """

    TYPE: ClassVar[str] = "org.bawaba.accreditation.participant-returned.v1"

    category: str
    fields: tuple[str, ...]
    text_id: str | None = None
    remarks: tuple[FieldText, ...] = ()


class _AboutStage(_AboutParticipant):
    """`stage` is one of the category's workflow in the conference file, `due` its time limit."""

    category: str
    stage: str
    due: datetime


@REGISTRY.event
class DossierStageEntered(_AboutStage):
    """The dossier goes on to its next stage."""

    TYPE: ClassVar[str] = "org.bawaba.accreditation.dossier-stage-entered.v1"


@REGISTRY.event
class StageDueSoon(_AboutStage):
    """A reminder: the stage's time limit comes near."""

    TYPE: ClassVar[str] = "org.bawaba.accreditation.stage-due-soon.v1"


@REGISTRY.event
class StageOverdue(_AboutStage):
    """The time limit has passed; the dossier is open to every officer."""

    TYPE: ClassVar[str] = "org.bawaba.accreditation.stage-overdue.v1"


@REGISTRY.event
class BreakGlassUsed(_AboutParticipant):
    """One officer approved past every stage; another must review it."""

    TYPE: ClassVar[str] = "org.bawaba.accreditation.break-glass-used.v1"

    category: str


@REGISTRY.event
class BreakGlassReviewed(_AboutParticipant):
    """Another officer reviewed a broken glass; what was not upheld is rejected."""

    TYPE: ClassVar[str] = "org.bawaba.accreditation.break-glass-reviewed.v1"

    category: str
    upheld: bool


@REGISTRY.event
class BadgePrepared(_AboutParticipant):
    """A badge is signed but opens nothing yet. `serial` is its index in the status list, `number` what is printed."""

    TYPE: ClassVar[str] = "org.bawaba.accreditation.badge-prepared.v1"

    badge_id: str
    serial: int = Field(ge=0)
    number: str
    key_id: str
    category: str
    access: tuple[AccessGrant, ...]
    profile_version: int = Field(ge=1)
    valid_from: datetime
    valid_until: datetime
    replaces: str | None = None


class _AboutBadge(_AboutParticipant):
    badge_id: str
    serial: int = Field(ge=0)


@REGISTRY.event
class BadgeActivated(_AboutBadge):
    """Issued to its holder and opens what its access says."""

    TYPE: ClassVar[str] = "org.bawaba.accreditation.badge-activated.v1"


@REGISTRY.event
class BadgeIssued(_AboutBadge):
    """Handed to a delegation against a signed receipt.

    It opens nothing before a guard has compared its first bearer's face; that activates it.
    """

    TYPE: ClassVar[str] = "org.bawaba.accreditation.badge-issued.v1"

    receipt_id: str


@REGISTRY.event
class BadgeAccessChanged(_AboutBadge):
    """The badge opens this from now on; what its credential says has a lower profile version and counts no more."""

    TYPE: ClassVar[str] = "org.bawaba.accreditation.badge-access-changed.v1"

    access: tuple[AccessGrant, ...]
    profile_version: int = Field(ge=1)


@REGISTRY.event
class BadgeSuspended(_AboutBadge):
    """Opens nothing until it is resumed."""

    TYPE: ClassVar[str] = "org.bawaba.accreditation.badge-suspended.v1"


@REGISTRY.event
class BadgeResumed(_AboutBadge):
    """A suspended badge is active again."""

    TYPE: ClassVar[str] = "org.bawaba.accreditation.badge-resumed.v1"


class CardOutcome(StrEnum):
    PRINTED = "printed"
    CONFIRMED = "confirmed"
    SPOILED = "spoiled"


@REGISTRY.event
class CardRecorded(_AboutParticipant):
    """What became of one numbered card of the stock. `prints` counts the cards that this badge was printed on."""

    TYPE: ClassVar[str] = "org.bawaba.accreditation.card-recorded.v1"

    badge_id: str
    card: str
    outcome: CardOutcome
    prints: int = Field(ge=0)


class RevocationReason(StrEnum):
    WITHDRAWN = "withdrawn"
    LOST = "lost"
    REPLACED = "replaced"
    REJECTED = "rejected"


@REGISTRY.event
class BadgeRevoked(_AboutBadge):
    """Opens nothing any more, and never will again."""

    TYPE: ClassVar[str] = "org.bawaba.accreditation.badge-revoked.v1"

    reason: RevocationReason


class _AboutPermit(_AboutParticipant):
    request_id: str
    kind: str


@REGISTRY.event
class PermitGranted(_AboutPermit):
    """A delegation's request for a weapon, a radio or a vehicle has its permit, the token with this number."""

    TYPE: ClassVar[str] = "org.bawaba.accreditation.permit-granted.v1"

    token_id: str
    number: int = Field(ge=1)


@REGISTRY.event
class PermitRefused(_AboutPermit):
    """There is no permit; `releasable_code` is the reason for the delegation."""

    TYPE: ClassVar[str] = "org.bawaba.accreditation.permit-refused.v1"

    releasable_code: str


class _AboutToken(IntegrationEvent):
    TOPIC: ClassVar[str] = ACCREDITATION_TOKENS

    conference_id: str
    delegation: str
    token_id: str

    def stream_key(self) -> str:
        return self.delegation


@REGISTRY.event
class TokenIssued(_AboutToken):
    """A token beside the badge: floater, pin, media-pool pass, vehicle, weapon or radio permit.

    `holder` and `manifest` are participants; what it is marked with, a plate or serial, is not told.
    """

    TYPE: ClassVar[str] = "org.bawaba.accreditation.token-issued.v1"

    kind: str
    number: int = Field(ge=1)
    holder: str | None = None
    manifest: tuple[str, ...] = ()


@REGISTRY.event
class TokenEnded(_AboutToken):
    """Returned, lost or revoked; it stands for nothing any more."""

    TYPE: ClassVar[str] = "org.bawaba.accreditation.token-ended.v1"

    state: str


@REGISTRY.event
class TokenCustodyChanged(_AboutToken):
    """A weapon or radio went into the armoury, or out of it to its holder."""

    TYPE: ClassVar[str] = "org.bawaba.accreditation.token-custody-changed.v1"

    custody: str


@REGISTRY.event
class TokenManifestChanged(_AboutToken):
    """Who may sit in the vehicle, from now on."""

    TYPE: ClassVar[str] = "org.bawaba.accreditation.token-manifest-changed.v1"

    manifest: tuple[str, ...]


@REGISTRY.event
class SigningKeyRevoked(IntegrationEvent):
    """The key is compromised: nothing that it signed holds any more. What it signed is made anew."""

    TYPE: ClassVar[str] = "org.bawaba.accreditation.signing-key-revoked.v1"
    TOPIC: ClassVar[str] = ACCREDITATION_KEYS

    conference_id: str
    conference_number: int
    key_id: str

    def stream_key(self) -> str:
        return self.conference_id


@REGISTRY.event
class StatusListPublished(IntegrationEvent):
    """The status list has a new version that tells of a badge's change; gates fetch it and go back to none before."""

    TYPE: ClassVar[str] = "org.bawaba.accreditation.status-list-published.v1"
    TOPIC: ClassVar[str] = ACCREDITATION_KEYS

    conference_id: str
    version: int = Field(ge=1)
    size_bytes: int = Field(ge=1)
    issued_at: datetime

    def stream_key(self) -> str:
        return self.conference_id


@REGISTRY.event
class SigningKeyPublished(IntegrationEvent):
    """A public key that verifies credentials of this conference from now on. `public_key` is 32 bytes in hex."""

    TYPE: ClassVar[str] = "org.bawaba.accreditation.signing-key-published.v1"
    TOPIC: ClassVar[str] = ACCREDITATION_KEYS

    conference_id: str
    conference_number: int
    key_id: str
    public_key: str = Field(pattern=r"^[0-9a-f]{64}$")

    def stream_key(self) -> str:
        return self.conference_id
