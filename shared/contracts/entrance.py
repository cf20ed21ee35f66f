"""What the entrance tells: every scan with its access decision."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from shared.contracts.event import REGISTRY, IntegrationEvent
from shared.contracts.topics import ENTRANCE_SCANS


class Decision(StrEnum):
    ADMIT = "admit"
    REFER = "refer"
    REFUSE = "refuse"


class Direction(StrEnum):
    IN = "in"
    OUT = "out"


@REGISTRY.event
class ScanRecorded(IntegrationEvent):
    """One scan as decided. Without a participant (forged, unknown) the stream is the gate's: `gate:<code>`.

    `face_checked` says that the guard compared the bearer's face with the record before the decision;
    `accompanied` that the guard saw the escort without whom the badge opens nothing here; `tokens` are the ids of the
    tokens that were shown beside the badge, as far as they are known.
    """

    TYPE: ClassVar[str] = "org.bawaba.entrance.scan-recorded.v1"
    TOPIC: ClassVar[str] = ENTRANCE_SCANS

    conference_id: str
    scan_id: str
    gate: str
    zone: str
    direction: Direction
    device: str
    device_sequence: int
    decision: Decision
    reason: str
    scanned_at: datetime
    participant_id: str | None = None
    delegation: str | None = None
    badge_id: str | None = None
    face_checked: bool = False
    accompanied: bool = False
    tokens: tuple[str, ...] = ()

    def stream_key(self) -> str:
        return self.participant_id or f"gate:{self.gate}"
