"""What fell into a lost window says what becomes of it, and a person says once that it is dealt with."""

from __future__ import annotations

from typing import Any

import orjson
import pytest

from shared.contracts import REGISTRY
from shared.contracts.after_loss import EVENTS, Remedy, remedy_of_fact
from shared.contracts.audit import AuditFactRecorded
from shared.contracts.registration import ParticipantErased
from shared.contracts.topics import REGISTRATION_PARTICIPANTS
from shared.messaging.kernel import INDEXES, Kernel
from shared.messaging.lost_window import Lost, LostStream, LostWindow, lost_streams
from shared.messaging.outbox import OUTBOX
from shared.messaging.record import RawRecord
from shared.messaging.settle_lost_stream import NoLostStreamError, Outcome, StreamId
from shared.messaging.subscription import Reaction, Received, Subscription
from shared.messaging.unit_of_work import Transaction
from shared.security.principal import Principal, Role, RoleRequiredError
from shared.testing.delivery import CAUSE, submitted
from shared.testing.memory.broker import MemoryBroker
from shared.testing.memory.kernels import memory_kernel
from shared.testing.memory.server import Server

OPERATOR = Principal("operator", "person-operator", frozenset({Role.OPERATOR}))
ANOTHER = Principal("another", "person-another", frozenset({Role.ADMINISTRATOR}))
AUDITOR = Principal("auditor", "person-auditor", frozenset({Role.AUDITOR}))
EPOCH = 7


class ErasesAgain(Reaction[ParticipantErased, None]):
    async def apply(self, tx: Transaction, received: Received[ParticipantErased], prepared: None) -> None:
        if received.key == "p-broken":
            raise ValueError


def fact(action: str, subject: str) -> AuditFactRecorded:
    return AuditFactRecorded(service="registration", action=action, subject=subject, actor="a", person="p")


def erased(participant: str) -> ParticipantErased:
    return ParticipantErased(conference_id="demo", participant_id=participant, delegation="egypt", erasure_id="e-1")


async def restored(*told: Any) -> tuple[Kernel, Lost]:
    """A service that told this, and was restored from a backup that knows nothing of it."""
    teller = memory_kernel(Server(), MemoryBroker(now_ms=lambda: 0), "registration")
    await teller.database.ensure_indexes(INDEXES)

    async def work(tx: Transaction) -> None:
        for event in told:
            tx.emit(event)

    await teller.unit_of_work.run(work, cause=CAUSE)
    rows = await teller.database.collection(OUTBOX).find({}, limit=100, sort=[("key", 1), ("sequence", 1)])
    records = [
        RawRecord(
            row["topic"],
            0,
            place,
            row["key"].encode(),
            tuple((name, bytes(value)) for name, value in row["headers"]),
            bytes(row["data"]),
            1_000 * place,
        )
        for place, row in enumerate(rows)
    ]
    kernel = memory_kernel(Server(), MemoryBroker(now_ms=lambda: 0), "registration")
    await kernel.database.ensure_indexes(INDEXES)
    again = [Subscription(REGISTRATION_PARTICIPANTS, "told_again", {ParticipantErased: ErasesAgain()})]
    window = LostWindow(kernel.database, kernel.unit_of_work, service="registration", outboxes=[OUTBOX], told=again)
    lost = Lost()
    await window.mark(records, EPOCH, lost)
    return kernel, lost


async def streams(kernel: Kernel) -> dict[str, LostStream]:
    return {each.key: each for each in await lost_streams(kernel.database)}


async def audited(kernel: Kernel) -> list[dict[str, Any]]:
    rows = await kernel.database.collection(OUTBOX).find({"topic": "audit"}, limit=100)
    return [orjson.loads(row["data"]) for row in rows]


def test_every_event_has_a_remedy() -> None:
    assert EVENTS.keys() == REGISTRY.events.keys() - {AuditFactRecorded.TYPE}


def test_an_action_that_nobody_named_is_looked_at() -> None:
    assert remedy_of_fact("dead_letter.discard") is Remedy.MEND_AGAIN
    assert remedy_of_fact("something.new") is Remedy.LOOK


async def test_a_stream_says_what_was_taken_over_and_what_a_person_has_to_do() -> None:
    kernel, lost = await restored(
        submitted("p-1", 1, "delegate"), erased("p-1"), erased("p-2"), fact("vault.read", "p-3")
    )
    assert (lost.records, lost.streams, lost.taken_over, lost.problems) == (4, 3, 2, 0)
    found = await streams(kernel)
    assert list(found) == ["p-1", "registration/p-3", "p-2"], "what waits for a person comes first"
    assert set(found["p-1"].remedies.values()) == {Remedy.ASK_DELEGATION, Remedy.TAKEN_OVER}
    assert found["registration/p-3"].remedies == {"vault.read": Remedy.STANDS}
    assert {key for key, stream in found.items() if stream.waits} == {"p-1"}
    assert await kernel.lost_window.counted() == (3, 1)


async def test_what_could_not_be_taken_over_waits_for_a_person() -> None:
    kernel, lost = await restored(erased("p-broken"))
    assert lost.problems == 1
    stream = (await streams(kernel))["p-broken"]
    assert (list(stream.remedies.values()), stream.waits) == ([Remedy.LOOK], True)
    assert await kernel.lost_window.counted() == (1, 1)


async def test_a_stream_is_settled_once_and_the_audit_log_has_who_said_so() -> None:
    kernel, _ = await restored(submitted("p-1", 1, "delegate"))
    stream = StreamId(EPOCH, REGISTRATION_PARTICIPANTS, "p-1")
    said = await kernel.lost_window(OPERATOR, stream, Outcome.DONE_AGAIN)
    assert (said["outcome"], said["settled_by"], said["waits"]) == ("done_again", "operator", False)
    assert await kernel.lost_window(ANOTHER, stream, Outcome.NOT_NEEDED) == said
    assert await kernel.lost_window.counted() == (1, 0)
    (told,) = await audited(kernel)
    assert (told["action"], told["actor"], told["reason"]) == ("lost_window.settled", "operator", "done_again")
    assert told["subject"] == f"{REGISTRATION_PARTICIPANTS}/p-1"


async def test_who_may_only_look_settles_nothing_and_what_is_not_marked_is_not_there() -> None:
    kernel, _ = await restored(submitted("p-1", 1, "delegate"))
    with pytest.raises(RoleRequiredError):
        await kernel.lost_window(AUDITOR, StreamId(EPOCH, REGISTRATION_PARTICIPANTS, "p-1"), Outcome.NOT_NEEDED)
    with pytest.raises(NoLostStreamError):
        await kernel.lost_window(OPERATOR, StreamId(EPOCH, REGISTRATION_PARTICIPANTS, "p-2"), Outcome.NOT_NEEDED)
    assert await audited(kernel) == []
