"""What a delegation waits for: once on its page, and by e-mail under one Message-ID however often it is tried."""

from __future__ import annotations

import email
import itertools
from dataclasses import replace
from datetime import date, timedelta
from email.message import Message
from pathlib import Path
from typing import Any

import pytest

from deploy.local.mail_catcher import MailCatcher
from deploy.local.processes import free_ports
from services.registration.adapters.mail import SmtpMail
from services.registration.adapters.notices_mongo import MongoNotices
from services.registration.application.notice_addresses import NoticeAddresses
from services.registration.application.send_notices import SendNotices
from services.registration.application.show_notices import NOTICES_A_PAGE
from services.registration.settings import RegistrationSettings
from services.registration.vault.texts import SealedTexts
from shared.conference import ConferenceCopy
from shared.errors import InfrastructureError
from shared.security.principal import Role
from shared.web.application import service_texts
from shared.world import SYSTEM, World
from tests.integration.house.house import House
from tests.integration.house.test_list import BASE, fields, made

NUMBERS = itertools.count()
LATER = World(now=lambda: SYSTEM.now() + timedelta(seconds=10))


async def notices(house: House, delegation: str = "egypt") -> list[dict[str, Any]]:
    answer = await house.call(delegation, "GET", f"{BASE}/delegations/{delegation}/notices")
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["notices"]
    return found


async def accepted(house: House) -> str:
    """A member of staff, whose category is decided automatically, and whose badge is ready."""
    # Of one name and one birth date there would be a double, and a double waits for an officer.
    born = date(1960, 2, 2) + timedelta(days=next(NUMBERS))
    who = await made(house, category="staff", fields=fields(birth_date=born.isoformat()))

    async def told() -> bool:
        return {"accepted", "badge_prepared"} <= {
            each["kind"] for each in await notices(house) if each["participant_id"] == who
        }

    await house.until(told)
    return who


async def test_a_status_change_is_a_notice_once_and_only_the_delegations(house: House) -> None:
    who = await accepted(house)
    mine = [each for each in await notices(house) if each["participant_id"] == who]
    assert sorted(each["kind"] for each in mine) == ["accepted", "badge_prepared"]
    assert who not in {each["participant_id"] for each in await notices(house, "chad")}
    assert all(each["is_new"] for each in mine)
    seen = await house.call("egypt", "POST", f"{BASE}/delegations/egypt/notices/seen")
    assert seen.status_code == 200
    assert not any(each["is_new"] for each in await notices(house))
    person = await house.call("egypt", "GET", f"{BASE}/participants/{who}/registration")
    assert {"accepted", "badge_prepared", "submitted"} == {each["kind"] for each in person.json()["history"]}


