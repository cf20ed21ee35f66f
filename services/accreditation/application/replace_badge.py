"""Prepare a badge that replaces a lost or damaged one."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from services.accreditation.application.prepare_badge import PrepareBadge
from services.accreditation.application.records import Bind, conference_of, participant_lock
from services.accreditation.domain.badge import Badge
from services.accreditation.domain.badge_errors import BadgeNotFoundError, BadgeStateError
from services.accreditation.domain.dossier import Dossier
from services.accreditation.domain.dossier_errors import DossierNotFoundError, NotApprovedError
from services.accreditation.domain.dossier_facts import DossierState
from services.accreditation.domain.events import RevocationReason
from services.accreditation.domain.ports import Records, Views
from shared.messaging.cause import Cause, CommandKey
from shared.messaging.unit_of_work import Transaction, UnitOfWork
from shared.security.principal import Principal, Role


class ReplacementReason(StrEnum):
    LOST = "lost"
    DAMAGED = "damaged"


@dataclass(frozen=True)
class ReplaceBadge:
    badge_id: str
    reason: ReplacementReason


class ReplaceBadgeHandler:
    def __init__(self, unit_of_work: UnitOfWork, bind: Bind, views: Views, prepare_badge: PrepareBadge) -> None:
        self._unit_of_work = unit_of_work
        self._bind = bind
        self._views = views
        self._prepare_badge = prepare_badge

    async def __call__(
        self, principal: Principal, command: ReplaceBadge, cause: Cause, key: CommandKey
    ) -> dict[str, Any]:
        """The new badge, prepared. A lost badge ends at once; a damaged one when the new one is activated.

        Raises RoleRequiredError, BadgeNotFoundError, BadgeStateError, NotApprovedError.
        """
        principal.require(Role.ACCREDITATION_OFFICER)
        known = await self._views.badge(command.badge_id)
        if known is None:
            raise BadgeNotFoundError

        async def work(tx: Transaction) -> dict[str, Any]:
            return await self._replace(tx, command)

        lock = participant_lock(known.subject.participant_id)
        return await self._unit_of_work.run_command(work, cause=cause, command=key, serialise=lock)

    async def _replace(self, tx: Transaction, command: ReplaceBadge) -> dict[str, Any]:
        records = self._bind(tx)
        old = await records.badge(command.badge_id)
        if old is None:
            raise BadgeNotFoundError
        dossier = await self._approved_dossier(records, old)
        conference = await conference_of(records)
        if command.reason is ReplacementReason.LOST and old.is_live:
            ended, revoked = old.revoke(RevocationReason.LOST, tx.now)
            await records.save_badges([ended])
            tx.emit(revoked)
        badge, events = await self._prepare_badge.always(records, dossier, conference, tx.now, replaces=old)
        for event in events:
            tx.emit(event)
        return {"badge_id": badge.badge_id, "number": badge.number, "state": badge.state.value}

    async def _approved_dossier(self, records: Records, old: Badge) -> Dossier:
        """Raises BadgeStateError for a badge that has ended, unless it was lost and nothing took its place yet."""
        participant_id = old.subject.participant_id
        if not old.is_live:
            live = await records.live_badges(participant_id)
            if old.reason is not RevocationReason.LOST or live.live:
                raise BadgeStateError(old.state.value)
        dossier = await records.dossier(participant_id)
        if dossier is None:
            raise DossierNotFoundError
        if dossier.state is not DossierState.APPROVED:
            raise NotApprovedError(dossier.state.value)
        return dossier
