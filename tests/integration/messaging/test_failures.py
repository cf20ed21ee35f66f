"""When a record fails: its key waits in order, the others never do, and an outage is never a dead letter."""

from __future__ import annotations

import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiokafka import AIOKafkaProducer

from shared.contracts.sequence import Place
from shared.contracts.topics import CONFERENCE, REGISTRATION_PARTICIPANTS
from shared.errors import InfrastructureError
from shared.messaging.blocked_keys import BLOCKED_KEYS, HELD, QUARANTINE, WAITING_FOR_PREDECESSOR
from shared.messaging.kafka import loose_consumer, start_producer
from shared.messaging.outbox import outgoing
from shared.messaging.record import RawRecord
from shared.messaging.unit_of_work import Transaction
from shared.testing.delivery import CAUSE, submitted
from shared.world import SYSTEM
from tests.integration.messaging.lab import Lab

GROUP = "accreditation.lab"


@asynccontextmanager
async def stranger(lab: Lab) -> AsyncIterator[AIOKafkaProducer]:
    """Somebody who writes to the topic whatever they like."""
    producer = await start_producer(lab.teller.access)
    try:
        yield producer
    finally:
        await producer.stop()


async def send_raw(
    lab: Lab, value: bytes | None, *, key: bytes | None, headers: list[tuple[str, bytes | None]]
) -> None:
    async with stranger(lab) as producer:
        topic = lab.teller.access.topic(REGISTRATION_PARTICIPANTS)
        await producer.send_and_wait(topic, value, key=key, headers=headers)  # type: ignore[arg-type]


async def dead_letters(lab: Lab) -> list[RawRecord]:
    client = loose_consumer(lab.watcher, auto_offset_reset="earliest")
    client.subscribe([lab.listener.access.topic(f"{REGISTRATION_PARTICIPANTS}-dlt")])
    await client.start()
    try:
        batches = await client.getmany(timeout_ms=1_500)
    finally:
        await client.stop()
    return [RawRecord.of(item, topic_prefix=lab.listener.access.topic_prefix) for of in batches.values() for item in of]


async def test_a_poison_record_blocks_its_key_and_no_other(lab: Lab) -> None:
    lab.reaction.poison = {"poison"}
    async with lab.running():
        await lab.tell(submitted("p-bad", 1), submitted("p-bad", 2, "poison"), submitted("p-bad", 3))
        await lab.tell(submitted("p-good", 1))
        await lab.until_revisions("p-good", [1])
        await lab.until(lambda: lab.listener.database.collection(HELD).count({"key": "p-bad"}))
        await lab.tell(submitted("p-bad", 4), submitted("p-good", 2))
        await lab.until_revisions("p-good", [1, 2])
        assert await lab.revisions("p-bad") == [1]
        lab.reaction.poison = set()
        await lab.until_revisions("p-bad", [1, 2, 3, 4])
        assert await lab.listener.database.collection(BLOCKED_KEYS).count({}) == 0
        assert await lab.listener.database.collection(HELD).count({}) == 0
        await lab.tell(submitted("p-bad", 5))
        await lab.until_revisions("p-bad", [1, 2, 3, 4, 5])


async def test_a_dead_letter_tells_where_and_why_and_no_value(lab: Lab) -> None:
    lab.reaction.poison = {"poison"}
    async with lab.running():
        await lab.tell(submitted("p-bad", 1, "poison"))
        await lab.until(lambda: lab.listener.database.collection(BLOCKED_KEYS).count({}))
        await lab.until(lambda: _all_published(lab))
        (letter,) = await dead_letters(lab)
    headers = {name: value or b"" for name, value in letter.headers}
    assert letter.key == b"p-bad"
    assert headers["kafka_dlt-original-topic"] == REGISTRATION_PARTICIPANTS.encode()
    assert headers["kafka_dlt-original-consumer-group"] == GROUP.encode()
    assert struct.unpack(">q", headers["kafka_dlt-original-offset"]) == (0,)
    assert len(headers["kafka_dlt-original-partition"]) == 4
    assert headers["kafka_dlt-exception-fqcn"] == b"builtins.ValueError"
    assert headers["ce_type"] == b"org.bawaba.registration.participant-submitted.v1"
    assert b"A1234567" not in b"".join(value for _, value in letter.headers if value)


async def _all_published(lab: Lab) -> bool:
    return await lab.listener.database.collection("outbox").count({"published": False}) == 0


async def test_what_cannot_be_read_is_kept_once_and_others_go_on(lab: Lab) -> None:
    good = [("ce_specversion", b"1.0"), ("ce_id", b"x"), ("ce_type", b"t"), ("ce_source", b"/s")]
    async with lab.running():
        await send_raw(lab, b"{}", key=None, headers=[])
        await send_raw(lab, b"{}", key=b"\xff\xfe", headers=[])
        await send_raw(lab, b"{}", key=b"p-1", headers=[("ce_id", None)])
        await send_raw(lab, b"{}", key=b"p-1", headers=[("ce_id", b"\xff"), ("reply_to", b"somewhere")])
        await send_raw(lab, None, key=b"p-1", headers=[*good])
        await lab.tell(submitted("p-1"))
        await lab.until_revisions("p-1", [1])

        async def five() -> bool:
            return await lab.listener.database.collection(QUARANTINE).count({}) == 5

        await lab.until(five)
        await lab.until(lambda: _all_published(lab))
        assert len(await dead_letters(lab)) == 5