async def test_notices_are_turned_over_page_by_page_to_the_oldest_and_back(house: House) -> None:
    """Of one moment too, which several notices may have; another delegation's notice leads to one's own latest."""
    collection = house.app.services["registration"].kernel.database.collection("notices")
    begun = SYSTEM.now() - timedelta(days=400)
    made_up = [
        {
            "_id": f"turned-{number:03d}",
            "delegation": "chad",
            "kind": "accepted",
            "at": begun + timedelta(minutes=number // 7),
            "participant_id": None,
            "mail_id": "none",
        }
        for number in range(3 * NOTICES_A_PAGE - 20)
    ]
    await collection.insert_many(made_up)
    whole = [
        each["_id"]
        async for chunk in collection.stream({"delegation": "chad"}, sort=[("at", -1), ("_id", -1)], chunk=100)
        for each in chunk
    ]
    path = f"{BASE}/delegations/chad/notices"

    async def page(**cursor: str) -> dict[str, Any]:
        answer = await house.call("chad", "GET", path, params=cursor)
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    pages = [await page()]
    assert pages[0]["newer"] is None
    while pages[-1]["older"]:
        pages.append(await page(older=pages[-1]["older"]))
    assert [each["notice_id"] for one in pages for each in one["notices"]] == whole
    back = [pages[-1]]
    while back[-1]["newer"]:
        back.append(await page(newer=back[-1]["newer"]))
    turned = [each["notice_id"] for one in back[::-1] for each in one["notices"]]
    assert len(set(turned)) == len(turned)
    assert set(turned) == set(whole)
    assert (await page(older="nobody"))["notices"] == pages[0]["notices"]
    own = (await notices(house, "egypt"))[0]["notice_id"] if await notices(house, "egypt") else "nobody"
    assert (await page(older=own))["notices"] == pages[0]["notices"]
    html = await house.call("chad", "GET", "/registration/notices", headers={"Accept": "text/html"})
    assert f"older={pages[0]['older']}" in html.text


@pytest.mark.parametrize(
    "address", ["nobody", "a@b", "a@example.org\r\nBcc: x@example.org", "a b@example.org", "أ@ب.م"]
)
async def test_an_address_that_is_none_is_refused(house: House, address: str) -> None:
    path = f"{BASE}/delegations/egypt/notice-addresses"
    answer = await house.call("egypt", "PUT", path, json={"addresses": [address]})
    assert (answer.status_code, answer.json()["code"]) == (422, "registration.address_invalid")


async def test_e_mail_goes_out_in_the_delegations_language_without_a_name(house: House, tmp_path: Path) -> None:
    path = f"{BASE}/delegations/egypt/notice-addresses"
    set_to = await house.call("egypt", "PUT", path, json={"addresses": ["ministry@example.org", "second@example.org"]})
    assert set_to.status_code == 200, set_to.text
    await accepted(house)
    port = free_ports(1)
    catcher = await MailCatcher(tmp_path).serve(port)
    send, failing = sender(house, port), sender(house, port, fails_after=True)
    async with catcher:
        assert await failing() == 0
        first = messages(tmp_path)
        mails = house.app.services["registration"].kernel.database.collection("mails")
        await mails.update_many({}, {"$set": {"next_at": SYSTEM.now()}})
        assert await send() == 1
        assert await send() == 0
    (message,) = messages(tmp_path)
    assert [each["Message-ID"] for each in first] == [message["Message-ID"]]
    assert message["To"] == "ministry@example.org, second@example.org"
    assert message["Content-Language"] == "ar"
    payload = message.get_payload(decode=True)
    assert isinstance(payload, bytes)
    body = payload.decode()
    assert "قُبل" in body
    assert "/registration/notices" in body
    assert "Amina" not in body + str(message)


async def test_a_mail_server_that_is_away_is_waited_out(house: House) -> None:
    await accepted(house)
    port = free_ports(1)
    assert await sender(house, port)() == 0
    mails = house.app.services["registration"].kernel.database.collection("mails")
    (waiting,) = await mails.find({"is_open": True}, limit=10)
    assert (waiting["tries"], waiting["failed"]) == (1, False)


def messages(folder: Path) -> list[Message]:
    return [email.message_from_bytes(path.read_bytes()) for path in sorted(folder.glob("*.eml"))]


def sender(house: House, port: int, *, fails_after: bool = False) -> SendNotices:
    """What the service runs every few seconds, some seconds from now; `fails_after`: killed before it is noted."""
    service = house.app.services["registration"]
    kernel = service.kernel
    parts = service.application.start_import._parts  # type: ignore[attr-defined]
    texts = SealedTexts(parts.vault._database, parts.vault, SYSTEM)
    addresses = NoticeAddresses(ConferenceCopy(kernel.database), parts.vault, texts, kernel.unit_of_work)
    settings = RegistrationSettings.model_construct(
        mail_host="127.0.0.1", mail_port=port, mail_from="bawaba@example.org", public_url="http://bawaba.test",
        mail_starttls=False, mail_username=None, mail_password=None,
    )  # fmt: skip
    deliver = SmtpMail(settings, service_texts(str(Path("services/registration/bootstrap.py").resolve())))

    async def delivered_unnoted(*given: Any) -> None:
        await deliver(*given)
        raise InfrastructureError("killed")

    copy = ConferenceCopy(kernel.database)
    how = delivered_unnoted if fails_after else deliver
    return SendNotices(MongoNotices(kernel.database), addresses, copy, kernel.unit_of_work, how, replace(LATER))


async def test_a_delegation_follows_its_peoples_badges_and_nobody_elses(house: House) -> None:
    who = await accepted(house)
    officer, path = Role.ACCREDITATION_OFFICER, "/api/accreditation/v1/badges"

    async def badge_is(status: str) -> None:
        async def same() -> bool:
            seen = await house.call("egypt", "GET", f"{BASE}/participants/{who}")
            return bool(seen.json()["badge"] == status)

        await house.until(same)

    await badge_is("prepared")
    rows = (await house.call(officer, "GET", f"{path}?delegation=egypt")).json()["rows"]
    badge = next(row["badge_id"] for row in rows if row["participant_id"] == who)
    await house.call(officer, "POST", f"{path}/activations", json={"participant_ids": [who]})
    await badge_is("active")
    for step, status in (("suspension", "suspended"), ("resumption", "active")):
        assert (await house.call(officer, "POST", f"{path}/{badge}/{step}", json={})).status_code == 200
        await badge_is(status)
    await house.call(officer, "POST", f"{path}/{badge}/revocation", json={"reason": "lost"})
    await badge_is("ended")
    kinds = [each["kind"] for each in await notices(house) if each["participant_id"] == who]
    assert {"badge_suspended", "badge_resumed", "badge_ended"} <= set(kinds)
    page = await house.call("egypt", "GET", f"/registration/person?id={who}", headers={"Accept": "text/html"})
    assert "Badge suspended" in page.text
    assert (await house.call("chad", "GET", f"{BASE}/participants/{who}")).status_code == 404
    assert not [each for each in await notices(house, "chad") if each["participant_id"] == who]
