"""Signing in, staying in, and being shut out."""

from __future__ import annotations

import uuid
from typing import Any

import pytest

from shared.errors import InfrastructureError
from shared.security.officer_addresses import HttpOfficerAddresses
from shared.security.principal import Role
from tests.integration.house.house import House
from tests.integration.house.shared.test_vault import caller

PASSWORD = "a long enough password"


async def opened(
    house: House, *roles: str, delegation: str | None = None, password: str = PASSWORD, person: str = "p"
) -> tuple[str, str]:
    email = f"{uuid.uuid4().hex}@Example.org"
    body = {"email": email, "password": password, "person_id": person, "roles": list(roles), "delegation": delegation}
    answer = await house.call(Role.ADMINISTRATOR, "POST", "/api/identity/v1/accounts", json=body)
    assert answer.status_code == 201, answer.text
    return email, answer.json()["account_id"]


async def sign_in(house: House, email: str, password: str = PASSWORD) -> Any:
    return await house.call(None, "POST", "/api/identity/v1/sign-in", json={"email": email, "password": password})


async def me(house: House, token: str) -> Any:
    return await house.http.get("/api/identity/v1/me", headers={"Authorization": f"Bearer {token}"})


async def test_a_token_says_who_one_is_everywhere(house: House) -> None:
    email, account = await opened(house, "focal_point", delegation="egypt")
    token = (await sign_in(house, email.lower())).json()["access_token"]
    assert (await me(house, token)).json() == {"account_id": account, "roles": ["focal_point"], "delegation": "egypt"}
    quota = "/api/registration/v1/delegations/egypt/quota"
    assert (await house.http.get(quota, headers={"Authorization": f"Bearer {token}"})).status_code == 200


async def test_a_wrong_password_and_an_unknown_account_get_one_answer(house: House) -> None:
    email, _ = await opened(house, "guard")
    wrong, unknown = await sign_in(house, email, "another password"), await sign_in(house, "nobody@example.org")
    assert wrong.status_code == unknown.status_code == 401
    assert wrong.json() == unknown.json()
    assert wrong.json()["code"] == "identity.sign_in_refused"


async def test_after_ten_failures_even_the_right_password_waits(house: House) -> None:
    email, _ = await opened(house, "guard")
    attempts = house.app.services["identity"].application.sign_in._check._attempts  # type: ignore[attr-defined]
    for _ in range(10):
        attempts.succeeded("address:127.0.0.1")
        assert (await sign_in(house, email, "wrong password")).status_code == 401
    attempts.succeeded("address:127.0.0.1")
    assert (await sign_in(house, email)).json()["code"] == "identity.too_many_attempts"


async def test_accreditation_alone_learns_where_its_officers_in_use_are_reached(house: House) -> None:
    person = uuid.uuid4().hex
    officer, account = await opened(house, "accreditation_officer", person=person)
    await opened(house, "guard", person=person)
    ask = HttpOfficerAddresses(*caller(house, "accreditation", of="identity"))
    assert await ask.of(person) == [officer.lower()]
    assert await ask.of(uuid.uuid4().hex) == []
    with pytest.raises(InfrastructureError):
        await HttpOfficerAddresses(*caller(house, "entrance", of="identity")).of(person)
    await house.call(Role.ADMINISTRATOR, "POST", f"/api/identity/v1/accounts/{account}/disable")
    assert await ask.of(person) == []


async def test_a_disabled_account_ends_with_its_next_renewal(house: House) -> None:
    email, account = await opened(house, "guard")
    token = (await sign_in(house, email)).json()["access_token"]
    renew = {"headers": {"Authorization": f"Bearer {token}"}}
    assert (await house.http.post("/api/identity/v1/refresh", **renew)).status_code == 200
    done = await house.call(Role.ADMINISTRATOR, "POST", f"/api/identity/v1/accounts/{account}/disable")
    assert done.status_code == 200
    assert (await house.http.post("/api/identity/v1/refresh", **renew)).json()["code"] == "token.invalid"
    assert (await sign_in(house, email)).status_code == 401


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"password": "short"}, "identity.password_too_short"),
        ({"roles": ["focal_point"]}, "identity.roles_do_not_fit"),
        ({"roles": ["guard"], "delegation": "egypt"}, "identity.roles_do_not_fit"),
        ({"roles": ["focal_point", "guard"], "delegation": "egypt"}, "identity.roles_do_not_fit"),
        ({"roles": ["service"]}, "identity.roles_do_not_fit"),
        ({"roles": ["emperor"]}, "request_invalid"),
        ({"email": "nobody"}, "request_invalid"),
    ],
)
async def test_an_account_that_makes_no_sense_is_not_opened(house: House, changes: dict[str, Any], code: str) -> None:
    body = {"email": "x@example.org", "password": PASSWORD, "person_id": "p", "roles": ["guard"]} | changes
    answer = await house.call(Role.ADMINISTRATOR, "POST", "/api/identity/v1/accounts", json=body)
    assert (answer.status_code, answer.json()["code"]) == (422, code)
    assert PASSWORD not in answer.text


async def test_one_email_is_one_account(house: House) -> None:
    email, _ = await opened(house, "guard")
    body = {"email": email.upper(), "password": PASSWORD, "person_id": "p", "roles": ["guard"]}
    answer = await house.call(Role.ADMINISTRATOR, "POST", "/api/identity/v1/accounts", json=body)
    assert (answer.status_code, answer.json()["code"]) == (409, "identity.account_exists")


async def test_the_browser_gets_a_cookie_that_no_script_and_no_other_site_can_use(house: House) -> None:
    email, _ = await opened(house, "operator")
    form = {"email": email, "password": PASSWORD, "next": "/operations/stream"}
    answer = await house.http.post("/identity/sign-in", data=form, headers={"Sec-Fetch-Site": "same-origin"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/operations/stream")
    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    value = cookie.split(";")[0]
    own = await house.http.post("/api/identity/v1/refresh", headers={"Cookie": value, "Sec-Fetch-Site": "same-origin"})
    assert own.status_code == 200
    other = await house.http.post("/api/identity/v1/refresh", headers={"Cookie": value, "Sec-Fetch-Site": "cross-site"})
    assert (other.status_code, other.json()["code"]) == (403, "cross_origin")
    forged = await house.http.post("/api/identity/v1/refresh", headers={"Cookie": value, "Origin": "http://evil.test"})
    assert forged.status_code == 403
    house.http.cookies.clear()


@pytest.mark.parametrize("next", ["https://evil.test/", "//evil.test", "/\\evil.test", "javascript:alert(1)"])
async def test_signing_in_leads_nowhere_else(house: House, next: str) -> None:
    email, _ = await opened(house, "guard")
    form = {"email": email, "password": PASSWORD, "next": next}
    answer = await house.http.post("/identity/sign-in", data=form)
    assert answer.headers["location"] == "/"
    house.http.cookies.clear()


async def test_a_page_without_a_session_leads_to_signing_in_and_back(house: House) -> None:
    answer = await house.http.get("/operations/stream", headers={"Accept": "text/html"})
    assert answer.status_code == 303
    assert answer.headers["location"].endswith("/identity/sign-in?next=%2Foperations%2Fstream")


async def test_every_answer_carries_the_strict_headers(house: House) -> None:
    answer = await house.http.get("/identity/sign-in")
    policy = answer.headers["content-security-policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["cache-control"] == "no-store"
