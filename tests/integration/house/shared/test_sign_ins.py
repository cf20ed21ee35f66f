"""Who signed in, who failed to and who signed out is in the audit log: accounts alone, proven, and never a flood."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

from services.identity.application.tell_failed_sign_ins import FAILED_SIGN_INS
from services.operations.application.append_audit import ENTRIES
from services.operations.domain.audit_log import Leaf
from shared.security.merkle import includes, leaf_hash
from shared.security.principal import Role
from tests.integration.house.house import House
from tests.integration.house.shared.test_identity import PASSWORD, opened, sign_in
from tests.integration.house.test_audit import BASE, check, head_of
from tests.support.backend import ROOT

SESSION = {"Sec-Fetch-Site": "same-origin"}


async def facts(house: House, subject: str) -> list[dict[str, Any]]:
    """What the audit log has about an account, in its order."""
    entries = house.app.services["operations"].kernel.database.collection(ENTRIES)
    found = await entries.find({"action": {"$exists": True}}, sort=[("_id", 1)], limit=10_000)
    told = [Leaf.parse(each["leaf"]).fact for each in found]
    return [fact for fact in told if fact["subject"] == subject]


async def told(house: House, subject: str, action: str, count: int = 1) -> list[dict[str, Any]]:
    """The account's facts of one kind, once there are as many."""
    found: list[dict[str, Any]] = []

    async def there() -> bool:
        found[:] = [fact for fact in await facts(house, subject) if fact["action"] == action]
        return len(found) >= count

    await house.until(there, seconds=30)
    return found


async def tell_failures(house: House) -> None:
    (repeat,) = (each for each in house.app.services["identity"].repeats if each.name == "identity.failed_sign_ins")
    await repeat.step()


def details(fact: dict[str, Any]) -> dict[str, str]:
    return {each["name"]: each["value"] for each in fact["details"]}


async def test_a_session_is_told_when_it_begins_and_once_when_it_ends(house: House) -> None:
    email, account = await opened(house, "operator")
    form = {"email": email, "password": PASSWORD}
    answer = await house.http.post("/identity/sign-in", data=form, headers=SESSION)
    cookie = {"Cookie": answer.headers["set-cookie"].split(";")[0]}
    house.http.cookies.clear()
    (began,) = await told(house, account, "account.signed_in")
    assert (began["actor"], began["person"]) == (account, "p")
    for _ in range(3):
        assert (await house.http.post("/identity/sign-out", headers=SESSION | cookie)).status_code == 303
    (ended,) = await told(house, account, "account.signed_out")
    assert details(ended) == details(began)
    assert list(details(began)) == ["session"]
    assert (await house.http.post("/identity/sign-out", headers=SESSION)).status_code == 303
    assert len(await facts(house, account)) == 3, "opened, signed in, signed out"


async def test_whose_account_is_disabled_has_no_session_any_more_and_the_log_says_so(house: House) -> None:
    _, account = await opened(house, "guard")
    await house.call(Role.ADMINISTRATOR, "POST", f"/api/identity/v1/accounts/{account}/disable")
    (disabled,) = await told(house, account, "account.disabled")
    assert details(disabled)["sessions_ended"] == "before epoch 2"


async def test_many_failures_are_one_fact_and_an_address_that_was_typed_is_in_none(house: House) -> None:
    await tell_failures(house)  # what other tests failed at
    email, account = await opened(house, "guard")
    attempts = 0
    for _ in range(12):
        house.forget_attempts()
        answer = await sign_in(house, email, "wrong password")
        attempts += answer.json()["code"] == "identity.sign_in_refused"
    house.forget_attempts()
    for number in range(3):
        await sign_in(house, f"nobody-{number}@example.org")
    assert attempts == 10, "then the account is held off"
    await tell_failures(house)
    await tell_failures(house)
    (failed,) = await told(house, account, "account.sign_in_failed")
    assert (failed["actor"], failed["person"], failed["reason"]) == ("nobody", "", "held_off")
    assert details(failed)["failures"] == "10"
    unknown = await told(house, "unknown", "account.sign_in_failed")
    assert details(unknown[-1])["failures"] == "3"
    assert await house.app.services["identity"].kernel.database.collection(FAILED_SIGN_INS).count({}) == 0
    whole = (await house.call(Role.AUDITOR, "GET", f"{BASE}/log")).text
    assert email.lower() not in whole.lower()
    assert "nobody-1" not in whole


async def test_a_flood_over_many_accounts_is_told_a_hundred_a_minute_and_none_is_lost(house: House) -> None:
    await tell_failures(house)
    identity = house.app.services["identity"]
    failures = identity.application.sign_in._check._failures  # type: ignore[attr-defined]
    for number in range(130):
        await failures.count(f"flood-{number}", held_off=False)
    await failures.count("flood-0", held_off=False)
    waiting = identity.kernel.database.collection(FAILED_SIGN_INS)
    await tell_failures(house)
    assert await waiting.count({}) == 30
    await tell_failures(house)
    assert await waiting.count({}) == 0
    (first,) = await told(house, "flood-0", "account.sign_in_failed")
    assert details(first)["failures"] == "2"
    await told(house, "flood-129", "account.sign_in_failed")


async def test_sign_ins_are_under_the_signed_head_and_the_command_proves_them(house: House, tmp_path: Path) -> None:
    email, account = await opened(house, "auditor")
    assert (await sign_in(house, email, "wrong password")).status_code == 401
    assert (await sign_in(house, email)).status_code == 200
    await tell_failures(house)
    await told(house, account, "account.signed_in")
    await told(house, account, "account.sign_in_failed")
    assert (await check(house))["findings"] == []
    entries = house.app.services["operations"].kernel.database.collection(ENTRIES)
    stored = await entries.find({"action": {"$in": ["account.signed_in", "account.sign_in_failed"]}}, limit=10_000)
    ours = [Leaf.parse(each["leaf"]) for each in stored if Leaf.parse(each["leaf"]).fact["subject"] == account]
    assert len(ours) == 2
    for leaf in ours:
        proof = (await house.call(Role.AUDITOR, "GET", f"{BASE}/entries/{leaf.event_id}/proof")).json()
        size, root = head_of(proof["head"])
        path = [bytes.fromhex(each) for each in proof["path"]]
        assert includes(leaf_hash(proof["leaf"].encode()), proof["index"], size, path, root)

    head = (await house.call(Role.AUDITOR, "GET", f"{BASE}/head")).json()
    log, kept = tmp_path / "audit-log.jsonl", tmp_path / "head.txt"
    log.write_text((await house.call(Role.AUDITOR, "GET", f"{BASE}/log")).text, encoding="utf-8")

    def verified() -> subprocess.CompletedProcess[str]:
        more = ("--verifier", head["verifier"], "--kept", str(kept))
        command = [sys.executable, "-m", "services", "audit", "verify", str(log), *more]
        return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)

    assert (verified().returncode, verified().stderr) == (0, "")
    text = log.read_text(encoding="utf-8")
    assert "account.signed_in" in text
    log.write_text(text.replace("account.signed_in", "account.signed_no", 1), encoding="utf-8")
    assert verified().returncode == 1, "whoever denies a sign-in is found"
