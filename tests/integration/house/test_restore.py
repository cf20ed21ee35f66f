"""The drill: a backup in the middle of the work, more work, the databases lost, a restore, and the work goes on."""

from __future__ import annotations

import asyncio
import json
import secrets
from collections import defaultdict
from collections.abc import AsyncIterator

import pytest

from deploy.local.provision import drop_namespace, provision
from deploy.local.stack import AdminAccess
from services.accreditation.adapters.mongo import BADGES
from services.accreditation.adapters.status_lists import STATUS_LISTS
from services.composition import SERVICES
from services.identity.application.facts import DISABLED
from services.operations.application.append_audit import ENTRIES
from shared.contracts.after_loss import EVENTS, Remedy
from shared.contracts.audit import AuditFactRecorded
from shared.contracts.sequence import RESTORED, epoch_of
from shared.messaging.blocked_keys import BLOCKED_KEYS
from shared.security.personal_data import Erased, HttpPersonalData, Purpose
from shared.security.principal import Role
from shared.testing.invariants import streams_without_gap_or_double
from tests.conftest import Namespace
from tests.integration.house.drill import Drill, all_told
from tests.integration.house.house import House
from tests.integration.house.shared.test_erasure import erase, withdrawn
from tests.integration.house.shared.test_gate import badge_of, scan
from tests.integration.house.shared.test_same_people import registered
from tests.integration.house.shared.test_vault import caller

OFFICER = Role.ACCREDITATION_OFFICER


@pytest.fixture(scope="module")
async def drill(stack: AdminAccess, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Drill]:
    """An installation that worked, was backed up, worked on, lost its databases and was restored; it runs again."""
    name = f"t{secrets.token_hex(4)}"
    namespace = Namespace(name, await provision(stack, name), tmp_path_factory.mktemp("secrets"))
    drill = Drill(stack, namespace, tmp_path_factory.mktemp("drill"))
    notes = drill.notes
    house = drill.house = House(namespace)
    async with house.running():
        notes["ended"] = await badge_of(house)
        notes["gone"] = await withdrawn(house, **{"Full name": "Erased Later"})
        notes["stays"] = await registered(house, "egypt", **{"Full name": "Amina Stays"})
        notes["account"] = await opened_account(house)
        await all_told(house)
        notes["backup"] = await drill.documented("backup")
        notes["late"] = await badge_of(house)
        assert (await scan(house, "hall-a", notes["late"][2]))["decision"] == "admit"
        ended = f"/api/accreditation/v1/badges/{notes['ended'][1]}/revocation"
        answer = await house.call(OFFICER, "POST", ended, json={"reason": "lost"})
        assert answer.status_code == 200, answer.text
        assert (await erase(house, notes["gone"])).status_code == 201
        await all_told(house)
        books = house.app.services["accreditation"].kernel.database
        notes["serials"] = {each["serial"] for each in await books.collection(BADGES).find({}, limit=1_000)}
        notes["list"] = (await books.collection(STATUS_LISTS).find_one({}) or {})["version"]
        await disabled(house, notes["account"])
        await all_told(house)
        await house.until(lambda: written_down(house, DISABLED))
        notes["told"] = await drill.told()
        notes["head"] = (await house.call(Role.AUDITOR, "GET", "/api/operations/v1/audit/head")).json()["note"]
        notes["leaves"] = (await leaves(house))[: int(notes["head"].splitlines()[1])]
        notes["refused"] = await asyncio.to_thread(drill.bawaba, "restore", "--from", str(drill.backup))
    await drill.lose_databases()
    notes["restore"] = await drill.documented("restore")
    house = drill.house = House(namespace)
    async with house.running():
        await all_told(house)
        notes["decided"] = await approved_again(house, notes["late"][0])
        yield drill
    await drop_namespace(stack, name)


async def opened_account(house: House) -> str:
    wanted = {"email": "g@example.org", "password": "a long enough one", "person_id": "g", "roles": ["guard"]}
    answer = await house.call(Role.ADMINISTRATOR, "POST", "/api/identity/v1/accounts", json=wanted)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["account_id"])


async def disabled(house: House, account_id: str) -> None:
    answer = await house.call(Role.ADMINISTRATOR, "POST", f"/api/identity/v1/accounts/{account_id}/disable")
    assert answer.is_success, answer.text


async def approved_again(house: House, participant_id: str) -> int:
    """The decision fell in the lost window too: the dossier is in the queue once more."""

    async def waits() -> bool:
        queue = (await house.call(OFFICER, "GET", "/api/accreditation/v1/queue")).json()["rows"]
        return participant_id in {row["participant_id"] for row in queue}

    await house.until(waits)
    body = {"decision": "approve", "participant_ids": [participant_id]}
    return (await house.call(OFFICER, "POST", "/api/accreditation/v1/decisions", json=body)).status_code


