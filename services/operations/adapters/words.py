"""What the operators' pages say of events: names in words, moments in the conference's time, what matters first."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from services.operations.application.publish_conference import GetConference
from services.operations.domain.errors import NoConferenceError
from shared.contracts import REGISTRY
from shared.security.principal import Principal
from shared.web.texts import Texts

UTC: Final = "UTC"
# Whom an event is about stands beside it already; numbers of devices, keys and scans are for whoever looks closer.
_BESIDE: Final = frozenset({"conference_id", "participant_id", "delegation", "access", "checks"})
_CLOSER: Final = frozenset(
    {"badge_id", "scan_id", "device", "device_sequence", "scanned_at", "key_id", "serial", "profile_version"}
    | {"valid_from", "valid_until", "revision", "has_photo"}
)


@dataclass(frozen=True)
class Names:
    """Delegations and gates by code in one language, and the conference's time zone; none before one is loaded."""

    delegations: Mapping[str, str] = field(default_factory=dict)
    gates: Mapping[str, str] = field(default_factory=dict)
    timezone: str = UTC

    def local(self, moment: datetime) -> datetime:
        return moment.astimezone(ZoneInfo(self.timezone))


async def names(get_conference: GetConference, principal: Principal, language: str) -> Names:
    try:
        conference = (await get_conference(principal))["conference"]
    except NoConferenceError:
        return Names()
    return Names(
        {item["code"]: item["name"][language] for item in conference["delegations"]},
        {item["code"]: item["name"][language] for item in conference["gates"]},
        conference["timezone"],
    )


def event_name(texts: Texts, language: str, event_type: str) -> str:
    """An event in words; one that this version does not know is named by its type."""
    name = event_type.split(".")[-2]
    code = f"operations.event.{name}"
    return texts.say(code, language) if code in texts else name


def event_names(texts: Texts, language: str) -> dict[str, str]:
    """Every event's type with its words, by its words."""
    found = {event_type: event_name(texts, language, event_type) for event_type in REGISTRY.events}
    return dict(sorted(found.items(), key=lambda item: item[1]))


def essence(data: Mapping[str, Any]) -> str:
    """What an event says beside whom it is about, in one line: codes and references."""
    return _line({name: value for name, value in data.items() if name not in _BESIDE | _CLOSER})


def remainder(data: Mapping[str, Any]) -> str:
    """What is left for whoever looks closer."""
    return _line({name: value for name, value in data.items() if name in _CLOSER})


def _line(data: Mapping[str, Any]) -> str:
    said = {name: _plain(value) for name, value in data.items()}
    return " · ".join(f"{name}: {words}" for name, words in said.items() if words)


def _plain(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    return ", ".join(str(item) for item in value) if isinstance(value, (list, tuple, dict)) else str(value)
