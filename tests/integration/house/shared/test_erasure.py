"""Erasing a person: for good, tried by reading, certified, and forgotten again after a restore."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import uuid
from pathlib import Path
from typing import Any

import pytest

from services.registration.vault.store import PEOPLE
from shared.security.personal_data import Erased, HttpPersonalData, Purpose
from shared.security.principal import Role
from shared.security.signed_note import NoteBrokenError, NoteVerifier
from tests.integration.house.house import House, person, photos, workbook
from tests.integration.house.shared.test_same_people import registered
from tests.integration.house.shared.test_vault import caller
from tests.integration.house.terminal import served
from tests.support.backend import ROOT

BASE = "/api/registration/v1"


async def withdrawn(house: House, **changes: Any) -> str:
    participant_id = await registered(house, "egypt", **changes)
    answer = await house.call("egypt", "POST", f"{BASE}/participants/{participant_id}/withdrawal")
    assert answer.status_code == 200, answer.text
    return participant_id


async def erase(house: House, *participant_ids: str, **content: Any) -> Any:
    body = {"participant_ids": list(participant_ids)}
    return await house.call(Role.AUDITOR, "POST", f"{BASE}/erasures", json=body, **content)


async def test_an_erased_person_is_nowhere_to_be_read_and_a_certificate_says_so(house: House) -> None:
    number = uuid.uuid4().hex[:8].upper()
    gone = await withdrawn(house, **{"Full name": "Erased Somebody", "Passport number": number})
    answer = await erase(house, gone)
    assert answer.status_code == 201, answer.text
    done = answer.json()
    text = NoteVerifier.parse(done["verifier"]).open(done["certificate"])
    assert f"participant: {gone}" in text
    assert "out of reach: printed_badges_and_lists" in text
    assert "Somebody" not in text
    with pytest.raises(NoteBrokenError):
        NoteVerifier.parse(done["verifier"]).open(done["certificate"].replace(gone, str(uuid.uuid4())))
    found = await HttpPersonalData(*caller(house, "accreditation")).read([gone], purpose=Purpose.BADGE)
    assert isinstance(found[gone], Erased)
    again = await registered(house, "egypt", **{"Full name": "Erased Somebody", "Passport number": number})
    assert again != gone
    same = await house.call(Role.ACCREDITATION_OFFICER, "GET", f"{BASE}/participants/{again}/same-people")
    assert gone not in {each["participant_id"] for each in same.json()["people"]}


async def test_the_same_command_again_erases_nothing_and_answers_the_same(house: House) -> None:
    gone = await withdrawn(house)
    headers = {"Idempotency-Key": str(uuid.uuid4())}
    first = await erase(house, gone, headers=headers)
    assert (await erase(house, gone, headers=headers)).json() == first.json()
    shown = await house.call(Role.AUDITOR, "GET", f"{BASE}/erasures/{first.json()['erasure_id']}")
    assert shown.json() == first.json()


async def test_who_holds_a_place_is_withdrawn_before(house: House) -> None:
    present = await registered(house, "egypt")
    answer = await erase(house, present)
    assert (answer.status_code, answer.json()["code"]) == (409, "erasure.still_takes_part")


async def test_a_legal_hold_stands_against_erasing_until_it_is_lifted(house: House) -> None:
    gone = await withdrawn(house)
    path = f"{BASE}/participants/{gone}/legal-hold"
    assert (await house.call(Role.AUDITOR, "PUT", path, json={"reason": "court_order"})).status_code == 200
    answer = await erase(house, gone)
    assert (answer.status_code, answer.json()["code"]) == (409, "erasure.held")
    unsaid = await house.call(Role.AUDITOR, "PUT", path, json={"reason": None})
    assert (unsaid.status_code, unsaid.json()["code"]) == (422, "erasure.lift_reason_missing")
    lifted = {"reason": None, "lifted_because": "order_lifted"}
    for _ in range(2):
        assert (await house.call(Role.AUDITOR, "PUT", path, json=lifted)).status_code == 200
    assert (await erase(house, gone)).status_code == 201


async def test_a_hold_and_its_end_are_shown_and_audited_each_with_its_reason(house: House) -> None:
    gone = await withdrawn(house)
    path = f"{BASE}/participants/{gone}/legal-hold"
    await house.call(Role.AUDITOR, "PUT", path, json={"reason": "dispute"})
    (shown,) = [each for each in await standing(house) if each["participant_id"] == gone]
    assert shown["reason"] == "dispute"
    page = await house.call(Role.AUDITOR, "GET", "/registration/erasure", headers={"Accept": "text/html"})
    assert gone in page.text
    lifted = {"reason": None, "lifted_because": "dispute_settled"}
    for _ in range(2):
        assert (await house.call(Role.AUDITOR, "PUT", path, json=lifted)).status_code == 200
    assert gone not in {each["participant_id"] for each in await standing(house)}

    async def told() -> bool:
        entries = (await house.call(Role.AUDITOR, "GET", "/api/operations/v1/audit/entries")).json()["entries"]
        facts = [each["leaf"]["fact"] for each in entries]
        of_hold = [(fact["action"], fact["reason"]) for fact in facts if fact.get("subject") == gone]
        return sorted(of_hold) == [("legal_hold.lifted", "dispute_settled"), ("legal_hold.put", "dispute")]

    await house.until(told)


async def standing(house: House) -> list[dict[str, Any]]:
    answer = await house.call(Role.AUDITOR, "GET", f"{BASE}/legal-holds")
    found: list[dict[str, Any]] = answer.json()["legal_holds"]
    return found


async def test_somebody_unknown_erases_nobody(house: House) -> None:
    gone = await withdrawn(house)
    answer = await erase(house, gone, "nobody")
    assert (answer.status_code, answer.json()["code"]) == (404, "registration.unknown_participant")
    found = await HttpPersonalData(*caller(house, "accreditation")).read([gone], purpose=Purpose.BADGE)
    assert not isinstance(found[gone], Erased)


async def test_what_a_restore_brings_back_of_an_erased_person_is_removed_at_the_start(house: House) -> None:
    gone = await withdrawn(house)
    service = house.app.services["registration"]
    vault = service.application.list_participants._vault  # type: ignore[attr-defined]
    people = vault._database.collection(PEOPLE)
    before = await people.find_one({"_id": gone})
    participants = service.kernel.database.collection("participants")
    known = await participants.find_one({"_id": gone})
    assert (await erase(house, gone)).status_code == 201
    await people.insert_one(before)
    await participants.replace_one({"_id": gone}, known)
    _, go_on, *_ = service.before
    await go_on()
    assert await people.find_one({"_id": gone}) is None
    assert (await participants.find_one({"_id": gone}))["fingerprints"] == {}


async def test_an_erasure_that_broke_off_is_finished_at_the_start(house: House) -> None:
    gone = await withdrawn(house)
    service = house.app.services["registration"]
    vault = service.application.list_participants._vault  # type: ignore[attr-defined]
    destroy, vault.destroy = vault.destroy, _broken
    with pytest.raises(RuntimeError):
        await erase(house, gone)
    vault.destroy = destroy
    _, go_on, *_ = service.before
    await go_on()
    erasures = service.kernel.database.collection("erasures")
    done = await erasures.find_one({"participant_ids": gone})
    assert done["certificate"]
    assert vault.is_erased(gone)


async def _broken(_owners: object) -> int:
    raise RuntimeError("killed here")


async def test_a_delegation_can_register_another_import_after_an_erasure(house: House) -> None:
    gone = await withdrawn(house)
    assert (await erase(house, gone)).status_code == 201
    assert await house.register("egypt", person(**{"Full name": "After Erasure"}))


async def test_what_a_dry_run_left_in_memory_goes_with_whoever_is_erased(house: House) -> None:
    gone = await withdrawn(house)
    files = {
        "workbook": ("a.xlsx", workbook(person(**{"Full name": "Read Before"}))),
        "photos": ("p.zip", photos("a.jpg")),
    }
    checked = await house.call("egypt", "POST", f"{BASE}/delegations/egypt/imports", files=files)
    shown = await house.imported("egypt", checked.json())
    application: Any = house.app.services["registration"].application
    readings = application.start_import._parts.check.readings
    assert readings.holds
    assert (await erase(house, gone)).status_code == 201
    assert readings.holds == 0
    await house.call("egypt", "POST", f"{BASE}/imports/{shown['import_id']}/commit")
    ended = await house.imported("egypt", shown)
    assert (ended["state"], ended["refusal"]["code"]) == ("stopped", "registration.import_expired")


async def test_an_auditor_finds_people_by_name_and_the_audit_log_keeps_who_was_shown(house: House) -> None:
    here = await withdrawn(house, **{"Full name": "Sought Qaddumi"})
    (there,) = await house.newcomers("chad", person(**{"Full name": "Sought Qaddumi", "Nationality": "TCD"}))
    path = f"{BASE}/people/search"
    found = await house.call(Role.AUDITOR, "POST", path, json={"name": "QADDÚMI"})
    assert found.status_code == 200, found.text
    people = {each["participant_id"]: each for each in found.json()["people"]}
    assert set(people) >= {here, there}
    assert (people[here]["name_latin"], people[here]["delegation"]) == ("Sought Qaddumi", "egypt")
    nobody = await house.call(Role.AUDITOR, "POST", path, json={"name": "nobody has this"})
    assert nobody.json() == {"people": [], "more": False}
    short = await house.call(Role.AUDITOR, "POST", path, json={"name": "Qa "})
    assert (short.status_code, short.json()["code"]) == (422, "erasure.name_too_short")
    assert short.json()["data"] == {"minimum": 3, "field": "name"}
    facts: list[dict[str, Any]] = []

    async def told() -> bool:
        answer = await house.call(Role.AUDITOR, "GET", "/api/operations/v1/audit/entries")
        facts[:] = [each["leaf"]["fact"] for each in answer.json()["entries"]]
        facts[:] = [fact for fact in facts if fact.get("action") == "people.sought"]
        return len(facts) >= 2

    await house.until(told)
    shown = [{each["value"] for each in fact["details"]} for fact in facts]
    assert set(people) in shown
    assert set() in shown, "a search that found nobody is one too"
    assert {fact["actor"] for fact in facts} == {"auditor"}
    assert "addumi" not in str(facts).casefold()
    assert (await erase(house, here)).status_code == 201
    after = await house.call(Role.AUDITOR, "POST", path, json={"name": "Qaddumi"})
    assert here not in {each["participant_id"] for each in after.json()["people"]}


async def test_past_certificates_are_listed_the_latest_first_and_each_is_a_file(house: House) -> None:
    gone = [await withdrawn(house), await withdrawn(house)]
    done = [(await erase(house, each)).json() for each in gone]
    listed = (await house.call(Role.AUDITOR, "GET", f"{BASE}/erasures")).json()["erasures"]
    assert listed[:2] == done[::-1]
    path = f"{BASE}/erasures/{done[0]['erasure_id']}/certificate"
    file = await house.call(Role.AUDITOR, "GET", path)
    assert file.text == done[0]["certificate"]
    assert "attachment" in file.headers["content-disposition"]
    page = await house.call(Role.AUDITOR, "GET", "/registration/erasure", headers={"Accept": "text/html"})
    assert path in page.text
    absent = await house.call(Role.AUDITOR, "GET", f"{BASE}/erasures/nothing/certificate")
    assert (absent.status_code, absent.json()["code"]) == (404, "erasure.unknown")


async def test_the_commands_erase_and_verify_a_certificate_and_refuse_a_changed_one(
    house: House, tmp_path: Path
) -> None:
    gone, present = await withdrawn(house), await registered(house, "egypt")
    file = tmp_path / "certificate.txt"
    async with served(house) as terminal:
        await terminal.opened("erases@example.org", Role.AUDITOR)
        by = ("--email", "erases@example.org")
        refused = await terminal.bawaba("erase", present, *by, "--certificate", str(file))
        assert refused.returncode == 2
        assert not file.exists()
        done = await terminal.bawaba("erase", gone, *by, "--certificate", str(file))
        assert done.returncode == 0, done.stderr
        verifier = done.stderr.strip().rpartition(" ")[2]
        found = await HttpPersonalData(*caller(house, "accreditation")).read([gone], purpose=Purpose.BADGE)
        assert isinstance(found[gone], Erased)

    def verified() -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "services", "certificate", str(file), "--verifier", verifier]
        return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)

    good = await asyncio.to_thread(verified)
    assert (good.returncode, f"participant: {gone}" in good.stdout) == (0, True)
    file.write_text(file.read_text(encoding="utf-8").replace(gone, present), encoding="utf-8")
    assert (await asyncio.to_thread(verified)).returncode == 1