async def test_services_that_run_are_not_restored_under(drill: Drill) -> None:
    refused = drill.notes["refused"]
    assert refused.returncode == 1
    assert "has members: stop the services first" in refused.stderr


async def test_no_sequence_is_given_twice_and_none_is_passed_over(drill: Drill) -> None:
    told = await drill.told()
    assert len(told) > len(drill.notes["told"])
    by_place = defaultdict(set)
    for fact in told:
        by_place[fact.topic, fact.key, fact.sequence].add(fact.event_id)
    assert {place: ids for place, ids in by_place.items() if len(ids) > 1} == {}
    assert list(streams_without_gap_or_double(tuple(told))) == []
    assert {epoch_of(fact.sequence) for fact in told} > {0}


async def test_no_serial_is_given_twice(drill: Drill) -> None:
    house = drill.house
    _, badge_id, _ = await badge_of(house)
    badge = await house.app.services["accreditation"].kernel.database.collection(BADGES).find_one({"_id": badge_id})
    assert badge is not None
    assert badge["serial"] not in drill.notes["serials"]


async def test_a_gate_takes_the_status_list_after_the_restore(drill: Drill) -> None:
    books = drill.house.app.services["accreditation"].kernel.database
    assert (await books.collection(STATUS_LISTS).find_one({}) or {})["version"] > drill.notes["list"]


async def test_who_was_erased_after_the_backup_stays_erased(drill: Drill) -> None:
    gone, stays = drill.notes["gone"], drill.notes["stays"]
    found = await HttpPersonalData(*caller(drill.house, "accreditation")).read([gone, stays], purpose=Purpose.BADGE)
    assert isinstance(found[gone], Erased)
    assert found[stays].name_latin == "Amina Stays"  # type: ignore[union-attr]  # it is a record


async def test_a_badge_of_the_lost_window_is_reported_and_works_on(drill: Drill) -> None:
    participant, badge_id, credential = drill.notes["late"]
    lines = [json.loads(line) for line in (await drill.documented("lost-window")).splitlines()]
    stream = next(each for each in lines if (each["topic"], each["key"]) == ("accreditation.participants", participant))
    assert "org.bawaba.accreditation.badge-activated.v1" in stream["types"]
    assert participant in drill.notes["restore"]
    books = drill.house.app.services["accreditation"].kernel.database
    badge = await books.collection(BADGES).find_one({"_id": badge_id})
    assert badge is not None
    assert (badge["state"], badge["credential"]) == ("active", credential)
    assert (await scan(drill.house, "hall-a", credential, number=9_001))["decision"] == "admit"


async def test_what_is_said_to_be_taken_over_is_what_the_services_take_over(drill: Drill) -> None:
    reactions = {
        event.TYPE
        for service in drill.house.app.services.values()
        for subscription in service.told_again
        for event in subscription.reactions
    }
    named = {event for event, remedy in EVENTS.items() if remedy is Remedy.TAKEN_OVER}
    assert reactions == named | {AuditFactRecorded.TYPE}, "of its facts identity takes over one: an account disabled"


async def test_an_operator_reads_what_to_do_and_says_once_that_it_is_done(drill: Drill) -> None:
    house, (participant, *_) = drill.house, drill.notes["late"]
    base = "/api/operations/v1/console/lost-window"
    before = (await house.call(Role.OPERATOR, "GET", base)).json()
    ours = next(
        each
        for each in before["waiting"]
        if (each["topic"], each["key"]) == ("accreditation.participants", participant)
    )
    remedies = {name.split(".")[-2]: remedy for name, remedy in ours["remedies"].items()}
    assert (remedies["badge-activated"], remedies["participant-approved"]) == ("taken_over", "decide_again")
    assert before["open"] == len(before["waiting"])
    lines = [json.loads(line) for line in (await drill.command("lost-window")).splitlines()]
    of_command = next(each for each in lines if (each["topic"], each["key"]) == (ours["topic"], participant))
    assert (of_command["remedies"], of_command["waits"]) == (ours["remedies"], True)

    page = await house.call(Role.AUDITOR, "GET", "/operations/lost-window", headers={"Accept": "text/html"})
    assert (page.status_code, participant in page.text, "data-settle" in page.text) == (200, True, False)
    health = await house.call(Role.OPERATOR, "GET", "/operations/health", headers={"Accept": "text/html"})
    assert 'href="/operations/lost-window"' in health.text

    said = {name: ours[name] for name in ("epoch", "topic", "key")} | {"outcome": "done_again"}
    path = f"{base}/accreditation/settlements"
    assert (await house.call(Role.AUDITOR, "POST", path, json=said)).status_code == 403
    first = await house.call(Role.OPERATOR, "POST", path, json=said)
    assert (first.status_code, first.json()["outcome"]) == (200, "done_again"), first.text
    assert (await house.call(Role.OPERATOR, "POST", path, json=said | {"outcome": "not_needed"})).json() == first.json()
    after = (await house.call(Role.OPERATOR, "GET", base)).json()
    assert (after["open"], [each["key"] for each in after["settled"]]) == (before["open"] - 1, [participant])

    async def audited() -> bool:
        entries = house.app.services["operations"].kernel.database.collection(ENTRIES)
        return await entries.count({"action": "lost_window.settled"}) == 1

    await house.until(audited, seconds=30)


