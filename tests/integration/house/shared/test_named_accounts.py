"""A shared address with named people: each signs in for themselves, and is shut out at once when they leave."""

from __future__ import annotations

import asyncio
import uuid
from typing import Any

import httpx
import pytest

from shared.security.principal import Role
from shared.security.sealed_texts import ACCOUNT_OWNER_PREFIX, HttpSealedTexts
from tests.integration.house.house import House
from tests.integration.house.shared.test_vault import caller

BASE = "/api/identity/v1"
OWN = "a password of my own"


async def signed_in(house: House, email: str, password: str, name: str = "", **more: str) -> httpx.Response:
    path = "password" if "chosen" in more else "sign-in"
    body = {"email": email, "password": password, "name": name, **more}
    return await house.http.post(f"{BASE}/{path}", json=body)


async def asked(house: House, token: str, method: str, path: str, **content: Any) -> httpx.Response:
    headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": str(uuid.uuid4()), **content.pop("headers", {})}
    return await house.http.request(method, path, headers=headers, **content)


async def head_of(house: House, delegation: str) -> tuple[str, str]:
    """A head focal point's address, and a token of theirs."""
    email = f"{uuid.uuid4().hex}@example.org"
    body = {
        "email": email,
        "password": OWN,
        "person_id": email,
        "roles": ["focal_point"],
        "delegation": delegation,
        "head": True,
    }
    opened = await house.call(Role.ADMINISTRATOR, "POST", f"{BASE}/accounts", json=body)
    assert opened.status_code == 201, opened.text
    return email, (await signed_in(house, email, OWN)).json()["access_token"]


async def person_of(house: House, head: str, delegation: str, name: str) -> dict[str, Any]:
    body = {"full_name": f"Person {name}", "sign_in_name": name}
    opened = await asked(house, head, "POST", f"{BASE}/delegations/{delegation}/accounts", json=body)
    assert opened.status_code == 201, opened.text
    return dict(opened.json())


async def test_each_person_of_an_address_signs_in_with_a_password_that_nobody_else_knows(house: House) -> None:
    email, head = await head_of(house, "egypt")
    amina, salah = [await person_of(house, head, "egypt", name) for name in ("amina", "salah")]
    refused = await signed_in(house, email, amina["password"], "Amina")
    assert (refused.status_code, refused.json()["code"]) == (403, "identity.password_to_choose")
    assert (await signed_in(house, email, amina["password"], "salah")).status_code == 401
    chosen = await signed_in(house, email, amina["password"], "amina", chosen=OWN)
    assert chosen.status_code == 200, chosen.text
    assert (await signed_in(house, email, amina["password"], "amina")).status_code == 401
    me = await asked(house, (await signed_in(house, email, OWN, "amina")).json()["access_token"], "GET", f"{BASE}/me")
    assert me.json() == {"account_id": amina["account_id"], "roles": ["focal_point"], "delegation": "egypt"}
    assert salah["account_id"] != amina["account_id"]


async def test_whoever_leaves_is_shut_out_of_every_service_at_once(house: House) -> None:
    email, head = await head_of(house, "egypt")
    amina = await person_of(house, head, "egypt", "amina")
    token = (await signed_in(house, email, amina["password"], "amina", chosen=OWN)).json()["access_token"]
    quota = "/api/registration/v1/delegations/egypt/quota"
    assert (await asked(house, token, "GET", quota)).status_code == 200
    done = await asked(house, head, "POST", f"{BASE}/accounts/{amina['account_id']}/disable")
    assert done.status_code == 200, done.text
    await asyncio.sleep(1.1)
    shut = await asked(house, token, "GET", quota)
    assert (shut.status_code, shut.json()["code"]) == (401, "token.invalid")
    assert (await asked(house, token, "GET", f"{BASE}/me")).status_code == 401
    assert (await signed_in(house, email, OWN, "amina")).status_code == 401
    assert (await asked(house, head, "GET", quota)).status_code == 200


async def test_a_lost_password_is_drawn_anew_and_ends_every_session(house: House) -> None:
    email, head = await head_of(house, "egypt")
    amina = await person_of(house, head, "egypt", "amina")
    token = (await signed_in(house, email, amina["password"], "amina", chosen=OWN)).json()["access_token"]
    drawn = await asked(house, head, "POST", f"{BASE}/accounts/{amina['account_id']}/password")
    assert drawn.json()["password"] not in (None, amina["password"])
    await asyncio.sleep(1.1)
    assert (await asked(house, token, "GET", f"{BASE}/me")).status_code == 401
    again = await signed_in(house, email, drawn.json()["password"], "amina", chosen="another of my own")
    assert (await asked(house, again.json()["access_token"], "GET", f"{BASE}/me")).status_code == 200


async def test_only_the_head_and_an_administrator_say_who_signs_in(house: House) -> None:
    email, head = await head_of(house, "egypt")
    amina = await person_of(house, head, "egypt", "amina")
    token = (await signed_in(house, email, amina["password"], "amina", chosen=OWN)).json()["access_token"]
    path = f"{BASE}/delegations/egypt/accounts"
    body = {"full_name": "Third", "sign_in_name": "third"}
    refused = await asked(house, token, "POST", path, json=body)
    assert (refused.status_code, refused.json()["code"]) == (403, "identity.head_required")
    also_head = await asked(house, head, "POST", path, json=body | {"head": True})
    assert also_head.json()["code"] == "identity.head_is_kept"
    by_administrator = body | {"email": email, "head": True}
    made = await house.call(Role.ADMINISTRATOR, "POST", path, json=by_administrator)
    assert made.status_code == 201
    kept = await asked(house, head, "POST", f"{BASE}/accounts/{made.json()['account_id']}/disable")
    assert kept.json()["code"] == "identity.head_is_kept"


