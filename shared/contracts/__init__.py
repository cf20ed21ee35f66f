"""Integration events: what services tell each other. Importing this package registers every event and topic."""

from __future__ import annotations

from shared.contracts import accreditation, audit, conference, entrance, registration, session_allocation, topics
from shared.contracts.event import REGISTRY, IntegrationEvent, Topic

__all__ = [
    "REGISTRY",
    "IntegrationEvent",
    "Topic",
    "accreditation",
    "audit",
    "conference",
    "entrance",
    "registration",
    "session_allocation",
    "topics",
]
