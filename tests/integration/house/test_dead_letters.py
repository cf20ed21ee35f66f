"""An operator mends a dead letter of any service from one place; the audit log has who, why and what."""

from __future__ import annotations

import itertools
import json
from typing import Any

from shared.contracts.topics import ACCREDITATION_PARTICIPANTS
from shared.messaging.blocked_keys import BLOCKED_KEYS, HELD
from shared.messaging.outbox import OUTBOX
from shared.security.principal import Role
from tests.integration.house.house import House, person
from tests.integration.house.test_rebuild import rebuilt

BASE = "/api/operations/v1/console/dead-letters"


# Nobody is another's double in one house, or an officer would have to look before a badge is signed.
PEOPLE = itertools.cycle(
    [
        person(Category="staff", **{"Full name": name, "Date of birth": born})
        for name, born in (
            ("Canary Letter", "1971-02-03"),
            ("Moussa Canary", "1964-11-23"),
            ("Zeynep Canary Kaya", "1988-07-30"),
            ("Idriss Canary Tall", "1959-12-17"),
        )
    ]
)


async def blocked(house: House) -> dict[str, Any]:
    """Somebody whose badge the entrance cannot fold: accreditation's outbox is made to tell a broken one."""
    outbox = house.app.services["accreditation"].kernel.database.collection(OUTBOX)
    (who, *_) = set(await house.register("egypt", next(PEOPLE))) - seen
    seen.add(who)
    rows: list[dict[str, Any]] = []

    async def told() -> bool:
        nonlocal rows
        rows = await outbox.find({"key": who, "topic": ACCREDITATION_PARTICIPANTS}, sort=[("sequence", 1)], limit=20)
        return any(b"badge_id" in row["data"] for row in rows)

    await house.until(told)
    last = rows[-1]
    broken = json.loads(last["data"]) | {"serial": "not a number", "Canary Name": 1}
    again = {
        **last,
        "_id": f"broken-{who}",
        "sequence": last["sequence"] + 1,
        "headers": [
            [name, f"{last['sequence'] + 1:020d}".encode() if name == "ce_sequence" else value]
            for name, value in last["headers"]
        ],
        "data": json.dumps(broken).encode(),
        "published": False,
    }
    streams = house.app.services["accreditation"].kernel.database.collection("streams")
    await streams.update_one({"_id": {"topic": ACCREDITATION_PARTICIPANTS, "key": who}}, {"$inc": {"sequence": 1}})
    await outbox.insert_one(again)
    found: list[dict[str, Any]] = []

    async def listed() -> bool:
        nonlocal found
        view = (await house.call(Role.OPERATOR, "GET", BASE)).json()
        found = [letter for cause in view["causes"] for letter in cause["letters"] if letter["key"] == who]
        return any(letter["service"] == "entrance" for letter in found)

    await house.until(listed)
    return next(letter for letter in found if letter["service"] == "entrance")


seen: set[str] = set()


def mendings(letter: dict[str, Any]) -> str:
    return f"{BASE}/{letter['service']}/{letter['id']}/mendings"


def application(letter: dict[str, Any], mending: dict[str, Any]) -> str:
    return f"/api/operations/v1/console/mendings/{letter['service']}/{mending['id']}/application"


