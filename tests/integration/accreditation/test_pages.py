"""Accreditation's pages as they are made: the queue, the desk, keys, access, receipts."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import httpx

from services.accreditation.adapters.mongo import BADGES
from services.accreditation.main import STATIC
from shared.security.principal import Principal
from shared.web.pages import static_files
from tests.integration.accreditation.desk import API, FOCAL_POINT, OFFICER, PERSON, SECOND_OFFICER, Desk
from tests.integration.accreditation.test_badges import post, prepared

static_files([STATIC])


async def page(desk: Desk, as_: Principal | None = OFFICER) -> httpx.Response:
    return await desk.call("GET", "/accreditation/queue", as_=as_, accept="text/html")


async def test_the_queue_shows_names_and_findings_in_words(desk: Desk) -> None:
    await desk.submit("p-1", has_photo=False)
    await desk.until_told("p-1", "DossierChecked")
    shown = await page(desk)
    assert shown.status_code == 200
    for words in ("محمد أحمد علي", "Mohamed Ahmed Ali", "The photo that this category needs is missing."):
        assert words in shown.text
    assert desk.outside.reads[-1] == ("review", ("p-1",))


async def test_names_are_on_the_page_alone(desk: Desk) -> None:
    await desk.submit("p-1")
    await desk.until_told("p-1", "DossierChecked")
    for path in (f"{API}/queue", f"{API}/dossiers/p-1"):
        assert "Mohamed" not in (await desk.call("GET", path)).text


async def test_an_empty_queue_says_so(desk: Desk) -> None:
    assert "No dossier is waiting for a decision." in (await page(desk)).text


async def test_a_focal_point_sees_no_queue_and_a_stranger_is_sent_to_sign_in(desk: Desk) -> None:
    assert (await page(desk, FOCAL_POINT)).status_code == 403
    strange = await page(desk, None)
    assert (strange.status_code, "/identity/sign-in" in strange.headers["location"]) == (303, True)


async def test_the_pages_of_a_badges_life_are_made_in_every_language(desk: Desk) -> None:
    await prepared(desk, "p-1")
    body = {"upgrades": [{"zone": "lounge", "days": [1], "only_with": "staff"}], "only_days": [1, 2]}
    assert (await desk.call("PUT", f"{API}/dossiers/p-1/access", body)).status_code == 200
    await desk.call("POST", f"{API}/receipts", {"delegation": "egypt"})
    await desk.call("POST", f"{API}/card-stock", {"first": "A001", "last": "A100"})
    for path in ("access/p-1", "desk", "keys", "badges"):
        for language in ("ar", "fr", "en"):
            page = await desk.call(
                "GET", f"/accreditation/{path}", accept="text/html", more_headers={"Accept-Language": language}
            )
            assert page.status_code == 200, (path, language, page.text[:300])
            assert f'lang="{language}"' in page.text
    receipts = await desk.call("GET", "/accreditation/receipts", as_=FOCAL_POINT, accept="text/html")
    assert "data-sign" in receipts.text


async def test_the_fifty_first_receipt_is_on_the_second_page_of_officer_and_delegation(desk: Desk) -> None:
    await prepared(desk, "p-1")
    made = [(await desk.call("POST", f"{API}/receipts", {"delegation": "egypt"})).json()["receipt_id"]]
    for _ in range(50):
        made.append((await desk.call("POST", f"{API}/receipts", {"delegation": "egypt"})).json()["receipt_id"])
    for path, who in (("desk", OFFICER), ("receipts", FOCAL_POINT)):
        first = await desk.call("GET", f"/accreditation/{path}", as_=who, accept="text/html")
        second = await desk.call("GET", f"/accreditation/{path}?receipts=2", as_=who, accept="text/html")
        assert made[0] not in first.text
        assert 'href="?receipts=2#receipts"' in first.text
        assert (made[0] in second.text, made[50] in second.text) == (True, False)


async def test_the_ready_blanks_are_listed_and_printed_from_the_desk(desk: Desk) -> None:
    made = await desk.call("POST", f"{API}/blanks", {"category": "staff", "count": 2})
    shown = (await desk.call("GET", "/accreditation/desk", accept="text/html")).text
    assert all(number in shown for number in made.json()["numbers"])
    assert "Print the ready blanks" in shown
    assert "blanks_of" in shown


async def test_a_dossier_shows_the_checks_with_their_evidence_and_what_a_badge_would_open(desk: Desk) -> None:
    await desk.submit("p-1")
    await desk.until_told("p-1", "DossierChecked")
    shown = await desk.call("GET", "/accreditation/dossiers/p-1", accept="text/html")
    assert shown.status_code == 200
    for words in ("Mohamed Ahmed Ali", "1975-06-01", "The birth date is plausible.", "What the badge opens", "hall"):
        assert words in shown.text
    assert desk.outside.reads[-1] == ("review", ("p-1",))
    assert (
        await desk.call("GET", "/accreditation/dossiers/p-1", as_=FOCAL_POINT, accept="text/html")
    ).status_code == 403


async def test_who_may_be_the_same_person_is_named_and_linked_where_officers_compare(desk: Desk) -> None:
    await desk.submit("p-1", delegation="chad", person=replace(PERSON, name_latin="Muhammad Ahmad Aly"))
    await desk.until_told("p-1", "DossierChecked")
    like = {"delegation": "chad", "score": 0.93, "by_document": True, "evidence": ["birth_date_equal"]}
    desk.outside.same["p-2"] = [{"participant_id": "p-1", **like}, {"participant_id": "p-no-dossier", **like}]
    await desk.submit("p-2")
    await desk.until_told("p-2", "DossierChecked")
    shown = (await desk.call("GET", "/accreditation/dossiers/p-2", accept="text/html")).text
    assert '<a href="/accreditation/dossiers/p-1"><bdi>Muhammad Ahmad Aly</bdi></a>' in shown
    for words in ("May be the same person", "chad", "same document", "93 %", "same birth date"):
        assert words in shown
    assert "p-no-dossier" not in shown
    desk.outside.same.clear()
    assert (
        "Nobody is alike any more" in (await desk.call("GET", "/accreditation/dossiers/p-1", accept="text/html")).text
    )


async def test_a_queue_is_asked_for_by_delegation_on_its_page(desk: Desk) -> None:
    for participant_id, delegation in (("p-1", "egypt"), ("p-2", "chad")):
        await desk.submit(participant_id, delegation=delegation)
        await desk.until_told(participant_id, "DossierChecked")
    of_one = (await desk.call("GET", "/accreditation/queue?delegation=chad", accept="text/html")).text
    assert '<option value="chad" selected>chad</option>' in of_one
    assert ('data-participant="p-2"' in of_one, 'data-participant="p-1"' in of_one) == (True, False)
    of_all = (await desk.call("GET", "/accreditation/queue?delegation=", accept="text/html")).text
    assert ('data-participant="p-2"' in of_all, 'data-participant="p-1"' in of_all) == (True, True)
    assert 'name="note"' in of_all


async def test_the_next_dossier_is_one_that_this_officer_can_decide_on(desk: Desk) -> None:
    for participant_id in ("p-1", "p-2"):
        await desk.submit(participant_id, category="head")
        await desk.until_told(participant_id, "DossierChecked")
    await desk.decide("approve", "p-1")
    own = await desk.call("GET", "/accreditation/next", accept="text/html")
    assert own.headers["location"] == "/accreditation/dossiers/p-2"
    await desk.call("PUT", f"{API}/dossiers/p-2/claim", {})
    others = await desk.call("GET", "/accreditation/next", as_=SECOND_OFFICER, accept="text/html")
    assert others.headers["location"] == "/accreditation/dossiers/p-1"
    behind = await desk.call("GET", "/accreditation/next?after=p-2", accept="text/html")
    assert behind.headers["location"] == "/accreditation/queue"


async def test_a_badge_whose_time_is_over_is_said_to_have_expired_wherever_it_is_shown_and_keeps_its_state(
    desk: Desk,
) -> None:
    _, _, ended = await prepared(desk, "p-1", "p-2", "p-3")
    await desk.activate("p-1", "p-2")
    await post(desk, ended, "revocation", "withdrawn")
    over = {"$set": {"valid_until": desk.service.kernel.world.now()}}
    for person in ("p-1", "p-3"):
        await desk.service.kernel.database.collection(BADGES).update_one({"participant_id": person}, over)
    expected = {"p-1": ("active", True), "p-2": ("active", False), "p-3": ("revoked", False)}

    def seen(found: list[dict[str, Any]]) -> dict[str, tuple[str, bool]]:
        return {row["participant_id"]: (row["state"], row["has_expired"]) for row in found}

    listed = (await desk.call("GET", f"{API}/badges")).json()["rows"]
    assert seen(listed) == expected
    numbers = {row["participant_id"]: row["number"] for row in listed}
    for person, state in expected.items():
        of_dossier = (await desk.call("GET", f"{API}/dossiers/{person}")).json()["badges"]
        at_desk = (await desk.call("POST", f"{API}/desk/lookups", {"read": numbers[person]})).json()
        assert seen(of_dossier) == seen([at_desk]) == seen(at_desk["badges"]) == {person: state}
    asked = {"delegation": "egypt", "text": "Mohamed"}
    named = (await desk.call("POST", f"{API}/desk/searches", asked)).json()["rows"]
    assert {row["number"]: row["has_expired"] for row in named} == {numbers["p-1"]: True, numbers["p-2"]: False}
    for language, expired, active in (
        ("ar", "انتهت صلاحيتها", "سارية"),
        ("fr", "Périmé", "Actif"),
        ("en", "Expired", "Active"),
    ):
        assert {("bad", expired), ("good", active)} < set(await marked(desk, "badges", language))
        assert await marked(desk, "dossiers/p-1", language) == [("bad", expired)]
        assert await marked(desk, "dossiers/p-2", language) == [("good", active)]


async def marked(desk: Desk, place: str, language: str) -> list[tuple[str, str]]:
    """The marks of badges' states on a page, and their words."""
    in_language = {"Accept-Language": language}
    page = await desk.call("GET", f"/accreditation/{place}", accept="text/html", more_headers=in_language)
    assert page.status_code == 200, page.text[:300]
    found: list[tuple[str, str]] = re.findall(r'<span class="mark mark-(\w+)" data-state>([^<]+)</span>', page.text)
    return found
