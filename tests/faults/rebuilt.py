"""The row about read models: built again from a long log while the live one goes on, compared, and swapped in."""

from __future__ import annotations

import asyncio
import random
import time
from typing import Final

from shared.contracts.audit import AuditFactRecorded
from shared.contracts.registration import ParticipantSubmitted
from shared.contracts.topics import AUDIT, PARTITIONS, REGISTRATION_PARTICIPANTS
from shared.messaging.log_positions import set_back
from shared.messaging.outbox import OUTBOX
from shared.messaging.rebuild import ReadModel, Rebuild
from shared.messaging.subscription import Received, Subscription
from shared.messaging.unit_of_work import Transaction
from shared.storage import Index
from shared.testing.delivery import GROUP
from shared.testing.history import History
from tests.faults.outcome import Outcome, Scale, judged
from tests.faults.rig import Rig
from tests.integration.messaging.lab import Lab
from tests.support.standings import MODEL, KeepsStandings, fold_log, tell_log

PURPOSE: Final = "standings"
STANDINGS: Final = f"accreditation.{PURPOSE}"
END: Final = 2**40  # behind every record
HELD_S_MAX: Final = 10.0


class TellsStandings(KeepsStandings):
    """Tells a fact of each event too, which is the side effect that a rebuild must not have."""

    async def apply(self, tx: Transaction, received: Received[ParticipantSubmitted], prepared: None) -> None:
        await super().apply(tx, received, prepared)
        told = AuditFactRecorded(
            service="accreditation", action="standings.kept", subject=received.key, actor="test", person="test"
        )
        tx.emit(told)


async def rebuilt_under_load(rig: Rig, scale: Scale, draw: random.Random) -> Outcome:
    del draw

    async def work() -> tuple[str, History, list[str]]:
        await rig.prepare()
        lab = rig.lab()
        lab.listener.subscribe(
            [Subscription(REGISTRATION_PARTICIPANTS, PURPOSE, {ParticipantSubmitted: TellsStandings()})]
        )
        keys = await tell_log(lab.teller.access, scale.rebuilt)
        for group in (GROUP, STANDINGS):
            await set_back(lab.listener.access, group, {REGISTRATION_PARTICIPANTS: [END] * PARTITIONS})
        await fold_log(lab.listener.database, STANDINGS, keys)
        async with lab.running():
            async with rig.load(lab.teller, writers=4, pause_s=0.02):
                await asyncio.sleep(1)
                rebuild, began = rebuild_of(lab), time.monotonic()
                comparison = await rebuild.run()
                took = time.monotonic() - began
                held = await rebuild.swap_in()
            await rig.until_caught_up(seconds=120)
            told, facts = await all_told(lab)
            again = await rebuild_of(lab).run()
            await rebuild_of(lab).drop()
            history = await rig.history()
        wrong = [] if comparison.equal else [f"live {comparison.live}, built {comparison.built}"]
        wrong += [] if again.equal else [f"after the swap live {again.live}, built {again.built}"]
        wrong += [f"{facts} facts of {told} events"] if facts != told else []
        wrong += [f"the group was held for {held:.1f} s"] if held > HELD_S_MAX else []
        wrong += ["nothing was told meanwhile"] if again.records <= scale.rebuilt else []
        tried = f"{comparison.records:,} events in {took:.0f} s, {told:,} more told meanwhile, held for {held:.2f} s"
        return tried, history, wrong

    return await judged("a read model rebuilt under load: equal by hash, swapped in, no side effect", work)


def rebuild_of(lab: Lab) -> Rebuild:
    inbox = lab.listener.dead_letters.inbox(STANDINGS)
    model = ReadModel(MODEL, PURPOSE, (MODEL,))
    return Rebuild(lab.listener.database, lab.listener.access, inbox, model, [Index(MODEL, ())])


async def all_told(lab: Lab) -> tuple[int, int]:
    """How many events were told under load, and the facts of them once as many are there as there should be."""
    told = await lab.teller.database.collection(OUTBOX).count({})
    facts = lab.listener.database.collection(OUTBOX)

    async def enough() -> bool:
        return await facts.count({"topic": AUDIT}) >= told

    await lab.until(enough, seconds=120)
    await asyncio.sleep(1)
    return told, await facts.count({"topic": AUDIT})
