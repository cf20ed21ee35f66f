"""A delegation's list, over HTTP: good rows register once, bad ones come back explained, no place is given twice."""

from __future__ import annotations

import asyncio
import io
import uuid
from typing import Any

import pytest
from openpyxl import load_workbook

from shared.security.principal import Role
from tests.integration.house.house import House, person, photos, workbook

BASE = "/api/registration/v1"


async def check(house: House, *people: dict[str, Any], delegation: str = "egypt", **more: Any) -> dict[str, Any]:
    files = {"workbook": ("list.xlsx", workbook(*people)), "photos": ("p.zip", photos("a.jpg"))}
    answer = await house.call(delegation, "POST", f"{BASE}/delegations/{delegation}/imports", files=files, **more)
    assert answer.status_code == 201, answer.text
    return await house.imported(delegation, answer.json(), language=more.get("language", "en"))


async def commit(house: House, checked: dict[str, Any], delegation: str = "egypt") -> dict[str, int]:
    answer = await house.call(delegation, "POST", f"{BASE}/imports/{checked['import_id']}/commit")
    assert answer.status_code == 202, answer.text
    result: dict[str, int] = (await house.imported(delegation, answer.json()))["result"]
    return result


async def test_nothing_is_registered_before_it_is_committed(house: House) -> None:
    before = await house.call("egypt", "GET", f"{BASE}/delegations/egypt/participants")
    await check(house, person())
    after = await house.call("egypt", "GET", f"{BASE}/delegations/egypt/participants")
    assert before.json() == after.json()


async def test_a_corrected_file_changes_what_was_corrected_and_nothing_else(house: House) -> None:
    one, two = person(), person()
    assert (await commit(house, await check(house, one, two)))["registered"] == 2
    again = await commit(house, await check(house, one, two))
    assert (again["unchanged"], again["registered"], again["corrected"]) == (2, 0, 0)
    changed = await commit(house, await check(house, one, two | {"Full name": "Another Spelling"}))
    assert (changed["unchanged"], changed["corrected"]) == (1, 1)


async def test_a_column_that_is_absent_changes_nothing_and_an_empty_cell_erases(house: House) -> None:
    """The form gave phone, e-mail and a portrait; a list that does not speak of them leaves them as they are."""
    one = person(Phone="+201000000001", Email="amina@example.org")
    await commit(house, await check(house, one))
    silent = {name: one[name] for name in ("Category", "Full name", "Nationality", "Passport number")}
    checked = await check(house, silent)
    assert (checked["good"], checked["changes"]) == (1, [])
    assert checked["outlook"] == {"new": 0, "changed": 0, "unchanged": 1}
    assert (await commit(house, checked))["unchanged"] == 1
    checked = await check(house, silent | {"Full name": "Amina F. Farouk", "Phone": ""})
    assert checked["outlook"] == {"new": 0, "changed": 1, "unchanged": 0}
    (change,) = checked["changes"]
    participant_id = change["participant_id"]
    assert (change["row"], change["fields"]) == (
        2,
        [
            {"field": "name_latin", "old": one["Full name"], "new": "Amina F. Farouk"},
            {"field": "phone", "old": "+201000000001", "new": None},
        ],
    )
    page = await house.call(
        "egypt", "GET", f"/registration/import?id={checked['import_id']}", headers={"Accept": "text/html"}
    )
    assert "+201000000001" in page.text
    book = await house.call("egypt", "GET", checked["workbook_url"])
    remarks: Any = load_workbook(io.BytesIO(book.content)).active
    assert one["Full name"] in remarks.cell(2, remarks.max_column).value
    for who in ("chad", Role.ADMINISTRATOR):
        answer = await house.call(who, "GET", f"{BASE}/imports/{checked['import_id']}")
        assert answer.status_code in (403, 404), who
    assert (await commit(house, checked))["corrected"] == 1
    now = (await house.call("egypt", "GET", f"{BASE}/participants/{participant_id}/registration")).json()
    assert (now["values"]["name_latin"], now["values"]["email"]) == ("Amina F. Farouk", "amina@example.org")
    assert (now["values"]["birth_date"], now["values"]["document_expires"]) == ("1980-05-13", "2035-01-31")
    assert not now["values"].get("phone")
    photo = await house.call("egypt", "GET", f"{BASE}/participants/{participant_id}/photo")
    assert photo.status_code == 200


