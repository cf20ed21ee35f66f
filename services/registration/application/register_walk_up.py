"""Register somebody whom nobody announced, at the desk: one form, submitted at once, the place counted or waived."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from services.registration.application.fill_form import Answers, FillForm
from services.registration.application.list_parts import ListParts, list_of
from services.registration.application.save_registration import in_doubt, new_draft, saved
from services.registration.application.write_list import Authority, WriteList
from services.registration.domain.list_change import ChangeKind, ListChange
from services.registration.domain.notice import Notice
from services.registration.domain.reconciliation import OverQuotaError
from shared.messaging.unit_of_work import Cause, CommandKey, Transaction
from shared.security.principal import Principal, Role


@dataclass(frozen=True)
class RegisterWalkUp:
    """With `over_quota` the officer grants a place where none is left, in the same commit and under their name."""

    delegation: str
    answers: Answers
    over_quota: bool = False


class RegisterWalkUpHandler:
    def __init__(self, parts: ListParts, fill: FillForm, write: WriteList) -> None:
        self._parts = parts
        self._fill = fill
        self._write = write

    async def __call__(
        self, principal: Principal, command: RegisterWalkUp, cause: Cause, key: CommandKey
    ) -> dict[str, Any]:
        """Open after every deadline, for every category of the conference; the delegation is told.

        Answers as `save_registration` does.

        Raises UnknownDelegationError, FormInvalidError, AlreadyRegisteredError, OverQuotaError.
        """
        principal.require(Role.ACCREDITATION_OFFICER)
        parts, delegation = self._parts, command.delegation
        filled = await self._fill(delegation, command.answers, None, beyond_quota=True)
        filled.require_good(draft=False)
        participant_id = parts.world.new_id()
        await parts.vault.ensure_keys([participant_id])
        new = new_draft(participant_id, filled.conference, delegation, filled, parts.vault.fingerprint, None)
        authority = Authority(principal.account_id)

        async def work(tx: Transaction) -> dict[str, Any]:
            quota = (await parts.quotas.within(tx, delegation)).get(new.category)
            if quota is None or not quota.left:
                if not command.over_quota:
                    raise OverQuotaError((new.category,))
                short = 1 if quota is None else quota.used - quota.places + 1
                await parts.quotas.waive(tx, delegation, new.category, short)
                await self._tell_waived(tx, principal, new.category, delegation)
            walk_up, kind = replace(new, walk_up=True), ChangeKind.REGISTERED_AT_DESK
            return saved(await self._write.submit(tx, walk_up, filled, authority, is_new=True, kind=kind))

        done = await parts.unit_of_work.run_command(work, cause=cause, command=key, serialise=list_of(delegation))
        return in_doubt(done, filled)

    async def _tell_waived(self, tx: Transaction, principal: Principal, category: str, delegation: str) -> None:
        change = ListChange(
            change_id=self._parts.world.new_id(),
            delegation=delegation,
            participant_id=None,
            kind=ChangeKind.WAIVER_GRANTED,
            at=tx.now,
            by=principal.account_id,
            fields=(category,),
        )
        await self._parts.changes.add(tx, change)
        await self._parts.notices.add(tx, Notice(change.change_id, delegation, change.kind, change.at))
