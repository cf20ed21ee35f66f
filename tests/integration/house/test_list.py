"""A delegation's list, one person at a time: forms, quota, substitution, reconciliation, waivers, notes verbales."""

from __future__ import annotations

import asyncio
import io
import json
import random
import uuid
from datetime import date
from typing import Any

import httpx
from openpyxl import load_workbook

from deploy.demo.people import passport_zone
from deploy.demo.portraits import portrait
from services.registration.domain.roster_columns import recognise
from shared.security.principal import Role
from tests.integration.house.house import House

BASE = "/api/registration/v1"
PHOTO = ("p.jpg", portrait("somebody"))


def fields(**changes: str) -> dict[str, str]:
    """What a delegate of Egypt writes into the form."""
    whole = {
        "name_latin": "Amina Farouk",
        "nationality": "EGY",
        "birth_date": "1980-05-13",
        "document_number": f"X{uuid.uuid4().hex[:7].upper()}",
        "document_expires": "2035-01-31",
    }
    return whole | changes


async def register(
    house: House, delegation: str = "egypt", *, photo: bool = True, language: str = "en", key: str = "", **form: Any
) -> httpx.Response:
    body = {"category": "delegate", "fields": fields(), "submit": True, **form}
    files = {"photo": PHOTO} if photo else {"photo": ("", b"")}
    headers = {"headers": {"Idempotency-Key": key}} if key else {}
    path = f"{BASE}/delegations/{delegation}/participants"
    data = {"form": json.dumps(body)}
    return await house.call(delegation, "POST", path, data=data, files=files, language=language, **headers)


async def made(house: House, delegation: str = "egypt", **form: Any) -> str:
    answer = await register(house, delegation, **form)
    assert answer.status_code == 201, answer.text
    participant_id: str = answer.json()["participant_id"]
    return participant_id


async def save(house: House, participant_id: str, *, photo: bool = False, **form: Any) -> httpx.Response:
    body = {"category": "delegate", **form}
    files = {"photo": PHOTO} if photo else {"photo": ("", b"")}
    path = f"{BASE}/participants/{participant_id}/registration"
    return await house.call("egypt", "PUT", path, data={"form": json.dumps(body)}, files=files)


async def shown(house: House, participant_id: str) -> dict[str, Any]:
    answer = await house.call("egypt", "GET", f"{BASE}/participants/{participant_id}/registration")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def used(house: House, category: str, delegation: str = "egypt") -> dict[str, int]:
    quota = await house.call(delegation, "GET", f"{BASE}/delegations/{delegation}/quota")
    found: dict[str, int] = quota.json()["categories"][category]
    return found


async def conserved(house: House, delegation: str) -> None:
    """What each quota counts is who holds a place of it, and never more than there are."""
    people = await house.call(delegation, "GET", f"{BASE}/delegations/{delegation}/participants")
    holding = [
        each["category"]
        for each in people.json()["participants"]
        if each["state"] in ("submitted", "returned", "accepted")
    ]
    quota = await house.call(delegation, "GET", f"{BASE}/delegations/{delegation}/quota")
    for category, each in quota.json()["categories"].items():
        assert each["used"] == holding.count(category) <= each["places"], category


async def test_one_person_goes_from_draft_to_the_queue(house: House) -> None:
    before = (await used(house, "delegate"))["used"]
    draft = await made(house, photo=False, submit=False, fields={"name_latin": "Draft Person"})
    person = await shown(house, draft)
    assert (person["state"], person["turn"], person["revision"]) == ("draft", "delegation", 0)
    assert person["missing"] == ["document_number", "photo"]
    assert (await used(house, "delegate"))["used"] == before
    answer = await save(house, draft, fields=fields(), submit=True)
    assert (answer.status_code, answer.json()["code"]) == (422, "registration.form_invalid")
    assert [each["field"] for each in answer.json()["data"]["faults"]] == ["photo"]
    answer = await save(house, draft, fields=fields(), submit=True, photo=True)
    assert answer.status_code == 200, answer.text
    person = await shown(house, draft)
    assert (person["state"], person["turn"], person["missing"]) == ("submitted", "officer", [])
    assert [each["kind"] for each in person["history"]] == ["submitted", "drafted"]
    assert (await used(house, "delegate"))["used"] == before + 1

    async def in_the_queue() -> bool:
        queue = await house.call(Role.ACCREDITATION_OFFICER, "GET", "/api/accreditation/v1/queue?delegation=egypt")
        return draft in {row["participant_id"] for row in queue.json()["rows"]}

    await house.until(in_the_queue)
    photo = await house.call("egypt", "GET", f"{BASE}/participants/{draft}/photo")
    assert photo.headers["content-type"] == "image/jpeg"
    await conserved(house, "egypt")


