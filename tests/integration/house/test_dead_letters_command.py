"""`bawaba dead-letters` does in bulk what the operators' page does: dry first, by the same rights, told as that is."""

from __future__ import annotations

import json
import shlex
from typing import Any

from services.cli import parser
from shared.errors import ContractError
from shared.messaging.blocked_keys import BLOCKED_KEYS, HELD, QUARANTINE, WAITING_FOR_OPERATOR, BlockedKeys
from shared.messaging.dead_letter import Failure
from shared.messaging.outbox import OUTBOX
from shared.messaging.record import RawRecord
from shared.security.principal import Role
from tests.integration.house.house import House
from tests.integration.house.terminal import Terminal, documented, served
from tests.integration.house.test_dead_letters import blocked

GROUP = "entrance.badges"


async def quarantined(house: House, count: int) -> None:
    """Records without a key, as a stranger's producer leaves them on the log."""
    kernel = house.app.services["entrance"].kernel
    keys = BlockedKeys(kernel.database, kernel.unit_of_work, kernel.world, group=GROUP)
    for offset in range(count):
        record = RawRecord("accreditation.participants", 0, 10_000_000 + offset, None, (), b"{}", 0)
        await keys.quarantine(record, Failure.of(ContractError("key_missing")))


async def audited(house: House, action: str) -> list[dict[str, Any]]:
    rows = await house.app.services["entrance"].kernel.database.collection(OUTBOX).find({"topic": "audit"}, limit=1_000)
    facts = [json.loads(row["data"]) for row in rows]
    return [fact for fact in facts if fact["action"] == action]


def by(email: str) -> tuple[str, str]:
    return "--email", email


async def accounts(terminal: Terminal) -> None:
    await terminal.opened("first@example.org", Role.OPERATOR)
    await terminal.opened("twin@example.org", Role.OPERATOR, person="first")
    await terminal.opened("second@example.org", Role.ADMINISTRATOR)
    await terminal.opened("looks@example.org", Role.AUDITOR)


async def test_the_guides_commands_list_try_retry_and_drop(house: House) -> None:
    listing, dry, retry, show, propose, look, drop = documented("operator.md", "dead-letters")
    first, twin, second = by("first@example.org"), by("twin@example.org"), by("second@example.org")
    kernel = house.app.services["entrance"].kernel
    letter = await blocked(house)
    await quarantined(house, 3)
    async with served(house) as terminal:
        await accounts(terminal)
        listed = await terminal.bawaba(*listing, *first)
        assert listed.returncode == 0, listed.stderr
        assert f"entrance {GROUP} {letter['code']} {letter['detail']}: 1 keys blocked" in listed.stdout
        assert f"entrance {GROUP} key_missing: 3 records in quarantine" in listed.stdout
        for line in listed.stdout.splitlines():
            if line.startswith("  bawaba"):
                parser().parse_args([*shlex.split(line.replace("REASON", "test_record"))[1:], *first])

        tried = await terminal.bawaba(*dry, *first)
        assert (tried.returncode, tried.stdout.splitlines()[0]) == (
            1,
            f"dry run: 0 of 1 would succeed; 1 fail with {letter['code']}",
        )
        assert "nothing was applied" in tried.stdout
        failed = await terminal.bawaba(*retry, *first)
        assert (failed.returncode, failed.stdout.strip()) == (1, f"0 retried; 1 fail with {letter['code']}")

        shown = await terminal.bawaba(*show, *first)
        assert (shown.returncode, "3 records in quarantine, none dropped" in shown.stdout) == (0, True), shown.stderr
        assert await kernel.dead_letters.discards() == []
        proposed = await terminal.bawaba(*propose, *first)
        assert proposed.returncode == 0, proposed.stderr
        (proposal,) = await kernel.dead_letters.discards()
        assert proposal["id"] in proposed.stdout
        looked, dropped = ([proposal["id"] if word == "PROPOSAL" else word for word in line] for line in (look, drop))
        assert "3 records, test_record, proposed by" in (await terminal.bawaba(*looked, *second)).stdout
        for same_person in (first, twin):
            refused = await terminal.bawaba(*dropped, *same_person)
            assert (refused.returncode, "second person" in refused.stderr) == (2, True), refused.stderr
        assert await kernel.database.collection(QUARANTINE).count({}) == 3
        done = await terminal.bawaba(*dropped, *second)
        assert (done.returncode, done.stdout[:17]) == (0, "3 records dropped"), done.stderr
        assert await kernel.database.collection(QUARANTINE).count({}) == 0
        (fact,) = await audited(house, "dead_letter.discard")
        assert (fact["person"], fact["reason"], bool(fact["seconded_by"])) == ("first", "test_record", True)


async def mended_at_the_source(house: House, letter: dict[str, Any]) -> None:
    """What the record lacked is there, as if the code that could not read it had been mended, at an operator's turn."""
    database = house.app.services["entrance"].kernel.database
    turn = {"$set": {"state": WAITING_FOR_OPERATOR}}
    assert await database.collection(BLOCKED_KEYS).update_one({"_id": {"group": GROUP, "key": letter["key"]}}, turn)
    held = database.collection(HELD)
    waiting = {"group": GROUP, "key": letter["key"]}
    found = await held.find_one(waiting, sort=[("place", 1)])
    assert found is not None
    good = json.loads(found["value"]) | {"serial": 1}
    await held.update_one({"_id": found["_id"]}, {"$set": {"value": json.dumps(good).encode()}})


async def test_a_cause_that_was_mended_is_retried_after_a_dry_run_that_applies_nothing(house: House) -> None:
    letter = await blocked(house)
    keys = house.app.services["entrance"].kernel.database.collection(BLOCKED_KEYS)
    here = ("dead-letters", "retry", "entrance", GROUP, letter["code"])
    async with served(house) as terminal:
        await terminal.opened("mender@example.org", Role.OPERATOR)
        who = by("mender@example.org")
        await mended_at_the_source(house, letter)
        tried = await terminal.bawaba(*here, *who)
        assert "dry run: 1 of" in tried.stdout, tried.stdout + tried.stderr
        assert await keys.count({"_id.key": letter["key"]}) == 1
        assert await audited(house, "dead_letter.retry") == []
        retried = await terminal.bawaba(*here, "--apply", *who)
        assert retried.stdout.startswith("1 retried"), retried.stdout + retried.stderr
    assert await keys.count({"_id.group": GROUP, "_id.key": letter["key"]}) == 0
    assert [fact["person"] for fact in await audited(house, "dead_letter.retry")] == ["mender"]


async def test_who_may_not_mend_is_refused_and_an_absent_cause_says_so(house: House) -> None:
    letter = await blocked(house)
    here = ("entrance", GROUP, letter["code"])
    async with served(house) as terminal:
        await terminal.opened("reads@example.org", Role.AUDITOR)
        who = by("reads@example.org")
        assert (await terminal.bawaba("dead-letters", "list", *who)).returncode == 0
        for more in ((), ("--apply",)):
            refused = await terminal.bawaba("dead-letters", "retry", *here, *more, *who)
            assert (refused.returncode, "role" in refused.stderr) == (2, True), refused.stderr
        absent = await terminal.bawaba("dead-letters", "retry", "entrance", GROUP, "no_such_code", *who)
        assert (absent.returncode, "nothing has failed" in absent.stderr) == (2, True)
