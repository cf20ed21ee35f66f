"""The vault's own door: by grant, by service, and a tombstone for who was erased."""

from __future__ import annotations

import httpx
import pytest

from shared.security.personal_data import (
    FACES_PATH,
    FIELDS,
    READ_PATH,
    Erased,
    HttpPersonalData,
    Missing,
    PersonalRecord,
    Purpose,
)
from shared.security.sealed_texts import READ_PATH as TEXTS_PATH
from shared.security.sealed_texts import HttpSealedTexts
from shared.security.service_identity import ServiceIdentity
from shared.world import SYSTEM
from tests.integration.house.house import House, person


def caller(house: House, name: str, *, of: str = "registration") -> tuple[httpx.AsyncClient, ServiceIdentity]:
    """A service with its own key, at another's internal door: the vault's, where nothing is said."""
    app = house.app.services[of].app
    http = httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url=f"http://{of}.internal")
    return http, ServiceIdentity.open(house.secrets / name / "services", name, house.world)


async def ids(house: House) -> list[str]:
    return await house.newcomers("egypt", person(**{"E-mail": "v@example.org"}))


async def test_a_service_gets_what_is_granted_for_the_purpose_and_no_more(house: House) -> None:
    participants = await ids(house)
    found = await HttpPersonalData(*caller(house, "accreditation")).read(participants, purpose=Purpose.BADGE)
    assert len(found) == 1
    for each in found.values():
        assert isinstance(each, PersonalRecord)
        assert str(each.name_latin).startswith("Amina Farouk")
        given = {field for field in FIELDS if getattr(each, field) is not None}
        assert given <= {"name_arabic", "name_latin", "rank", "title", "photo"}


@pytest.mark.parametrize("service", ["entrance", "operations", "session_allocation", "identity"])
async def test_a_service_without_a_grant_gets_nothing(house: House, service: str) -> None:
    http, identity = caller(house, service)
    body = {"participant_ids": await ids(house), "purpose": "badge"}
    answer = await http.post(READ_PATH, json=body, headers=identity.headers("registration"))
    assert (answer.status_code, answer.json()["code"]) == (403, "vault.not_granted")


async def test_a_persons_token_opens_no_internal_door(house: House) -> None:
    http, _ = caller(house, "accreditation")
    body = {"participant_ids": ["x"], "purpose": "badge"}
    headers = {"Authorization": f"Bearer {house.token('egypt')}"}
    answer = await http.post(READ_PATH, json=body, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (401, "token.invalid")
    assert (await http.post(READ_PATH, json=body)).status_code == 401


async def test_an_erased_person_is_a_tombstone_and_others_go_on(house: House) -> None:
    (first,), (second,) = await ids(house), await ids(house)
    vault = house.app.services["registration"].application.list_participants._vault  # type: ignore[attr-defined]
    await vault._keys.erase([first])
    found = await HttpPersonalData(*caller(house, "accreditation")).read(
        [first, second, "nobody"], purpose=Purpose.BADGE
    )
    assert isinstance(found[first], Erased)
    assert isinstance(found["nobody"], Missing)
    assert isinstance(found[second], PersonalRecord)


async def test_a_remark_is_sealed_read_by_its_keeper_and_gone_with_the_person(house: House) -> None:
    (last,) = await ids(house)
    texts = HttpSealedTexts(*caller(house, "accreditation"))
    text_id = SYSTEM.new_id()
    await texts.keep(last, text_id, "The photo is too dark")
    await texts.keep(last, text_id, "Something else")
    assert await texts.read([text_id, "nothing"]) == {text_id: "The photo is too dark"}
    http, identity = caller(house, "entrance")
    answer = await http.post(TEXTS_PATH, json={"text_ids": [text_id]}, headers=identity.headers("registration"))
    assert (answer.status_code, answer.json()["code"]) == (403, "vault.not_granted")
    vault = house.app.services["registration"].application.list_participants._vault  # type: ignore[attr-defined]
    await vault._keys.erase([last])
    assert await texts.read([text_id]) == {}


async def test_the_door_for_faces_opens_for_that_purpose_and_to_the_service_that_has_it(house: House) -> None:
    participants = await ids(house)
    found = await HttpPersonalData(*caller(house, "entrance"), path=FACES_PATH).read(
        participants, purpose=Purpose.FACE_CHECK
    )
    assert all(isinstance(each, PersonalRecord) and each.birth_date is None for each in found.values())
    for service, purpose in (("accreditation", "badge"), ("accreditation", "face_check"), ("entrance", "badge")):
        http, identity = caller(house, service)
        body = {"participant_ids": participants, "purpose": purpose}
        answer = await http.post(FACES_PATH, json=body, headers=identity.headers("registration"))
        assert (answer.status_code, answer.json()["code"]) == (403, "vault.not_granted")
