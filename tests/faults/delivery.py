"""Rows that one broker and one mongod suffice for: late commits, redelivery, consumers that come and go, poison."""

from __future__ import annotations

import asyncio
import contextlib
import random
import time
from collections import Counter
from collections.abc import Awaitable, Callable

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaError

from shared.contracts.registration import ParticipantSubmitted
from shared.contracts.sequence import Place
from shared.contracts.topics import DEAD_LETTER_PARTITIONS, DEAD_LETTER_SUFFIX, PARTITIONS, REGISTRATION_PARTICIPANTS
from shared.errors import BusyError, InfrastructureError
from shared.messaging.blocked_keys import QUARANTINE
from shared.messaging.kafka import KafkaAccess, loose_consumer, start_producer
from shared.messaging.outbox import OUTBOX, outgoing
from shared.messaging.record import RawRecord
from shared.messaging.unit_of_work import Transaction
from shared.testing.delivery import CAUSE, EFFECTS, GROUP, submitted
from shared.testing.history import History, Poisoned
from shared.world import SYSTEM
from tests.faults.outcome import Outcome, Scale, judged
from tests.faults.rig import Rig
from tests.integration.messaging.lab import Lab

WRITERS, STREAMS, EVENTS_A_COMMIT = 64, 1_000, 10
HELD_MIN = 3
KINDS = 6  # of poison
CANARY = "passport A1234567"


async def records_of(access: KafkaAccess, topic: str) -> list[RawRecord]:
    """Everything on a topic up to its present end."""
    client = loose_consumer(access)
    await client.start()
    try:
        count = DEAD_LETTER_PARTITIONS if topic.endswith(DEAD_LETTER_SUFFIX) else PARTITIONS
        partitions = [TopicPartition(access.topic(topic), number) for number in range(count)]
        client.assign(partitions)
        await client.seek_to_beginning(*partitions)
        ends = await client.end_offsets(partitions)
        found: list[RawRecord] = []
        while sum(ends.values()) > len(found):
            for items in (await client.getmany(timeout_ms=1_000)).values():
                found += [RawRecord.of(item, topic_prefix=access.topic_prefix) for item in items]
    finally:
        await client.stop()
    return found


