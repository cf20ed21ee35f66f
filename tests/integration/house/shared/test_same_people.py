"""The same person twice: told to the accreditation side over all delegations, and never to a delegation."""

from __future__ import annotations

import io
import uuid
from typing import Any

from openpyxl import load_workbook

from shared.security.principal import Role
from shared.security.same_people import HttpSamePeople
from tests.integration.house.house import House, person, photos, workbook
from tests.integration.house.shared.test_vault import caller

PATH = "/api/registration/v1/participants/{}/same-people"


async def registered(house: House, delegation: str, **changes: Any) -> str:
    """One more participant of a delegation; answers the id."""
    (who,) = await house.newcomers(delegation, person(**changes))
    return who


async def same(house: House, participant_id: str) -> dict[str, dict[str, Any]]:
    answer = await house.call(Role.ACCREDITATION_OFFICER, "GET", PATH.format(participant_id))
    assert answer.status_code == 200, answer.text
    return {each["participant_id"]: each for each in answer.json()["people"]}


async def test_two_spellings_with_one_birth_date_are_found_across_delegations(house: House) -> None:
    born = "1961-07-19"
    first = await registered(house, "egypt", **{"Full name": "Abdelrahman Mahfouz Zaghloul", "Date of birth": born})
    changes = {"Full name": "عبد الرحمن محفوظ زغلول", "Date of birth": born, "Nationality": "TCD"}
    second = await registered(house, "chad", **changes)
    found = (await same(house, second))[first]
    assert found["delegation"] == "egypt"
    assert not found["by_document"]
    assert "birth_date_equal" in found["evidence"]
    assert second in await same(house, first)


async def test_one_name_with_another_birth_date_is_another_person(house: House) -> None:
    name = {"Full name": "Youssef Karamallah Gobran"}
    first = await registered(house, "egypt", **name, **{"Date of birth": "1961-07-20"})
    second = await registered(house, "chad", **name, **{"Date of birth": "1979-02-03", "Nationality": "TCD"})
    assert first not in await same(house, second)


async def test_one_passport_under_two_names_is_found_however_it_is_spaced(house: House) -> None:
    number = uuid.uuid4().hex[:8].upper()
    paper = {"Issued by": "TCD"}
    first = await registered(house, "egypt", **{"Full name": "Tarek Shafiq", "Passport number": number}, **paper)
    spaced = f"{number[:2].lower()} {number[2:]}"
    second = await registered(
        house, "chad", **{"Full name": "Bechir Togoi", "Passport number": spaced, "Nationality": "TCD"}, **paper
    )
    assert (await same(house, second))[first]["by_document"]


async def test_accreditations_checks_ask_by_their_own_token_and_get_no_name(house: House) -> None:
    born = "1958-11-23"
    first = await registered(house, "egypt", **{"Full name": "Hossam Eldin Qalyoubi", "Date of birth": born})
    changes = {"Full name": "Houssam Eddine Kalioubi", "Date of birth": born, "Nationality": "TCD"}
    second = await registered(house, "chad", **changes)
    found = await HttpSamePeople(*caller(house, "accreditation")).of(second)
    assert first in {each.participant_id for each in found}

    async def noticed() -> bool:
        """At the later one, and at the earlier one, which was checked before its double came."""
        return all([await is_noticed(house, each) for each in (first, second)])

    await house.until(noticed)


async def is_noticed(house: House, participant_id: str) -> bool:
    answer = await house.call(Role.ACCREDITATION_OFFICER, "GET", f"/api/accreditation/v1/dossiers/{participant_id}")
    checks = answer.json()["dossier"]["checks"] if answer.status_code == 200 else []
    return any(check["code"] == "registered_once" and check["outcome"] == "attention" for check in checks)