async def test_an_operator_edits_and_a_second_one_applies_and_the_audit_log_has_it(house: House) -> None:
    letter = await blocked(house)
    one = (await house.call(Role.OPERATOR, "GET", f"{BASE}/{letter['service']}/{letter['id']}")).json()
    assert "Canary" not in json.dumps(one)
    assert one["letter"]["code"] == "contract_broken"
    assert "serial" in one["letter"]["detail"]
    assert one["fields"]["serial"] == "text"
    edit = {"kind": "edit", "reason": "value_corrected", "edits": [{"path": "serial", "value": 7}]}
    key = {"Idempotency-Key": "the-retry-id-1"}
    proposed = await house.call(Role.OPERATOR, "POST", mendings(letter), json=edit, headers=key)
    assert proposed.status_code == 200, proposed.text
    again = await house.call(Role.OPERATOR, "POST", mendings(letter), json=edit, headers=key)
    assert again.json() == proposed.json()
    mending = proposed.json()
    assert mending["dry_run"] == {"code": "", "detail": ""}
    assert mending["difference"] == [{"kind": "changed", "path": "serial"}]
    alone = await house.call(Role.OPERATOR, "POST", application(letter, mending))
    assert (alone.status_code, alone.json()["code"]) == (409, "dead_letter.second_officer_required")
    applied = await house.call(Role.OPERATOR, "POST", application(letter, mending), person="second")
    assert applied.json()["state"] == "applied", applied.text
    gone = await house.call(Role.OPERATOR, "GET", f"{BASE}/{letter['service']}/{letter['id']}")
    assert (gone.status_code, gone.json()["code"]) == (404, "dead_letter.not_found")

    async def told() -> bool:
        query = {"facts_only": "true"}
        answer = await house.call(Role.AUDITOR, "GET", "/api/operations/v1/audit/entries", params=query)
        facts = [entry["leaf"]["fact"] for entry in answer.json()["entries"]]
        return any(
            (fact["action"], fact["actor"], fact["seconded_by"], fact["reason"], fact["service"])
            == ("dead_letter.edit", "operator", "second", "value_corrected", "entrance")
            and {"name": "changed", "value": "serial"} in fact["details"]
            for fact in facts
        )

    await house.until(told)
    ended = await rebuilt(house, "entrance", "badges", swap=False)
    assert (ended["state"], ended["equal"]) == ("compared", True), "a rebuild takes the record as it was mended"


async def test_other_services_that_had_the_original_are_named(house: House) -> None:
    letter = await blocked(house)
    one = (await house.call(Role.OPERATOR, "GET", f"{BASE}/{letter['service']}/{letter['id']}")).json()
    groups = {each["group"]: each["is_past"] for each in one["elsewhere"]}
    assert set(groups) >= {"registration.status", "operations.story", "operations.audit"}
    database = house.app.services["entrance"].kernel.database
    assert await database.collection(HELD).count({"key": letter["key"]}) == 1
    assert await database.collection(BLOCKED_KEYS).count({}) >= 1


async def test_an_auditor_sees_letters_and_mends_none(house: House) -> None:
    letter = await blocked(house)
    seen_by = await house.call(Role.AUDITOR, "GET", f"{BASE}/{letter['service']}/{letter['id']}")
    assert seen_by.status_code == 200
    body = {"kind": "retry", "reason": "cause_mended"}
    refused = await house.call(Role.AUDITOR, "POST", mendings(letter), json=body)
    assert (refused.status_code, refused.json()["code"]) == (403, "role_required")
    absent = await house.call(Role.OPERATOR, "GET", f"{BASE}/nowhere/{letter['id']}")
    assert (absent.status_code, absent.json()["code"]) == (404, "operations.no_such_service")
    for page in ("", f"?service={letter['service']}&letter={letter['id']}"):
        shown = await house.call(
            Role.OPERATOR, "GET", f"/operations/dead-letters{page}", headers={"Accept": "text/html"}
        )
        assert shown.status_code == 200
        assert letter["key"] in shown.text
        assert "Canary" not in shown.text


async def test_all_that_failed_alike_is_retried_in_one_call_which_says_what_still_fails(house: House) -> None:
    letter = await blocked(house)
    alike = {name: letter[name] for name in ("group", "code", "detail")}
    retries = f"{BASE}/{letter['service']}/retries"
    answer = await house.call(Role.OPERATOR, "POST", retries, json=alike)
    assert answer.status_code == 200
    assert answer.json()["applied"] == 0
    assert answer.json()["failed"] == {letter["code"]: answer.json()["failed"][letter["code"]]}
    nothing = await house.call(Role.OPERATOR, "POST", retries, json={**alike, "code": "nothing_like_it"})
    assert (nothing.status_code, nothing.json()["code"]) == (404, "dead_letter.nothing_alike")
    page = await house.call(Role.OPERATOR, "GET", "/operations/dead-letters", headers={"Accept": "text/html"})
    assert f'data-retry="{letter["service"]}"' in page.text
