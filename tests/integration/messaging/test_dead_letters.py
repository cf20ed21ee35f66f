"""Mending a dead letter: tried dry, by two people where it changes something, with exactly one effect."""

from __future__ import annotations

import asyncio
import json
import signal
import struct
import sys
from typing import Any

import pytest

from shared.contracts.topics import AUDIT, REGISTRATION_PARTICIPANTS
from shared.errors import InfrastructureError
from shared.messaging.blocked_keys import BLOCKED_KEYS, HELD
from shared.messaging.cause import CommandKey
from shared.messaging.dead_letters import Letter, NoDeadLetterError, letter_id
from shared.messaging.mend_dead_letter import (
    DryRunFailedError,
    EditsMissingError,
    Kind,
    LetterChangedError,
    NoMendingError,
    Reason,
    SecondOfficerRequiredError,
)
from shared.messaging.outbox import OUTBOX
from shared.messaging.record_edit import Edit
from shared.security.principal import Principal, Role, RoleRequiredError
from shared.testing.delivery import submitted
from tests.integration.messaging.lab import Lab
from tests.integration.messaging.test_failures import GROUP, dead_letters
from tests.support.backend import ROOT
from tests.support.child_settings import environment

FIRST = Principal("first", "person-first", frozenset({Role.OPERATOR}))
SECOND = Principal("second", "person-second", frozenset({Role.OPERATOR}))
ALIAS = Principal("alias", "person-first", frozenset({Role.ADMINISTRATOR}))
CURE = [Edit("category", "delegate")]


def command(name: str, who: Principal = FIRST) -> CommandKey:
    return CommandKey(who.account_id, name, name)


async def blocked(lab: Lab, key: str = "p-bad") -> Letter:
    """A key blocked by a record that only an edit can mend, with two more records behind it."""
    lab.reaction.poison = {"poison"}
    await lab.tell(submitted(key, 1), submitted(key, 2, "poison"), submitted(key, 3))

    async def both_held() -> bool:
        return await lab.listener.database.collection(HELD).count({"key": key}) == 2

    await lab.until(both_held)
    await lab.tell(submitted(key, 4))
    return next(letter for letter in await lab.listener.dead_letters.listed() if letter.key == key)


async def proposed(lab: Lab, letter: Letter, name: str = "one", who: Principal = FIRST, edits: Any = CURE) -> str:
    mend = lab.listener.mend_dead_letter
    answer = await mend.propose(who, letter.id, Kind.EDIT, edits, Reason.VALUE_CORRECTED, command(name, who))
    return str(answer["id"])


async def facts(lab: Lab) -> list[dict[str, Any]]:
    rows = await lab.listener.database.collection(OUTBOX).find({"topic": AUDIT}, limit=100)
    return [json.loads(row["data"]) for row in rows]


async def categories(lab: Lab, key: str = "p-bad") -> list[int]:
    return await lab.revisions(key)


async def test_a_letter_says_why_and_what_it_holds_back_and_no_value(lab: Lab) -> None:
    async with lab.running():
        letter = await blocked(lab)
        assert (letter.group, letter.code, letter.held >= 2) == (GROUP, "unexpected_error", True)
        assert letter.failed is not None
        assert letter.failed.sequence == 2
        assert letter.handler == letter.handler_now
        assert letter.handler.startswith("WritesDown@")
        detail = await lab.listener.dead_letters.detail(letter.id)
        assert detail.fields["category"] == "text"
        assert detail.fields["revision"] == "integer"
        assert detail.expected["category"] == "required"
        assert "poison" not in repr(detail)
        (found,) = await dead_letters(lab)
        headers = {name: value or b"" for name, value in found.headers}
        assert headers["bawaba_blocked-key"] == b"p-bad"
        assert headers["bawaba_handler-version"].decode() == letter.handler
        assert struct.unpack(">i", headers["kafka_deliveryAttempt"]) == (1,)


async def test_an_edit_is_tried_dry_then_applied_by_another_person_and_what_waited_follows_in_order(lab: Lab) -> None:
    async with lab.running():
        letter = await blocked(lab)
        mend = lab.listener.mend_dead_letter
        mending = await proposed(lab, letter)
        assert await lab.revisions("p-bad") == [1], "a proposal applies nothing"
        assert await facts(lab) == []
        for who in (FIRST, ALIAS):
            with pytest.raises(SecondOfficerRequiredError):
                await mend.apply(who, mending)
        applied = await mend.apply(SECOND, mending)
        assert applied["state"] == "applied"
        await lab.until_revisions("p-bad", [1, 2, 3, 4])
        assert await lab.listener.database.collection(BLOCKED_KEYS).count({}) == 0
        assert (await mend.apply(SECOND, mending))["state"] == "applied", "asking again answers the same"
        await lab.tell(submitted("p-bad", 5))
        await lab.until_revisions("p-bad", [1, 2, 3, 4, 5])
        (fact,) = await facts(lab)
        assert (fact["actor"], fact["seconded_by"], fact["reason"]) == ("first", "second", "value_corrected")
        assert {"name": "changed", "value": "category"} in fact["details"]
        assert "poison" not in json.dumps(fact)


