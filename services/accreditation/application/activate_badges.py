"""Issue and activate prepared badges at the desk, one person's or a delegation's."""

from __future__ import annotations

from dataclasses import dataclass

from services.accreditation.application.bulk import Bulk, Row
from services.accreditation.application.records import Bind
from services.accreditation.domain.dossier import DossierState
from services.accreditation.domain.errors import BadgeNotFoundError, DossierNotFoundError, NotApprovedError
from shared.messaging.cause import Cause, CommandKey
from shared.messaging.unit_of_work import Transaction
from shared.security.principal import Principal, Role


@dataclass(frozen=True)
class ActivateBadges:
    participant_ids: tuple[str, ...]


class ActivateBadgesHandler:
    def __init__(self, bulk: Bulk, bind: Bind) -> None:
        self._bulk = bulk
        self._bind = bind

    async def __call__(self, principal: Principal, command: ActivateBadges, cause: Cause, key: CommandKey) -> list[Row]:
        """A row for each: `activated`, `already_active`, or `refused` with its code.

        Activating a replacement ends its predecessor in the same commit. Raises RoleRequiredError,
        IdempotencyKeyReusedError.
        """
        principal.require(Role.ACCREDITATION_OFFICER)
        return await self._bulk(command.participant_ids, self._activate, cause=cause, command=key)

    async def _activate(self, tx: Transaction, participant_id: str) -> str:
        records = self._bind(tx)
        dossier = await records.dossier(participant_id)
        if dossier is None:
            raise DossierNotFoundError
        if dossier.state is not DossierState.APPROVED:
            raise NotApprovedError(dossier.state.value)
        live = await records.live_badges(participant_id)
        if live.prepared is None:
            if live.active is None:
                raise BadgeNotFoundError
            return "already_active"
        badges, events = live.activate_prepared(tx.now)
        await records.save_badges(badges)
        for event in events:
            tx.emit(event)
        return "activated"
