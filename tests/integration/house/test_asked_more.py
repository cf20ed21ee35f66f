"""A conference that asks for more: fields by category, and a note verbale behind each change; and its walk-up desk."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from deploy.local.stack import AdminAccess
from shared.contracts.conference import Conference
from shared.security.principal import Role
from tests.conftest import open_namespace
from tests.integration.house.house import CONFERENCE, House
from tests.integration.house.test_list import BASE, PHOTO, fields, made, register, save, shown
from tests.integration.house.test_notices import notices

PASSPORT = "P<TCDDEBY<<AMINA<MARIA<<<<<<<<<<<<<<<<<<<<<<\nXT12345676TCD7408122<3504152<<<<<<<<<<<<<<<4"
SCAN = ("note.pdf", b"%PDF-1.4 a note verbale")


def asking_more() -> Conference:
    """The small conference, where heads give more, changes need a note, and Chad has no head."""
    told: dict[str, Any] = CONFERENCE.model_dump(mode="json")
    head = next(each for each in told["categories"] if each["code"] == "head")
    head["form"] = {"title": "required", "email": "required", "rank": "absent"}
    chad = next(each for each in told["delegations"] if each["code"] == "chad")
    chad["quotas"] = [each for each in chad["quotas"] if each["category"] != "head"]
    return Conference.model_validate(told | {"note_verbale_required": True})


@pytest.fixture(scope="module")
async def house(stack: AdminAccess, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    async with open_namespace(stack, tmp_path_factory.mktemp("secrets")) as namespace:
        house = House(namespace, conference=asking_more())
        async with house.running():
            yield house


async def page(house: House, who: Role | str, path: str, language: str = "en") -> str:
    answer = await house.call(who, "GET", path, language=language, headers={"Accept": "text/html"})
    assert answer.status_code == 200, answer.text
    return answer.text


async def note(house: House, number: str = "MFA/2027/114") -> str:
    path = f"{BASE}/delegations/egypt/notes-verbales"
    data = {"number": number, "dated": str(CONFERENCE.first_day)}
    added = await house.call("egypt", "POST", path, data=data, files={"scan": SCAN})
    assert added.status_code == 201, added.text
    note_id: str = added.json()["note_id"]
    return note_id


async def at_the_desk(house: House, *, over_quota: bool = False, **changes: str) -> httpx.Response:
    written = fields(nationality="TCD", name_latin="Walked Up", **changes)
    form = json.dumps({"category": "head", "fields": written, "over_quota": over_quota})
    path = f"{BASE}/delegations/chad/walk-ups"
    return await house.call(Role.ACCREDITATION_OFFICER, "POST", path, data={"form": form}, files={"photo": PHOTO})


async def test_a_desk_asks_what_the_category_asks_and_grants_a_place_where_there_is_none(house: House) -> None:
    desk = await page(house, Role.ACCREDITATION_OFFICER, "/registration/walk-up?delegation=chad")
    assert 'value="head"' in desk
    for name in ("title", "email", "phone", "document_type", "document_issuer"):
        assert f'id="field-{name}"' in desk
    bare = await at_the_desk(house, over_quota=True)
    assert {each["field"] for each in bare.json()["data"]["faults"]} == {"title", "email"}
    whole = {"title": "Chief of Staff", "email": "walked@example.org"}
    refused = await at_the_desk(house, **whole)
    assert (refused.status_code, refused.json()["code"]) == (409, "registration.over_quota")
    done = await at_the_desk(house, over_quota=True, **whole)
    assert done.status_code == 201, done.text
    who = done.json()["participant_id"]
    assert f"/accreditation/dossiers/{who}" in await page(
        house, Role.ACCREDITATION_OFFICER, f"/registration/walk-up?delegation=chad&done={who}"
    )
    told = {(each["kind"], each["participant_id"]) for each in await notices(house, "chad")}
    assert told >= {("registered_at_desk", who), ("waiver_granted", None)}
    written = await page(house, "chad", f"/registration/person?id={who}", "fr")
    assert "Guichet d&#39;accréditation" in written
    assert "Un collègue de la délégation" not in written
    quota = await house.call("chad", "GET", f"{BASE}/delegations/chad/quota")
    assert quota.json()["categories"]["head"] == {"places": 1, "used": 1, "waived": 1}


async def test_a_zone_says_what_a_form_would_say_or_which_digit_is_wrong(house: House) -> None:
    path = f"{BASE}/zone-readings"
    for who in (Role.ACCREDITATION_OFFICER, "egypt"):
        read = await house.call(who, "POST", path, json={"zone": PASSPORT})
        assert read.json() == {
            "fields": {
                "name_latin": "AMINA MARIA DEBY",
                "nationality": "TCD",
                "birth_date": "1974-08-12",
                "document_type": "passport",
                "document_number": "XT1234567",
                "document_issuer": "TCD",
                "document_expires": "2035-04-15",
            }
        }
    wrong = await house.call("egypt", "POST", path, json={"zone": PASSPORT.replace("7408122", "7408123")})
    assert (wrong.status_code, wrong.json()["code"]) == (422, "roster.mrz_check_digit")
    short = await house.call("egypt", "POST", path, json={"zone": PASSPORT[:-4]})
    assert (short.status_code, short.json()["code"]) == (422, "roster.mrz_shape")


async def test_no_change_is_made_without_a_note_and_each_shows_the_one_behind_it(house: House) -> None:
    refused = await register(house)
    assert (refused.status_code, refused.json()["code"]) == (409, "registration.note_required")
    assert refused.json()["data"] == {"field": "note"}
    behind = await note(house)
    draft = await made(house, submit=False)
    who = await made(house, note_id=behind)
    out = f"{BASE}/participants/{who}/withdrawal"
    for path, body in (
        (out, None),
        (f"{BASE}/participants/{who}/substitution", {"comes": draft}),
        (f"{BASE}/delegations/egypt/reconciliation", {"add": [draft]}),
    ):
        answer = await house.call("egypt", "POST", path, json=body)
        assert (answer.status_code, answer.json()["code"]) == (409, "registration.note_required"), path
    submitted = await save(house, draft, submit=True)
    assert (submitted.status_code, submitted.json()["code"]) == (409, "registration.note_required")
    told = {"note_id": behind, "number": "MFA/2027/114", "dated": str(CONFERENCE.first_day), "has_scan": True}
    assert [each["note"] for each in (await shown(house, who))["history"]] == [told]
    scan = f'href="/api/registration/v1/notes-verbales/{behind}/scan"'
    for path in (f"/registration/person?id={who}", "/registration/overview"):
        text = await page(house, "egypt", path)
        assert scan in text, path
        assert "MFA/2027/114" in text
        assert str(CONFERENCE.first_day) in text
    for path in (f"/registration/person?id={who}", "/registration/person", "/registration/reconciliation"):
        text = await page(house, "egypt", path)
        assert 'aria-required="true"' in text, path
        assert 'href="/registration/quota#notes"' in text, path
    gone = await house.call("egypt", "POST", out, json={"note_id": behind})
    assert gone.status_code == 200, gone.text


async def test_a_waiver_is_asked_on_a_note_and_says_by_whom_it_was_decided(house: House) -> None:
    behind = await note(house, "MFA/2027/115")
    path = f"{BASE}/delegations/egypt/waivers"
    asked = await house.call("egypt", "POST", path, json={"category": "head", "places": 1, "note_id": behind})
    assert asked.status_code == 201, asked.text
    changes = (await house.call("egypt", "GET", f"{BASE}/delegations/egypt/changes")).json()["changes"]
    assert next(each["note"]["number"] for each in changes if each["kind"] == "waiver_asked") == "MFA/2027/115"
    assert "MFA/2027/115" in await page(house, Role.ACCREDITATION_OFFICER, "/registration/waivers")
    decision = f"{BASE}/waivers/{asked.json()['waiver_id']}/decision"
    decided = await house.call(Role.ACCREDITATION_OFFICER, "POST", decision, json={"places": 1}, person="officer-7")
    assert decided.status_code == 200, decided.text
    for who in (Role.ACCREDITATION_OFFICER, Role.ADMINISTRATOR):
        (row,) = (await house.call(who, "GET", f"{BASE}/waivers?decided=true")).json()["waivers"]
        assert (row["state"], row["asked_by"], row["decided_by"]) == ("granted", "focal-egypt", "officer-7")
        text = await page(house, who, "/registration/waivers")
        assert "officer-7" in text
        assert "focal-egypt" in text
    own = await page(house, "egypt", "/registration/quota")
    assert "officer-7" not in own
    assert "Accreditation office" in own
    (row,) = (await house.call("egypt", "GET", path)).json()["waivers"]
    assert "decided_by" not in row
