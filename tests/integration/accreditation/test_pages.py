"""The queue's page."""

from __future__ import annotations

import httpx

from services.accreditation.main import STATIC
from shared.security.principal import Principal
from shared.web.pages import static_files
from tests.integration.accreditation.desk import API, FOCAL_POINT, OFFICER, Desk

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
