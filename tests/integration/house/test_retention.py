"""Each kind of personal data goes on its date, by a clock that the test moves; a legal hold keeps what it protects."""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from deploy.local.provision import drop_namespace, provision
from deploy.local.stack import AdminAccess
from services.registration.adapters.mongo import PARTICIPANTS
from services.registration.vault.store import PEOPLE, TEXTS
from shared.security.personal_data import HttpPersonalData, PersonalRecord, Purpose
from shared.security.principal import Role
from shared.security.sealed_texts import HttpSealedTexts
from shared.testing.conference import small_conference
from shared.world import SYSTEM, World
from tests.conftest import Namespace
from tests.integration.house.house import House, person
from tests.integration.house.shared.test_vault import caller

BASE = "/api/registration/v1"
TERMS = [
    {"kinds": ["photo", "birth_date"], "days_after": 7},
    {"kinds": ["document_number", "texts"], "days_after": 30},
]


@dataclass
class Clock:
    moved: timedelta = timedelta()

    def now(self) -> datetime:
        return SYSTEM.now() + self.moved


@pytest.fixture
async def kept(stack: AdminAccess, tmp_path: Any) -> AsyncIterator[tuple[House, Clock]]:
    """A house whose conference, of today and tomorrow, says how long some data is kept."""
    clock, name = Clock(), f"t{secrets.token_hex(4)}"
    today = SYSTEM.now().astimezone(ZoneInfo(small_conference().timezone)).date()
    conference = small_conference(first_day=today, retention=TERMS)
    namespace = Namespace(name, await provision(stack, name), tmp_path)
    house = House(namespace, world=World(now=clock.now), conference=conference)
    async with house.running():
        yield house, clock
    await drop_namespace(stack, name)


async def sweep(house: House) -> None:
    """What the service does every minute."""
    (retention,) = [each for each in house.app.services["registration"].repeats if "retention" in each.name]
    while await retention.step():
        pass


async def read(house: House, participant_id: str, purpose: Purpose = Purpose.REVIEW) -> PersonalRecord:
    found = await HttpPersonalData(*caller(house, "accreditation")).read([participant_id], purpose=purpose)
    record = found[participant_id]
    assert isinstance(record, PersonalRecord)
    return record


async def shown(house: House) -> dict[str, Any]:
    answer = await house.call(Role.AUDITOR, "GET", f"{BASE}/retention")
    assert answer.status_code == 200, answer.text
    return {each["kind"]: each for each in answer.json()["kinds"]}


async def hold(house: House, participant_id: str, reason: str | None) -> None:
    path = f"{BASE}/participants/{participant_id}/legal-hold"
    order = {"reason": reason, "lifted_because": None if reason else "dispute_settled"}
    answer = await house.call(Role.AUDITOR, "PUT", path, json=order)
    assert answer.status_code == 200, answer.text


async def test_each_kind_goes_on_its_date_and_a_hold_keeps_what_it_protects(kept: tuple[House, Clock]) -> None:
    house, clock = kept
    one, other = await house.register(
        "egypt", person(**{"Full name": "Kept One", "E-mail": "k@example.org"}), person(**{"Full name": "Held One"})
    )
    mark = {"kind": "weapon_permit", "mark": "SN-12345"}
    asked = await house.call("egypt", "POST", f"{BASE}/participants/{one}/permit-requests", json=mark)
    assert asked.status_code == 201, asked.text
    await hold(house, other, "investigation")
    before = await read(house, one)
    assert before.photo is not None
    assert before.birth_date is not None
    assert before.document_number is not None

    clock.moved = timedelta(days=8)  # the last day is tomorrow: its seventh day after is still a day of keeping
    await sweep(house)
    assert (await read(house, one)) == before
    assert (await shown(house))["photo"]["is_over"] is False

    clock.moved = timedelta(days=10)
    await sweep(house)
    after = await read(house, one)
    assert (after.photo, after.birth_date) == (None, None)
    assert after.document_number == before.document_number
    assert (await read(house, other)).photo is not None
    vault = house.app.services["registration"].kernel.store.database
    photo = (await shown(house))["photo"]
    assert (photo["is_over"], photo["destroyed"], photo["can_be_read"]) == (True, 1, False)
    database = house.app.services["registration"].kernel.database
    known = await database.collection(PARTICIPANTS).find_one({"_id": one})
    assert known is not None
    assert "photo" not in known["fingerprints"]
    assert known["identity"] == f"retained:{one}"
    assert "document_number" in known["fingerprints"]

    clock.moved = timedelta(days=40)
    await sweep(house)
    assert (await read(house, one)).document_number is None
    people = vault(_vault_name(house)).collection(PEOPLE)
    texts = vault(_vault_name(house)).collection(TEXTS)
    assert "document" not in (await people.find_one({"_id": one}) or {})
    assert await texts.find_one({"owner": one}) is None
    assert (await read(house, other)).document_number is not None

    await hold(house, other, None)
    await sweep(house)
    assert (await read(house, other)).photo is None
    assert (await shown(house))["photo"]["destroyed"] == 2


async def test_what_was_destroyed_is_told_in_the_audit_log_without_a_value(kept: tuple[House, Clock]) -> None:
    house, clock = kept
    (one,) = await house.register("egypt", person(**{"Full name": "Told One"}))
    clock.moved = timedelta(days=10)
    await sweep(house)
    await sweep(house)

    async def told() -> list[dict[str, Any]]:
        entries = await house.call(Role.AUDITOR, "GET", "/api/operations/v1/audit/entries")
        facts = [each["leaf"]["fact"] for each in entries.json()["entries"]]
        return [fact for fact in facts if fact.get("action") == "retention.destroyed"]

    async def both() -> bool:
        return len(await told()) == 2

    await house.until(both)
    facts = {fact["subject"]: {each["name"]: each["value"] for each in fact["details"]} for fact in await told()}
    assert set(facts) == {"small/photo", "small/birth_date"}
    assert facts["small/photo"]["destroyed"] == "1"
    assert one not in str(facts)


async def test_what_is_written_after_its_date_goes_with_the_next_look(kept: tuple[House, Clock]) -> None:
    house, clock = kept
    clock.moved = timedelta(days=40)
    await sweep(house)
    texts = HttpSealedTexts(*caller(house, "accreditation"))
    clock.moved = timedelta()
    (one,) = await house.register("egypt", person())
    await texts.keep(one, "late", "a remark")
    clock.moved = timedelta(days=40)
    await texts.keep(one, "later", "another remark")
    await sweep(house)
    assert await texts.read(["later"]) == {}


def _vault_name(house: House) -> str:
    return house.app.services["registration"].application.list_participants._vault._database.name  # type: ignore[attr-defined]


def test_the_conference_file_names_only_kinds_that_are_kept_and_each_once() -> None:
    for wrong in (
        [{"kinds": ["shoe_size"], "days_after": 1}],
        [{"kinds": ["photo"], "days_after": 1}, {"kinds": ["photo"], "days_after": 2}],
    ):
        with pytest.raises(ValueError, match=r"shoe_size|twice"):
            small_conference(retention=wrong)