async def test_a_delegation_is_warned_of_somebody_alike_in_its_own_list_and_never_of_anothers(house: House) -> None:
    born = "1959-04-30"
    elsewhere = await registered(
        house, "chad", **{"Full name": "Mustafa Kamel Sherif", "Date of birth": born, "Nationality": "TCD"}
    )
    first = await registered(house, "egypt", **{"Full name": "Moustapha Kamil Cherif", "Date of birth": born})
    path = "/api/registration/v1/participants/{}/registration"
    assert (await house.call("egypt", "GET", path.format(first))).json()["alike"] == []
    second = await registered(house, "egypt", **{"Full name": "مصطفى كامل شريف", "Date of birth": born})
    for one, other in ((first, second), (second, first)):
        assert (await house.call("egypt", "GET", path.format(one))).json()["alike"] == [other]
    page = await house.call("egypt", "GET", f"/registration/person?id={second}", headers={"Accept": "text/html"})
    assert "Moustapha Kamil Cherif" in page.text
    assert elsewhere not in page.text


async def test_a_dry_run_warns_of_somebody_alike_on_its_own_list_and_in_its_file_and_never_elsewhere(
    house: House,
) -> None:
    """A warning: the rows are good, and can be registered."""
    born = "1961-11-23"
    elsewhere = await registered(
        house, "chad", **{"Full name": "Abderrahmane Youssoufi", "Date of birth": born, "Nationality": "TCD"}
    )
    rows = [
        person(**{"Full name": "عبد الرحمن يوسفي", "Date of birth": born}),
        person(**{"Full name": "Djimtola Ngarbe", "Date of birth": "1977-07-17"}),
        person(**{"Full name": "Abdel Rahman Yousfi", "Date of birth": born}),
    ]
    alone = await dry_run(house, rows[0])
    assert (alone["good"], alone["faults"]) == (1, [])
    here = await registered(house, "egypt", **{"Full name": "Abd Errahman Youcefi", "Date of birth": born})
    checked = await dry_run(house, *rows)
    assert (checked["good"], checked["bad"]) == (3, 0)
    said = [(each["row"], each["code"], each["severity"], each["participant_id"]) for each in checked["faults"]]
    assert said == [
        (2, "roster.maybe_registered", "warning", here),
        (2, "roster.maybe_twice", "warning", None),
        (4, "roster.maybe_registered", "warning", here),
        (4, "roster.maybe_twice", "warning", None),
    ]
    path = f"/registration/import?id={checked['import_id']}"
    page = await house.call("egypt", "GET", path, headers={"Accept": "text/html"})
    assert f"/registration/person?id={here}" in page.text
    assert elsewhere not in page.text + str(checked)
    book = await house.call("egypt", "GET", checked["workbook_url"])
    sheet: Any = load_workbook(io.BytesIO(book.content)).active
    remarks = [sheet.cell(number, sheet.max_column).value or "" for number in (2, 3, 4)]
    assert ["row 4" in remarks[0], remarks[1], "row 2" in remarks[2]] == [True, "", True]


async def dry_run(house: House, *people: dict[str, Any]) -> dict[str, Any]:
    files = {"workbook": ("list.xlsx", workbook(*people)), "photos": ("p.zip", photos("a.jpg"))}
    answer = await house.call("egypt", "POST", "/api/registration/v1/delegations/egypt/imports", files=files)
    assert answer.status_code == 201, answer.text
    return await house.imported("egypt", answer.json())


async def test_a_delegation_gets_one_answer_whether_somebody_is_registered_elsewhere_or_not(house: House) -> None:
    born = "1966-12-02"
    elsewhere = {"Full name": "Evangelos Vlachogiannis", "Date of birth": born}
    await registered(house, "egypt", **elsewhere)
    twice = await registered(house, "chad", **elsewhere, **{"Nationality": "TCD"})
    once = await registered(house, "chad", **{"Full name": "Djimtola Ngarbe", "Nationality": "TCD"})
    for participant_id in (twice, once):
        answer = await house.call("chad", "GET", PATH.format(participant_id))
        assert (answer.status_code, answer.json()["code"]) == (403, "role_required")
    views = []
    for participant_id in (twice, once):
        view = (await house.call("chad", "GET", f"/api/registration/v1/participants/{participant_id}")).json()
        views.append({key: value for key, value in view.items() if key not in ("participant_id", "state", "badge")})
    assert views[0] == views[1]
