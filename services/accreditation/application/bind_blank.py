"""Give a pre-signed blank to a person at the desk: it is their badge, active, from this moment."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from services.accreditation.application.records import Bind, BindBooks, conference_of, participant_lock
from services.accreditation.domain.badge import Badges
from services.accreditation.domain.badge_number import serial_of
from services.accreditation.domain.badge_ports import DeskViews
from services.accreditation.domain.blank import Blank
from services.accreditation.domain.desk_errors import BlankNotFoundError
from services.accreditation.domain.dossier_errors import DossierNotFoundError, NotApprovedError
from services.accreditation.domain.dossier_facts import DossierState
from shared.messaging.cause import Cause, CommandKey
from shared.messaging.unit_of_work import Transaction, UnitOfWork
from shared.security.principal import Principal, Role


@dataclass(frozen=True)
class BindBlank:
    """`number` is the blank's printed number."""

    number: str
    participant_id: str


class BindBlankHandler:
    def __init__(self, unit_of_work: UnitOfWork, bind: Bind, bind_books: BindBooks, views: DeskViews) -> None:
        self._unit_of_work = unit_of_work
        self._bind = bind
        self._bind_books = bind_books
        self._views = views

    async def __call__(self, principal: Principal, command: BindBlank, cause: Cause, key: CommandKey) -> dict[str, Any]:
        """The badge. Whatever badge the person had ends in the same commit.

        Raises RoleRequiredError, BadgeNumberError, BlankNotFoundError, BlankStateError, BlankCategoryError,
        DossierNotFoundError, NotApprovedError, BadgeStateError while the person's badge is suspended.
        """
        principal.require(Role.ACCREDITATION_OFFICER)
        serial = serial_of(command.number)

        async def work(tx: Transaction) -> dict[str, Any]:
            known = await self._views.by_serial(serial)
            if known is None:
                raise BlankNotFoundError
            books = self._bind_books(tx)
            blank = await books.blank(known.badge_id)
            if blank is None:
                raise BlankNotFoundError
            return await self._bound(tx, blank, command.participant_id)

        lock = participant_lock(command.participant_id)
        return await self._unit_of_work.run_command(work, cause=cause, command=key, serialise=lock)

    async def _bound(self, tx: Transaction, blank: Blank, participant_id: str) -> dict[str, Any]:
        records, books = self._bind(tx), self._bind_books(tx)
        dossier = await records.dossier(participant_id)
        if dossier is None:
            raise DossierNotFoundError
        if dossier.state is not DossierState.APPROVED:
            raise NotApprovedError(dossier.state.value)
        category = dossier.submission.category
        personal = await records.personal_access(participant_id)
        access = (await conference_of(records)).access_of(category, personal)
        live = await records.live_badges(participant_id)
        version = live.newest_profile + 1
        used, badge = blank.bind(dossier.subject, category, access, tx.now, profile_version=version)
        ended, told = live.make_way(tx.now)
        changed, events = Badges([badge] if live.in_force is None else [live.in_force, badge]).activate_coming(tx.now)
        await books.save_blanks([used])
        await records.save_badges((*ended, *changed))
        for event in (*told, badge.prepared(), *events):
            tx.emit(event)
        return {"badge_id": badge.badge_id, "number": badge.number, "state": changed[-1].state.value}
