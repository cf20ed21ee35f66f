"""Read a delegation's file against the conference's rules and what is registered already.

Shared by dry run and commit.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo

from services.registration.domain.deadlines import Deadlines
from services.registration.domain.person import Person, comparable
from services.registration.domain.ports import Forms, Participants, Quotas, ReadRoster, RosterReader
from services.registration.domain.roster_row import CategoryRules, RosterRules, check_roster
from services.registration.vault.store import Vault
from shared.contracts.conference import Conference, Delegation
from shared.world import World


@dataclass(frozen=True)
class RosterCheck:
    reader: RosterReader
    participants: Participants
    quotas: Quotas
    forms: Forms
    vault: Vault
    world: World

    async def __call__(
        self, conference: Conference, delegation: Delegation, workbook: bytes, photos: bytes | None
    ) -> ReadRoster:
        """The rows with all their faults. Raises the refusals of reading files."""
        rules = await self.rules(conference, delegation)
        roster = await self.reader.read(workbook, photos, rules)
        people = [row.person for row in roster.rows if row.person is not None]
        keyed = {self.identity(delegation.code, person): person.identity() for person in people}
        registered = await self.participants.by_identities(delegation.code, list(keyed))
        known = frozenset(keyed[identity] for identity, each in registered.items() if each.holds_place)
        return replace(roster, rows=tuple(check_roster(roster.rows, rules, known)))

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