async def test_nobody_but_its_delegation_sees_a_draft(house: House) -> None:
    draft = await made(house, submit=False)
    path = f"{BASE}/participants/{draft}"
    for who in ("chad", Role.ACCREDITATION_OFFICER, Role.ADMINISTRATOR):
        answer = await house.call(who, "GET", path)
        assert (answer.status_code, answer.json()["code"]) == (404, "registration.unknown_participant")
    listed = await house.call(Role.ADMINISTRATOR, "GET", f"{BASE}/delegations/egypt/participants")
    assert draft not in {each["participant_id"] for each in listed.json()["participants"]}
    thrown = await house.call("egypt", "DELETE", f"{path}/registration")
    assert thrown.status_code == 200, thrown.text
    assert (await house.call("egypt", "GET", path)).status_code == 404


async def test_a_fault_is_said_at_its_field_in_the_persons_language_and_nothing_is_done(house: House) -> None:
    before = await used(house, "delegate")
    wrong = fields(name_latin="Ami\u200bna", birth_date="30.02.1980", document_expires="2020-01-31", phone="\u202e12")
    said = {}
    for language in ("ar", "fr", "en"):
        answer = await register(house, language=language, fields=wrong)
        assert answer.status_code == 422, answer.text
        faults = answer.json()["data"]["faults"]
        said[language] = {each["field"]: each["sentence"] for each in faults}
        assert len(faults) == len(said[language])
        assert "\u200b" not in answer.text
    assert set(said["en"]) == {"name_latin", "birth_date", "document_expires", "phone"}
    assert len({sentences["phone"] for sentences in said.values()}) == 3
    assert await used(house, "delegate") == before


async def test_a_field_that_is_left_out_keeps_what_it_said_and_an_empty_one_loses_it(house: House) -> None:
    who = await made(house, fields=fields(rank="Colonel", title="Attaché"))
    answer = await save(house, who, fields={"rank": "General", "title": ""})
    assert (answer.status_code, answer.json()["revision"]) == (200, 2)
    values = (await shown(house, who))["values"]
    assert (values["rank"], values["name_latin"]) == ("General", "Amina Farouk")
    assert "title" not in values
    again = await save(house, who, fields={"rank": "General"})
    assert again.json()["revision"] == 2


async def test_a_machine_readable_zone_keeps_its_lines(house: House) -> None:
    zone = "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F3501311ZE184226B<<<<<18"
    read = {
        "name_latin": "Anna Maria Eriksson",
        "document_number": "L898902C3",
        "birth_date": "1974-08-12",
        "mrz": zone,
    }
    who = await made(house, submit=False, photo=False, fields=read)
    assert (await shown(house, who))["values"]["mrz"] == zone


async def test_a_name_that_the_zone_says_otherwise_is_answered_and_stands_on_the_page_until_it_agrees(
    house: House,
) -> None:
    zone = passport_zone("EGY", ("Amina", "Farouk"), "X1234567", date(1980, 5, 13), date(2035, 1, 31))
    path = "/registration/person?id="
    first = await register(house, submit=False, photo=False, fields={"name_latin": "Petros Ioannou", "mrz": zone})
    assert first.status_code == 201, first.text
    (doubt,) = first.json()["doubts"]
    assert (doubt["field"], doubt["code"]) == ("mrz", "roster.mrz_name_differs")
    who = first.json()["participant_id"]
    page = await house.call("egypt", "GET", f"{path}{who}", headers={"Accept": "text/html"})
    assert 'id="doubt-mrz"' in page.text
    assert doubt["sentence"] in page.text
    assert (await shown(house, who))["doubts"] == [doubt]
    agreed = await save(house, who, fields={"name_latin": "Amina Farouk"})
    assert (agreed.status_code, agreed.json()["doubts"]) == (200, [])
    page = await house.call("egypt", "GET", f"{path}{who}", headers={"Accept": "text/html"})
    assert 'id="doubt-mrz"' not in page.text
    assert (await shown(house, who))["doubts"] == []