async def test_a_broken_contract_blocks_the_key(lab: Lab) -> None:
    record = outgoing(submitted("p-1"), cause=CAUSE, world=SYSTEM, source="registration").document(
        Place(1), SYSTEM.now()
    )
    async with lab.running():
        headers = [(name, value) for name, value in record["headers"]]
        await send_raw(lab, b'{"participant_id": 3}', key=b"p-1", headers=headers)
        blocked = lab.listener.database.collection(BLOCKED_KEYS)
        await lab.until(lambda: blocked.count({}))
        document = await blocked.find_one({})
        assert document is not None
        assert document["code"] == "contract_broken"
        assert "category" in document["detail"]


async def test_a_record_before_its_predecessor_waits_for_it(lab: Lab) -> None:
    rows = [
        outgoing(submitted("p-1", n), cause=CAUSE, world=SYSTEM, source="registration").document(Place(n), SYSTEM.now())
        for n in (1, 2, 3)
    ]
    async with lab.listening():
        for number in (3, 2):
            headers = [(name, value) for name, value in rows[number - 1]["headers"]]
            await send_raw(lab, rows[number - 1]["data"], key=b"p-1", headers=headers)
        held = lab.listener.database.collection(HELD)

        async def both_held() -> bool:
            return await held.count({"key": "p-1"}) == 2

        await lab.until(both_held)
        blocked = await lab.listener.database.collection(BLOCKED_KEYS).find_one({})
        assert blocked is not None
        assert blocked["state"] == WAITING_FOR_PREDECESSOR
        assert await lab.revisions("p-1") == []
        headers = [(name, value) for name, value in rows[0]["headers"]]
        await send_raw(lab, rows[0]["data"], key=b"p-1", headers=headers)
        await lab.until_revisions("p-1", [1, 2, 3])
        assert await held.count({}) == 0
        assert await lab.listener.database.collection("outbox").count({}) == 0, "a gap is no dead letter"


async def test_an_outage_is_waited_out_and_nothing_is_dead_lettered(lab: Lab) -> None:
    lab.reaction.outage = True
    async with lab.running():
        await lab.tell(submitted("p-1", 1), submitted("p-1", 2), submitted("p-2", 1))

        async def waits() -> bool:
            return "consumers" in await lab.listener.waits()

        await lab.until(waits)
        assert lab.listener.problems() == {}, "waiting out an outage is no stall"
        lab.reaction.outage = False
        await lab.until_revisions("p-1", [1, 2])
        await lab.until_revisions("p-2", [1])
        for name in (BLOCKED_KEYS, QUARANTINE, "outbox"):
            assert await lab.listener.database.collection(name).count({}) == 0


async def test_an_outage_longer_than_the_handlers_patience_loses_nothing(lab: Lab) -> None:
    lab.reaction.outage = True
    from shared.messaging import consumer

    patience, consumer.WAIT_IN_HANDLER_S = consumer.WAIT_IN_HANDLER_S, 0.2  # type: ignore[misc]
    try:
        async with lab.running():
            await lab.tell(*(submitted(f"p-{key}", number) for number in (1, 2, 3) for key in range(5)))

            async def waits() -> bool:
                return "consumers" in await lab.listener.waits()

            await lab.until(waits)
            lab.reaction.outage = False
            for key in range(5):
                await lab.until_revisions(f"p-{key}", [1, 2, 3])
    finally:
        consumer.WAIT_IN_HANDLER_S = patience  # type: ignore[misc]


async def test_an_outage_of_the_database_inside_a_commit_is_an_outage(lab: Lab) -> None:
    failures = 3

    async def work(tx: Transaction) -> None:
        nonlocal failures
        failures -= 1
        if failures:
            raise InfrastructureError("primary stepped down")
        tx.emit(submitted("p-1"))

    async with lab.running():
        for _ in range(3):
            try:
                await lab.teller.unit_of_work.run(work, cause=CAUSE)
            except InfrastructureError:
                continue
        await lab.until_revisions("p-1", [1])


async def test_a_key_is_blocked_across_topics_of_its_group(lab: Lab) -> None:
    lab.reaction.poison = {"poison"}
    async with lab.running():
        await lab.tell(submitted("p-1", 1, "poison"))
        blocked = lab.listener.database.collection(BLOCKED_KEYS)
        await lab.until(lambda: blocked.count({"_id.key": "p-1"}))
        await lab.tell_conference("p-1")
        held = lab.listener.database.collection(HELD)
        await lab.until(lambda: held.count({"key": "p-1", "topic": CONFERENCE}))
        assert lab.conferences_heard == []
        lab.reaction.poison = set()
        await lab.until_revisions("p-1", [1])

        async def heard() -> bool:
            return lab.conferences_heard == ["p-1"]

        await lab.until(heard)
