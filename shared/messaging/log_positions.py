"""Where the log ends and how far each group has read: kept with a backup, and set back when it is restored."""

from __future__ import annotations

import asyncio
import hashlib
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import CommitFailedError, KafkaError, UnknownMemberIdError
from aiokafka.structs import OffsetAndMetadata

from shared.contracts.topics import PARTITIONS
from shared.errors import BawabaError, InfrastructureError
from shared.messaging.kafka import KafkaAccess, loose_consumer
from shared.messaging.record import RawRecord

BATCH: Final = 1_000
QUIET_S_MAX: Final = 20.0
GROUP_PATIENCE_S: Final = 15.0  # a static member that went is counted among its group until its session ends
Offsets = dict[str, list[int]]
"""By topic, without the installation's prefix: an offset for each partition; -1 where there is none."""


class GroupInUseError(BawabaError):
    """A process of this group is running; nothing can be restored under its feet."""


class LogFound(StrEnum):
    """What a log is to a backup."""

    KEPT = "kept"
    EMPTY = "empty"
    ANOTHER = "another"


@dataclass(frozen=True)
class LogMark:
    """Where the log ended. `last` has a hash of the record before each end, by which the log is known again."""

    ends: Offsets
    last: dict[str, list[str]]


async def mark_log(access: KafkaAccess, topics: Sequence[str]) -> LogMark:
    """How the log stands now. Raises InfrastructureError."""
    async with _reading(access) as client:
        partitions = _partitions(access, topics)
        client.assign(partitions)
        begins, ends = await client.beginning_offsets(partitions), await client.end_offsets(partitions)
        last = await _last_records(client, {each: end for each, end in ends.items() if end > begins[each]})
    return LogMark(
        ends={topic: [ends[each] for each in _partitions(access, [topic])] for topic in topics},
        last={topic: [last.get(each, "") for each in _partitions(access, [topic])] for topic in topics},
    )


async def find_log(access: KafkaAccess, mark: LogMark) -> LogFound:
    """Whether the log is the one that was marked, is empty, or is another one. Raises InfrastructureError."""
    topics = list(mark.ends)
    async with _reading(access) as client:
        partitions = _partitions(access, topics)
        client.assign(partitions)
        begins, ends = await client.beginning_offsets(partitions), await client.end_offsets(partitions)
        marked = {
            each: (mark.ends[topic][each.partition], mark.last[topic][each.partition])
            for topic in topics
            for each in _partitions(access, [topic])
        }
        known = {each: end for each, (end, digest) in marked.items() if digest}
        if all(begins[each] == ends[each] for each in partitions):
            return LogFound.EMPTY if known or any(ends.values()) else LogFound.KEPT
        if any(ends[each] < end for each, (end, _) in marked.items()):
            return LogFound.ANOTHER
        there = {each: end for each, end in known.items() if begins[each] < end}
        last = await _last_records(client, there)
    return LogFound.KEPT if all(last[each] == marked[each][1] for each in there) else LogFound.ANOTHER


async def records_since(access: KafkaAccess, ends: Offsets) -> AsyncIterator[list[RawRecord]]:
    """The records from these offsets to where the log ends now, some at a time, each partition's in order.

    Raises InfrastructureError, also when a record that must be there does not come.
    """
    async with _reading(access) as client:
        partitions = _partitions(access, list(ends))
        client.assign(partitions)
        begins, goal = await client.beginning_offsets(partitions), await client.end_offsets(partitions)
        for each in partitions:
            client.seek(each, max(begins[each], ends[each.topic.removeprefix(access.topic_prefix)][each.partition]))
        missing = {each for each in partitions if await client.position(each) < goal[each]}
        async for batch in _batches(client):
            records = [
                RawRecord.of(item, topic_prefix=access.topic_prefix)
                for partition, items in batch.items()
                for item in items
                if item.offset < goal[partition]
            ]
            if records:
                yield records
            missing -= {each for each in missing if await client.position(each) >= goal[each]}
            if not missing:
                return


async def groups_of(access: KafkaAccess, service: str) -> dict[str, Offsets]:
    """The service's groups, without the prefix, and what each has acknowledged. Raises InfrastructureError.

    A broker that has just started reads its groups first: that is waited for.
    """
    deadline = time.monotonic() + GROUP_PATIENCE_S
    while True:
        try:
            return await _groups_now(access, service)
        except KafkaError as error:
            if not error.retriable or time.monotonic() > deadline:
                raise InfrastructureError(type(error).__name__) from error
            await asyncio.sleep(0.5)


