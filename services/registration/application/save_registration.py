"""Register one person by the form of their category: as a draft, submitted, or submitted again."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from services.registration.application.ask_waiver import require_clean
from services.registration.application.fill_form import Answers, Filled, FillForm
from services.registration.application.list_parts import ListParts, list_of
from services.registration.application.own_people import own_participant
from services.registration.application.scope import require_scope
from services.registration.application.write_list import Authority, WriteList
from services.registration.domain.errors import ChangedMeanwhileError
from services.registration.domain.participant import Participant, State
from shared.contracts.conference import Conference
from shared.messaging.unit_of_work import Cause, CommandKey, Transaction
from shared.security.principal import Principal, Role


@dataclass(frozen=True)
class SaveRegistration:
    """`participant_id` is None for a new person, `edition` the one that the form showed, if it showed one.

    With `submit` a draft is submitted. Whoever was submitted before is submitted again in any case. `replies` say
    something to an officer's remarks on single fields.
    """

    delegation: str | None
    participant_id: str | None
    answers: Answers
    precedence: int | None = None
    submit: bool = False
    note_id: str | None = None
    edition: int | None = None
    replies: Mapping[str, str] = field(default_factory=dict)


class SaveRegistrationHandler:
    def __init__(self, parts: ListParts, fill: FillForm, write: WriteList) -> None:
        self._parts = parts
        self._fill = fill
        self._write = write

    async def __call__(
        self, principal: Principal, command: SaveRegistration, cause: Cause, key: CommandKey
    ) -> dict[str, Any]:
        """The participant's id, state, revision and edition, and `doubts`, the faults that refuse nothing.

        Raises UnknownDelegationError, UnknownParticipantError, FormInvalidError, RegistrationClosedError,
        AlreadyRegisteredError, OverQuotaError, ChangedMeanwhileError, NoteRequiredError, NoteUnknownError.
        """
        principal.require(Role.FOCAL_POINT)
        present = await self._present(principal, command)
        delegation = present.delegation if present else command.delegation or ""
        require_scope(principal, delegation)
        for name, text in command.replies.items():
            require_clean(f"reply-{name}", text)
        filled = await self._fill(delegation, command.answers, present)
        is_draft = not command.submit and (present is None or present.state is State.DRAFT)
        filled.require_good(draft=is_draft)
        if not is_draft:
            await self._parts.require_note(filled.conference, delegation, command.note_id)
            if present is None or not present.holds_place:
                self._parts.deadlines(filled.conference).require_registration()
        participant_id = present.participant_id if present else self._parts.world.new_id()
        await self._parts.vault.ensure_keys([participant_id])
        authority = Authority(principal.account_id, command.note_id)

        async def work(tx: Transaction) -> dict[str, Any]:
            if present is None:
                new = self._new(participant_id, delegation, command, filled)
                if is_draft:
                    await self._write.save_draft(tx, new, filled, authority)
                    return saved(new)
                return saved(await self._write.submit(tx, new, filled, authority, is_new=True))
            return saved(await self._again(tx, present, command, filled, authority, is_draft=is_draft))

        done = await self._parts.unit_of_work.run_command(work, cause=cause, command=key, serialise=list_of(delegation))
        return in_doubt(done, filled)

    async def _present(self, principal: Principal, command: SaveRegistration) -> Participant | None:
        if command.participant_id is None:
            return None
        return own_participant(principal, await self._parts.participants.by_id(command.participant_id))

    def _new(self, participant_id: str, delegation: str, command: SaveRegistration, filled: Filled) -> Participant:
        return new_draft(
            participant_id, filled.conference, delegation, filled, self._parts.vault.fingerprint, command.precedence
        )

    async def _again(
        self,
        tx: Transaction,
        seen: Participant,
        command: SaveRegistration,
        filled: Filled,
        authority: Authority,
        *,
        is_draft: bool,
    ) -> Participant:
        present = await self._parts.participants.one_in_transaction(tx, seen.participant_id)
        if present is None or present.edition != seen.edition or command.edition not in (None, seen.edition):
            raise ChangedMeanwhileError
        category = command.answers.category
        if present.state is not State.DRAFT:
            return await self._write.correct(
                tx, present, category, filled, authority, precedence=command.precedence, replies=command.replies
            )
        if is_draft:
            drafted = present.drafted(category, filled.fingerprints, command.precedence)
            await self._write.save_draft(tx, drafted, filled, authority)
            return drafted
        draft = replace(present, category=category, precedence=command.precedence)
        return await self._write.submit(tx, draft, filled, authority)


def new_draft(
    participant_id: str,
    conference: Conference,
    delegation: str,
    filled: Filled,
    fingerprint: Callable[[str, str], str],
    precedence: int | None,
) -> Participant:
    """Somebody not on the list yet; until it is submitted a draft is nobody's double: its identity is its own."""
    return Participant(
        participant_id=participant_id,
        conference_id=conference.id,
        delegation=delegation,
        category=filled.form.category,
        identity=fingerprint("identity", f"draft|{participant_id}"),
        fingerprints=filled.fingerprints,
        state=State.DRAFT,
        revision=0,
        form_version=filled.form.version,
        precedence=precedence,
    )


def saved(participant: Participant) -> dict[str, Any]:
    """What a command answers, and keeps: nothing personal."""
    return {
        "participant_id": participant.participant_id,
        "state": participant.state.value,
        "revision": participant.revision,
        "edition": participant.edition,
    }


def in_doubt(answer: Mapping[str, Any], filled: Filled) -> dict[str, Any]:
    """What was `saved`, with what is to be looked at of it, which is told anew each time."""
    return {**answer, "doubts": filled.doubts}
