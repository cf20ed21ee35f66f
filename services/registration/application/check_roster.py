"""Read a delegation's file against the conference's rules and what is registered already.

Shared by dry run and commit.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, TypeVar
from zoneinfo import ZoneInfo

from services.registration.domain.deadlines import Deadlines
from services.registration.domain.participant import Participant
from services.registration.domain.person import Person, comparable
from services.registration.domain.ports import Forms, Participants, Quotas, Readings, ReadRoster, RosterReader
from services.registration.domain.quota import Quota
from services.registration.domain.registration_form import PHOTO
from services.registration.domain.roster_row import (
    CategoryRules,
    RosterRow,
    RosterRules,
    check_roster,
    completed,
    with_kept,
)
from services.registration.domain.row_plan import Said
from services.registration.domain.same_names import BORN, names_said, same_names
from services.registration.vault.store import Vault
from shared.contracts.conference import Conference, Delegation
from shared.world import World

IDENTITIES_A_QUERY: Final = 1_000
ROWS_AT_ONCE: Final = 200
_ISSUED_BY: Final = frozenset({"document_issuer", "nationality"})
T = TypeVar("T")


@dataclass(frozen=True)
class Compared:
    """A roster beside the delegation's list: `registered` is whom of the list a row speaks of, by the row's number.

    The rows in `leaning` are good, or name their person, only by what is known and the file does not speak of. By names
    and birth date alone they name those in `renewed`, with the identity that they give them.
    """

    roster: ReadRoster
    registered: Mapping[int, Participant]
    leaning: frozenset[int]
    renewed: Mapping[int, str]


@dataclass(frozen=True)
class RosterCheck:
    readings: Readings
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
        return replace(await self.readings.read(workbook, replace(rules, photos=photos)), photos=photos)

    async def together(self, conference: Conference, delegation: Delegation, roster: ReadRoster) -> Compared:
        """With what only the rows together and the delegation's list show."""
        rules = replace(await self.rules(conference, delegation), photos=roster.photos)
        certain = await self._registered(delegation.code, roster.rows)
        by_number = await self._by_number(delegation.code, [row for row in roster.rows if row.number not in certain])
        sure = certain | by_number
        by_names = await self._by_names(delegation.code, [row for row in roster.rows if row.number not in sure], sure)
        registered = sure | by_names
        rows: dict[int, RosterRow] = {row.number: row for row in roster.rows}
        whole = {number: person for number in by_names if (person := rows[number].person)}
        for some in chunks(list(registered), ROWS_AT_ONCE):
            for number, kept in (await self._kept([(rows[each], registered[each]) for each in some], rules)).items():
                rows[number] = completed(rows[number], kept, rules)
                if number in whole:
                    whole[number] = with_kept(whole[number], kept)
        known = {
            row.person.identity()
            for number, row in rows.items()
            if row.person is not None and number in registered and registered[number].holds_place
        }
        leaning = {row.number for row in roster.rows if not row.is_good and rows[row.number].is_good}
        checked = check_roster(list(rows.values()), rules, frozenset(known))
        return Compared(
            replace(roster, rows=tuple(checked)),
            registered,
            frozenset(leaning | by_number.keys() | by_names.keys()),
            {number: self.identity(delegation.code, person) for number, person in whole.items()},
        )

    async def _registered(self, delegation: str, rows: Sequence[RosterRow]) -> dict[int, Participant]:
        numbers: dict[str, list[int]] = {}
        for row in rows:
            if row.person is not None:
                numbers.setdefault(self.identity(delegation, row.person), []).append(row.number)
        found: dict[int, Participant] = {}
        for some in chunks(list(numbers), IDENTITIES_A_QUERY):
            registered = await self.participants.by_identities(delegation, some)
            found |= {number: each for identity, each in registered.items() for number in numbers[identity]}
        return found

    async def _by_number(self, delegation: str, rows: Sequence[RosterRow]) -> dict[int, Participant]:
        """Whom a row speaks of by a document's number alone, when its file says nothing of issuer and nationality."""
        numbers = {
            self.vault.fingerprint("document_number", row.person.document_number): row.number
            for row in rows
            if row.person is not None and row.person.document_number and not row.spoken & _ISSUED_BY
        }
        found: dict[int, Participant] = {}
        for some in chunks(list(numbers), IDENTITIES_A_QUERY):
            people = await self.participants.by_document_numbers(delegation, some)
            times = Counter(each.fingerprints["document_number"] for each in people)
            for each in people:
                if times[fingerprint := each.fingerprints["document_number"]] == 1:
                    found[numbers[fingerprint]] = each
        return found

    async def _by_names(
        self, delegation: str, rows: Sequence[RosterRow], sure: Mapping[int, Participant]
    ) -> dict[int, Participant]:
        """Who has the names and the birth date of a row whose document is not known, and no row of their own."""
        said = {
            row.number: {name: self.vault.fingerprint(name, text) if text else "" for name, text in names.items()}
            for row in rows
            if (names := names_said(row))
        }
        people: dict[str, Participant] = {}
        for some in chunks(list(said), IDENTITIES_A_QUERY):
            births = {said[number][BORN] for number in some}
            named = {text for number in some for name, text in said[number].items() if name != BORN and text}
            people |= {
                each.participant_id: each for each in await self.participants.born_and_named(delegation, births, named)
            }
        taken = {each.participant_id for each in sure.values()}
        return same_names(said, [each for each in people.values() if each.participant_id not in taken])

    async def _kept(
        self, pairs: Sequence[tuple[RosterRow, Participant]], rules: RosterRules
    ) -> dict[int, dict[str, Any]]:
        """By row what stays of its person, of those rows that leave fields as they are."""
        keeping = [(row, each, kept) for row, each in pairs if (kept := _unspoken(row, each, rules))]
        wanted = sorted({name for _, _, kept in keeping for name in kept} - {PHOTO})
        people = [each.participant_id for _, each, _ in keeping]
        known = await self.vault.read(people, wanted) if wanted else {}
        return {
            row.number: {name: getattr(known.get(each.participant_id), name, None) for name in kept}
            for row, each, kept in keeping
        }

    def deadlines(self, conference: Conference) -> Deadlines:
        today = self.world.now().astimezone(ZoneInfo(conference.timezone)).date()
        return Deadlines(today, conference.registration_closes, conference.substitutions_close)

    def identity(self, delegation: str, person: Person) -> str:
        return self.vault.fingerprint("identity", f"{delegation}|{person.identity()}")

    async def rules(self, conference: Conference, delegation: Delegation, *, beyond_quota: bool = False) -> RosterRules:
        """What the conference asks of this delegation's people, with the places that are left.

        With `beyond_quota` in every category of the conference, else in those that the delegation has a quota in.
        """
        quotas = await self.quotas.of_delegation(delegation.code)
        if beyond_quota:
            quotas = {each.code: Quota(each.code, 0, 0) for each in conference.categories} | quotas
        forms = await self.forms.current_of(quotas)
        categories = [
            CategoryRules(
                code=category.code,
                names=frozenset(
                    comparable(name) for name in (category.code, category.name.ar, category.name.fr, category.name.en)
                ),
                passport_required=category.passport_required,
                photo_required=category.photo_required,
                places_left=quotas[category.code].left,
                form=forms.get(category.code),
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


def _unspoken(row: RosterRow, before: Participant, rules: RosterRules) -> frozenset[str]:
    category = rules.category(row.person.category) if row.person else None
    return Said(category.code, {}, row.spoken, category.form).kept(before) if category else frozenset()


def chunks(items: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    return (items[start : start + size] for start in range(0, len(items), size))
