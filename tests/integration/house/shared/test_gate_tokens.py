"""At the gate with a token beside the badge, and with the signed status list: over all services, on real stores."""

from __future__ import annotations

import asyncio
import time
from datetime import timedelta
from typing import Any

import pytest
import structlog

from services.entrance.application.fold_badges import FoldBadges
from services.entrance.application.follow_status_list import FollowStatusList, KeptList
from services.entrance.domain.badge import BadgeState
from services.entrance.domain.status import MARGIN
from shared.errors import InfrastructureError
from shared.security.principal import Role
from shared.world import SYSTEM
from tests.integration.house.house import House
from tests.integration.house.shared.test_gate import SEQUENCE, badge_of, scan

OFFICER, GUARD = Role.ACCREDITATION_OFFICER, Role.GUARD
TOKENS = "/api/accreditation/v1/tokens"


async def issue(house: House, kind: str, **facts: Any) -> dict[str, Any]:
    answer = await house.call(OFFICER, "POST", TOKENS, json={"kind": kind, "delegation": "chad", **facts})
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()

    async def folded() -> bool:
        return (await house.call(GUARD, "GET", f"/api/entrance/v1/tokens/{made['printed']}")).status_code == 200

    await house.until(folded)
    return made


async def open_lounge(house: House, participant: str, credential: str) -> None:
    """The lounge asks for badge and floater."""
    path = f"/api/accreditation/v1/dossiers/{participant}/access"
    body = {"upgrades": [{"zone": "lounge", "days": [1, 2]}]}
    assert (await house.call(OFFICER, "PUT", path, json=body)).status_code == 200

    async def known() -> bool:
        return (await scan(house, "lounge", credential))["reason"] != "wrong_zone"

    await house.until(known)


async def test_where_badge_and_floater_are_asked_for_the_badge_alone_opens_nothing(house: House) -> None:
    participant, _, credential = await badge_of(house)
    await open_lounge(house, participant, credential)
    alone = await scan(house, "lounge", credential)
    assert (alone["decision"], alone["reason"]) == ("refer", "floater_required")
    floater = await issue(house, "floater")
    assert (await scan(house, "lounge", credential, tokens=["W-99"]))["reason"] == "token_unknown"
    both = await scan(house, "lounge", credential, tokens=[floater["printed"]])
    assert (both["decision"], both["reason"]) == ("admit", "admitted")
    lost = await house.call(OFFICER, "POST", f"{TOKENS}/{floater['token_id']}/ending", json={"state": "lost"})
    assert lost.status_code == 200

    async def refused() -> bool:
        return (await scan(house, "lounge", credential, tokens=[floater["printed"]]))["reason"] == "token_ended"

    await house.until(refused)


async def test_a_weapon_that_is_booked_into_the_armoury_goes_through_no_gate(house: House) -> None:
    participant, _, credential = await badge_of(house)
    rifle = await issue(house, "weapon_permit", holder=participant, mark="AK 4711")
    shown = (await house.call(GUARD, "GET", f"/api/entrance/v1/tokens/{rifle['printed']}")).json()
    assert (shown["mark"], shown["holds"], len(shown["people"])) == ("AK 4711", True, 1)
    custody = f"{TOKENS}/{rifle['token_id']}/custody"
    for place, reason in (("armoury", "weapon_in_armoury"), ("holder", "admitted")):
        assert (await house.call(Role.SUPERVISOR, "POST", custody, json={"custody": place})).status_code == 200

        async def decided(reason: str = reason) -> bool:
            return (await scan(house, "perimeter", credential, tokens=[rifle["printed"]]))["reason"] == reason

        await house.until(decided)


async def test_a_vehicle_shows_its_plate_and_who_may_sit_in_it(house: House) -> None:
    driver, _, credential = await badge_of(house)
    _, _, stranger = await badge_of(house)
    car = await issue(house, "vehicle_permit", mark="ليبيا 5-1234", manifest=[driver])
    shown = (await house.call(GUARD, "GET", f"/api/entrance/v1/tokens/{car['printed']}", language="fr")).json()
    assert (shown["mark"], shown["kind_name"], shown["unaccounted"]) == ("ليبيا 5-1234", "Permis de véhicule", 0)
    assert [person["state"] for person in shown["people"]] == ["active"]
    assert (await scan(house, "perimeter", stranger, tokens=[car["printed"]]))["reason"] == "not_on_manifest"
    admitted = await scan(house, "perimeter", credential, tokens=[car["printed"]])
    assert admitted["decision"] == "admit"
    log = house.app.services["entrance"].kernel.database.collection("scans")
    written = await log.find_one({"scan.scan_id": admitted["scan_id"]})
    assert written is not None
    assert written["scan"]["tokens"] == [car["token_id"]]


async def test_a_plate_is_told_to_the_gates_service_and_nobody_else(house: House) -> None:
    participant, _, _ = await badge_of(house)
    rifle = await issue(house, "weapon_permit", holder=participant, mark="CANARY-77")
    for role in (OFFICER, Role.ADMINISTRATOR, GUARD):
        answer = await house.call(role, "GET", f"{TOKENS}/{rifle['token_id']}/mark")
        assert (answer.status_code, answer.json()["code"]) == (403, "role_required")
    refused = await house.call(Role.OPERATOR, "GET", f"/api/entrance/v1/tokens/{rifle['printed']}")
    assert refused.status_code == 403
    unknown = await house.call(GUARD, "GET", "/api/entrance/v1/tokens/W-999999")
    assert (unknown.status_code, unknown.json()["code"]) == (404, "entrance.unknown_token")


