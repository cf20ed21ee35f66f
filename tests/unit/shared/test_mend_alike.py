"""What failed alike is mended alike: retried by cause, or dropped from quarantine by two people; told in the audit."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import orjson
import pytest

from shared.contracts.registration import ParticipantSubmitted
from shared.contracts.topics import REGISTRATION_PARTICIPANTS
from shared.messaging.blocked_keys import QUARANTINE
from shared.messaging.cause import CommandKey
from shared.messaging.kernel import INDEXES
from shared.messaging.mend_alike import Alike, NothingAlikeError
from shared.messaging.mend_dead_letter import Reason, SecondOfficerRequiredError
from shared.messaging.outbox import OUTBOX
from shared.messaging.record import RawRecord
from shared.messaging.subscription import Subscription
from shared.security.principal import Principal, Role, RoleRequiredError
from shared.testing.delivery import CAUSE, EFFECT_INDEXES, EFFECTS, GROUP, WritesDown, submitted
from shared.testing.memory.broker import MemoryBroker
from shared.testing.memory.kernels import memory_kernel
from shared.testing.memory.server import Server

FIRST = Principal("first", "person-first", frozenset({Role.OPERATOR}))
SECOND = Principal("second", "person-second", frozenset({Role.OPERATOR}))
TWIN = Principal("first-again", "person-first", frozenset({Role.OPERATOR}))
AUDITOR = Principal("auditor", "person-auditor", frozenset({Role.AUDITOR}))


def key(text: str) -> CommandKey:
    return CommandKey("first", text, "fingerprint")


class Desk:
    """A listener in memory, to which records are handed by hand."""

    def __init__(self) -> None:
        self._server, self._broker = Server(), MemoryBroker(now_ms=lambda: 0)
        self.reaction = WritesDown()
        self.kernel = memory_kernel(self._server, self._broker, "accreditation")
        self.kernel.subscribe([Subscription(REGISTRATION_PARTICIPANTS, "lab", {ParticipantSubmitted: self.reaction})])
        self._teller = memory_kernel(self._server, self._broker, "registration")
        self.offset = 0

    async def prepare(self) -> Desk:
        await self._teller.database.ensure_indexes(INDEXES)
        await self.kernel.database.ensure_indexes([*INDEXES, *EFFECT_INDEXES])
        return self

    async def receive(self, participant: str, revision: int, category: str = "delegate", **changes: Any) -> None:
        """A record that registration told, as it comes from the log; `changes` to what came."""

        async def work(tx: Any) -> None:
            tx.emit(submitted(participant, revision, category))

        await self._teller.unit_of_work.run(work, cause=CAUSE)
        row = await self._teller.database.collection(OUTBOX).find_one({"key": participant}, sort=[("sequence", -1)])
        assert row is not None
        headers = tuple((name, bytes(value)) for name, value in row["headers"])
        self.offset += 1
        record = RawRecord(row["topic"], 0, self.offset, participant.encode(), headers, bytes(row["data"]), 0)
        await self.kernel.dead_letters.inbox(GROUP).receive(replace(record, **changes))

    async def effects(self) -> list[str]:
        found = await self.kernel.database.collection(EFFECTS).find({}, limit=100, sort=[("_id", 1)])
        return [each["_id"] for each in found]

    async def audited(self) -> list[dict[str, Any]]:
        rows = await self.kernel.database.collection(OUTBOX).find({"topic": "audit"}, limit=100)
        return [orjson.loads(row["data"]) for row in rows]


async def desk_with_two_blocked_keys() -> Desk:
    desk = await Desk().prepare()
    desk.reaction.poison = {"poison"}
    for number in (1, 2):
        await desk.receive(f"p-{number}", 1, "poison")
        await desk.receive(f"p-{number}", 2)
    return desk


async def causes(desk: Desk) -> Alike:
    letters = await desk.kernel.dead_letters.listed()
    (alike,) = {Alike(each.group, each.code, each.detail) for each in letters}
    return alike


async def test_every_letter_of_a_cause_is_retried_once_and_told() -> None:
    desk = await desk_with_two_blocked_keys()
    alike = await causes(desk)
    desk.reaction.poison = set()
    assert await desk.kernel.mend_alike.retry(FIRST, alike, key("retry-all")) == {
        "applied": 2,
        "failed": {},
        "left": 0,
    }
    assert await desk.effects() == ["p-1/1", "p-2/1"], "what waits behind them follows by itself"
    facts = await desk.audited()
    assert [(fact["action"], fact["actor"], fact["reason"]) for fact in facts] == [
        ("dead_letter.retry", "first", "cause_mended")
    ] * 2
    for blocked in ("p-1", "p-2"):
        await desk.kernel.dead_letters.inbox(GROUP).drain(blocked)
    assert await desk.effects() == ["p-1/1", "p-1/2", "p-2/1", "p-2/2"]
    with pytest.raises(NothingAlikeError):
        await desk.kernel.mend_alike.retry(FIRST, alike, key("retry-all"))


async def test_a_cause_that_is_still_there_says_so_and_changes_nothing() -> None:
    desk = await desk_with_two_blocked_keys()
    answer = await desk.kernel.mend_alike.retry(FIRST, await causes(desk), key("retry-all"))
    assert answer == {"applied": 0, "failed": {"unexpected_error": 2}, "left": 0}
    assert await desk.effects() == []
    assert await desk.audited() == []


async def desk_with_quarantine() -> tuple[Desk, Alike]:
    desk = await Desk().prepare()
    for number in (1, 2):
        await desk.receive(f"p-{number}", 1, key=None)
    (item,) = await desk.kernel.dead_letters.quarantined()
    assert item.records == 2
    return desk, Alike(item.group, item.code, item.detail)


async def test_quarantined_records_are_dropped_by_two_people_and_told_with_who_why_and_which() -> None:
    desk, alike = await desk_with_quarantine()
    mend = desk.kernel.mend_alike
    proposal = await mend.propose_discard(FIRST, alike, Reason.TEST_RECORD, key("drop-1"))
    assert await mend.propose_discard(FIRST, alike, Reason.TEST_RECORD, key("drop-1")) == proposal
    assert [each["id"] for each in await desk.kernel.dead_letters.discards()] == [proposal["id"]]
    for same_person in (FIRST, TWIN):
        with pytest.raises(SecondOfficerRequiredError):
            await mend.apply_discard(same_person, proposal["id"])
    assert await desk.kernel.database.collection(QUARANTINE).count({}) == 2
    applied = await mend.apply_discard(SECOND, proposal["id"])
    assert await mend.apply_discard(SECOND, proposal["id"]) == applied
    assert applied["state"] == "applied"
    assert await desk.kernel.database.collection(QUARANTINE).count({}) == 0
    assert await desk.kernel.dead_letters.discards() == []
    (fact,) = await desk.audited()
    assert (fact["action"], fact["actor"], fact["seconded_by"]) == ("dead_letter.discard", "first", "second")
    assert fact["reason"] == "test_record"
    names = [detail["name"] for detail in fact["details"]]
    assert names == ["records", f"{REGISTRATION_PARTICIPANTS}/0/1", f"{REGISTRATION_PARTICIPANTS}/0/2"]


async def test_what_came_after_a_proposal_is_not_dropped_with_it() -> None:
    desk, alike = await desk_with_quarantine()
    proposal = await desk.kernel.mend_alike.propose_discard(FIRST, alike, Reason.TEST_RECORD, key("drop-1"))
    await desk.receive("p-3", 1, key=None)
    await desk.kernel.mend_alike.apply_discard(SECOND, proposal["id"])
    assert await desk.kernel.database.collection(QUARANTINE).count({}) == 1


async def test_nobody_but_an_operator_or_an_administrator_may() -> None:
    desk, alike = await desk_with_quarantine()
    mend = desk.kernel.mend_alike
    for call in (
        mend.retry(AUDITOR, alike, key("r")),
        mend.propose_discard(AUDITOR, alike, Reason.TEST_RECORD, key("d")),
        mend.apply_discard(AUDITOR, "x"),
    ):
        with pytest.raises(RoleRequiredError):
            await call