async def test_a_list_of_passport_numbers_and_telephones_finds_its_people_without_their_nationality(
    house: House,
) -> None:
    one = person()
    await commit(house, await check(house, one))
    phones = {name: one[name] for name in ("Category", "Full name", "Passport number")} | {"Phone": "+201000000002"}
    checked = await check(house, phones)
    assert (checked["good"], checked["outlook"]) == (1, {"new": 0, "changed": 1, "unchanged": 0})
    assert [each["field"] for each in checked["changes"][0]["fields"]] == ["phone"]
    done = await commit(house, checked)
    assert (done["corrected"], done["registered"], done["left_behind"]) == (1, 0, 0)
    assert (await commit(house, await check(house, one | {"Phone": "+201000000002"})))["unchanged"] == 1
    stranger = await check(house, phones | {"Passport number": "X-unknown"})
    assert (stranger["good"], stranger["bad"]) == (0, 1)


async def test_a_corrected_passport_number_or_issuer_is_a_change_of_its_person_and_takes_no_place(house: House) -> None:
    old = person(Issuer="EGY", **{"Full name": "Djibril Oumarou", "Date of birth": "1966-02-01"})
    new = {"Passport number": "X7000001"}
    before = await used(house)
    await commit(house, await check(house, old))
    assert await used(house) == before + 1
    checked = await check(house, old | new)
    assert checked["outlook"] == {"new": 0, "changed": 1, "unchanged": 0}
    assert checked["faults"] == []
    (change,) = checked["changes"]
    assert change["fields"] == [{"field": "document_number", "old": old["Passport number"], "new": "X7000001"}]
    page = await house.call(
        "egypt", "GET", f"/registration/import?id={checked['import_id']}", headers={"Accept": "text/html"}
    )
    assert old["Passport number"] in page.text
    done = await commit(house, checked)
    assert (done["corrected"], done["registered"], done["left_behind"]) == (1, 0, 0)
    again = await commit(house, await check(house, old | new))
    assert (again["unchanged"], again["registered"], again["corrected"]) == (1, 0, 0)
    assert await used(house) == before + 1
    issued = await check(house, old | new | {"Issuer": "UNO"})
    assert [each["field"] for each in issued["changes"][0]["fields"]] == ["document_issuer"]
    assert issued["changes"][0]["participant_id"] == change["participant_id"]
    silent = {name: old[name] for name in ("Category", "Full name", "Date of birth")} | {"Passport number": "X7000002"}
    assert (await commit(house, await check(house, silent)))["corrected"] == 1
    assert (await commit(house, await check(house, silent)))["unchanged"] == 1
    assert (await commit(house, await check(house, old | {"Passport number": "X7000002"})))["unchanged"] == 1
    assert await used(house) == before + 1


async def test_a_new_document_is_nobodys_change_while_its_person_has_a_row_or_two_have_the_names(house: House) -> None:
    one = person(**{"Full name": "Ekaterina Vlahou", "Date of birth": "1972-08-19"})
    await commit(house, await check(house, one))
    namesake = one | {"Passport number": "X7000003"}
    both = await check(house, one, namesake)
    assert both["outlook"] == {"new": 1, "changed": 0, "unchanged": 1}
    assert (await commit(house, both))["registered"] == 1
    third = await check(house, one | {"Passport number": "X7000004"})
    assert third["outlook"] == {"new": 1, "changed": 0, "unchanged": 0}
    assert [each["code"] for each in third["faults"]] == ["roster.maybe_registered"]


async def test_people_without_an_e_mail_and_two_of_one_are_registered_each_for_themselves(house: House) -> None:
    shared = {"E-mail": "protocol@example.org"}
    people = [person(**{"E-mail": ""}), person(**shared), person(**shared)]
    assert (await commit(house, await check(house, *people)))["registered"] == 3
    again = await commit(house, await check(house, *people))
    assert (again["unchanged"], again["corrected"], again["registered"]) == (3, 0, 0)


