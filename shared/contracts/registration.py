"""What registration tells: who takes part, as references. Personal data stays in the vault."""

from __future__ import annotations

from enum import StrEnum
from typing import ClassVar

from pydantic import Field

from shared.contracts.event import REGISTRY, FieldText, IntegrationEvent
from shared.contracts.topics import REGISTRATION_PARTICIPANTS


class _AboutParticipant(IntegrationEvent):
    TOPIC: ClassVar[str] = REGISTRATION_PARTICIPANTS

    conference_id: str
    participant_id: str
    delegation: str

    def stream_key(self) -> str:
        return self.participant_id


@REGISTRY.event
class ParticipantSubmitted(_AboutParticipant):
    """A delegation submitted a participant, complete by the form of the category.

    `revision` counts what was submitted of this participant: the vault's record at that revision or a later one.
    `precedence` is the delegation's own order of its people, 1 first. `substitutes` is whose place this person took;
    `walk_up` says that nobody announced them and the desk registered them. `nationality_exception` says that the
    nationality is not the delegation's own, and that its focal point gave a reason, which is in the vault.
    """

    TYPE: ClassVar[str] = "org.bawaba.registration.participant-submitted.v1"

    category: str
    revision: int = Field(ge=1)
    has_photo: bool
    precedence: int | None = None
    substitutes: str | None = None
    walk_up: bool = False
    nationality_exception: bool = False


@REGISTRY.event
class ParticipantCorrected(_AboutParticipant):
    """Data of a submitted participant changed; `fields` names which, never their values.

    `answers` are what the delegation says to an officer's remarks on single fields, kept in the vault.
    `nationality_exception` is as when submitted.
    """

    TYPE: ClassVar[str] = "org.bawaba.registration.participant-corrected.v1"

    category: str
    revision: int = Field(ge=2)
    has_photo: bool
    fields: tuple[str, ...]
    precedence: int | None = None
    answers: tuple[FieldText, ...] = ()
    nationality_exception: bool = False


@REGISTRY.event
class ParticipantWithdrawn(_AboutParticipant):
    """The participant will not come; the place in the quota is free again, or `substituted_by` somebody's."""

    TYPE: ClassVar[str] = "org.bawaba.registration.participant-withdrawn.v1"

    substituted_by: str | None = None


@REGISTRY.event
class ParticipantErased(_AboutParticipant):
    """All personal data of the participant was destroyed; whoever holds any in memory or in a file drops it now."""

    TYPE: ClassVar[str] = "org.bawaba.registration.participant-erased.v1"

    erasure_id: str


class PermitKind(StrEnum):
    WEAPON = "weapon_permit"
    RADIO = "radio_permit"
    VEHICLE = "vehicle_permit"


@REGISTRY.event
class PermitRequested(_AboutParticipant):
    """A delegation asks for a weapon, a radio or a vehicle to be let in; the participant bears or drives it.

    `mark_text_id` is the sealed serial or plate, in the vault; `manifest` names who sits in a vehicle.
    """

    TYPE: ClassVar[str] = "org.bawaba.registration.permit-requested.v1"

    request_id: str
    kind: PermitKind
    mark_text_id: str
    manifest: tuple[str, ...] = ()


@REGISTRY.event
class PermitRequestWithdrawn(_AboutParticipant):
    """The request is taken back, or its bearer does not come."""

    TYPE: ClassVar[str] = "org.bawaba.registration.permit-request-withdrawn.v1"

    request_id: str
