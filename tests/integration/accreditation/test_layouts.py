"""Badge layouts from a file to the paper: tried, put into force, said by the badge, taken back."""

from __future__ import annotations

import io
import uuid
from typing import Any

import httpx
import pypdfium2
from PIL import Image

from services.accreditation.adapters.layout_files import default_content
from tests.integration.accreditation.desk import ADMINISTRATOR, API, OFFICER, Desk, until
from tests.integration.accreditation.test_badges import prepared

OWN = default_content().replace('say = "motto_ar"', 'say = "motto_en"')


async def send(desk: Desk, method: str, path: str, text: str, *, as_: Any = ADMINISTRATOR) -> httpx.Response:
    headers = {
        "Authorization": f"Bearer {desk.outside.token(as_)}",
        "Idempotency-Key": str(uuid.uuid4()),
        "Accept-Language": "en",
    }
    transport = httpx.ASGITransport(app=desk.service.app)
    async with httpx.AsyncClient(transport=transport, base_url="http://desk") as http:
        return await http.request(
            method, f"{API}/layouts/{path}", files={"file": ("layout.toml", text.encode())}, headers=headers
        )


async def drawn_by(desk: Desk) -> dict[str, str]:
    answer = await desk.call("GET", f"{API}/layouts", as_=ADMINISTRATOR)
    found: dict[str, str] = answer.json()["by_category"]
    return found


async def conference_known(desk: Desk) -> None:
    async def known() -> bool:
        return (await desk.call("GET", f"{API}/layouts", as_=ADMINISTRATOR)).status_code == 200

    await until(known, lambda: desk.call("GET", f"{API}/layouts", as_=ADMINISTRATOR))


async def back_of(desk: Desk, participant_id: str) -> str:
    badge = (await desk.badges(participant_id))[0]["_id"]
    answer = await desk.call("GET", f"{API}/badges/{badge}/page.pdf")
    with pypdfium2.PdfDocument(answer.content) as document:
        return str(document[1].get_textpage().get_text_range())


async def test_a_badge_says_which_version_drew_it(desk: Desk) -> None:
    await prepared(desk, "p-1")
    assert "default 0" in await back_of(desk, "p-1")
    for version, text in ((1, OWN), (2, default_content()), (2, default_content())):
        answer = await send(desk, "PUT", "staff/content", text)
        assert answer.json()["version"] == version, "the same file again is no new version"
        assert f"staff {version}" in await back_of(desk, "p-1")
    assert (await drawn_by(desk))["staff"] == "staff 2"
    assert (await drawn_by(desk))["delegate"] == "default 0"
    assert (await desk.call("DELETE", f"{API}/layouts/staff", as_=ADMINISTRATOR)).status_code == 204
    assert "default 0" in await back_of(desk, "p-1")
    assert (await send(desk, "PUT", "staff/content", OWN)).json()["version"] == 4, "no version is given twice"


async def test_the_default_is_loaded_for_all_that_have_none_of_their_own(desk: Desk) -> None:
    await conference_known(desk)
    await send(desk, "PUT", "default/content", OWN)
    assert set((await drawn_by(desk)).values()) == {"default 1"}
    answer = await desk.call("GET", f"{API}/layouts/delegate/content", as_=ADMINISTRATOR)
    assert answer.text == OWN, "something to begin a new version from"


async def test_a_file_is_tried_without_coming_into_force(desk: Desk) -> None:
    await conference_known(desk)
    for answer in (
        await desk.call("GET", f"{API}/layouts/delegate/proof", as_=OFFICER),
        await send(desk, "POST", "delegate/proof", OWN, as_=OFFICER),
    ):
        assert answer.headers["content-type"] == "image/png"
        picture = Image.open(io.BytesIO(answer.content))
        assert picture.width > picture.height > 700
    assert set((await drawn_by(desk)).values()) == {"default 0"}


async def test_a_bad_file_is_refused_with_its_places_and_changes_nothing(desk: Desk) -> None:
    await conference_known(desk)
    bad = OWN.replace("at = [6, 92, 50, 50]", "at = [6, 92, 30, 30]")
    for method, path in (("PUT", "delegate/content"), ("POST", "delegate/proof")):
        answer = await send(desk, method, path, bad)
        assert answer.status_code == 422
        assert answer.json()["data"]["faults"] == [["a6.front 9", "symbol_small"]]
    large = await send(desk, "PUT", "delegate/content", "#" * 70_000)
    assert large.json()["data"]["faults"] == [["", "too_large"]]
    assert set((await drawn_by(desk)).values()) == {"default 0"}


async def test_only_an_administrator_puts_a_layout_into_force(desk: Desk) -> None:
    await conference_known(desk)
    assert (await send(desk, "PUT", "delegate/content", OWN, as_=OFFICER)).status_code == 403
    assert (await send(desk, "PUT", "nobody/content", OWN)).json()["code"] == "accreditation.unknown_category"
    gone = await desk.call("DELETE", f"{API}/layouts/delegate", as_=ADMINISTRATOR)
    assert gone.json()["code"] == "accreditation.layout_not_found"
