"""Find somebody's badge by name, when a badge is lost and its holder has neither symbol nor number."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from services.accreditation.domain.badge import Badge
from services.accreditation.domain.conference_rules import ConferenceRules
from services.accreditation.domain.dossier_errors import NoConferenceError
from services.accreditation.domain.ports import Views
from shared.names import Name, compare_names, read_name
from shared.names.letters import plain_words
from shared.security.personal_data import PEOPLE_MAX, PersonalData, PersonalRecord, Purpose
from shared.security.principal import Principal, Role
from shared.world import World

FOUND_MAX: Final = 20
SEARCHED_MAX: Final = 2_000
LIKE: Final = 0.75
"""One whole word of a name of three, however it is spelled, is as like as this."""
BEGINNING: Final = 0.7


@dataclass(frozen=True)
class NamedBadge:
    badge: Badge
    person: PersonalRecord


@dataclass(frozen=True)
class FoundByName:
    """The likest first, 20 at most; `more` says that others were like it too; `at` is when."""

    rows: Sequence[NamedBadge]
    more: bool
    conference: ConferenceRules
    at: datetime


class SearchAtDesk:
    """Among one delegation's badges; their names are read from the vault for this, audited there, and kept nowhere."""

    def __init__(self, views: Views, personal_data: PersonalData, world: World) -> None:
        self._views = views
        self._personal_data = personal_data
        self._world = world

    async def __call__(self, principal: Principal, delegation: str, text: str) -> FoundByName:
        """Whose name is like the text or has words that begin with its words, in any script or spelling.

        Raises RoleRequiredError, NoConferenceError.
        """
        principal.require(Role.ACCREDITATION_OFFICER)
        conference = await self._views.conference()
        if conference is None:
            raise NoConferenceError
        badges = await self._views.badges_by_id((await self._views.to_print(delegation=delegation))[:SEARCHED_MAX])
        looked_for, beginnings = read_name(text), plain_words(text)
        found: list[tuple[float, NamedBadge]] = []
        for start in range(0, len(badges) if beginnings else 0, PEOPLE_MAX):
            some = badges[start : start + PEOPLE_MAX]
            ids = [badge.subject.participant_id for badge in some]
            people = await self._personal_data.read(ids, purpose=Purpose.DESK_SEARCH)
            for badge in some:
                person = people.get(badge.subject.participant_id)
                if isinstance(person, PersonalRecord) and (like := _likeness(looked_for, beginnings, person)):
                    found.append((like, NamedBadge(badge, person)))
                await asyncio.sleep(0)
        found.sort(key=lambda each: (-each[0], each[1].badge.number))
        rows = [row for _, row in found[:FOUND_MAX]]
        return FoundByName(rows, len(found) > FOUND_MAX, conference, self._world.now())


def _likeness(looked_for: Name, beginnings: Sequence[str], person: PersonalRecord) -> float:
    """0 for somebody who cannot be meant."""
    names = [name for name in (person.name_arabic, person.name_latin) if name]
    best = max((compare_names(looked_for, read_name(name)).score for name in names), default=0.0)
    if best >= LIKE:
        return best
    words = [word for name in names for word in plain_words(name)]
    begins = all(any(word.startswith(beginning) for word in words) for beginning in beginnings)
    return BEGINNING if begins else 0.0
