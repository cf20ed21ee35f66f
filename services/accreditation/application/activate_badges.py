"""Issue and activate prepared badges at the desk, one person's or a delegation's."""

from __future__ import annotations

from dataclasses import dataclass

from services.accreditation.application.bulk import Bulk, Row
from services.accreditation.application.records import Bind, conference_of
from services.accreditation.domain.badge import BadgeState
from services.accreditation.domain.badge_errors import BadgeNotFoundError, BadgeStateError
from services.accreditation.domain.desk_errors import CardRequiredError
from services.accreditation.domain.dossier_errors import DossierNotFoundError, NotApprovedError
from services.accreditation.domain.dossier_facts import DossierState
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
        if live.coming is None:
            if live.in_force is None:
                raise BadgeNotFoundError
            if live.in_force.state is BadgeState.SUSPENDED:
                raise BadgeStateError(live.in_force.state.value)
            return "already_active"
        if live.coming.card is None and (await conference_of(records)).numbered_cards:
            raise CardRequiredError
        badges, events = live.activate_coming(tx.now)
        await records.save_badges(badges)
        for event in events:
            tx.emit(event)
        return "activated"
