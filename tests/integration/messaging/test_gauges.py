"""What Prometheus is told while Kafka is frozen, against the rule file's thresholds, and of what cannot be read."""

from __future__ import annotations

from datetime import timedelta

from deploy.local.members import KafkaMember
from shared.messaging.outbox import OUTBOX
from shared.testing.delivery import submitted
from tests.integration.messaging.lab import Lab
from tests.integration.messaging.test_failures import send_raw
from tests.support.alert_rules import Rule


async def test_a_frozen_broker_makes_the_outbox_older_and_the_alert_due_and_a_thawed_one_ends_both(
    lab: Lab, broker: KafkaMember
) -> None:
    age = Rule.of("OutboxNotPublished", service="registration")
    unseen = Rule.of("BrokerNotHeardOf", service="accreditation")
    outbox = lab.teller.database.collection(OUTBOX)

    async def rises(rule: Rule, above: float) -> None:
        async def is_above() -> bool:
            return rule.value() > above

        await lab.until(is_above, seconds=45)

    async with lab.running():
        await lab.tell(submitted("p-1"))
        await lab.until_revisions("p-1", [1], seconds=60)
        broker.freeze()
        try:
            await lab.tell(submitted("p-2"))
            await rises(age, 3)
            first = age.value()
            await rises(age, first + 2)
            await rises(unseen, 6)
            # As if the outage had lasted for as long as the rule waits.
            (row,) = await outbox.find({"published": False}, limit=2)
            earlier = row["recorded_at"] - timedelta(seconds=age.threshold)
            await outbox.update_one({"_id": row["_id"]}, {"$set": {"recorded_at": earlier}})
            await rises(age, age.threshold)
            assert await lab.teller.relay.backlog() == (1, earlier)
        finally:
            broker.thaw()
        await lab.until_revisions("p-2", [1], seconds=60)

        async def is_quiet() -> bool:
            return age.value() == 0 and unseen.value() < 6

        await lab.until(is_quiet, seconds=45)


async def test_a_record_that_cannot_be_read_makes_its_alert_due(lab: Lab) -> None:
    quarantined = Rule.of("RecordQuarantined", group="accreditation.lab")
    async with lab.running():
        await send_raw(lab, b"{}", key=None, headers=[])

        async def is_due() -> bool:
            return (await lab.listener.report()).quarantined == 1 and quarantined.value() > quarantined.threshold

        await lab.until(is_due, seconds=45)