@pytest.mark.parametrize(
    ("name", "fault"),
    [("Amina\u202eDlrow", "direction_mark"), ("Ami\u200bna", "invisible"), ("Amina \U0001f600", "emoji")],
)
async def test_a_name_that_misleads_its_reader_is_refused_at_its_field(house: House, name: str, fault: str) -> None:
    _, head = await head_of(house, "egypt")
    body = {"full_name": name, "sign_in_name": uuid.uuid4().hex[:12]}
    refused = await asked(house, head, "POST", f"{BASE}/delegations/egypt/accounts", json=body)
    assert (refused.status_code, refused.json()["data"]) == (422, {"field": "full_name", "fault": fault})


async def test_another_delegations_account_answers_as_one_that_is_not_there(house: House) -> None:
    _, of_chad = await head_of(house, "chad")
    _, of_egypt = await head_of(house, "egypt")
    theirs = (await person_of(house, of_egypt, "egypt", "amina"))["account_id"]
    for what in ("disable", "password"):
        of_theirs = await asked(house, of_chad, "POST", f"{BASE}/accounts/{theirs}/{what}")
        of_absent = await asked(house, of_chad, "POST", f"{BASE}/accounts/{uuid.uuid4()}/{what}")
        assert of_theirs.status_code == of_absent.status_code == 404
        assert of_theirs.json() == of_absent.json()
    seen = await asked(house, of_chad, "GET", f"{BASE}/delegations/chad/accounts")
    assert theirs not in seen.text


async def test_names_are_in_the_vault_and_the_audit_log_tells_who_opened_and_ended_whom(house: House) -> None:
    email, head = await head_of(house, "egypt")
    name = f"canary{uuid.uuid4().hex[:8]}"
    body = {"full_name": f"Karima {name}", "sign_in_name": f"k{name[-6:]}"}
    key = {"Idempotency-Key": str(uuid.uuid4())}
    path = f"{BASE}/delegations/egypt/accounts"
    first = await asked(house, head, "POST", path, json=body, headers=key)
    again = await asked(house, head, "POST", path, json=body, headers=key)
    assert again.json() == {"account_id": first.json()["account_id"], "password": None}
    await asked(house, head, "POST", f"{BASE}/accounts/{first.json()['account_id']}/disable")
    listed = (await asked(house, head, "GET", path)).json()["accounts"]
    shown = next(each for each in listed if each["account_id"] == first.json()["account_id"])
    assert (shown["name"], shown["disabled"]) == (f"Karima {name}", True)
    database = house.app.services["identity"].kernel.database
    for collection in ("accounts", "commands", "outbox"):
        assert name not in str(await database.collection(collection).find({}, limit=10_000))
    assert email

    async def told() -> bool:
        entries = await house.call(Role.AUDITOR, "GET", "/api/operations/v1/audit/entries")
        facts = [each["leaf"]["fact"] for each in entries.json()["entries"]]
        mine = [fact["action"] for fact in facts if fact.get("subject") == first.json()["account_id"]]
        return mine == ["account.disabled", "account.opened"]

    await house.until(told)


async def test_identity_keeps_texts_of_accounts_and_reads_no_other(house: House) -> None:
    (participant,) = await house.newcomers("egypt", _somebody())
    http, identity = caller(house, "identity")
    texts = HttpSealedTexts(*caller(house, "accreditation"))
    text_id = str(uuid.uuid4())
    await texts.keep(participant, text_id, "of a participant")
    assert await HttpSealedTexts(http, identity).read([text_id]) == {}
    for owner, who in ((participant, "identity"), (f"{ACCOUNT_OWNER_PREFIX}x", "accreditation")):
        http, identity = caller(house, who)
        body = {"participant_id": owner, "text_id": str(uuid.uuid4()), "text": "x"}
        answer = await http.post("/internal/registration/v1/texts", json=body, headers=identity.headers("registration"))
        assert (answer.status_code, answer.json()["code"]) == (403, "vault.not_granted")


async def test_a_drawn_password_leads_through_the_page_to_an_own_one(house: House) -> None:
    email, head = await head_of(house, "egypt")
    amina = await person_of(house, head, "egypt", "amina")
    form = {"email": email, "name": "amina", "password": amina["password"], "next": "/registration/roster"}
    page = await house.http.post("/identity/sign-in", data=form, headers={"Accept": "text/html"})
    assert 'name="chosen"' in page.text
    assert amina["password"] not in page.text
    short = await house.http.post("/identity/sign-in", data=form | {"chosen": "short"})
    assert (short.status_code, 'name="chosen"' in short.text) == (422, True)
    done = await house.http.post("/identity/sign-in", data=form | {"chosen": OWN})
    assert (done.status_code, done.headers["location"]) == (303, "/registration/roster")
    house.http.cookies.clear()


def _somebody() -> dict[str, Any]:
    from tests.integration.house.house import person

    return person()