async def test_what_the_zone_says_of_who_comes_is_answered_to_a_substitution_and_to_a_plan(house: House) -> None:
    drafts = []
    for number in ("X2345678", "X3456789", "X4567890"):
        zone = passport_zone("EGY", ("Amina", "Farouk"), number, date(1980, 5, 13), date(2035, 1, 31))
        written = fields(name_latin="Petros Ioannou", document_number=number, mrz=zone)
        drafts.append(await made(house, submit=False, fields=written))
    goes = [await made(house) for _ in range(2)]
    key = {"Idempotency-Key": str(uuid.uuid4())}
    path, body = f"{BASE}/participants/{goes[0]}/substitution", {"comes": drafts[0]}
    done = await house.call("egypt", "POST", path, json=body, headers=key)
    (doubt,) = done.json()["come"]["doubts"]
    assert (doubt["field"], doubt["code"]) == ("mrz", "roster.mrz_name_differs")
    assert "doubts" not in done.json()["gone"]
    assert (await house.call("egypt", "POST", path, json=body, headers=key)).json() == done.json()
    base = f"{BASE}/delegations/egypt/reconciliation"
    drops = await made(house)
    plan = {"add": [drafts[1]], "drop": [drops], "swap": [{"goes": goes[1], "comes": drafts[2]}]}
    looked = await house.call("egypt", "POST", f"{base}/preview", json=plan)
    assert (looked.json()["fits"], looked.json()["doubts"]) == (True, {each: [doubt] for each in drafts[1:]})
    carried_out = (await house.call("egypt", "POST", base, json=plan)).json()
    assert [each["doubts"] for each in (*carried_out["added"], carried_out["swapped"][0]["come"])] == [[doubt]] * 2
    for each in drafts:
        await house.call("egypt", "POST", f"{BASE}/participants/{each}/withdrawal")


async def test_two_focal_points_do_not_overwrite_each_other(house: House) -> None:
    who = await made(house)
    edition = (await shown(house, who))["edition"]
    first = await save(house, who, fields={"rank": "General"}, edition=edition)
    second = await save(house, who, fields={"rank": "Colonel"}, edition=edition)
    assert first.status_code == 200
    assert (second.status_code, second.json()["code"]) == (409, "registration.changed_meanwhile")


async def test_the_same_person_is_not_registered_twice(house: House) -> None:
    same = fields()
    who = await made(house, fields=same)
    again = await register(house, fields=same)
    assert (again.status_code, again.json()["code"]) == (409, "registration.already_registered")
    assert again.json()["data"] == {"participant_id": who}
    assert (await register(house, "chad", fields=same | {"nationality": "TCD"})).status_code == 201


async def test_one_key_registers_one_person(house: House) -> None:
    key, form = str(uuid.uuid4()), {"fields": fields()}
    first, second = await register(house, key=key, **form), await register(house, key=key, **form)
    assert (first.status_code, first.json()) == (second.status_code, second.json())


async def test_of_two_hundred_who_want_the_last_place_one_gets_it(house: House) -> None:
    answers = await asyncio.gather(
        *(register(house, "chad", category="head", fields=fields(nationality="TCD")) for _ in range(200))
    )
    codes = [answer.json().get("code") for answer in answers]
    assert codes.count(None) == 1
    assert set(codes) <= {None, "registration.over_quota", "busy"}
    assert await used(house, "head", "chad") == {"places": 1, "used": 1, "waived": 0}
    await conserved(house, "chad")


