"""Kafka is lost too: nothing is restored onto another log, and onto an empty one all is told again."""

from __future__ import annotations

import asyncio
import secrets
from pathlib import Path

from aiokafka.admin import AIOKafkaAdminClient

from deploy.local.provision import drop_namespace, provision, topic_prefix
from deploy.local.stack import AdminAccess
from shared.messaging.blocked_keys import BLOCKED_KEYS
from shared.security.principal import Role
from shared.testing.invariants import streams_without_gap_or_double
from tests.conftest import Namespace
from tests.integration.house.drill import Drill, all_told
from tests.integration.house.house import House, person
from tests.integration.house.shared.test_gate import badge_of, scan

QUEUE = "/api/accreditation/v1/queue"


async def lose_log(stack: AdminAccess, name: str) -> None:
    """Every topic of this namespace goes, and empty ones are made."""
    admin = AIOKafkaAdminClient(
        bootstrap_servers=stack.kafka_bootstrap,
        security_protocol="SASL_PLAINTEXT",
        sasl_mechanism="PLAIN",
        sasl_plain_username="admin",
        sasl_plain_password=stack.kafka_password,
    )
    await admin.start()
    try:
        prefix = topic_prefix(name)
        await admin.delete_topics([each for each in await admin.list_topics() if each.startswith(prefix)])
        for _ in range(100):
            if not any(each.startswith(prefix) for each in await admin.list_topics()):
                break
            await asyncio.sleep(0.2)
    finally:
        await admin.close()
    await provision(stack, name)


async def test_an_installation_that_lost_both_tells_its_history_again_and_goes_on(
    stack: AdminAccess, tmp_path: Path
) -> None:
    name = f"t{secrets.token_hex(4)}"
    (tmp_path / "secrets").mkdir()
    namespace = Namespace(name, await provision(stack, name), tmp_path / "secrets")
    drill = Drill(stack, namespace, tmp_path)
    house = House(namespace)
    async with house.running():
        _, _, credential = await badge_of(house)
        # Some of these are on their way between the services while the backup is taken.
        people = await house.register("egypt", *(person(**{"Full name": f"Layla {each}"}) for each in "ABC"))
        await drill.command("backup", "--to", str(drill.backup))
        await all_told(house)
    await drill.lose_databases()
    await lose_log(stack, name)
    refused = await asyncio.to_thread(drill.bawaba, "restore", "--from", str(drill.backup))
    assert (refused.returncode, "say --log-lost" in refused.stderr) == (1, True)
    await drill.command("restore", "--from", str(drill.backup), "--log-lost")
    house = House(namespace)
    async with house.running():
        await all_told(house)

        async def all_wait_for_an_officer() -> bool:
            rows = (await house.call(Role.ACCREDITATION_OFFICER, "GET", QUEUE)).json()["rows"]
            return set(people) <= {row["participant_id"] for row in rows}

        await house.until(all_wait_for_an_officer)
        assert (await scan(house, "hall-a", credential))["decision"] == "admit"
        _, _, new = await badge_of(house)
        assert (await scan(house, "hall-a", new))["decision"] == "admit"
        for service in house.app.services.values():
            assert await service.kernel.database.collection(BLOCKED_KEYS).find({}, limit=10) == []
        told = await drill.told()
        assert list(streams_without_gap_or_double(tuple(told))) == []
        await all_told(house)
        before = await drill.told()
    await lose_log(stack, name)
    await drill.command("publish-again")
    house = House(namespace)
    async with house.running():
        await all_told(house)
        told = await drill.told()
        assert list(streams_without_gap_or_double(tuple(told))) == []
        assert {fact.event_id for fact in before} <= {fact.event_id for fact in told}
        _, _, newest = await badge_of(house)
        assert (await scan(house, "hall-a", newest))["decision"] == "admit"
    other = await asyncio.to_thread(drill.bawaba, "restore", "--from", str(drill.backup), "--replace")
    assert "the log is not the one of this backup" in other.stderr
    await drop_namespace(stack, name)