async def test_who_is_approved_again_has_the_one_badge_that_was_made_then(drill: Drill) -> None:
    participant, badge_id, _ = drill.notes["late"]
    books = drill.house.app.services["accreditation"].kernel.database
    made = await books.collection(BADGES).find({"participant_id": participant}, limit=10)
    assert (drill.notes["decided"], [each["_id"] for each in made]) == (200, [badge_id])


async def test_a_badge_that_was_revoked_in_the_lost_window_stays_revoked(drill: Drill) -> None:
    _, badge_id, credential = drill.notes["ended"]
    books = drill.house.app.services["accreditation"].kernel.database
    badge = await books.collection(BADGES).find_one({"_id": badge_id})
    assert badge is not None
    assert badge["state"] == "revoked"
    assert (await scan(drill.house, "hall-a", credential, number=9_002))["decision"] == "refuse"


async def test_an_account_that_was_disabled_in_the_lost_window_stays_disabled(drill: Drill) -> None:
    wanted = {"email": "g@example.org", "password": "a long enough one"}
    answer = await drill.house.call(None, "POST", "/api/identity/v1/sign-in", json=wanted)
    assert (answer.status_code, answer.json()["code"]) == (401, "identity.sign_in_refused")


async def test_consumers_move_on_and_no_key_is_blocked(drill: Drill) -> None:
    house = drill.house
    participant, _, credential = await badge_of(house)
    assert (await scan(house, "hall-a", credential, number=9_003))["decision"] == "admit"
    assert (await house.call("chad", "POST", f"/api/registration/v1/participants/{participant}/withdrawal")).is_success

    async def ended() -> bool:
        return (await scan(house, "hall-a", credential))["decision"] == "refuse"

    await house.until(ended)
    for service in house.app.services.values():
        blocked = await service.kernel.database.collection(BLOCKED_KEYS).find({}, limit=10)
        assert [(each["_id"], each["code"]) for each in blocked] == []


async def test_the_audit_log_holds_and_says_when_a_newer_head_is_of_a_history_that_is_lost(drill: Drill) -> None:
    """What the lost window told is read from the log again: in the same order it gives the same history, and the head
    that was kept still holds; in another order between the log's partitions that history is lost, which is said."""

    async def findings(**query: str) -> list[str]:
        answer = await drill.house.call(Role.AUDITOR, "GET", "/api/operations/v1/audit/verification", params=query)
        return [each["code"] for each in answer.json()["findings"]]

    await drill.house.until(lambda: restored_facts(drill.house), seconds=30)
    before = drill.notes["leaves"]
    same = (await leaves(drill.house))[: len(before)] == before
    assert await findings() == []
    assert await findings(kept=drill.notes["head"]) == ([] if same else ["kept_head_of_lost_history"])


async def leaves(house: House) -> list[str]:
    entries = house.app.services["operations"].kernel.database.collection(ENTRIES)
    return [str(each["leaf"]) for each in await entries.find({}, limit=10_000, sort=[("_id", 1)])]


async def restored_facts(house: House) -> bool:
    """Whether every service's restore is in the audit log."""
    return await written_down(house, RESTORED) == len(SERVICES)


async def written_down(house: House, action: str) -> int:
    """How many entries of that action the audit log has: what is told is written there a moment later."""
    entries = house.app.services["operations"].kernel.database.collection(ENTRIES)
    return await entries.count({"action": action})


async def test_keys_are_apart_and_for_their_owner_alone(drill: Drill) -> None:
    assert not list(drill.backup.rglob("*.pem"))
    files = [path for folder in (drill.backup, drill.keys) for path in folder.rglob("*") if path.is_file()]
    assert {oct(path.stat().st_mode & 0o777) for path in files} == {"0o600"}
    assert list(drill.keys.rglob("epoch-*.key"))