async def test_a_substitution_keeps_the_place_and_tells_both(house: House) -> None:
    old = await made(house, category="staff", fields=fields(name_latin="Goes Away"))
    before = await used(house, "staff")
    draft = await made(house, category="staff", submit=False, fields=fields(name_latin="Comes In"))
    path = f"{BASE}/participants/{old}/substitution"
    key = {"Idempotency-Key": str(uuid.uuid4())}
    answer = await house.call("egypt", "POST", path, json={"comes": draft}, headers=key)
    assert answer.status_code == 200, answer.text
    again = await house.call("egypt", "POST", path, json={"comes": draft}, headers=key)
    assert again.json() == answer.json()
    assert await used(house, "staff") == before
    gone, come = await shown(house, old), await shown(house, draft)
    assert (gone["state"], gone["substituted_by"]) == ("substituted", draft)
    assert (come["state"], come["substitutes"]) == ("submitted", old)
    third = await house.call("egypt", "POST", path, json={"comes": draft})
    assert (third.status_code, third.json()["code"]) == (409, "registration.cannot_substitute")
    outbox = house.app.services["registration"].kernel.database.collection("outbox")
    told = await outbox.find({"key": {"$in": [old, draft]}}, limit=10)
    assert len(told) == 3
    await conserved(house, "egypt")


async def test_an_unfinished_draft_takes_nobodys_place(house: House) -> None:
    old = await made(house)
    draft = await made(house, photo=False, submit=False, fields={"name_latin": "Not Ready"})
    answer = await house.call("egypt", "POST", f"{BASE}/participants/{old}/substitution", json={"comes": draft})
    assert (answer.status_code, answer.json()["code"]) == (422, "registration.form_invalid")
    assert (await shown(house, old))["state"] == "submitted"


async def test_a_plan_is_seen_before_it_is_done_and_done_whole(house: House) -> None:
    base = f"{BASE}/delegations/egypt/reconciliation"
    goes = await made(house)
    stays = await made(house)
    drafts = [await made(house, submit=False) for _ in range(2)]
    plan = {"add": [drafts[0]], "drop": [goes], "swap": [{"goes": stays, "comes": drafts[1]}]}
    before = await used(house, "delegate")
    seen = await house.call("egypt", "POST", f"{base}/preview", json=plan)
    assert seen.status_code == 200, seen.text
    assert seen.json()["fits"] is True
    assert seen.json()["categories"]["delegate"]["change"] == 0
    assert await used(house, "delegate") == before
    key = {"Idempotency-Key": str(uuid.uuid4())}
    done = await house.call("egypt", "POST", base, json=plan, headers=key)
    assert done.status_code == 200, done.text
    sent_again = await house.call("egypt", "POST", base, json=plan, headers=key)
    assert (sent_again.status_code, sent_again.json()) == (200, done.json())
    anew = await house.call("egypt", "POST", base, json=plan)
    assert (anew.status_code, anew.json()["code"]) == (422, "registration.plan_invalid")
    states = [(await shown(house, each))["state"] for each in (goes, stays, *drafts)]
    assert states == ["withdrawn", "substituted", "submitted", "submitted"]
    await conserved(house, "egypt")


async def test_a_plan_over_the_quota_is_shown_so_and_does_nothing(house: House) -> None:
    base = f"{BASE}/delegations/egypt/reconciliation"
    free = (await used(house, "staff"))["places"] - (await used(house, "staff"))["used"]
    drafts = [await made(house, category="staff", submit=False, fields=fields()) for _ in range(free + 1)]
    goes = await made(house)
    plan = {"add": drafts, "drop": [goes]}
    seen = await house.call("egypt", "POST", f"{base}/preview", json=plan)
    assert seen.json()["fits"] is False
    assert seen.json()["categories"]["staff"]["over"] == 1
    done = await house.call("egypt", "POST", base, json=plan)
    assert (done.status_code, done.json()["code"]) == (409, "registration.over_quota")
    assert (await shown(house, goes))["state"] == "submitted"
    assert (await shown(house, drafts[0]))["state"] == "draft"


