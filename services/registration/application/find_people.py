"""Find people of every delegation by name, for erasing or holding their data; who was shown is in the audit log."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from services.registration.application.erase_people import ERASERS, ErasureParts
from services.registration.domain.erasure import NAME_CHARS_MIN, NameTooShortError, PeopleSought
from services.registration.domain.participant import Participant
from services.registration.domain.person import comparable
from shared.contracts.conference import Delegation
from shared.messaging.unit_of_work import Cause, Transaction
from shared.security.principal import Principal

FOUND_MAX: Final = 50


@dataclass(frozen=True)
class FoundPerson:
    participant: Participant
    name_arabic: str
    name_latin: str


@dataclass(frozen=True)
class FoundPeople:
    """`more` is whether others were found who are not shown: a longer name finds fewer."""

    people: Sequence[FoundPerson]
    more: bool


class FindPeople:
    def __init__(self, parts: ErasureParts) -> None:
        self._parts = parts

    async def __call__(self, principal: Principal, name: str, cause: Cause) -> FoundPeople:
        """Those in whose names or rank the text is, drafts too, 50 at most. Raises NameTooShortError.

        That they are shown, and to whom, is told to the audit log before it is done.
        """
        principal.require(*ERASERS)
        if len(comparable(name)) < NAME_CHARS_MIN:
            raise NameTooShortError
        parts, now = self._parts, self._parts.world.now()
        found = sorted(await parts.index.written_anywhere(name, now))
        participants = await parts.participants.by_ids(found[:FOUND_MAX])
        shown = tuple(each for each in found[:FOUND_MAX] if each in participants)

        async def work(tx: Transaction) -> None:
            tx.emit(PeopleSought(shown, principal.account_id, principal.person_id))

        await parts.unit_of_work.run(work, cause=cause)
        known = await parts.index.records(shown, now)
        people = [
            FoundPerson(participants[each], record.name_arabic or "", record.name_latin or "")
            for each, record in known.items()
        ]
        return FoundPeople(people, more=len(found) > FOUND_MAX)

    async def delegations(self) -> Sequence[Delegation]:
        conference = await self._parts.conference.current()
        return conference.delegations if conference else ()
