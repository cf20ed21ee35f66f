"""End a badge, and replace a lost one: the lost one opens nothing from this moment, the new one is prepared."""

from __future__ import annotations

from typing import Any

from services.accreditation.application.issue_badge import IssueBadge
from services.accreditation.application.ports import Badges, Dossiers
from services.accreditation.domain.badge import Reason
from services.accreditation.domain.dossier import State
from services.accreditation.domain.errors import NotInReviewError, UnknownBadgeError
from shared.messaging.unit_of_work import Cause, CommandKey, Transaction, UnitOfWork
from shared.security.principal import Principal, Role


class RevokeBadgeHandler:
    def __init__(self, badges: Badges, dossiers: Dossiers, issue_badge: IssueBadge, unit_of_work: UnitOfWork) -> None:
        self._badges = badges
        self._dossiers = dossiers
        self._issue_badge = issue_badge
        self._unit_of_work = unit_of_work

    async def __call__(
        self, principal: Principal, badge_id: str, reason: Reason, cause: Cause, key: CommandKey, *, replace: bool
    ) -> dict[str, Any]:
        """The badge's state, and the replacement's id when one was asked for.

        Raises UnknownBadgeError, NotInReviewError.
        """
        principal.require(Role.ACCREDITATION_OFFICER)

        async def work(tx: Transaction) -> dict[str, Any]:
            badge = await self._badges.by_id(badge_id, tx)
            if badge is None:
                raise UnknownBadgeError
            if (ended := badge.revoked(reason)) is not None:
                badge = ended[0]
                await self._badges.save(tx, badge)
                tx.emit(ended[1])
            replacement = None
            if replace:
                dossier = await self._dossiers.by_id(badge.participant_id, tx)
                if dossier is None or dossier.state is not State.APPROVED:
                    raise NotInReviewError(dossier.state.value if dossier else "")
                replacement = (await self._issue_badge(tx, dossier, replaces=badge)).badge_id
            return {"badge_id": badge_id, "state": badge.state.value, "replacement": replacement}

        return await self._unit_of_work.run_command(work, cause=cause, command=key)