async def test_a_waiver_is_asked_granted_and_counted(house: House) -> None:
    waivers = f"{BASE}/delegations/chad/waivers"
    before = await used(house, "staff", "chad")
    body = {"category": "staff", "places": 3, "reason": "Two drivers\nand a medic"}
    asked = await house.call("chad", "POST", waivers, json=body)
    assert asked.status_code == 201, asked.text
    decision = f"{BASE}/waivers/{asked.json()['waiver_id']}/decision"
    waiting = await house.call(Role.ACCREDITATION_OFFICER, "GET", f"{BASE}/waivers")
    (mine,) = [each for each in waiting.json()["waivers"] if each["waiver_id"] == asked.json()["waiver_id"]]
    assert mine["reason"] == "Two drivers\nand a medic"
    too_many = await house.call(Role.ACCREDITATION_OFFICER, "POST", decision, json={"places": 4})
    assert (too_many.status_code, too_many.json()["code"]) == (422, "registration.waiver_places")
    answer = {"places": 2, "answer": "Two, not three"}
    granted = await house.call(Role.ACCREDITATION_OFFICER, "POST", decision, json=answer)
    assert granted.json()["state"] == "granted", granted.text
    again = await house.call(Role.ACCREDITATION_OFFICER, "POST", decision, json={"places": 0})
    assert again.json()["code"] == "registration.waiver_decided"
    assert await used(house, "staff", "chad") == before | {"places": before["places"] + 2, "waived": 2}
    (seen,) = (await house.call("chad", "GET", waivers)).json()["waivers"]
    assert (seen["state"], seen["granted"], seen["answer"]) == ("granted", 2, "Two, not three")
    refused = await house.call("chad", "POST", waivers, json={"category": "head", "places": 1})
    path = f"{BASE}/waivers/{refused.json()['waiver_id']}/decision"
    no = await house.call(Role.ADMINISTRATOR, "POST", path, json={"places": 0})
    assert no.json()["state"] == "refused"
    assert (await used(house, "head", "chad"))["waived"] == 0


async def test_a_note_verbale_stands_behind_a_change(house: House) -> None:
    notes = f"{BASE}/delegations/egypt/notes-verbales"
    data = {"number": "MFA/2027/114", "dated": "2026-11-01"}
    wrong = await house.call("egypt", "POST", notes, data=data, files={"scan": ("n.pdf", b"MZ not a scan")})
    assert (wrong.status_code, wrong.json()["code"]) == (422, "registration.scan_unreadable")
    scan = b"%PDF-1.7 a letter"
    added = await house.call("egypt", "POST", notes, data=data, files={"scan": ("n.pdf", scan)})
    assert added.status_code == 201, added.text
    note = added.json()["note_id"]
    who = await made(house, note_id=note)
    behind = {"note_id": note, "number": "MFA/2027/114", "dated": "2026-11-01", "has_scan": True}
    assert (await shown(house, who))["history"][0]["note"] == behind
    assert (await house.call("egypt", "GET", f"{BASE}/notes-verbales/{note}/scan")).content == scan
    theirs = await house.call("chad", "GET", f"{BASE}/notes-verbales/{note}/scan")
    assert (theirs.status_code, theirs.json()["code"]) == (404, "registration.unknown_note")
    used_by_others = await register(house, "chad", note_id=note, fields=fields(nationality="TCD"))
    assert (used_by_others.status_code, used_by_others.json()["code"]) == (404, "registration.unknown_note")


