"""The audit log on real parts: it takes every event, proves it, and whatever is touched in the database is found."""

from __future__ import annotations

import asyncio
import json
import random
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, cast

from services.operations.application.append_audit import ENTRIES, HEADS
from services.operations.application.keep_audit import INTAKE
from services.operations.application.show_audit import whole_log
from shared.messaging.outbox import OUTBOX
from shared.security.merkle import extends, includes, leaf_hash
from shared.security.principal import Role
from shared.security.signed_note import NoteVerifier
from shared.storage import Collection, Document
from tests.integration.house.house import House, person
from tests.support.backend import ROOT

BASE = "/api/operations/v1/audit"
SEED, EDITS = 20261124, 60


async def settled(house: House) -> dict[str, Any]:
    """Some events, all of them in the log; answers the newest head."""
    await house.register("egypt", person(Category="staff"))
    await house.register("chad", person(Nationality="TCD", **{"Full name": "Canary Audit"}))
    database = house.app.services["operations"].kernel.database
    log, intake = database.collection(ENTRIES), database.collection(INTAKE)
    kernels = [service.kernel for service in house.app.services.values()]

    async def told() -> bool:
        """Whether every event is in the log, and for a second none was added."""
        found = await entries(house)
        kinds = {each["leaf"]["type"].split(".")[-2] for each in found}
        size = await log.count({})
        await asyncio.sleep(1)
        events = sum([await kernel.database.collection(OUTBOX).count({}) for kernel in kernels])
        is_quiet = await log.count({}) == size == events and not await intake.count({})
        return {"badge-prepared", "entitlements-changed"} <= kinds and is_quiet

    await house.until(told)
    return dict((await house.call(Role.AUDITOR, "GET", f"{BASE}/head")).json())


async def entries(house: House, **query: Any) -> list[dict[str, Any]]:
    answer = await house.call(Role.AUDITOR, "GET", f"{BASE}/entries", params=query)
    return list(answer.json()["entries"])


async def check(house: House, **query: Any) -> dict[str, Any]:
    return dict((await house.call(Role.AUDITOR, "GET", f"{BASE}/verification", params=query)).json())


def head_of(note: dict[str, Any]) -> tuple[int, bytes]:
    import base64

    text = NoteVerifier.parse(note["verifier"]).open(note["note"])
    return int(text.splitlines()[1]), base64.b64decode(text.splitlines()[2])


async def test_every_event_is_in_the_log_with_a_proof_and_nothing_personal(house: House) -> None:
    size, root = head_of(await settled(house))
    found = await entries(house)
    for entry in found[:10]:
        answer = await house.call(Role.AUDITOR, "GET", f"{BASE}/entries/{entry['leaf']['event_id']}/proof")
        proof = answer.json()
        path = [bytes.fromhex(each) for each in proof["path"]]
        assert head_of(proof["head"]) == (size, root)
        assert includes(leaf_hash(proof["leaf"].encode()), proof["index"], size, path, root)
    whole = await house.call(Role.AUDITOR, "GET", f"{BASE}/log")
    assert "Canary" not in whole.text
    report = await check(house)
    assert (report["findings"], report["checked"]) == ([], report["size"])


async def test_the_log_only_grows_and_two_heads_prove_it(house: House) -> None:
    old_size, old_root = head_of(await settled(house))
    new_size, new_root = head_of(await settled(house))
    assert new_size > old_size
    answer = await house.call(
        Role.AUDITOR, "GET", f"{BASE}/consistency", params={"first": old_size, "second": new_size}
    )
    path = [bytes.fromhex(each) for each in answer.json()["path"]]
    assert extends(old_size, new_size, path, old_root, new_root)
    assert not extends(old_size, new_size, path, old_root[::-1], new_root)
    absent = await house.call(Role.AUDITOR, "GET", f"{BASE}/consistency", params={"first": 1, "second": 10**9})
    assert (absent.status_code, absent.json()["code"]) == (404, "operations.no_tree_head")


