"""What is personal in a badge's access: in the table before approval, in the credential, and at the gates at once."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from services.accreditation.main import STATIC
from shared.contracts.accreditation import BadgeAccessChanged, BadgePrepared
from shared.web.pages import static_files
from tests.integration.accreditation.desk import API, OFFICER, SECOND_OFFICER, Desk
from tests.integration.accreditation.test_badges import MADE, prepared

static_files([STATIC])


async def set_access(desk: Desk, participant_id: str, **body: Any) -> dict[str, Any]:
    found: dict[str, Any] = (await desk.call("PUT", f"{API}/dossiers/{participant_id}/access", body)).json()
    return found


async def opened(desk: Desk, participant_id: str) -> set[tuple[str, int]]:
    found = (await desk.call("GET", f"{API}/dossiers/{participant_id}/access")).json()
    return {(row["zone"], day) for row in found["zones"] for day, of_day in enumerate(row["days"], 1) if of_day}


async def test_an_upgrade_is_seen_before_approval_and_is_in_the_credential(desk: Desk) -> None:
    await desk.submit("p-1")
    await desk.until_told("p-1", "DossierChecked")
    before = await opened(desk, "p-1")
    done = await set_access(desk, "p-1", upgrades=[{"zone": "lounge", "days": [1], "only_with": "staff"}])
    assert done["badges_changed"] == 0
    assert await opened(desk, "p-1") == before | {("lounge", 1)}
    await desk.decide("approve", "p-1")
    (badge,) = await desk.badges("p-1")
    assert desk.verified(badge["credential"]).zones == 0b111
    told = next(event for event in await desk.told("p-1") if isinstance(event, BadgePrepared))
    assert [(grant.zone, grant.only_with) for grant in told.access][-1] == ("lounge", "staff")


async def test_a_live_badge_opens_more_or_less_at_once_without_another_print(desk: Desk) -> None:
    await prepared(desk, "p-1")
    await desk.activate("p-1")
    (before,) = await desk.badges("p-1")
    assert (await set_access(desk, "p-1", upgrades=[{"zone": "hall", "days": [2]}]))["badges_changed"] == 1
    (after,) = await desk.badges("p-1")
    assert (after["credential"], after["state"]) == (before["credential"], "active")
    assert after["profile_version"] == before["profile_version"] + 1
    assert (await set_access(desk, "p-1"))["badges_changed"] == 1
    assert (await set_access(desk, "p-1"))["badges_changed"] == 0
    told = [event for event in await desk.told("p-1") if isinstance(event, BadgeAccessChanged)]
    assert [event.profile_version for event in told] == [2, 3]
    assert await desk.told_types("p-1") == [*MADE, "BadgeActivated", "BadgeAccessChanged", "BadgeAccessChanged"]


async def test_a_day_badge_opens_one_day_and_its_credential_ends_with_it(desk: Desk) -> None:
    await desk.submit("p-1")
    await desk.until_told("p-1", "DossierChecked")
    await set_access(desk, "p-1", only_days=[2])
    await desk.decide("approve", "p-1")
    credential = desk.verified((await desk.badges("p-1"))[0]["credential"])
    assert credential.days == 0b10
    assert credential.valid_until == datetime(2027, 2, 11, 22, tzinfo=UTC), "midnight in Tripoli after day 2"
    assert {day for _, day in await opened(desk, "p-1")} == {2}


async def test_what_the_conference_does_not_have_is_refused(desk: Desk) -> None:
    await desk.submit("p-1")
    await desk.until_told("p-1", "DossierChecked")
    for body, named in (
        ({"upgrades": [{"zone": "moon", "days": [1]}]}, "moon"),
        ({"upgrades": [{"zone": "hall", "days": [3]}]}, "3"),
        ({"upgrades": [{"zone": "hall", "days": [1], "only_with": "nobody"}]}, "nobody"),
        ({"only_days": [9]}, "9"),
    ):
        refused = await set_access(desk, "p-1", **body)
        assert (refused["code"], refused["data"]["named"]) == ("accreditation.access_not_in_conference", named)
    assert (await set_access(desk, "p-none"))["code"] == "accreditation.dossier_not_found"


async def test_of_two_who_change_access_at_once_the_second_is_told_of_the_first(desk: Desk) -> None:
    await desk.submit("p-1")
    await desk.until_told("p-1", "DossierChecked")
    path = f"{API}/dossiers/p-1/access"
    assert (await desk.call("GET", path)).json()["version"] == 0
    assert 'data-version="0"' in (await desk.call("GET", "/accreditation/access/p-1", accept="text/html")).text
    first = {"upgrades": [{"zone": "lounge", "days": [1]}], "version": 0}
    assert (await desk.call("PUT", path, first)).json()["version"] == 1
    refused = await desk.call("PUT", path, {"only_days": [2], "version": 0}, as_=SECOND_OFFICER)
    assert (refused.status_code, refused.json()["code"]) == (409, "accreditation.access_changed")
    assert refused.json()["data"]["by"] == OFFICER.person_id
    assert ("lounge", 1) in await opened(desk, "p-1")
    page = (await desk.call("GET", "/accreditation/dossiers/p-1", accept="text/html")).text
    assert f'changed what the badge opens — <bdi class="ltr">{OFFICER.person_id}</bdi>' in page
    assert (await desk.call("PUT", path, {"only_days": [2], "version": 1}, as_=SECOND_OFFICER)).status_code == 200
    assert (await desk.decide("approve", "p-1"))[0]["outcome"] == "decided"


async def test_access_of_a_dossier_that_another_officer_works_on_is_not_changed(desk: Desk) -> None:
    await desk.submit("p-1")
    await desk.until_told("p-1", "DossierChecked")
    await desk.call("PUT", f"{API}/dossiers/p-1/claim", {}, as_=SECOND_OFFICER)
    assert (await set_access(desk, "p-1", only_days=[1]))["code"] == "accreditation.claimed"


async def test_a_replacement_has_a_newer_profile_than_any_upgrade_before(desk: Desk) -> None:
    (badge,) = await prepared(desk, "p-1")
    await desk.activate("p-1")
    await set_access(desk, "p-1", upgrades=[{"zone": "hall", "days": [1]}])
    await desk.call("POST", f"{API}/badges/{badge}/replacement", {"reason": "damaged"})
    new, old = await desk.badges("p-1")
    assert new["profile_version"] == old["profile_version"] + 1
    assert [grant["zone"] for grant in new["access"]] == ["venue", "hall"]
