"""Services that are broken on purpose: what the checkers of badges, gates, scans and read models must find."""

from __future__ import annotations

from datetime import datetime

import pytest

from services.accreditation.adapters import mongo as accreditation_mongo
from services.accreditation.domain.badge import Badges, Change
from services.entrance.adapters import scan_log
from services.entrance.adapters.mongo import MongoBadges
from services.entrance.application.fold_badges import FoldBadges, Told
from services.entrance.domain.badge import Badge
from shared.messaging.subscription import Received
from shared.messaging.unit_of_work import Transaction
from shared.world import SYSTEM


def predecessor_left_in_force(patch: pytest.MonkeyPatch) -> None:
    def activate_coming(self: Badges, at: datetime) -> Change:
        assert self.coming is not None
        activated, told = self.coming.activate(at)
        return (activated,), (told,)

    kept = tuple(each for each in accreditation_mongo.INDEXES if ("place", 1) not in each.keys)
    assert len(kept) == len(accreditation_mongo.INDEXES) - 1
    patch.setattr(
        "services.accreditation.bootstrap.INDEXES", kept
    )  # it would refuse the second, whatever the code does
    patch.setattr(Badges, "activate_coming", activate_coming)


def badges_remembered_by_the_gate(patch: pytest.MonkeyPatch) -> None:
    by_number = MongoBadges.by_number
    remembered: dict[str, Badge | None] = {}

    async def once(self: MongoBadges, number: str) -> Badge | None:
        if number not in remembered:
            remembered[number] = await by_number(self, number)
        return remembered[number]

    patch.setattr(MongoBadges, "by_number", once)


def scans_not_told_apart(patch: pytest.MonkeyPatch) -> None:
    kept = tuple(each for each in scan_log.INDEXES if ("scan.device_sequence", 1) not in each.keys)
    assert len(kept) == len(scan_log.INDEXES) - 1
    patch.setattr(scan_log, "INDEXES", kept)


def answered_before_it_is_written(patch: pytest.MonkeyPatch) -> None:
    async def at_once(self: scan_log.MongoScanLog, *given: object, **named: object) -> bool:
        return True

    patch.setattr(scan_log.MongoScanLog, "append", at_once)


def folded_by_the_clock(patch: pytest.MonkeyPatch) -> None:
    apply = FoldBadges.apply

    async def now(self: FoldBadges, tx: Transaction, received: Received[Told], prepared: None) -> None:
        object.__setattr__(received, "time", SYSTEM.now())
        await apply(self, tx, received, prepared)

    patch.setattr(FoldBadges, "apply", now)