async def test_whatever_is_touched_in_the_database_is_found(house: House) -> None:
    kept = (await settled(house))["note"]
    database = house.app.services["operations"].kernel.database
    log = database.collection(ENTRIES)
    whole = await log.find({}, sort=[("_id", 1)], limit=10_000)
    draw = random.Random(SEED)
    for number in range(EDITS):
        entry = draw.choice(whole[:-1])
        if number % 3 == 0:
            await log.delete_one({"_id": entry["_id"]})
        elif number % 3 == 1:
            text = json.dumps({**json.loads(entry["leaf"]), "actor": "nobody"}, sort_keys=True, separators=(",", ":"))
            await log.update_one({"_id": entry["_id"]}, {"$set": {"leaf": text}})
        else:
            await log.update_one({"_id": entry["_id"]}, {"$set": {"event_id": f"hidden-{number}"}})
        report = await check(house)
        assert report["findings"], (SEED, number)
        await log.replace_one({"_id": entry["_id"]}, entry, upsert=True)
    assert (await check(house))["findings"] == []

    heads = database.collection(HEADS)
    signed = await heads.find({}, sort=[("_id", 1)], limit=10_000)
    cut = signed[-2]["_id"]
    gone, gone_heads = (
        await log.find({"_id": {"$gte": cut}}, limit=1_000),
        [each for each in signed if each["_id"] > cut],
    )
    await log.delete_many({"_id": {"$gte": cut}})
    await heads.delete_many({"_id": {"$gt": cut}})
    assert (await check(house))["findings"] == [], "a log that was cut at a head vouches for itself"
    assert [each["code"] for each in (await check(house, kept=kept))["findings"]] == ["log_shorter_than_kept_head"]
    await log.insert_many(gone)
    await heads.insert_many(gone_heads)


async def test_a_log_that_grows_while_it_is_read_ends_at_a_signed_head(house: House) -> None:
    """Who verifies beside an appending service reads no entry whose head was not there yet."""
    size, _ = head_of(await settled(house))
    database = house.app.services["operations"].kernel.database
    log, heads = database.collection(ENTRIES), database.collection(HEADS)

    async def grown() -> bool:
        return await log.count({}) > size

    class Growing:
        """The entries, of which more are appended between the reading of heads and that of entries."""

        find_one = log.find_one

        async def stream(self, *query: Any, **more: Any) -> AsyncIterator[list[Document]]:
            await house.register("chad", person(Nationality="TCD", **{"Full name": "Canary Meanwhile"}))
            await house.until(grown)
            async for chunk in log.stream(*query, **more):
                yield chunk

    read = [(kind, found["_id"]) async for kind, found in whole_log(cast(Collection, Growing()), heads)]
    assert [place for kind, place in read if kind == "entry"] == list(range(size))
    assert read[-1] == ("head", size)


async def test_one_command_checks_a_downloaded_log(house: House, tmp_path: Path) -> None:
    head = await settled(house)
    log, kept = tmp_path / "audit-log.jsonl", tmp_path / "head.txt"
    log.write_text((await house.call(Role.AUDITOR, "GET", f"{BASE}/log")).text, encoding="utf-8")

    def run(*more: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "services", "audit", "verify", str(log), *more]
        return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)

    good = run("--verifier", head["verifier"], "--kept", str(kept))
    assert (good.returncode, good.stderr) == (0, "")
    assert kept.read_text(encoding="utf-8") == head["note"]
    assert run().returncode == 2, "a log cannot name the key that it is checked with"
    log.write_text(log.read_text(encoding="utf-8").replace("egypt", "chad ", 1).replace('"seq', '"sEq', 1))
    bad = run("--verifier", head["verifier"], "--kept", str(kept))
    assert bad.returncode == 1
    assert "touched" in bad.stderr


async def test_a_kept_head_that_is_none_is_refused(house: House) -> None:
    answer = await house.call(Role.AUDITOR, "GET", f"{BASE}/verification", params={"kept": "anything"})
    assert (answer.status_code, answer.json()["code"]) == (422, "operations.kept_head_invalid")
