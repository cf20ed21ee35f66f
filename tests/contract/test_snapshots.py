"""Every event keeps its word: its schema is checked in, and no version breaks another."""

from __future__ import annotations

import copy

import pytest

from shared.contracts import REGISTRY, IntegrationEvent
from shared.contracts.compatibility import SNAPSHOTS, breaks, history_of, schema_of

EVENTS = [pytest.param(event, id=event.__name__) for event in REGISTRY.events.values()]


@pytest.mark.parametrize("event", EVENTS)
def test_the_present_schema_is_checked_in(event: type[IntegrationEvent]) -> None:
    assert schema_of(event) in history_of(event.TYPE), "run `make contracts` and commit the snapshot"


@pytest.mark.parametrize("event", EVENTS)
def test_every_version_reads_every_other(event: type[IntegrationEvent]) -> None:
    for earlier in history_of(event.TYPE):
        assert breaks(earlier, schema_of(event)) == []


def test_no_snapshot_is_without_its_event() -> None:
    assert {path.stem for path in SNAPSHOTS.glob("*.json")} == set(REGISTRY.events)


def test_the_checker_finds_each_kind_of_break() -> None:
    schema = schema_of(REGISTRY.events["org.bawaba.accreditation.badge-prepared.v1"])

    def changed(edit: object) -> list[str]:
        other = copy.deepcopy(schema)
        edit(other)  # type: ignore[operator]
        return breaks(schema, other)

    assert changed(lambda s: s["required"].remove("serial"))
    assert changed(lambda s: s["required"].append("replaces"))
    assert changed(lambda s: s["properties"]["serial"].update(type="string"))
    assert changed(lambda s: s["properties"]["serial"].update(minimum=1))
    assert changed(lambda s: s["$defs"]["AccessGrant"]["required"].remove("zone"))
    assert changed(lambda s: s["$defs"]["AccessGrant"]["properties"]["days"]["items"].update(type="string"))
    reasons = schema_of(REGISTRY.events["org.bawaba.accreditation.badge-revoked.v1"])
    fewer = copy.deepcopy(reasons)
    fewer["$defs"]["RevocationReason"]["enum"].pop()
    assert breaks(reasons, fewer)


def test_an_optional_field_may_come_and_go() -> None:
    schema = schema_of(REGISTRY.events["org.bawaba.accreditation.badge-prepared.v1"])
    wider = copy.deepcopy(schema)
    wider["properties"]["printed_on"] = {"type": "string", "default": ""}
    assert breaks(schema, wider) == []
    assert breaks(wider, schema) == []
