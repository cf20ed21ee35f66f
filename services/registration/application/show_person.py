"""One person of a delegation's own: what was given, what the form asks, remarks, history, portrait."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from services.registration.application.find_alike import FindAlike
from services.registration.application.list_parts import ListParts
from services.registration.application.own_people import own_participant
from services.registration.application.scope import READERS, delegation_of, require_scope
from services.registration.domain.errors import UnknownParticipantError
from services.registration.domain.list_change import ListChange, NoteVerbale
from services.registration.domain.participant import GONE, Participant
from services.registration.domain.registration_form import PHOTO, Form
from services.registration.domain.roster_row import Fault, doubt_faults
from services.registration.domain.standing import Standing, standing_of
from shared.contracts.conference import Category, Conference, Delegation
from shared.security.personal_data import FIELDS
from shared.security.principal import Principal, Role
from shared.travel_documents.doubts import doubts_of

CHANGES_MAX: Final = 100


@dataclass(frozen=True)
class PersonShown:
    """`values` are what the delegation wrote; `asked_anew` is what a later version of the form asks on top of it.

    `texts` are what was remarked on single fields and answered, by id; `alike` are others of the same list whose names
    sound the same; `doubts` are what the machine-readable zone says otherwise than the rest.
    """

    participant: Participant
    standing: Standing
    form: Form
    values: Mapping[str, str]
    asked_anew: tuple[str, ...]
    remark: str | None
    texts: Mapping[str, str]
    alike: tuple[str, ...]
    doubts: tuple[Fault, ...]
    changes: Sequence[ListChange]
    notes: Mapping[str, NoteVerbale]


@dataclass(frozen=True)
class EmptyForms:
    """What a new person may be registered as: each category with places, and its form."""

    conference: Conference
    delegation: Delegation
    categories: Sequence[Category]
    forms: Mapping[str, Form]


class ShowPerson:
    def __init__(self, parts: ListParts, alike: FindAlike) -> None:
        self._parts = parts
        self._alike = alike

    async def __call__(self, principal: Principal, participant_id: str) -> PersonShown:
        """Raises UnknownParticipantError, also for another delegation's."""
        principal.require(Role.FOCAL_POINT)
        parts = self._parts
        participant = own_participant(principal, await parts.participants.by_id(participant_id))
        form = await parts.forms.current(participant.category)
        if form is None:
            raise UnknownParticipantError
        filled_in = await parts.forms.version(participant.category, participant.form_version)
        record = (await parts.vault.read([participant_id], [each for each in FIELDS if each != PHOTO])).get(
            participant_id
        )
        remark = participant.remark
        text_ids = [text for each in participant.remarks for text in each.texts]
        texts = await parts.texts.read([remark, *text_ids] if remark else text_ids, owner=participant_id)
        changes = await parts.changes.of_participant(participant_id, limit=CHANGES_MAX)
        is_draft = participant.revision == 0
        return PersonShown(
            participant=participant,
            standing=standing_of(participant, form),
            form=form,
            values=record.to_json() if record else {},
            asked_anew=() if is_draft else form.asked_anew(participant.fingerprints, filled_in),
            remark=texts.get(remark) if remark else None,
            texts=texts,
            alike=await self._alike(participant) if participant.state not in GONE else (),
            doubts=doubt_faults(doubts_of(record, parts.world.now().date())) if record else (),
            changes=changes,
            notes=await parts.notes.by_ids([each.note_id for each in changes if each.note_id]),
        )

    async def forms(self, principal: Principal, delegation_code: str, *, every_category: bool = False) -> EmptyForms:
        """The categories that the delegation has places in, or every one. Raises UnknownDelegationError."""
        principal.require(*READERS)
        require_scope(principal, delegation_code)
        conference, delegation = await delegation_of(self._parts.conference, delegation_code)
        quotas = await self._parts.quotas.of_delegation(delegation_code)
        places = {code: quota.places for code, quota in quotas.items()}
        offered = [each for each in conference.categories if every_category or places.get(each.code)]
        known = await self._parts.forms.current_of([each.code for each in offered])
        return EmptyForms(conference, delegation, [each for each in offered if each.code in known], known)

    async def photo(self, principal: Principal, participant_id: str) -> bytes:
        """The portrait of one's own person. Raises UnknownParticipantError when there is none."""
        principal.require(Role.FOCAL_POINT)
        own_participant(principal, await self._parts.participants.by_id(participant_id))
        record = (await self._parts.vault.read([participant_id], (PHOTO,))).get(participant_id)
        if record is None or record.photo is None:
            raise UnknownParticipantError
        return record.photo
