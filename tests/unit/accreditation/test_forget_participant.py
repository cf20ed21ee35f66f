"""Forgetting an erased person: only once the vault has nothing more, and then all that was made from their data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, cast

import pytest

from services.accreditation.application.forget_participant import ForgetParticipantHandler
from services.accreditation.domain.watchlist_ports import AlertBooks
from shared.errors import InfrastructureError
from shared.messaging.unit_of_work import Transaction
from shared.security.personal_data import Answer, Erased, Missing, PersonalRecord, Purpose


class Vault:
    def __init__(self, answer: Answer) -> None:
        self._answer = answer

    async def read(self, participant_ids: Sequence[str], *, purpose: Purpose) -> Mapping[str, Answer]:
        return dict.fromkeys(participant_ids, self._answer)


class Alerts:
    def __init__(self) -> None:
        self.forgotten: list[str] = []

    async def forget(self, participant_id: str) -> None:
        self.forgotten.append(participant_id)


def handler(answer: Answer, alerts: Alerts, broken_off: list[str]) -> ForgetParticipantHandler:
    async def forget_printed(_: Transaction, participant_id: str) -> list[str]:
        return [f"job of {participant_id}"]

    def books(_: Transaction) -> AlertBooks:
        return cast(AlertBooks, alerts)

    return ForgetParticipantHandler(books, forget_printed, broken_off.extend, Vault(answer))


@pytest.mark.parametrize("answer", [PersonalRecord(name_latin="Still There"), Missing()])
async def test_while_the_vault_can_still_be_read_it_waits(answer: Answer) -> None:
    with pytest.raises(InfrastructureError):
        await handler(answer, Alerts(), []).prepare("p-1")


async def test_alerts_go_and_the_drawing_of_their_badge_ends() -> None:
    alerts, broken_off = Alerts(), []
    forget = handler(Erased(), alerts, broken_off)
    await forget.prepare("p-1")
    await forget.apply(cast(Any, None), "p-1")
    assert (alerts.forgotten, broken_off) == (["p-1"], ["job of p-1"])