async def test_returned_with_remarks_is_answered_and_goes_back_to_the_officer(house: House) -> None:
    who = await made(house)
    officer = Role.ACCREDITATION_OFFICER

    async def in_review() -> bool:
        answer = await house.call(officer, "GET", f"/api/accreditation/v1/dossiers/{who}")
        return answer.status_code == 200 and answer.json()["dossier"]["state"] == "in_review"

    await house.until(in_review)
    asked = {"photo": "A recent one, please", "title": "Which office?"}
    body = {"decision": "return", "participant_ids": [who], "fields": ["photo"], "remarks": asked}
    answer = await house.call(officer, "POST", "/api/accreditation/v1/decisions", json=body)
    assert answer.status_code == 200, answer.text

    async def returned() -> bool:
        return (await shown(house, who))["state"] == "returned"

    await house.until(returned)
    person = await shown(house, who)
    assert (person["turn"], person["missing"]) == ("delegation", ["photo", "title"])
    assert {each["field"]: (each["remark"], each["changed"]) for each in person["remarks"]} == {
        field: (remark, None) for field, remark in asked.items()
    }
    page = await house.call("egypt", "GET", f"/registration/person?id={who}", headers={"Accept": "text/html"})
    assert all(remark in page.text for remark in asked.values())
    overview = (await house.call("egypt", "GET", f"{BASE}/delegations/egypt/overview")).json()
    assert who in {each["participant_id"] for each in overview["waits_for_delegation"]}
    hidden = await save(house, who, photo=True, replies={"title": "\u202eAttaché"})
    assert [each["field"] for each in hidden.json()["data"]["faults"]] == ["reply-title"]
    replies = {"photo": "It is of this month", "rank": "nobody asked"}
    again = await save(house, who, photo=True, fields={"title": "Attaché"}, replies=replies)
    assert again.json()["state"] == "submitted", again.text
    settled = {each["field"]: (each["changed"], each["answer"]) for each in (await shown(house, who))["remarks"]}
    assert settled == {"photo": (False, "It is of this month"), "title": (True, None)}
    await house.until(in_review)
    dossier = await house.call(officer, "GET", f"/accreditation/dossiers/{who}", headers={"Accept": "text/html"})
    assert "It is of this month" in dossier.text
    assert "A recent one, please" in dossier.text


async def test_another_nationality_needs_a_reason_that_the_officer_reads(house: House) -> None:
    foreign = fields(nationality="SDN")
    refused = await register(house, fields=foreign)
    assert [(each["field"], each["code"]) for each in refused.json()["data"]["faults"]] == [
        ("nationality_reason", "roster.nationality_reason_missing")
    ]
    who = await made(house, fields=foreign | {"nationality_reason": "Seconded from a canary office"})
    officer = Role.ACCREDITATION_OFFICER

    async def checked() -> bool:
        answer = await house.call(officer, "GET", f"/api/accreditation/v1/dossiers/{who}")
        return answer.status_code == 200 and answer.json()["dossier"]["state"] == "in_review"

    await house.until(checked)
    checks = (await house.call(officer, "GET", f"/api/accreditation/v1/dossiers/{who}")).json()["dossier"]["checks"]
    (agrees,) = [each for each in checks if each["code"] == "nationality_agrees"]
    assert (agrees["outcome"], agrees["evidence"]) == ("attention", ["nationality", "nationality_reason"])
    page = await house.call(officer, "GET", f"/accreditation/dossiers/{who}", headers={"Accept": "text/html"})
    assert "Seconded from a canary office" in page.text
    for name in ("registration", "accreditation"):
        outbox = house.app.services[name].kernel.database.collection("outbox")
        told = await outbox.find({"key": who}, limit=10)
        assert told
        assert b"canary" not in b"".join(bytes(row["data"]) for row in told)
    submitted = house.app.services["registration"].kernel.database.collection("outbox")
    assert b'"nationality_exception":true' in bytes((await submitted.find({"key": who}, limit=1))[0]["data"])


async def test_a_newer_form_asks_what_is_new_and_only_that(house: House) -> None:
    who = await made(house, "egypt", category="staff", fields=fields())
    conference = (await house.call(Role.ADMINISTRATOR, "GET", "/api/operations/v1/conference")).json()
    current = conference.get("conference", conference)
    for category in current["categories"]:
        category["form"] = {"rank": "required"} if category["code"] == "staff" else {}
    answer = await house.call(Role.ADMINISTRATOR, "PUT", "/api/operations/v1/conference", json=current)
    assert answer.status_code == 200, answer.text

    async def asked() -> bool:
        return (await shown(house, who))["asked_anew"] == ["rank"]

    await house.until(asked)
    person = await shown(house, who)
    assert (person["form"]["version"], person["missing"]) == (2, ["rank"])
    answered = await save(house, who, category="staff", fields={"rank": "Captain"})
    assert answered.status_code == 200, answered.text
    person = await shown(house, who)
    assert (person["asked_anew"], person["missing"], person["values"]["name_latin"]) == ([], [], "Amina Farouk")


