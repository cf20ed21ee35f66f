"""The audit log learns how often the vault was read, by whom and for which purpose, and never of whom."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from datetime import timedelta

from services.registration.application.tell_vault_reads import TellVaultReads
from services.registration.vault.store import READS
from shared.messaging.outbox import OUTBOX
from shared.security.personal_data import HttpPersonalData, Purpose
from shared.world import SYSTEM
from tests.integration.house.house import House, person
from tests.integration.house.shared.test_vault import caller

Sums = Counter[tuple[str, str]]


async def test_reads_are_told_in_sums_and_each_once(house: House) -> None:
    ids = await house.newcomers("egypt", person(**{"Full name": "Canary Reader"}))
    for service, purpose in (("accreditation", Purpose.BADGE), ("accreditation", Purpose.REVIEW)):
        await HttpPersonalData(*caller(house, service)).read(ids, purpose=purpose)
    kernel = house.app.services["registration"].kernel
    vault = kernel.store.database(kernel.database.name.replace("_registration", "_vault"))
    later = replace(SYSTEM, now=lambda: SYSTEM.now() + timedelta(minutes=2))
    kernel.unit_of_work._world = later
    try:
        tell = TellVaultReads(vault, kernel.unit_of_work, later)
        await tell()
        await tell()
    finally:
        kernel.unit_of_work._world = SYSTEM
    written: Sums = Counter()
    for each in await vault.collection(READS).find({}, limit=100_000):
        written[each["service"], each["purpose"]] += 1
    told: Sums = Counter()
    for row in await kernel.database.collection(OUTBOX).find({"topic": "audit"}, limit=100_000):
        fact = json.loads(row["data"])
        if fact["action"] == "vault.read":
            service, purpose = fact["subject"].split("/")
            told[service, purpose] += int(next(each["value"] for each in fact["details"] if each["name"] == "reads"))
            assert not any(each in row["data"].decode() for each in (*ids, "Canary"))
    assert {("accreditation", "badge"), ("accreditation", "review")} <= set(told)
    assert not told - written, "nothing is told twice"
