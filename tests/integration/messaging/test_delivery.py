"""Delivery on real Kafka and MongoDB: everything once, in order, whatever comes twice."""

from __future__ import annotations

import asyncio

import pytest

from shared.contracts.registration import ParticipantSubmitted, ParticipantWithdrawn
from shared.messaging.cause import CommandKey
from shared.messaging.inbox import POSITIONS
from shared.messaging.outbox import OUTBOX, RecordTooLargeError
from shared.messaging.unit_of_work import IdempotencyKeyReusedError, Transaction
from shared.testing.delivery import CAUSE, submitted
from tests.integration.messaging.lab import Lab


async def test_what_is_told_in_a_commit_has_its_effect_once(lab: Lab) -> None:
    async with lab.running():
        await lab.tell(submitted("p-1"))
        await lab.until_revisions("p-1", [1])


async def test_a_refused_command_tells_nothing(lab: Lab) -> None:
    async with lab.running():

        async def work(tx: Transaction) -> None:
            tx.emit(submitted("p-1"))
            raise IdempotencyKeyReusedError

        with pytest.raises(IdempotencyKeyReusedError):
            await lab.teller.unit_of_work.run(work, cause=CAUSE)
        await lab.tell(submitted("p-1", revision=2))
        await lab.until_revisions("p-1", [2])


async def test_many_writers_leave_no_gap_and_no_double_in_any_stream(lab: Lab) -> None:
    async with lab.running():
        writers = [lab.tell(submitted(f"p-{number % 5}", revision=number + 1)) for number in range(100)]
        await asyncio.gather(*writers)

        async def all_came() -> bool:
            return len(await lab.effects()) == 100

        await lab.until(all_came)
        for key in range(5):
            effects = await lab.effects(f"p-{key}")
            assert [effect["sequence"] for effect in effects] == list(range(1, 21))


async def test_writers_that_begin_the_same_streams_at_once_leave_no_gap_and_no_double(lab: Lab) -> None:
    """Each tells of twenty people in one commit, none of whom was told of before."""
    async with lab.running():
        tells = [lab.tell(*(submitted(f"p-{key}", revision=number + 1) for key in range(20))) for number in range(6)]
        await asyncio.gather(*tells)

        async def all_came() -> bool:
            return len(await lab.effects()) == 120

        await lab.until(all_came)
        for key in range(20):
            effects = await lab.effects(f"p-{key}")
            assert [effect["sequence"] for effect in effects] == list(range(1, 7))


async def test_publishing_everything_again_has_no_second_effect(lab: Lab) -> None:
    async with lab.running():
        await lab.tell(*(submitted(f"p-{number}") for number in range(20)))
        await lab.tell(*(submitted(f"p-{number}", revision=2) for number in range(20)))
        await lab.until_revisions("p-19", [1, 2])
        rows = lab.teller.database.collection(OUTBOX)
        await rows.update_many({}, {"$set": {"published": False}})
        await lab.tell(submitted("p-0", revision=3))
        await lab.until_revisions("p-0", [1, 2, 3])

        async def all_published() -> bool:
            return await rows.count({"published": False}) == 0

        await lab.until(all_published)
        await lab.tell(*(submitted(f"p-{number}", revision=4) for number in range(20)))
        for number in range(1, 20):
            await lab.until_revisions(f"p-{number}", [1, 2, 4])


async def test_a_transaction_that_commits_late_is_not_skipped(lab: Lab) -> None:
    async with lab.running():
        inside, go_on = asyncio.Event(), asyncio.Event()

        async def slow(tx: Transaction) -> None:
            tx.emit(submitted("p-early"))
            inside.set()
            await go_on.wait()

        late = asyncio.create_task(lab.teller.unit_of_work.run(slow, cause=CAUSE))
        await inside.wait()
        await lab.tell(submitted("p-later"))
        await lab.until_revisions("p-later", [1])
        go_on.set()
        await late
        await lab.until_revisions("p-early", [1])


async def test_types_without_a_reaction_move_the_position_too(lab: Lab) -> None:
    async with lab.running():
        gone = ParticipantWithdrawn(conference_id="lab", participant_id="p-1", delegation="egy")
        await lab.tell(submitted("p-1"), gone, submitted("p-1", revision=2))
        await lab.until_revisions("p-1", [1, 2])
        positions = lab.listener.database.collection(POSITIONS)
        position = await positions.find_one({"_id.key": "p-1"})
        assert position is not None
        assert position["sequence"] == 3


async def test_an_event_over_the_size_is_refused_at_commit(lab: Lab) -> None:
    async with lab.running():
        with pytest.raises(RecordTooLargeError):
            await lab.tell(submitted("p-1", category="x" * 1_000_000))
        await lab.tell(submitted("p-1"))
        await lab.until_revisions("p-1", [1])


async def test_the_same_idempotency_key_has_one_effect_and_one_answer(lab: Lab) -> None:
    async with lab.running():
        runs = 0

        async def work(tx: Transaction) -> dict[str, object]:
            nonlocal runs
            runs += 1
            tx.emit(submitted("p-1", revision=runs))
            return {"run": runs}

        key = CommandKey("account", "key-0001", "fingerprint")
        calls = [lab.teller.unit_of_work.run_command(work, cause=CAUSE, command=key) for _ in range(8)]
        answers = await asyncio.gather(*calls)
        assert len({answer["run"] for answer in answers}) == 1
        rows = await lab.teller.database.collection(OUTBOX).find({"key": "p-1"}, limit=10)
        assert len(rows) == 1
        headers = {name: bytes(value).decode() for name, value in rows[0]["headers"]}
        assert headers["ce_causationid"] == key.command_id
        other = CommandKey("account", "key-0001", "another request")
        with pytest.raises(IdempotencyKeyReusedError):
            await lab.teller.unit_of_work.run_command(work, cause=CAUSE, command=other)


async def test_the_relay_goes_on_when_its_watch_breaks(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    async def broken(self: object, outbox: object) -> None:
        await asyncio.Event().wait()

    monkeypatch.setattr("shared.messaging.relay.Relay._watch", broken)
    async with lab.running():
        await lab.tell(submitted("p-1"))
        await lab.until_revisions("p-1", [1], seconds=5)


async def test_a_listener_that_comes_later_hears_everything(lab: Lab) -> None:
    async with lab.teller.running(indexes=()):
        await lab.tell(*(submitted("p-1", revision=number) for number in range(1, 11)))
        async with lab.listening():
            await lab.until_revisions("p-1", list(range(1, 11)))


def test_the_lab_reacts_to_one_type_only() -> None:
    assert ParticipantSubmitted.TOPIC == ParticipantWithdrawn.TOPIC
