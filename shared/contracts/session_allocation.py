"""What session allocation tells."""

from __future__ import annotations

from typing import ClassVar

from shared.contracts.event import REGISTRY, IntegrationEvent
from shared.contracts.topics import ALLOCATION_PARTICIPANTS


@REGISTRY.event
class EntitlementsChanged(IntegrationEvent):
    """The sessions that this participant may attend, whole; none once the accreditation is gone."""

    TYPE: ClassVar[str] = "org.bawaba.session-allocation.entitlements-changed.v1"
    TOPIC: ClassVar[str] = ALLOCATION_PARTICIPANTS

    conference_id: str
    participant_id: str
    delegation: str
    sessions: tuple[str, ...]

    def stream_key(self) -> str:
        return self.participant_id