async def commits_that_come_late(rig: Rig, scale: Scale, draw: random.Random) -> Outcome:
    """64 writers, 1 % of whose commits are held back: the relay passes over none of them."""

    async def work() -> tuple[str, History, list[str]]:
        await rig.prepare()
        lab, total = rig.lab(), scale.late_events // EVENTS_A_COMMIT
        held = set(draw.sample(range(total), max(HELD_MIN, total // 100)))
        commits = iter(range(total))

        async def write() -> None:
            for commit in commits:
                keys = sorted(draw.sample(range(STREAMS), EVENTS_A_COMMIT))
                hold_s = draw.uniform(scale.hold_s_max / 4, scale.hold_s_max) if commit in held else 0.0

                async def told(
                    tx: Transaction, keys: list[int] = keys, hold_s: float = hold_s, n: int = commit
                ) -> None:
                    for key in keys:
                        tx.emit(submitted(f"s-{key}", n + 1).model_copy(update={"delegation": f"late-{key % 5}"}))
                    await asyncio.sleep(hold_s)

                await patiently(lambda told=told: lab.teller.unit_of_work.run(told, cause=CAUSE))

        async with lab.teller.running(indexes=()):
            async with asyncio.TaskGroup() as group:
                for _ in range(WRITERS):
                    group.create_task(write())
            outbox = lab.teller.database.collection(OUTBOX)

            async def all_published() -> bool:
                return await outbox.count({"published": False}) == 0

            await lab.until(all_published, seconds=120 + scale.late_events / 200)
            history = await rig.history()
            rows = {row["_id"] async for rows in outbox.stream({}, sort=[("_id", 1)], chunk=1_000) for row in rows}
        on_topic = {_text(record, "ce_id") for record in await records_of(lab.watcher, REGISTRATION_PARTICIPANTS)}
        wrong = [f"the relay skipped {len(rows - on_topic)} of {len(rows)}"] if rows - on_topic else []
        tried = f"{len(rows):,} events in commits of {EVENTS_A_COMMIT}, {len(held)} held up to {scale.hold_s_max:.0f} s"
        return tried, history, wrong

    return await judged("64 writers on 1,000 streams, late commits: none skipped", work)


async def patiently(call: Callable[[], Awaitable[None]]) -> None:
    """Call until it is done, as a caller does; a commit that raised on a busy machine was undone."""
    while True:
        try:
            await call()
        except (InfrastructureError, BusyError):
            await asyncio.sleep(0.2)
        else:
            return


async def everything_again(rig: Rig, scale: Scale, draw: random.Random) -> Outcome:
    """The group is set back to the topic's first offset."""
    del draw

    async def work() -> tuple[str, History, list[str]]:
        await rig.prepare()
        lab = rig.lab()
        async with lab.running():
            async with rig.load(lab.teller, writers=12, pause_s=0):
                while rig.done < scale.redelivered:
                    await asyncio.sleep(0.05)
            await rig.until_caught_up(seconds=60 + scale.redelivered / 50)
        async with rig.lab().teller.running(indexes=()):
            await set_back(lab.listener.access, lab.listener.access.topic(GROUP))
            again = rig.lab(instance="again")
            async with again.listening():

                async def all_came_again() -> bool:
                    progress = again.listener._consumers[0].progress.next_offset
                    return sum(offset for tp, offset in progress.items() if "registration" in tp.topic) >= rig.done

                await lab.until(all_came_again, seconds=60 + scale.redelivered / 50)
                wrong = [f"{again.reaction.applied} were applied again"] if again.reaction.applied else []
        return f"{rig.done:,} records, all delivered twice", await rig.history(), wrong

    return await judged("redelivery from the first offset on: no double effect", work)


async def set_back(access: KafkaAccess, group: str) -> None:
    """Commit offset 0 everywhere, once the group's static member has been forgotten."""
    client = AIOKafkaConsumer(**access.client_options(), group_id=group, enable_auto_commit=False)
    await client.start()
    try:
        partitions = [TopicPartition(access.topic(REGISTRATION_PARTICIPANTS), n) for n in range(PARTITIONS)]
        client.assign(partitions)
        for attempt in range(60):
            try:
                await client.commit(dict.fromkeys(partitions, 0))
                break
            except KafkaError:
                if attempt == 59:
                    raise
                await asyncio.sleep(0.5)
    finally:
        await client.stop()


async def consumers_come_and_go(rig: Rig, scale: Scale, draw: random.Random) -> Outcome:
    async def work() -> tuple[str, History, list[str]]:
        await rig.prepare()
        lab = rig.lab()
        members: list[contextlib.AsyncExitStack] = []
        changes = 0

        async def join() -> None:
            stack = contextlib.AsyncExitStack()
            await stack.enter_async_context(rig.lab(instance=f"member-{changes}").listening())
            members.append(stack)

        async with lab.teller.running(indexes=()):
            await join()
            async with rig.load(lab.teller):
                end = time.monotonic() + scale.membership_s
                while time.monotonic() < end:
                    changes += 1
                    if len(members) > 1 and (len(members) == 4 or draw.random() < 0.5):
                        await members.pop(draw.randrange(len(members))).aclose()
                    else:
                        await join()
                    await asyncio.sleep(3)
            await rig.until_caught_up(seconds=60)
            for member in members:
                await member.aclose()
        return f"{changes} changes in {scale.membership_s} s, {rig.done:,} commands", await rig.history(), []

    return await judged("consumers join and leave every 3 s: order per key kept", work)


async def poison(rig: Rig, scale: Scale, draw: random.Random) -> Outcome:
    """Every hundredth record is one that cannot be applied, of six kinds in turn.

    What a machine needs for the same good records without poison, told in the same way, is measured before.
    """

    async def work() -> tuple[str, History, list[str]]:
        await rig.prepare()
        lab = rig.lab()
        lab.reaction.poison = {"poison"}
        kinds: Counter[str] = Counter()
        poisoned: list[str] = []
        places = set(draw.sample(range(scale.poisoned_among), max(KINDS, scale.poisoned_among // 100)))
        async with lab.running():
            without = await longest_wait(lab, [submitted(f"first-{n}") for n in range(100)])
            without = max([await longest_wait(lab, people(told, 100)) for told in range(0, scale.poisoned_among, 100)])
            beside = 0.0
            for told in range(0, scale.poisoned_among, 100):
                bad = [f"bad-{told + n}" for n in range(100) if told + n in places]
                for key in bad:
                    kind, event_id = await tell_bad(lab, key, kinds.total() % KINDS)
                    kinds[kind] += 1
                    poisoned.append(event_id)
                beside = max(beside, await longest_wait(lab, people(scale.poisoned_among + told, 100 - len(bad))))
            began = time.monotonic()
            wrong = [] if await all_letters(lab, kinds.total()) else ["not every dead letter came"]
            if (took := time.monotonic() - began) > 10:
                wrong.append(f"dead letters took {took:.1f} s")
            wrong += await values_in_headers(lab)
        if beside > without + 2:
            wrong.append(f"others waited {beside:.1f} s, and {without:.1f} s without poison")
        history = tuple(Poisoned(GROUP, event_id) for event_id in poisoned) + await rig.history()
        tried = f"{kinds.total()} of {scale.poisoned_among:,}, {len(kinds)} kinds; longest wait of another key "
        return f"{tried}{beside:.1f} s, without poison {without:.1f} s", history, wrong

    return await judged("1 % poison: all dead-lettered within 10 s, other keys held up by 2 s at most", work)


def people(first: int, count: int) -> list[ParticipantSubmitted]:
    return [submitted(f"good-{first + number}") for number in range(count)]


async def longest_wait(lab: Lab, events: list[ParticipantSubmitted]) -> float:
    """Tell these and wait for all their effects; the longest wait among them in seconds, from commit to effect."""
    await lab.tell(*events)
    keys = [event.participant_id for event in events]
    effects = lab.listener.database.collection(EFFECTS)

    async def all_came() -> bool:
        return await effects.count({"key": {"$in": keys}}) >= len(keys)

    await lab.until(all_came, seconds=60)
    return max(each["waited_s"] for each in await effects.find({"key": {"$in": keys}}, limit=len(keys)))


async def tell_bad(lab: Lab, key: str, kind: int) -> tuple[str, str]:
    """One record that cannot be applied; answers its kind and event id. A stranger to the outbox sends most of them."""
    if kind == 0:
        await lab.tell(submitted(key, 1, "poison"))
        told = await lab.teller.database.collection(OUTBOX).find_one({"key": key})
        assert told is not None
        return "a reaction that fails", told["_id"]
    row = outgoing(submitted(key), cause=CAUSE, world=SYSTEM, source="registration").document(Place(1), SYSTEM.now())
    headers: list[tuple[str, bytes | None]] = [(name, value) for name, value in row["headers"]]
    name, value, its_key = {
        1: ("a broken contract", b'{"participant_id": "%s"}' % CANARY.encode(), key.encode()),
        2: ("no JSON", b"\xff\x00", key.encode()),
        3: ("no key", row["data"], None),
        4: ("a null header", row["data"], key.encode()),
        5: ("an unreadable key", row["data"], b"\xff" + key.encode()),
    }[kind]
    if kind == 4:
        headers = [*headers, ("ce_id", None)]
    producer = await start_producer(lab.teller.access)
    try:
        topic = lab.teller.access.topic(REGISTRATION_PARTICIPANTS)
        await producer.send_and_wait(topic, value, key=its_key, headers=headers)
    finally:
        await producer.stop()
    return name, row["_id"]


async def all_letters(lab: Lab, count: int) -> bool:
    """Whether as many dead letters as expected are published, which is waited for."""
    try:
        await lab.until(lambda: _published(lab, count), seconds=30)
    except AssertionError:
        return False
    return True


async def _published(lab: Lab, count: int) -> bool:
    return await lab.listener.database.collection(OUTBOX).count({"published": True}) >= count


async def values_in_headers(lab: Lab) -> list[str]:
    """Whether any dead letter carries a value of its record where a console would show it."""
    letters = await records_of(lab.watcher, REGISTRATION_PARTICIPANTS + DEAD_LETTER_SUFFIX)
    told = b"".join(value or b"" for letter in letters for _, value in letter.headers)
    quarantined = await lab.listener.database.collection(QUARANTINE).find({}, limit=10_000)
    told += repr([(item["code"], item["detail"]) for item in quarantined]).encode()
    return ["a personal value is in a header"] if b"A1234567" in told else []


def _text(record: RawRecord, name: str) -> str:
    return next((value or b"").decode() for key, value in record.headers if key == name)
