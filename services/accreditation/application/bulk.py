"""One command over many participants: each in a commit of its own, so that a bad one never spoils the rest."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from services.accreditation.application.records import participant_lock
from shared.errors import Refusal
from shared.messaging.cause import Cause, CommandKey
from shared.messaging.unit_of_work import Transaction, UnitOfWork

AT_ONCE: Final = 16
REFUSED: Final = "refused"


@dataclass(frozen=True)
class Row:
    """What became of one participant. A refused row carries the refusal's code and data."""

    participant_id: str
    outcome: str
    code: str | None = None
    data: Mapping[str, Any] = field(default_factory=dict)


Work = Callable[[Transaction, str], Awaitable[str]]


class Bulk:
    """Runs a command's work for each participant, sixteen at a time.

    The same Idempotency-Key again answers the rows that are done as they were done, and does those that are not: a
    command that broke off in the middle is completed by sending it again.
    """

    def __init__(self, unit_of_work: UnitOfWork) -> None:
        self._unit_of_work = unit_of_work

    async def __call__(
        self, participant_ids: Sequence[str], work: Work, *, cause: Cause, command: CommandKey
    ) -> list[Row]:
        """A row for each participant, in the order given and each once.

        `work` answers the outcome's name. Raises IdempotencyKeyReusedError, and InfrastructureError when the database
        goes away; what is done by then stays done.
        """
        distinct = list(dict.fromkeys(participant_ids))
        await self._unit_of_work.run_command(_nothing, cause=cause, command=command)
        rows: list[Row] = []
        for start in range(0, len(distinct), AT_ONCE):
            chunk = distinct[start : start + AT_ONCE]
            found = await asyncio.gather(
                *(self._row(participant_id, work, cause, command) for participant_id in chunk), return_exceptions=True
            )
            for row in found:
                if isinstance(row, BaseException):
                    raise row
                rows.append(row)
        return rows

    async def _row(self, participant_id: str, work: Work, cause: Cause, command: CommandKey) -> Row:
        async def one(tx: Transaction) -> dict[str, Any]:
            return {"outcome": await work(tx, participant_id)}

        try:
            result = await self._unit_of_work.run_command(
                one,
                cause=cause,
                command=replace(command, key=f"{command.key} {participant_id}"),
                serialise=participant_lock(participant_id),
            )
        except Refusal as refusal:
            return Row(participant_id, REFUSED, refusal.code, refusal.data)
        return Row(participant_id, result["outcome"])


async def _nothing(tx: Transaction) -> dict[str, Any]:
    """The request as a whole has no effect of its own; its key is taken, so that it can't come to mean another."""
    del tx
    return {}
