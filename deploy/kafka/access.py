"""Who may read and write which topic: the one table that provisioning turns into access rules of the broker."""

from __future__ import annotations

from typing import Final

from shared.contracts import REGISTRY
from shared.contracts.topics import (
    ACCREDITATION_KEYS,
    ACCREDITATION_PARTICIPANTS,
    ACCREDITATION_TOKENS,
    CONFERENCE,
    DEAD_LETTER_SUFFIX,
    ENTRANCE_SCANS,
    REGISTRATION_PARTICIPANTS,
)

SERVICES: Final = ("registration", "accreditation", "session_allocation", "entrance", "operations", "identity")

READS: Final[dict[str, tuple[str, ...]]] = {
    "registration": (CONFERENCE, ACCREDITATION_PARTICIPANTS),
    "accreditation": (CONFERENCE, REGISTRATION_PARTICIPANTS, ENTRANCE_SCANS),
    "session_allocation": (CONFERENCE, ACCREDITATION_PARTICIPANTS),
    "entrance": (CONFERENCE, ACCREDITATION_PARTICIPANTS, ACCREDITATION_KEYS, ACCREDITATION_TOKENS),
    "operations": tuple(REGISTRY.topics),
    "identity": (),
}


def writes(service: str) -> tuple[str, ...]:
    """A service's own topics, and the dead letters of what it reads."""
    topics = REGISTRY.topics.values()
    own = tuple(topic.name for topic in topics if service in (topic.publisher, *topic.others))
    return own + tuple(f"{name}{DEAD_LETTER_SUFFIX}" for name in READS[service])


def reads(service: str) -> tuple[str, ...]:
    """What a service consumes; operations also watches the dead letters."""
    dead_letters = tuple(f"{name}{DEAD_LETTER_SUFFIX}" for name in REGISTRY.topics) if service == "operations" else ()
    return READS[service] + dead_letters
