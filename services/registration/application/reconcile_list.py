"""Reconcile a delegation's list: see what a plan does to every quota, then carry it out whole or not at all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from services.registration.application.fill_form import Answers, Filled, FillForm
from services.registration.application.list_parts import ListParts, list_of
from services.registration.application.own_people import own_participant
from services.registration.application.save_registration import in_doubt, saved
from services.registration.application.scope import READERS, delegation_of, require_scope
from services.registration.application.write_list import Authority, WriteList
from services.registration.domain.errors import ChangedMeanwhileError, FormInvalidError
from services.registration.domain.participant import CannotSubstituteError, Participant
from services.registration.domain.quota import Quota
from services.registration.domain.reconciliation import Difference, OverQuotaError, Plan, differences
from services.registration.domain.roster_row import Fault
from shared.messaging.unit_of_work import Cause, CommandKey, Transaction
from shared.security.principal import Principal, Role


@dataclass(frozen=True)
class Reconciliation:
    """A plan as it would turn out, by participant id: `faults` are what is wrong with a draft, `doubts` what is to be
    looked at and refuses nothing.
    """

    differences: tuple[Difference, ...]
    faults: Mapping[str, tuple[dict[str, Any], ...]]
    doubts: Mapping[str, tuple[Fault, ...]]

    @property
    def fits(self) -> bool:
        return not self.faults and not any(each.over for each in self.differences)


class ReconcileListHandler:
    def __init__(self, parts: ListParts, fill: FillForm, write: WriteList) -> None:
        self._parts = parts
        self._fill = fill
        self._write = write

    async def look(self, principal: Principal, delegation: str, plan: Plan) -> Reconciliation:
        """What the plan would do; nothing is done.

        Raises UnknownDelegationError, UnknownParticipantError, PlanInvalidError.
        """
        principal.require(Role.FOCAL_POINT)
        people, filled = await self._seen(principal, delegation, plan)
        quotas = await self._parts.quotas.of_delegation(delegation)
        found = _differences(plan, people, list(quotas.values()))
        doubts = {who: each.doubts for who, each in filled.items() if each.doubts}
        return Reconciliation(found, _faults(filled), doubts)

    async def __call__(
        self,
        principal: Principal,
        delegation: str,
        plan: Plan,
        note_id: str | None,
        cause: Cause,
        key: CommandKey,
    ) -> dict[str, Any]:
        """Withdrawals, substitutions and new people in one commit; who comes is answered as `save_registration` does.

        Raises as `look` does, FormInvalidError, OverQuotaError, CannotSubstituteError, AlreadyRegisteredError,
        RegistrationClosedError, SubstitutionClosedError, ChangedMeanwhileError, and those of notes verbales.
        """
        principal.require(Role.FOCAL_POINT)
        people, filled = await self._seen(principal, delegation, plan)
        conference, _ = await delegation_of(self._parts.conference, delegation)
        await self._parts.require_note(conference, delegation, note_id)
        deadlines = self._parts.deadlines(conference)
        if plan.add:
            deadlines.require_registration()
        if plan.swap:
            deadlines.require_substitution()
        authority = Authority(principal.account_id, note_id)

        async def work(tx: Transaction) -> dict[str, Any]:
            now = await self._parts.participants.many_in_transaction(tx, plan.people)
            if any(each not in now or now[each].edition != people[each].edition for each in plan.people):
                raise ChangedMeanwhileError
            # Here and not before: a plan that is sent again is answered as it was, though its people moved on by it.
            found = _differences(plan, now, list((await self._parts.quotas.within(tx, delegation)).values()))
            for each in filled.values():
                each.require_good(draft=False)
            if over := tuple(each.quota.category for each in found if each.over):
                raise OverQuotaError(over)
            return await self._carry_out(tx, plan, now, filled, authority)

        run = self._parts.unit_of_work.run_command
        done = await run(work, cause=cause, command=key, serialise=list_of(delegation))
        return {
            **done,
            "added": [_in_doubt(each, filled) for each in done["added"]],
            "swapped": [{**each, "come": _in_doubt(each["come"], filled)} for each in done["swapped"]],
        }

    async def _carry_out(
        self,
        tx: Transaction,
        plan: Plan,
        people: Mapping[str, Participant],
        filled: Mapping[str, Filled],
        authority: Authority,
    ) -> dict[str, Any]:
        dropped = [await self._write.withdraw(tx, people[each], authority) for each in plan.drop]
        swapped = [
            await self._write.substitute(tx, people[old], people[new], filled[new], authority) for old, new in plan.swap
        ]
        added = [await self._write.submit(tx, people[each], filled[each], authority) for each in plan.add]
        return {
            "added": [saved(each) for each in added],
            "dropped": [saved(each) for each in dropped],
            "swapped": [{"gone": saved(gone), "come": saved(come)} for gone, come in swapped],
        }

    async def _seen(
        self, principal: Principal, delegation: str, plan: Plan
    ) -> tuple[dict[str, Participant], dict[str, Filled]]:
        principal.require(*READERS)
        require_scope(principal, delegation)
        await delegation_of(self._parts.conference, delegation)
        found = await self._parts.participants.by_ids(plan.people)
        people = {each: own_participant(principal, found.get(each)) for each in plan.people}
        drafts = (*plan.add, *(new for _, new in plan.swap))
        return people, {
            each: await self._fill(delegation, Answers(people[each].category), people[each]) for each in drafts
        }


def _differences(plan: Plan, people: Mapping[str, Participant], quotas: Sequence[Quota]) -> tuple[Difference, ...]:
    """Raises PlanInvalidError, CannotSubstituteError."""
    found = differences(plan, people, quotas)
    if any(people[old].category != people[new].category for old, new in plan.swap):
        raise CannotSubstituteError
    return found


def _in_doubt(answer: Mapping[str, Any], filled: Mapping[str, Filled]) -> dict[str, Any]:
    return in_doubt(answer, filled[answer["participant_id"]])


def _faults(filled: Mapping[str, Filled]) -> dict[str, tuple[dict[str, Any], ...]]:
    found: dict[str, tuple[dict[str, Any], ...]] = {}
    for participant_id, each in filled.items():
        try:
            each.require_good(draft=False)
        except FormInvalidError as error:
            found[participant_id] = error.faults
    return found
