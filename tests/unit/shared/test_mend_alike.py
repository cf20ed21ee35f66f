"""What failed alike is mended alike: retried by cause, or dropped from quarantine by two people; told in the audit."""

from __future__ import annotations

import pytest

from shared.contracts.topics import REGISTRATION_PARTICIPANTS
from shared.messaging import mend_alike
from shared.messaging.blocked_keys import QUARANTINE
from shared.messaging.dead_letters import Alike
from shared.messaging.mend_alike import NothingAlikeError
from shared.messaging.mend_dead_letter import Reason, SecondOfficerRequiredError
from shared.messaging.record import RawRecord
from shared.security.principal import RoleRequiredError
from shared.testing.delivery import GROUP
from tests.unit.shared.letter_desk import AUDITOR, FIRST, SECOND, TWIN, Desk, key


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
        "next": "",
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
    assert answer == {"applied": 0, "failed": {"unexpected_error": 2}, "left": 0, "next": ""}
    assert await desk.effects() == []
    assert await desk.audited() == []


async def test_letters_that_fail_again_do_not_keep_the_others_from_being_reached(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(mend_alike, "RETRIED_MAX", 2)
    desk = await Desk().prepare()
    desk.reaction.poison = {"poison"}
    for number in range(5):
        await desk.receive(f"p-{number}", 1, "poison")
    alike, after, tried = await causes(desk), "", []
    while True:
        answer = await desk.kernel.mend_alike.retry(FIRST, alike, key(f"retry {after}"), after=after)
        tried.append((answer["failed"]["unexpected_error"], answer["left"]))
        if not (after := answer["next"]):
            break
    assert tried == [(2, 3), (2, 1), (1, 0)]


async def test_a_cause_counts_all_that_it_blocks_however_few_are_listed() -> None:
    desk = await desk_with_two_blocked_keys()
    (cause,) = await desk.kernel.dead_letters.causes()
    assert (cause.group, cause.code, cause.keys, cause.held) == (GROUP, "unexpected_error", 2, 4)


async def test_what_can_be_read_at_last_takes_its_place_in_its_stream(monkeypatch: pytest.MonkeyPatch) -> None:
    desk = await Desk().prepare()
    await desk.receive("p-1", 1, key=None)
    await desk.receive("p-1", 2)
    await desk.receive("p-2", 1, headers=())
    items = await desk.kernel.dead_letters.quarantined()
    assert await desk.effects() == [], "what follows waits"
    for item in items:
        alike = Alike(item.group, item.code, item.detail)
        assert (await desk.kernel.mend_alike.retry_quarantined(FIRST, alike))["failed"] == {item.code: 1}
    monkeypatch.setattr(RawRecord, "stream_key", lambda record: record.key.decode() if record.key else "p-1")
    answers = [
        await desk.kernel.mend_alike.retry_quarantined(FIRST, Alike(each.group, each.code, each.detail))
        for each in items
    ]
    assert sum(answer["applied"] for answer in answers) == 1
    assert await desk.revisions() == [1, 2]
    assert await desk.kernel.database.collection(QUARANTINE).count({}) == 1, "the other cannot be read yet"
    (fact,) = await desk.audited()
    assert (fact["action"], fact["actor"]) == ("dead_letter.read_again", "first")


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
        mend.retry_quarantined(AUDITOR, alike),
        mend.propose_discard(AUDITOR, alike, Reason.TEST_RECORD, key("d")),
        mend.apply_discard(AUDITOR, "x"),
    ):
        with pytest.raises(RoleRequiredError):
            await call