async def test_a_dry_run_that_fails_says_why_and_cannot_be_applied(lab: Lab) -> None:
    async with lab.running():
        letter = await blocked(lab)
        mend = lab.listener.mend_dead_letter
        broken = await mend.propose(
            FIRST, letter.id, Kind.EDIT, [Edit("revision", "three")], Reason.VALUE_CORRECTED, command("broken")
        )
        assert (broken["dry_run"]["code"], broken["dry_run"]["detail"]) == ("contract_broken", "revision")
        with pytest.raises(DryRunFailedError):
            await mend.apply(SECOND, broken["id"])
        retry = await mend.propose(FIRST, letter.id, Kind.RETRY, [], Reason.CAUSE_MENDED, command("retry"))
        assert retry["dry_run"]["code"] == "unexpected_error"
        assert await lab.revisions("p-bad") == [1]


async def test_a_retry_needs_one_person_and_a_skip_two(lab: Lab) -> None:
    async with lab.running():
        letter = await blocked(lab)
        mend = lab.listener.mend_dead_letter
        skip = await mend.propose(FIRST, letter.id, Kind.SKIP, [], Reason.SENT_TWICE, command("skip"))
        with pytest.raises(SecondOfficerRequiredError):
            await mend.apply(FIRST, skip["id"])
        await mend.apply(SECOND, skip["id"])
        await lab.until_revisions("p-bad", [1, 3, 4])
        other = await blocked(lab, "p-other")
        lab.reaction.poison = set()
        retry = await mend.propose(FIRST, other.id, Kind.RETRY, [], Reason.CAUSE_MENDED, command("again"))
        try:
            await mend.apply(FIRST, retry["id"])
        except LetterChangedError:
            pass  # its own turn came first: the record was applied as it is, once
        await lab.until_revisions("p-other", [1, 2, 3, 4])


async def test_the_same_call_twice_is_one_proposal_and_what_is_wrong_is_refused(lab: Lab) -> None:
    async with lab.running():
        letter = await blocked(lab)
        mend = lab.listener.mend_dead_letter
        assert await proposed(lab, letter) == await proposed(lab, letter)
        for kind, edits in ((Kind.EDIT, []), (Kind.RETRY, CURE)):
            with pytest.raises(EditsMissingError):
                await mend.propose(FIRST, letter.id, kind, edits, Reason.CAUSE_MENDED, command("wrong"))
        for identity in ("", "nonsense", "%%%", letter_id(GROUP, "nobody"), letter_id("no.group", "p-bad")):
            with pytest.raises(NoDeadLetterError):
                await mend.propose(FIRST, identity, Kind.RETRY, [], Reason.CAUSE_MENDED, command("nobody"))
        with pytest.raises(NoMendingError):
            await mend.apply(SECOND, "nothing")
        with pytest.raises(RoleRequiredError):
            await mend.apply(Principal("g", "g", frozenset({Role.AUDITOR})), "nothing")


async def test_two_operators_at_once_leave_one_effect_the_one_that_says_applied(lab: Lab) -> None:
    async with lab.running():
        for round_number in range(8):
            key = f"p-race-{round_number}"
            letter = await blocked(lab, key)
            mend = lab.listener.mend_dead_letter
            one = await proposed(lab, letter, f"a{round_number}", FIRST, [Edit("category", "staff")])
            two = await proposed(lab, letter, f"b{round_number}", SECOND, [Edit("category", "delegate")])
            calls = [mend.apply(SECOND, one), mend.apply(FIRST, two), mend.apply(SECOND, one), mend.apply(FIRST, two)]
            results = await asyncio.gather(*calls, return_exceptions=True)
            states = {item["id"] for item in results if isinstance(item, dict)}
            assert len(states) == 1, results
            assert all(isinstance(item, (dict, LetterChangedError)) for item in results), results
            await lab.until_revisions(key, [1, 2, 3, 4])
            told = [fact for fact in await facts(lab) if fact["subject"].endswith(key)]
            assert [next(d["value"] for d in fact["details"] if d["name"] == "mending") for fact in told] == [*states]


@pytest.mark.parametrize("place", ["inside", "after"])
async def test_a_process_killed_midway_leaves_no_effect_or_one(lab: Lab, place: str) -> None:
    async with lab.teller.running(indexes=()):
        async with lab.listening():
            mending = await proposed(lab, await blocked(lab))
        module = "tests.integration.messaging.mending"
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", module, mending, place, cwd=ROOT, env=environment(lab.settings[1])
        )
        assert await asyncio.wait_for(process.wait(), 30) == -signal.SIGKILL
        second = Lab(*lab.settings, lab.operations)
        second.reaction.poison = {"poison"}
        async with second.listening():
            if place == "inside":
                assert await second.revisions("p-bad") == [1], "nothing was committed"
            await lab.until(lambda: applied(second, mending), seconds=60)
            await second.until_revisions("p-bad", [1, 2, 3, 4])
            assert len(await facts(second)) == 1


async def applied(lab: Lab, mending: str) -> bool:
    """Asked again after an outage: the dead process's open transaction holds what it wrote until the server ends it."""
    try:
        return bool((await lab.listener.mend_dead_letter.apply(SECOND, mending))["state"] == "applied")
    except InfrastructureError:
        return False


async def test_groups_that_had_the_original_are_warned_of(lab: Lab) -> None:
    async with lab.running():
        letter = await blocked(lab)
        positions = lab.listener.database.collection("positions")
        identity = {"group": GROUP, "topic": REGISTRATION_PARTICIPANTS, "key": "p-bad"}
        assert await positions.count({"_id": identity}) == 1
        detail = await lab.listener.dead_letters.detail(letter.id)
        assert [(each.group, each.sequence) for each in detail.positions] == [(GROUP, 1)]
