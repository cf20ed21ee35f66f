"""One letter: proposals are kept once, a missing predecessor can be given up, and who is past an edit is told."""

from __future__ import annotations

import pytest

from shared.contracts.topics import REGISTRATION_PARTICIPANTS
from shared.messaging.blocked_keys import PREDECESSOR_MISSING
from shared.messaging.cause import CommandKey
from shared.messaging.mend_dead_letter import Kind, Reason, SecondOfficerRequiredError
from shared.messaging.record_edit import Edit
from shared.messaging.unit_of_work import IdempotencyKeyReusedError
from shared.testing.delivery import GROUP
from tests.unit.shared.letter_desk import FIRST, OTHER, SECOND, Desk, key

AS_DELEGATE = [Edit("category", "delegate", False)]


async def only_letter(desk: Desk) -> str:
    (letter,) = await desk.kernel.dead_letters.listed()
    return letter.id


async def desk_with_a_poisoned_record() -> Desk:
    desk = await Desk().prepare()
    desk.reaction.poison = {"poison"}
    await desk.receive("p-1", 1, "poison")
    return desk


async def test_a_key_that_came_with_another_edit_is_refused() -> None:
    desk = await desk_with_a_poisoned_record()
    letter, mend = await only_letter(desk), desk.kernel.mend_dead_letter
    edit = (FIRST, letter, Kind.EDIT, AS_DELEGATE, Reason.VALUE_CORRECTED)
    proposal = await mend.propose(*edit, CommandKey("first", "one", "asked-so"))
    assert await mend.propose(*edit, CommandKey("first", "one", "asked-so")) == proposal
    with pytest.raises(IdempotencyKeyReusedError):
        await mend.propose(*edit, CommandKey("first", "one", "asked-otherwise"))


async def test_a_proposal_in_force_stays_in_force_when_its_call_comes_again() -> None:
    desk = await desk_with_a_poisoned_record()
    letter, mend = await only_letter(desk), desk.kernel.mend_dead_letter
    edit = (FIRST, letter, Kind.EDIT, AS_DELEGATE, Reason.VALUE_CORRECTED)
    proposal = await mend.propose(*edit, key("one"))
    await mend.apply(SECOND, proposal["id"])
    assert (await mend.propose(*edit, key("one")))["state"] == "applied"
    assert await desk.effects() == ["p-1/1"]


async def test_whoever_gives_up_a_predecessor_goes_on_without_it_and_it_changes_nothing_later() -> None:
    desk = await Desk().prepare()
    await desk.receive("p-1", 1, headers=())
    await desk.receive("p-1", 2)
    letter, mend = await only_letter(desk), desk.kernel.mend_dead_letter
    retry = await mend.propose(FIRST, letter, Kind.RETRY, [], Reason.CAUSE_MENDED, key("retry"))
    assert retry["dry_run"]["code"] == PREDECESSOR_MISSING
    proposal = await mend.propose(FIRST, letter, Kind.GO_ON, [], Reason.PREDECESSOR_LOST, key("go-on"))
    assert (proposal["dry_run"]["code"], proposal["needs_second"]) == ("", True)
    with pytest.raises(SecondOfficerRequiredError):
        await mend.apply(FIRST, proposal["id"])
    await mend.apply(SECOND, proposal["id"])
    await desk.receive("p-1", 3)
    assert await desk.revisions() == [2, 3]
    await desk.kernel.dead_letters.inbox(GROUP).receive(desk.first)
    assert await desk.revisions() == [2, 3], "what comes after it was given up is passed over"
    (fact,) = [fact for fact in await desk.audited() if fact["action"] == "dead_letter.go_on"]
    assert (fact["reason"], fact["actor"], fact["seconded_by"]) == ("predecessor_lost", "first", "second")


async def test_an_edit_warns_of_the_groups_that_had_the_original_and_a_retry_of_none() -> None:
    desk = await desk_with_a_poisoned_record()
    other = desk.kernel.dead_letters.inbox(OTHER)
    await other.receive(desk.last)
    letter, mend = await only_letter(desk), desk.kernel.mend_dead_letter
    edit = await mend.propose(FIRST, letter, Kind.EDIT, AS_DELEGATE, Reason.VALUE_CORRECTED, key("edit"))
    assert edit["warnings"] == [{"code": "applied_by_others", "group": OTHER, "sequence": 1}]
    retry = await mend.propose(FIRST, letter, Kind.RETRY, [], Reason.CAUSE_MENDED, key("retry"))
    assert retry["warnings"] == []
    assert await desk.kernel.dead_letters.positions(REGISTRATION_PARTICIPANTS, "p-2") == []
