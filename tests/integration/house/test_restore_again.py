"""A backup as a whole: taken twice, put back twice, with its keys, and for one service alone."""

from __future__ import annotations

import shutil
from collections import defaultdict
from itertools import count
from pathlib import Path
from typing import Any

from deploy.local.provision import database_names
from deploy.local.stack import AdminAccess
from services.backup.keys import PERSONS
from services.backup.manifest import LEDGER, Manifest, read_ledger
from services.composition import SERVICES
from shared.contracts.sequence import epoch_of
from shared.messaging.blocked_keys import BLOCKED_KEYS
from shared.security.personal_data import HttpPersonalData, Purpose
from shared.security.principal import Role
from shared.storage import Document
from shared.testing.invariants import streams_without_gap_or_double
from tests.conftest import Namespace
from tests.integration.house.drill import Drill, all_told
from tests.integration.house.house import House
from tests.integration.house.shared.test_gate import badge_of, scan
from tests.integration.house.shared.test_same_people import registered
from tests.integration.house.shared.test_vault import caller
from tests.integration.house.test_restore import approved_again


async def contents(drill: Drill, service: str) -> dict[str, list[Document]]:
    """Every document of a service's databases."""
    from pymongo import AsyncMongoClient

    found: dict[str, list[Document]] = {}
    client: AsyncMongoClient[dict[str, Any]]
    async with AsyncMongoClient(drill.stack.mongo_url) as client:
        for name in database_names(drill.namespace.name, service):
            for collection in sorted(await client[name].list_collection_names()):
                documents = await client[name][collection].find({}).sort("_id", 1).to_list()
                found[f"{name}.{collection}"] = documents
    return found


async def named(house: House, participant: str) -> str:
    found = await HttpPersonalData(*caller(house, "accreditation")).read([participant], purpose=Purpose.BADGE)
    return str(found[participant].name_latin)  # type: ignore[union-attr]  # it is a record


async def numbers_hold(drill: Drill) -> set[int]:
    """No place in a stream was given twice and none is missing; answers the epochs that were told in."""
    told = await drill.told()
    by_place = defaultdict(set)
    for fact in told:
        by_place[fact.topic, fact.key, fact.sequence].add(fact.event_id)
    assert {place: ids for place, ids in by_place.items() if len(ids) > 1} == {}
    assert list(streams_without_gap_or_double(tuple(told))) == []
    return {epoch_of(fact.sequence) for fact in told}


async def nothing_is_blocked(house: House) -> None:
    for service in house.app.services.values():
        blocked = await service.kernel.database.collection(BLOCKED_KEYS).find({}, limit=10)
        assert [(each["_id"], each["code"]) for each in blocked] == []


async def test_one_state_backed_up_twice_is_put_back_twice_with_its_keys_and_for_one_service(
    stack: AdminAccess, namespace: Namespace, tmp_path: Path
) -> None:
    drill = Drill(stack, namespace, tmp_path)
    house, numbers = House(namespace), count(9_002)
    async with house.running():
        stays = await registered(house, "egypt", **{"Full name": "Amina Stays"})
        _, _, credential = await badge_of(house)
        await all_told(house)
    again, keys_again = tmp_path / "again", tmp_path / "keys-again"
    await drill.documented("backup")
    await drill.command("backup", "--to", str(again), "--keys-to", str(keys_again))

    # Of a state that nobody changed both are the same, file by file; and neither is written over.
    first, second = Manifest.read(drill.backup), Manifest.read(again)
    assert first.id != second.id
    assert (first.files, first.log, first.groups) == (second.files, second.log, second.groups)
    assert _files(drill.keys) == _files(keys_again)
    refused = drill.bawaba("backup", "--to", str(drill.backup))
    assert (refused.returncode, "is not empty" in refused.stderr) == (1, True)
    assert Manifest.read(drill.backup) == first

    # Databases and keys are lost. Without the keys the names are not to be had, so the keys come too.
    before = {service: await contents(drill, service) for service in SERVICES}
    await drill.lose_databases()
    shutil.rmtree(namespace.secrets / "registration" / PERSONS)
    said = await drill.command("restore", "--from", str(drill.backup), "--keys-from", str(drill.keys))
    assert "keys are back" in said
    assert _files(namespace.secrets / "registration" / PERSONS) == _files(drill.keys / "registration" / PERSONS)
    house = House(namespace)
    async with house.running():
        assert await named(house, stays) == "Amina Stays"
        assert (await scan(house, "hall-a", credential))["decision"] == "admit"
        late = await badge_of(house)
        await all_told(house)
        await nothing_is_blocked(house)
    epochs = await numbers_hold(drill)

    # The same backup once more: what the first restore's installation told is a lost window of its own.
    there = drill.bawaba("restore", "--from", str(drill.backup))
    assert (there.returncode, "say --replace" in there.stderr) == (1, True)
    await drill.command("restore", "--from", str(drill.backup), "--replace")
    assert len(read_ledger(drill.backup)) == 2
    house = House(namespace)
    async with house.running():
        assert await named(house, stays) == "Amina Stays"
        assert (await scan(house, "hall-a", late[2], number=9_001))["decision"] == "admit", "its badge was taken over"
        assert await approved_again(house, late[0]) == 200
        later = await badge_of(house)
        await all_told(house)
        await nothing_is_blocked(house)
    assert epochs < await numbers_hold(drill), "an epoch more"

    # One service alone: the others keep what they have, to the last document.
    kept = {service: await contents(drill, service) for service in SERVICES}
    assert kept["identity"] != before["identity"]
    unknown = drill.bawaba("restore", "--from", str(drill.backup), "--services", "registration,nobody")
    assert (unknown.returncode, "no such service: nobody" in unknown.stderr) == (1, True)
    await drill.command("restore", "--from", str(drill.backup), "--services", "accreditation", "--replace")
    for service in SERVICES:
        assert (await contents(drill, service) == kept[service]) is (service != "accreditation"), service
    house = House(namespace)
    async with house.running():
        for again_approved, *_ in (late, later):
            assert await approved_again(house, again_approved) == 200
        # At the other gate of the hall: the gate that let somebody in lets them in again for some seconds.
        inside, outside = [await scan(house, "hall-b", each[2], number=next(numbers)) for each in (late, later)]
        assert (inside["reason"], outside["decision"]) == ("already_inside", "admit"), "the entrance forgot nobody"
        participant, *_ = await badge_of(house)
        withdrawal = f"/api/registration/v1/participants/{participant}/withdrawal"
        assert (await house.call("chad", "POST", withdrawal)).is_success
        await all_told(house)
        await nothing_is_blocked(house)
        report = (await house.call(Role.AUDITOR, "GET", "/api/operations/v1/audit/verification")).json()
        assert report["findings"] == []
    await numbers_hold(drill)


def _files(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and path.name not in (LEDGER, "lock")
    }
