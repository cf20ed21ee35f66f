"""What session allocation tells: who may attend what, who has a seat, and each published allocation."""

from __future__ import annotations

from typing import ClassVar

from pydantic import BaseModel, ConfigDict, Field

from shared.contracts.event import REGISTRY, IntegrationEvent
from shared.contracts.topics import ALLOCATION_PARTICIPANTS, ALLOCATION_VERSIONS


class _AboutParticipant(IntegrationEvent):
    TOPIC: ClassVar[str] = ALLOCATION_PARTICIPANTS

    conference_id: str
    participant_id: str
    delegation: str

    def stream_key(self) -> str:
        return self.participant_id


@REGISTRY.event
class EntitlementsChanged(_AboutParticipant):
    """The sessions that this participant may attend, whole; none once the accreditation is gone."""

    TYPE: ClassVar[str] = "org.bawaba.session-allocation.entitlements-changed.v1"

    sessions: tuple[str, ...]


@REGISTRY.event
class SeatsChanged(_AboutParticipant):
    """The participant's seats and waiting-list places, whole, as of a published allocation and what changed since."""

    TYPE: ClassVar[str] = "org.bawaba.session-allocation.seats-changed.v1"

    allocation_version: int = Field(ge=1)
    seats: tuple[str, ...]
    waiting: tuple[str, ...]


class SessionSums(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    session: str
    capacity: int
    wished: int
    seated: int
    waiting: int


@REGISTRY.event
class AllocationPublished(IntegrationEvent):
    """A version of the allocation is in force; `changed` participants have other seats than before."""

    TYPE: ClassVar[str] = "org.bawaba.session-allocation.allocation-published.v1"
    TOPIC: ClassVar[str] = ALLOCATION_VERSIONS

    conference_id: str
    version: int = Field(ge=1)
    changed: int = Field(ge=0)
    sessions: tuple[SessionSums, ...]

    def stream_key(self) -> str:
        return self.conference_id