async def test_a_request_for_a_vehicle_goes_to_accreditation_and_ends_with_its_bearer(house: House) -> None:
    driver, passenger = await made(house), await made(house)
    path = f"{BASE}/participants/{driver}/permit-requests"
    body = {"kind": "vehicle_permit", "mark": "ليبيا 5-1234", "manifest": [driver, passenger]}
    asked = await house.call("egypt", "POST", path, json=body)
    assert asked.status_code == 201, asked.text
    theirs = await made(house, "chad", fields=fields(nationality="TCD"))
    for wrong in (
        {"manifest": [driver, theirs]},
        {"manifest": []},
        {"manifest": [passenger]},
        {"mark": "a\u202eb"},
        {"mark": " "},
        {"mark": ""},
    ):
        refused = await house.call("egypt", "POST", path, json=body | wrong)
        assert (refused.status_code, refused.json()["code"]) == (422, "registration.permit_invalid"), wrong
    (seen,) = (await house.call("egypt", "GET", path)).json()["requests"]
    assert (seen["mark"], seen["withdrawn"]) == ("ليبيا 5-1234", False)
    await house.call("egypt", "POST", f"{BASE}/participants/{driver}/withdrawal")
    (ended,) = (await house.call("egypt", "GET", path)).json()["requests"]
    assert ended["withdrawn"] is True
    outbox = house.app.services["registration"].kernel.database.collection("outbox")
    told = await outbox.find({"key": driver}, limit=10, sort=[("sequence", 1)])
    types = [dict(row["headers"]).get("ce_type", b"") for row in told]
    assert [str(each).count("permit-request") for each in types] == [0, 1, 0, 1]
    assert not any("1234" in str(row["data"]) for row in told)


async def test_somebody_whom_nobody_announced_is_registered_at_the_desk(house: House) -> None:
    path = f"{BASE}/delegations/chad/walk-ups"
    free = await used(house, "staff", "chad")
    form = {"category": "staff", "fields": fields(nationality="TCD", rank="Colonel")}

    async def at_the_desk(**more: Any) -> httpx.Response:
        body = form | {"fields": fields(nationality="TCD", rank="Colonel")} | more
        data = {"form": json.dumps(body)}
        return await house.call(Role.ACCREDITATION_OFFICER, "POST", path, data=data, files={"photo": PHOTO})

    for _ in range(free["places"] - free["used"]):
        done = await at_the_desk()
        assert done.status_code == 201, done.text
    full = await at_the_desk()
    assert (full.status_code, full.json()["code"]) == (409, "registration.over_quota")
    done = await at_the_desk(over_quota=True)
    assert done.status_code == 201, done.text
    assert (await used(house, "staff", "chad"))["waived"] == free["waived"] + 1
    await conserved(house, "chad")
    seen = await house.call("chad", "GET", f"{BASE}/participants/{done.json()['participant_id']}")
    assert seen.json()["walk_up"] is True


async def test_a_roster_goes_out_as_a_file_that_an_import_reads_again(house: House) -> None:
    who = await made(house, fields=fields(name_latin="Exported Person", rank="=1+1"))
    for language in ("ar", "fr", "en"):
        answer = await house.call("egypt", "GET", f"{BASE}/delegations/egypt/roster.xlsx", language=language)
        assert answer.status_code == 200, answer.text
        sheet: Any = load_workbook(io.BytesIO(answer.content)).active
        rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
        assert recognise([str(heading) for heading in rows[0]]).places["name_latin"] is not None
        (mine,) = [row for row in rows if "Exported Person" in row]
        assert "=1+1" in mine
        assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)
    assert who


HOSTILE = [
    "",
    " ",
    "\u0000",
    "\u202eabc",
    "\u200b",
    "\ud83d\ude00",
    "x" * 1_000,
    "=cmd|' /C calc'!A0",
    "<script>alert(1)</script>",
    "{$ne: null}",
    "30.02.1980",
    "9999-99-99",
    "0000-00-00",
    "99999-01-01",
    "1400-01-01",
    "A\u0301" * 150,
    "\u0410\u0412\u0421123",
    "\ufdfa",
    "P<UTO" + "<" * 90,
]