async def members_of(access: KafkaAccess, group: str) -> int:
    """How many consumers the group has now, in all processes; one that died is counted until its session ends.

    Raises InfrastructureError.
    """
    admin = AIOKafkaAdminClient(**access.client_options())
    try:
        await admin.start()
        (found,) = await admin.describe_consumer_groups([access.topic(group)])
    except KafkaError as error:
        raise InfrastructureError(type(error).__name__) from error
    finally:
        await admin.close()
    return sum(len(each["members"]) for each in found.to_object()["groups"])


async def _groups_now(access: KafkaAccess, service: str) -> dict[str, Offsets]:
    admin = AIOKafkaAdminClient(**access.client_options())
    try:
        await admin.start()
        prefix = access.topic(f"{service}.")
        names = sorted(group for group, *_ in await admin.list_consumer_groups() if group.startswith(prefix))
        return {
            name.removeprefix(access.topic_prefix): _offsets(access, await admin.list_consumer_group_offsets(name))
            for name in names
        }
    finally:
        await admin.close()


async def set_back(access: KafkaAccess, group: str, offsets: Offsets) -> None:
    """Have the group begin at these offsets, or where the log begins. Raises GroupInUseError, InfrastructureError.

    A group that never acknowledged anything begins there anyway.
    """
    if not offsets:
        return
    client = AIOKafkaConsumer(**access.client_options(), group_id=access.topic(group), enable_auto_commit=False)
    try:
        await client.start()
        partitions = _partitions(access, list(offsets))
        client.assign(partitions)
        begins, ends = await client.beginning_offsets(partitions), await client.end_offsets(partitions)
        wanted = {}
        for each in partitions:
            at = offsets[each.topic.removeprefix(access.topic_prefix)][each.partition]
            wanted[each] = OffsetAndMetadata(min(max(at, begins[each]), ends[each]), "")
        await _commit_patiently(client, group, wanted)
    except KafkaError as error:
        raise InfrastructureError(type(error).__name__) from error
    finally:
        await client.stop()


async def _commit_patiently(
    client: AIOKafkaConsumer, group: str, wanted: Mapping[TopicPartition, OffsetAndMetadata]
) -> None:
    deadline = time.monotonic() + GROUP_PATIENCE_S
    while True:
        try:
            await client.commit(dict(wanted))
        except (UnknownMemberIdError, CommitFailedError):
            if time.monotonic() > deadline:
                raise GroupInUseError(f"{group} has members: stop the services first") from None
            await asyncio.sleep(1)
        else:
            return


def _offsets(access: KafkaAccess, acknowledged: Mapping[TopicPartition, OffsetAndMetadata]) -> Offsets:
    found: Offsets = {}
    for partition, at in acknowledged.items():
        topic = partition.topic.removeprefix(access.topic_prefix)
        found.setdefault(topic, [-1] * PARTITIONS)[partition.partition] = at.offset
    return found


async def _last_records(client: AIOKafkaConsumer, ends: Mapping[TopicPartition, int]) -> dict[TopicPartition, str]:
    """A hash of the record before each end."""
    for each in client.assignment():
        client.pause(each)
    for each, end in ends.items():
        client.seek(each, end - 1)
        client.resume(each)
    found: dict[TopicPartition, str] = {}
    if not ends:
        return found
    async for batch in _batches(client):
        for each, items in batch.items():
            if each in ends and each not in found and items[0].offset == ends[each] - 1:
                found[each] = _known_by(items[0])
                client.pause(each)
        if len(found) == len(ends):
            break
    return found


def _known_by(record: Any) -> str:
    """The same event told again has another time of the broker's: it is not taken for the record that it was."""
    parts = (str(record.timestamp).encode(), record.key or b"", record.value or b"")
    return hashlib.sha256(b"\0".join(parts)).hexdigest()


async def _batches(client: AIOKafkaConsumer) -> AsyncIterator[Mapping[TopicPartition, Sequence[Any]]]:
    heard_at = time.monotonic()
    while True:
        batch = await client.getmany(timeout_ms=500, max_records=BATCH)
        if batch:
            heard_at = time.monotonic()
        elif time.monotonic() - heard_at > QUIET_S_MAX:
            raise InfrastructureError("the log does not answer with what it says it has")
        yield batch


def _partitions(access: KafkaAccess, topics: Sequence[str]) -> list[TopicPartition]:
    return [TopicPartition(access.topic(topic), number) for topic in topics for number in range(PARTITIONS)]


@asynccontextmanager
async def _reading(access: KafkaAccess) -> AsyncIterator[AIOKafkaConsumer]:
    client = loose_consumer(access, auto_offset_reset="earliest", max_partition_fetch_bytes=4 * 1024 * 1024)
    try:
        await client.start()
        yield client
    except KafkaError as error:
        raise InfrastructureError(type(error).__name__) from error
    finally:
        await client.stop()