async def test_precedence_and_documents_come_and_go_out_in_a_list_and_the_same_list_changes_nothing(
    house: House,
) -> None:
    words = {"Order of precedence": 4, "Document type": "Passeport diplomatique", "Issuer": "xom"}
    one = person(**words, **{"Full name": "Ludovica Farnese", "Date of birth": "1969-04-02"})
    assert (await commit(house, await check(house, one)))["registered"] == 1
    checked = await check(house, one | {"Order of precedence": 2, "Document type": "laissez-passer"})
    said = [(each["field"], each["old"], each["new"]) for each in checked["changes"][0]["fields"]]
    assert said == [("document_type", "diplomatic_passport", "laissez_passer"), ("precedence", "4", "2")]
    path = f"/registration/import?id={checked['import_id']}"
    page = await house.call("egypt", "GET", path, headers={"Accept": "text/html"}, language="fr")
    assert "passeport diplomatique" in page.text
    assert (await commit(house, checked))["corrected"] == 1
    participant_id = checked["changes"][0]["participant_id"]
    form = await house.call(
        "egypt", "GET", f"/registration/person?id={participant_id}", headers={"Accept": "text/html"}, language="ar"
    )
    assert '<option value="laissez_passer" selected>جواز مرور</option>' in form.text
    for language in ("ar", "fr", "en"):
        answer = await house.call("egypt", "GET", f"{BASE}/delegations/egypt/roster.xlsx", language=language)
        files = {"workbook": ("list.xlsx", answer.content)}
        sent = await house.call("egypt", "POST", f"{BASE}/delegations/egypt/imports", files=files)
        again = await house.imported("egypt", sent.json())
        assert participant_id not in [each["participant_id"] for each in again["changes"]], language
        mine = [cell for row in load_workbook(io.BytesIO(answer.content)).active.iter_rows() for cell in row]  # type: ignore[union-attr]
        assert {"2", "XOM"} <= {cell.value for cell in mine}


async def used(house: House) -> int:
    found: int = (await house.call("egypt", "GET", f"{BASE}/delegations/egypt/quota")).json()["categories"]["delegate"][
        "used"
    ]
    return found


async def test_committing_twice_at_once_registers_once(house: House) -> None:
    checked = await check(house, person(), person())
    results = await asyncio.gather(*(commit(house, checked) for _ in range(4)))
    assert results == [{"registered": 2, "corrected": 0, "unchanged": 0, "left_behind": 0}] * 4
    listed = await house.call("egypt", "GET", f"{BASE}/imports/{checked['import_id']}")
    assert listed.json()["result"] == results[0]


async def test_two_hundred_want_the_last_place_and_one_gets_it(house: House) -> None:
    heads = [person(Category="head", Nationality="TCD") for _ in range(8)]
    checks = [await check(house, head, delegation="chad") for head in heads]
    results = await asyncio.gather(*(commit(house, checked, "chad") for checked in checks))
    assert sum(result["registered"] for result in results) == 1
    assert sum(result["left_behind"] for result in results) == 7
    quota = (await house.call("chad", "GET", f"{BASE}/delegations/chad/quota")).json()["categories"]
    assert quota["head"] == {"places": 1, "used": 1, "waived": 0}


async def test_a_withdrawal_frees_the_place_and_is_done_once(house: House) -> None:
    quota = f"{BASE}/delegations/egypt/quota"
    await commit(house, await check(house, person(Category="head")))
    found = await house.call("egypt", "GET", f"{BASE}/delegations/egypt/participants")
    head = next(each for each in found.json()["participants"] if each["category"] == "head")
    path = f"{BASE}/participants/{head['participant_id']}/withdrawal"
    key = {"Idempotency-Key": str(uuid.uuid4())}
    first = await house.call("egypt", "POST", path, headers=key)
    second = await house.call("egypt", "POST", path, headers=key)
    assert first.json() == second.json() == {"participant_id": head["participant_id"], "state": "withdrawn"}
    third = await house.call("egypt", "POST", path)
    assert third.json()["code"] == "registration.already_withdrawn"
    assert (await house.call("egypt", "GET", quota)).json()["categories"]["head"]["used"] == 0


async def test_faults_are_said_in_the_focal_points_language(house: House) -> None:
    bad = person(**{"Expiry date": "2020-01-01"})
    said = {language: await check(house, bad, language=language) for language in ("ar", "fr", "en")}
    sentences = {language: checked["faults"][0]["sentence"] for language, checked in said.items()}
    assert len(set(sentences.values())) == 3
    assert "الجواز" in sentences["ar"]
    assert {checked["faults"][0]["cell"] for checked in said.values()} == {"F2"}


@pytest.mark.parametrize(
    ("name", "content", "status", "code"),
    [
        ("list.xlsx", b"", 422, "workbook.empty"),
        ("list.xlsx", b"%PDF-1.7", 422, "workbook.column_missing"),
        ("list.xlsx", b"PK\x03\x04 broken", 422, "workbook.unreadable"),
        ("list.csv", b"Category\nDelegate\n", 422, "workbook.column_missing"),
        ("list.csv", b"x" * (11 * 1024 * 1024), 413, "workbook.too_large"),
    ],
)
async def test_a_file_that_is_no_list_is_refused_in_words(
    house: House, name: str, content: bytes, status: int, code: str
) -> None:
    files = {"workbook": (name, content)}
    answer = await house.call("egypt", "POST", f"{BASE}/delegations/egypt/imports", files=files, language="fr")
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer.headers["content-type"].startswith("application/problem+json")
    assert answer.json()["detail"]


