"""Every topic: one per publisher and audience. Topics about people are keyed by participant id."""

from __future__ import annotations

from typing import Final

from shared.contracts.event import REGISTRY, Topic

PARTITIONS: Final = 12
DEAD_LETTER_SUFFIX: Final = "-dlt"
DEAD_LETTER_PARTITIONS: Final = 1  # there are few, and whoever reads them wants them in one order

CONFERENCE: Final = REGISTRY.topic(
    Topic("conference", "operations", "conference id", "The conference file, each version whole.")
).name
REGISTRATION_PARTICIPANTS: Final = REGISTRY.topic(
    Topic("registration.participants", "registration", "participant id", "Who takes part, without personal data.")
).name
ACCREDITATION_PARTICIPANTS: Final = REGISTRY.topic(
    Topic("accreditation.participants", "accreditation", "participant id", "Decisions and badges.")
).name
ACCREDITATION_KEYS: Final = REGISTRY.topic(
    Topic("accreditation.keys", "accreditation", "conference id", "Public keys that verify credentials.")
).name
ACCREDITATION_TOKENS: Final = REGISTRY.topic(
    Topic("accreditation.tokens", "accreditation", "delegation", "Floaters, pins, vehicle, weapon and radio permits.")
).name
ALLOCATION_PARTICIPANTS: Final = REGISTRY.topic(
    Topic("session_allocation.participants", "session_allocation", "participant id", "Who may attend what.")
).name
ALLOCATION_VERSIONS: Final = REGISTRY.topic(
    Topic("session_allocation.versions", "session_allocation", "conference id", "Each published allocation, in sums.")
).name
ENTRANCE_SCANS: Final = REGISTRY.topic(
    Topic("entrance.scans", "entrance", "participant id, or the gate's when nobody is known", "Every scan, decided.")
).name
AUDIT: Final = REGISTRY.topic(
    Topic(
        "audit",
        "operations",
        "service and subject",
        "What people did to the machinery itself, for the audit log.",
        others=("registration", "accreditation", "session_allocation", "entrance", "identity"),
    )
).name
