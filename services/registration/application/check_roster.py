"""Read a delegation's file against the conference's rules and what is registered already.

Shared by dry run and commit.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final, TypeVar
from zoneinfo import ZoneInfo

from services.registration.domain.deadlines import Deadlines
from services.registration.domain.person import Person, comparable
from services.registration.domain.ports import Forms, Participants, Quotas, ReadRoster, RosterReader
from services.registration.domain.roster_row import CategoryRules, RosterRules, check_roster
from services.registration.vault.store import Vault
from shared.contracts.conference import Conference, Delegation
from shared.world import World

IDENTITIES_A_QUERY: Final = 1_000
T = TypeVar("T")


@dataclass(frozen=True)
class RosterCheck:
    reader: RosterReader
    participants: Participants
    quotas: Quotas
    forms: Forms
    vault: Vault
    world: World

    async def row_by_row(
        self, conference: Conference, delegation: Delegation, workbook: bytes, photos: frozenset[str]
    ) -> ReadRoster:
        """Each row with its own faults; `photos` are the names of those that came along.

        Raises the refusals of reading a sheet.
        """
        rules = await self.rules(conference, delegation)
        return await self.reader.read(workbook, replace(rules, photos=photos))

    async def together(self, conference: Conference, delegation: Delegation, roster: ReadRoster) -> ReadRoster:
        """With what only the rows together and the delegation's list show."""
        rules = await self.rules(conference, delegation)
        people = [row.person for row in roster.rows if row.person is not None]
        keyed = {self.identity(delegation.code, person): person.identity() for person in people}
        known: set[str] = set()
        for some in chunks(list(keyed), IDENTITIES_A_QUERY):
            registered = await self.participants.by_identities(delegation.code, some)
            known |= {keyed[identity] for identity, each in registered.items() if each.holds_place}
        return replace(roster, rows=tuple(check_roster(roster.rows, rules, frozenset(known))))

    def deadlines(self, conference: Conference) -> Deadlines:
        today = self.world.now().astimezone(ZoneInfo(conference.timezone)).date()
        return Deadlines(today, conference.registration_closes, conference.substitutions_close)

    def identity(self, delegation: str, person: Person) -> str:
        return self.vault.fingerprint("identity", f"{delegation}|{person.identity()}")

    async def rules(self, conference: Conference, delegation: Delegation) -> RosterRules:
        """What the conference asks of this delegation's people, with the places that are left."""
        quotas = await self.quotas.of_delegation(delegation.code)
        categories = [
            CategoryRules(
                code=category.code,
                names=frozenset(
                    comparable(name) for name in (category.code, category.name.ar, category.name.fr, category.name.en)
                ),
                passport_required=category.passport_required,
                photo_required=category.photo_required,
                places_left=quotas[category.code].left,
                form=await self.forms.current(category.code),
            )
            for category in conference.categories
            if category.code in quotas
        ]
        return RosterRules(
            categories=categories,
            nationality=delegation.nationality,
            last_day=conference.last_day,
            today=self.world.now().date(),
            photos=frozenset(),
            takes_new=self.deadlines(conference).is_registration_open,
        )


def chunks(items: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    return (items[start : start + size] for start in range(0, len(items), size))
