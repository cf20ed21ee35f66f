"""Substitute one person for another: one out, one in, in one commit, the place in the quota kept."""

from __future__ import annotations

from typing import Any

from services.registration.application.fill_form import Answers, FillForm
from services.registration.application.list_parts import ListParts, list_of
from services.registration.application.own_people import own_participant
from services.registration.application.save_registration import in_doubt, saved
from services.registration.application.write_list import Authority, WriteList
from services.registration.domain.errors import ChangedMeanwhileError
from services.registration.domain.participant import CannotSubstituteError
from shared.messaging.unit_of_work import Cause, CommandKey, Transaction
from shared.security.principal import Principal, Role


class SubstituteParticipantHandler:
    def __init__(self, parts: ListParts, fill: FillForm, write: WriteList) -> None:
        self._parts = parts
        self._fill = fill
        self._write = write

    async def __call__(
        self, principal: Principal, goes: str, comes: str, note_id: str | None, cause: Cause, key: CommandKey
    ) -> dict[str, Any]:
        """`comes` is a draft of the same category. Open until the conference's last day for substitutions.

        Answers who is `gone` and, as `save_registration` does, who has `come`.

        Raises UnknownParticipantError for either, CannotSubstituteError, FormInvalidError for a draft that is not
        finished, SubstitutionClosedError, AlreadyRegisteredError, ChangedMeanwhileError, and those of notes verbales.
        """
        principal.require(Role.FOCAL_POINT)
        parts = self._parts
        old = own_participant(principal, await parts.participants.by_id(goes))
        draft = own_participant(principal, await parts.participants.by_id(comes))
        filled = await self._fill(draft.delegation, Answers(draft.category), draft)
        parts.deadlines(filled.conference).require_substitution()
        await parts.require_note(filled.conference, old.delegation, note_id)
        authority = Authority(principal.account_id, note_id)

        async def work(tx: Transaction) -> dict[str, Any]:
            people = await parts.participants.many_in_transaction(tx, [goes, comes])
            if len(people) < 2 or people[comes].edition != draft.edition:
                raise ChangedMeanwhileError
            if people[goes].delegation != people[comes].delegation:
                raise CannotSubstituteError
            people[goes].gives_place_to(people[comes])
            filled.require_good(draft=False)
            gone, come = await self._write.substitute(tx, people[goes], people[comes], filled, authority)
            return {"gone": saved(gone), "come": saved(come)}

        done = await parts.unit_of_work.run_command(work, cause=cause, command=key, serialise=list_of(old.delegation))
        return {**done, "come": in_doubt(done["come"], filled)}
