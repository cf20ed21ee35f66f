"""Who gets the pass of a badge, and when: nobody before it is active, and of the own delegation alone."""

from __future__ import annotations

import io
import json
import zipfile

import pytest

from services.accreditation.main import STATIC
from shared.security.principal import Principal, Role
from shared.web.pages import static_files
from tests.integration.accreditation.desk import ADMINISTRATOR, API, FOCAL_POINT, OFFICER, Desk
from tests.integration.accreditation.test_badges import post, prepared

static_files([STATIC])
FOCAL_POINT_OF_CHAD = Principal("account-chad", "person-chad", frozenset({Role.FOCAL_POINT}), "chad")
NOWHERE = "00000000-0000-7000-8000-000000000000"
KINDS = ("wallet/apple", "wallet/google", "page.pdf", "page.png")


async def test_a_focal_point_gets_pass_and_page_of_an_active_badge(desk: Desk) -> None:
    (badge_id,) = await prepared(desk, "p-1")
    await desk.activate("p-1")
    credential = (await desk.badges("p-1"))[0]["credential"]
    for who in (FOCAL_POINT, OFFICER):
        file = await desk.call("GET", f"{API}/badges/{badge_id}/wallet/apple", as_=who)
        assert file.headers["content-type"] == "application/vnd.apple.pkpass"
        assert "badge-preview.pkpass" in file.headers["content-disposition"]
        assert file.headers["cache-control"] == "no-store"
        with zipfile.ZipFile(io.BytesIO(file.content)) as archive:
            assert json.loads(archive.read("pass.json"))["barcodes"][0]["message"] == credential
        google = (await desk.call("GET", f"{API}/badges/{badge_id}/wallet/google", as_=who)).json()
        assert (google["is_preview"], google["link"]) == (True, None)
        assert google["ticket_object"]["barcode"]["value"] == credential
        page = await desk.call("GET", f"{API}/badges/{badge_id}/page.pdf", as_=who)
        assert page.content.startswith(b"%PDF-")
    assert desk.outside.reads[-1] == ("badge", ("p-1",))


async def test_no_symbol_leaves_before_activation_nor_after_the_badge_ended(desk: Desk) -> None:
    (badge_id,) = await prepared(desk, "p-1")
    for state in ("prepared", "revoked"):
        for kind in KINDS:
            refused = await desk.call("GET", f"{API}/badges/{badge_id}/{kind}", as_=FOCAL_POINT)
            assert (refused.status_code, refused.json()["code"]) == (409, "accreditation.badge_state"), kind
            assert state in refused.text.lower()
        shown = await desk.call("GET", "/accreditation/passes", as_=FOCAL_POINT, accept="text/html")
        assert badge_id not in shown.text
        for kind in ("wallet/apple", "wallet/google"):
            assert (await desk.call("GET", f"{API}/badges/{badge_id}/{kind}")).status_code == 409, "officers neither"
        await post(desk, badge_id, "revocation", "withdrawn")


@pytest.mark.parametrize("kind", KINDS)
async def test_another_delegations_badge_answers_as_one_that_is_not_there(desk: Desk, kind: str) -> None:
    (badge_id,) = await prepared(desk, "p-1")
    await desk.activate("p-1")
    theirs = await desk.call("GET", f"{API}/badges/{badge_id}/{kind}", as_=FOCAL_POINT_OF_CHAD)
    absent = await desk.call("GET", f"{API}/badges/{NOWHERE}/{kind}", as_=FOCAL_POINT_OF_CHAD)
    assert (theirs.status_code, theirs.json()) == (404, absent.json())


async def test_an_administrator_prints_and_takes_no_pass(desk: Desk) -> None:
    (badge_id,) = await prepared(desk, "p-1")
    await desk.activate("p-1")
    assert (await desk.call("GET", f"{API}/badges/{badge_id}/page.pdf", as_=ADMINISTRATOR)).status_code == 200
    assert (await desk.call("GET", f"{API}/badges/{badge_id}/wallet/apple", as_=ADMINISTRATOR)).status_code == 403


async def test_the_pages_say_that_an_unsigned_pass_is_a_preview(desk: Desk) -> None:
    (badge_id,) = await prepared(desk, "p-1")
    await desk.activate("p-1")
    own = await desk.call("GET", "/accreditation/passes", as_=FOCAL_POINT, accept="text/html")
    assert f"/accreditation/badges/{badge_id}/wallet" in own.text
    assert "Mohamed Ahmed Ali" in own.text
    for who in (FOCAL_POINT, OFFICER):
        for language, mark in (("ar", "معاينة غير موقّعة"), ("fr", "APERÇU NON SIGNÉ"), ("en", "UNSIGNED PREVIEW")):
            page = await desk.call(
                "GET",
                f"/accreditation/badges/{badge_id}/wallet",
                as_=who,
                accept="text/html",
                more_headers={"Accept-Language": language},
            )
            assert page.status_code == 200, page.text[:300]
            assert mark in page.text
    badges = await desk.call("GET", "/accreditation/badges", accept="text/html")
    assert f"/accreditation/badges/{badge_id}/wallet" in badges.text