async def test_whatever_is_written_into_a_field_is_kept_as_written_or_refused_at_that_field(house: House) -> None:
    names = ("name_arabic", "name_latin", "rank", "birth_date", "document_number", "document_expires", "mrz", "email")
    draw = random.Random(20261124)
    for number, text in enumerate(HOSTILE * 2):
        name = draw.choice(names)
        answer = await register(house, photo=False, submit=bool(number % 2), fields=fields(**{name: text}))
        assert answer.status_code in (201, 409, 422), (name, text, answer.text)
        if answer.status_code == 201:
            kept = (await shown(house, answer.json()["participant_id"]))["values"].get(name, "")
            assert kept == text.strip() or name.endswith(("date", "expires")), (name, text)
        elif answer.status_code == 422:
            faults = answer.json()["data"]["faults"]
            assert all(each["sentence"] and each["field"] for each in faults), (name, text)
    await conserved(house, "egypt")


async def test_a_form_that_is_no_form_is_refused(house: House) -> None:
    path = f"{BASE}/delegations/egypt/participants"
    for form in (
        "",
        "{",
        "[]",
        "null",
        '{"category": 3}',
        '{"category": "delegate", "fields": {"photo": "x"}}',
        "[" * 9_000,
    ):
        answer = await house.call("egypt", "POST", path, data={"form": form})
        assert (answer.status_code, answer.json()["code"]) == (422, "request_invalid"), form[:40]


async def test_each_page_of_a_focal_point_is_there_and_small(house: House) -> None:
    who = await made(house)
    paths = ("overview", "roster", "notices", "quota", "reconciliation", "person", f"person?id={who}")
    for path in paths:
        answer = await house.call("egypt", "GET", f"/registration/{path}", headers={"Accept": "text/html"})
        assert answer.status_code == 200, (path, answer.text)
        assert len(answer.content) < 150_000, path
    theirs = await house.call("chad", "GET", f"/registration/person?id={who}", headers={"Accept": "text/html"})
    absent = await house.call("chad", "GET", "/registration/person?id=nobody", headers={"Accept": "text/html"})
    assert (theirs.status_code, absent.status_code) == (404, 404)
    for path in ("waivers", "walk-up"):
        answer = await house.call(Role.ACCREDITATION_OFFICER, "GET", f"/registration/{path}")
        assert answer.status_code == 200, (path, answer.text)


async def searched(house: House, delegation: str = "egypt", **asked: Any) -> dict[str, Any]:
    answer = await house.call(delegation, "POST", f"{BASE}/delegations/{delegation}/roster/search", json=asked)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def test_the_roster_is_filtered_where_it_is_kept_and_every_turn_is_as_each_person_says(house: House) -> None:
    late = await made(house, fields=fields(name_latin="Zeinab Precedes", rank="Brigadier"), precedence=2)
    first = await made(house, submit=False, photo=False, fields={"name_latin": "Draft Précède"}, precedence=1)
    everybody = await searched(house)
    assert [each["participant_id"] for each in everybody["rows"][:2]] == [first, late]
    assert everybody["matching"] == everybody["all"] >= len(everybody["rows"])
    pages = [await searched(house, page=number) for number in range(1, everybody["pages"] + 1)]
    rows = [each for page in pages for each in page["rows"]]
    assert len({each["participant_id"] for each in rows}) == everybody["all"]
    for turn in ("delegation", "officer", "desk", "nobody"):
        found = await searched(house, turn=turn)
        assert found["matching"] == sum(each["turn"] == turn for each in rows), turn
        assert {each["turn"] for each in found["rows"]} <= {turn}
    overview = (await house.call("egypt", "GET", f"{BASE}/delegations/egypt/overview")).json()
    assert overview["turns"]["officer"] == sum(each["turn"] == "officer" for each in rows)
    drafts = await searched(house, state="draft", category="delegate")
    assert first in {each["participant_id"] for each in drafts["rows"]}
    for text, who in (("precede", {late, first}), ("ZEINAB", {late}), ("brigadier", {late}), ("nobody at all", set())):
        found = await searched(house, text=text)
        assert {each["participant_id"] for each in found["rows"]} == who, text
    theirs = await searched(house, "chad", text="precede")
    assert theirs["rows"] == []


async def test_a_page_behind_the_last_is_the_last(house: House) -> None:
    await made(house)
    last = await searched(house, page=400)
    assert last["page"] == last["pages"]
    assert last["rows"]
