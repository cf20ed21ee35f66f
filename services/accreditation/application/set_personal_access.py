"""Give one person more than the category has, or a badge for some days alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from services.accreditation.application.decide_dossiers import officer_of
from services.accreditation.application.records import Bind, BindDossierBooks, conference_of, participant_lock
from services.accreditation.domain.access import PersonalAccess
from services.accreditation.domain.badge import Badges
from services.accreditation.domain.badge_errors import AccessNotInConferenceError
from services.accreditation.domain.claim import require_free
from services.accreditation.domain.conference_rules import ConferenceRules
from services.accreditation.domain.dossier_errors import DossierNotFoundError
from services.accreditation.domain.step import Step
from shared.messaging.cause import Cause, CommandKey
from shared.messaging.unit_of_work import Transaction, UnitOfWork
from shared.security.principal import Principal, Role


@dataclass(frozen=True)
class SetPersonalAccess:
    """Replaces what was personal before; `PersonalAccess()` takes it away. `seen` is the version that it replaces."""

    participant_id: str
    personal: PersonalAccess
    seen: int | None = None


class SetPersonalAccessHandler:
    def __init__(self, unit_of_work: UnitOfWork, bind: Bind, books: BindDossierBooks) -> None:
        self._unit_of_work = unit_of_work
        self._bind = bind
        self._books = books

    async def __call__(
        self, principal: Principal, command: SetPersonalAccess, cause: Cause, key: CommandKey
    ) -> dict[str, Any]:
        """A live badge opens the new access from now on, without another print: the gates are told its new profile.

        The dossier's steps say who did it. Raises RoleRequiredError, DossierNotFoundError, ClaimedError,
        AccessChangedError, AccessNotInConferenceError.
        """
        principal.require(Role.ACCREDITATION_OFFICER)
        officer = officer_of(principal)

        async def work(tx: Transaction) -> dict[str, Any]:
            records, books = self._bind(tx), self._books(tx)
            dossier = await records.dossier(command.participant_id)
            if dossier is None:
                raise DossierNotFoundError
            conference = await conference_of(records)
            _require_known(command.personal, conference)
            require_free(await books.claim(command.participant_id), officer, tx.now)
            before = await records.kept_access(command.participant_id)
            kept = before.replaced(command.personal, command.seen, officer, tx.now)
            await records.save_access(command.participant_id, kept)
            await records.save_dossier(dossier)
            await books.note(Step(command.participant_id, dossier.version + 1, officer, tx.now, "change_access"))
            live = await records.live_badges(command.participant_id)
            changed = 0
            if live.live:
                changed = await self._change(tx, live, conference, command.personal)
            return {"participant_id": command.participant_id, "badges_changed": changed, "version": kept.version}

        lock = participant_lock(command.participant_id)
        return await self._unit_of_work.run_command(work, cause=cause, command=key, serialise=lock)

    async def _change(
        self, tx: Transaction, live: Badges, conference: ConferenceRules, personal: PersonalAccess
    ) -> int:
        records = self._bind(tx)
        changed = 0
        for badge in live.live:
            access = conference.access_of(badge.category, personal)
            if access == badge.access:
                continue
            updated, event = badge.with_access(access, live.newest_profile + 1)
            await records.save_badges([updated])
            tx.emit(event)
            changed += 1
        return changed


def _require_known(personal: PersonalAccess, conference: ConferenceRules) -> None:
    for grant in personal.upgrades:
        _require_days(grant.days, conference)
        if grant.zone not in conference.zones:
            raise AccessNotInConferenceError("zone", grant.zone)
        if grant.only_with is not None and grant.only_with not in conference.categories:
            raise AccessNotInConferenceError("category", grant.only_with)
    if personal.only_days is not None:
        _require_days(personal.only_days, conference)


def _require_days(days: tuple[int, ...], conference: ConferenceRules) -> None:
    for day in days:
        if not 1 <= day <= conference.days:
            raise AccessNotInConferenceError("day", str(day))