async def test_a_body_over_every_bound_is_refused_before_it_is_held(house: House) -> None:
    answer = await house.call("egypt", "POST", f"{BASE}/participants/x/withdrawal", content=b"x" * 2_000_000)
    assert answer.status_code == 413


async def test_a_mutating_call_without_an_idempotency_key_is_refused(house: House) -> None:
    headers = {"Authorization": f"Bearer {house.token('egypt')}", "Accept-Language": "ar"}
    answer = await house.http.post(f"{BASE}/participants/x/withdrawal", headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (422, "idempotency_key_missing")


async def test_the_annotated_workbook_comes_back(house: House) -> None:
    checked = await check(house, person(Category="Astronaut"))
    answer = await house.call("egypt", "GET", checked["workbook_url"])
    assert answer.status_code == 200
    assert answer.content.startswith(b"PK")
    theirs = await house.call("chad", "GET", checked["workbook_url"])
    assert (theirs.status_code, theirs.json()["code"]) == (404, "registration.unknown_import")


async def test_personal_data_is_nowhere_in_clear(house: House) -> None:
    """A canary name and passport are looked for in every database, outbox and held record of every service."""
    name, passport = "Canary Zzyzx", f"XQ{uuid.uuid4().int % 10**7:07d}"
    await house.register("egypt", person(**{"Full name": name, "Passport number": passport}))

    async def checked() -> bool:
        queue = await house.call(Role.ACCREDITATION_OFFICER, "GET", "/api/accreditation/v1/queue")
        return queue.json()["total"] > 0

    await house.until(checked)
    looked_at = 0
    for service in house.app.services.values():
        store = service.kernel.store
        databases = [service.kernel.database.name]
        if service.name == "registration":
            databases.append(databases[0].replace("_registration", "_vault"))
        for database in databases:
            for collection in await store.database(database).collection_names():
                async for documents in (
                    store.database(database).collection(collection).stream({}, sort=[("_id", 1)], chunk=200)
                ):
                    looked_at += len(documents)
                    text = repr(documents)
                    assert name not in text, (database, collection)
                    assert passport not in text, (database, collection)
    assert looked_at > 50


async def test_the_vault_writes_down_who_read_what_before_it_answers(house: House) -> None:
    await house.register("egypt", person())
    vault = house.app.services["registration"].kernel
    reads = vault.store.database(vault.database.name.replace("_registration", "_vault")).collection("reads")

    async def read() -> list[dict[str, Any]]:
        return await reads.find({"service": "accreditation", "purpose": "automatic_checks"}, limit=500)

    await house.until(read)
    for entry in await read():
        assert "photo" not in entry["fields"]
        assert entry["participant_ids"]


async def test_the_same_upload_under_one_key_is_one_import(house: House) -> None:
    key = {"Idempotency-Key": str(uuid.uuid4())}
    row = person()
    files = {"workbook": ("list.xlsx", workbook(row)), "photos": ("p.zip", photos("a.jpg"))}
    path = f"{BASE}/delegations/egypt/imports"
    first = await house.call("egypt", "POST", path, files=files, headers=key)
    second = await house.call("egypt", "POST", path, files=files, headers=key)
    assert first.json()["import_id"] == second.json()["import_id"]
    other = {"workbook": ("list.xlsx", workbook(person()))}
    third = await house.call("egypt", "POST", path, files=other, headers=key)
    assert (third.status_code, third.json()["code"]) == (409, "idempotency_key_reused")


async def test_an_old_file_brings_nobody_back_and_a_correction_does(house: House) -> None:
    row = person(**{"Full name": "Comes Back"})
    before = set(await house.register("egypt", person()))
    (participant,) = set(await house.register("egypt", row)) - before
    path = f"{BASE}/participants/{participant}"
    await house.call("egypt", "POST", f"{path}/withdrawal")
    assert (await commit(house, await check(house, row)))["unchanged"] == 1
    assert (await house.call("egypt", "GET", path)).json()["state"] == "withdrawn"
    assert (await commit(house, await check(house, row | {"Full name": "Came Back"})))["corrected"] == 1
    assert (await house.call("egypt", "GET", path)).json()["state"] == "submitted"

    async def waits_for_an_officer() -> bool:
        dossier = f"/api/accreditation/v1/dossiers/{participant}"
        answer = await house.call(Role.ACCREDITATION_OFFICER, "GET", dossier)
        return answer.status_code == 200 and answer.json()["dossier"]["state"] == "in_review"

    await house.until(waits_for_an_officer)
