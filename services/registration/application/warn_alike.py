"""A dry run's warning of names that sound alike: on its delegation's own list and in the file, and nowhere else."""

from __future__ import annotations

from dataclasses import dataclass, replace

from services.registration.application.check_roster import Compared
from services.registration.domain.alike_rows import Alike, NamedRow, Somebody
from services.registration.domain.ports import ReadRoster, RosterReader, Rosters
from services.registration.domain.roster_query import possible_doubles
from services.registration.domain.roster_row import Fault, RosterRow, Severity
from services.registration.vault.people_index import PeopleIndex, what_is_known
from shared.names import Circumstances
from shared.world import World

ON_THE_LIST = "roster.maybe_registered"
IN_THE_FILE = "roster.maybe_twice"


@dataclass(frozen=True)
class WarnAlike:
    rosters: Rosters
    index: PeopleIndex
    reader: RosterReader
    world: World

    async def __call__(self, delegation: str, compared: Compared) -> ReadRoster:
        """The roster with its warnings. Who is gone is nobody's double; drafts are."""
        ids = await self.rosters.ids(possible_doubles(delegation))
        records = await self.index.records(ids, self.world.now())
        people = [Somebody(each, *_known(what_is_known(record))) for each, record in records.items()]
        rows = [_named(row, compared) for row in compared.roster.rows if row.person is not None]
        alike = await self.reader.alike(rows, people)
        warned = (_warned(row, alike.get(row.number)) for row in compared.roster.rows)
        return replace(compared.roster, rows=tuple(warned))


def _known(known: tuple[list[str], Circumstances]) -> tuple[tuple[str, ...], Circumstances]:
    return tuple(known[0]), known[1]


def _named(row: RosterRow, compared: Compared) -> NamedRow:
    person, known = row.person, compared.registered.get(row.number)
    assert person is not None, "only a row whose category was understood has a person"
    names = tuple(name for name in (person.name_arabic, person.name_latin) if name)
    circumstances = Circumstances(person.birth_date, person.nationality)
    return NamedRow(row.number, names, circumstances, person.identity(), known.participant_id if known else None)


def _warned(row: RosterRow, alike: Alike | None) -> RosterRow:
    if alike is not None and alike.participant_id is not None:
        data = {"participant_id": alike.participant_id}
        row = row.with_fault(Fault(None, ON_THE_LIST, Severity.WARNING, data))
    if alike is not None and alike.row is not None:
        row = row.with_fault(Fault(None, IN_THE_FILE, Severity.WARNING, {"row": alike.row}))
    return row