def statuses(house: House) -> FollowStatusList:
    application: Any = house.app.services["entrance"].application
    found: FollowStatusList = application.follow_status_list
    return found


async def revoked_after(house: House, credential: str, badge: str) -> float:
    """Seconds from the answer to a revocation until a gate refuses the badge."""
    path = f"/api/accreditation/v1/badges/{badge}/revocation"
    assert (await house.call(OFFICER, "POST", path, json={"reason": "lost"})).status_code == 200
    began = time.perf_counter()

    async def refused() -> bool:
        return (await scan(house, "perimeter", credential))["reason"] in ("lost", "revoked")

    await house.until(refused, seconds=30)
    return time.perf_counter() - began


async def test_a_revocation_reaches_a_gate_by_event_and_by_list_when_events_are_held_up(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    by_event = []
    for _ in range(3):
        _, badge, credential = await badge_of(house)
        by_event.append(await revoked_after(house, credential, badge))
    _, badge, credential = await badge_of(house)
    assert (await scan(house, "perimeter", credential))["decision"] == "admit"
    await asyncio.sleep(MARGIN.total_seconds() + 1)  # the list is clearly later than the activation

    async def held_up(*_: object) -> None:
        raise InfrastructureError("held up by the test")

    monkeypatch.setattr(FoldBadges, "apply", held_up)
    by_list = await revoked_after(house, credential, badge)
    structlog.get_logger(__name__).warning("revocation_to_refusal_s", by_event=by_event, by_list=by_list)
    assert max(by_event) < 5
    assert by_list < 15


async def test_a_list_that_is_older_forged_or_expired_opens_nothing_and_is_said_so(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, badge_id, _ = await badge_of(house)
    follow = statuses(house)
    await follow.look()
    before = (await house.call(GUARD, "GET", "/api/entrance/v1/status-list")).json()
    assert (before["trust"], before["version"] >= 1) == ("fresh", True)
    served = await house.call(None, "GET", "/api/accreditation/v1/status-list")
    same = await house.call(
        None, "GET", "/api/accreditation/v1/status-list", headers={"If-None-Match": served.headers["etag"]}
    )
    assert same.status_code in (200, 304)
    source: Any = follow._source

    async def forged(known_version: int) -> bytes:
        del known_version
        return served.content[:-1] + bytes([served.content[-1] ^ 1])

    monkeypatch.setattr(source, "fetch", forged)
    await follow.look()
    assert (await house.call(GUARD, "GET", "/api/entrance/v1/status-list")).json()["version"] >= before["version"]
    held = follow._held
    assert held is not None
    old = KeptList(1, served.content, SYSTEM.now())
    await follow._store.keep(old)
    newest = await follow._store.newest()
    assert newest is not None
    assert newest.version > 1
    late = SYSTEM.now() + timedelta(hours=25)
    monkeypatch.setattr(follow, "_world", type("Late", (), {"now": lambda self: late})())
    stale = (await house.call(GUARD, "GET", "/api/entrance/v1/status-list", language="fr")).json()
    assert stale["trust"] == "stale"
    assert "expiré" in stale["sentence"]
    application: Any = house.app.services["entrance"].application
    badge = await application.scan_badge._badges.by_id(badge_id)
    assert follow.by_list(badge).state is BadgeState.ACTIVE


async def test_the_same_scan_with_another_token_is_another_scan(house: House) -> None:
    _, _, credential = await badge_of(house)
    number = next(SEQUENCE)
    await scan(house, "perimeter", credential, number=number)
    body = {"device": "test", "device_sequence": number, "credential": credential, "tokens": ["F-1"]}
    answer = await house.call(GUARD, "POST", "/api/entrance/v1/gates/perimeter/scans", json=body)
    assert (answer.status_code, answer.json()["code"]) == (409, "entrance.scan_number_reused")


async def test_a_gate_decides_by_what_it_has_when_nothing_else_answers(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    participant, _, credential = await badge_of(house)
    rifle = await issue(house, "weapon_permit", holder=participant, mark="AK 4711")
    entrance: Any = house.app.services["entrance"]
    source: Any = entrance.application.follow_status_list._source

    async def away(*_: object, **__: object) -> None:
        raise InfrastructureError("away")

    monkeypatch.setattr(source._http, "get", away)
    monkeypatch.setattr(source._http, "request", away)
    with pytest.raises(InfrastructureError):
        await entrance.application.follow_status_list.look()
    admitted = await scan(house, "perimeter", credential, tokens=[rifle["printed"]])
    assert (admitted["decision"], admitted["reason"]) == ("admit", "admitted")
    shown = (await house.call(GUARD, "GET", f"/api/entrance/v1/tokens/{rifle['printed']}")).json()
    assert shown["mark"] == "AK 4711"
    said = (await house.call(GUARD, "GET", "/api/entrance/v1/status-list")).json()
    assert said["trust"] in ("fresh", "ageing")
