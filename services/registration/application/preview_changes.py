"""What an import would change of people who are on the list, field by field, before anything is registered."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Final

from services.registration.application.check_roster import Compared, chunks
from services.registration.application.list_parts import ListParts
from services.registration.application.person_record import record_of
from services.registration.domain.participant import Participant
from services.registration.domain.person import Person
from services.registration.domain.registration_form import PHOTO, Form
from services.registration.domain.roster_row import RosterRow
from services.registration.domain.row_change import FieldChange, Preview, RowChange
from services.registration.domain.row_plan import Said
from shared.security.personal_data import PersonalRecord

ROWS_AT_ONCE: Final = 200
_CATEGORY: Final = "category"
_PRECEDENCE: Final = "precedence"
_UNSAID: Final = frozenset({PHOTO, _CATEGORY, _PRECEDENCE})


class PreviewChanges:
    def __init__(self, parts: ListParts) -> None:
        self._parts = parts

    async def __call__(self, compared: Compared, portraits: Mapping[str, str]) -> Preview:
        """`portraits` are fingerprints of the photos that came along, by name."""
        good = [row for row in compared.roster.rows if row.is_good]
        known = [row for row in good if row.number in compared.registered]
        forms = await self._parts.forms.current_of({row.person.category for row in known if row.person})
        changes: list[RowChange] = []
        for some in chunks(known, ROWS_AT_ONCE):
            changes += await self._changes(some, compared.registered, portraits, forms)
        return Preview(len(good) - len(known), len(known) - len(changes), tuple(changes))

    async def _changes(
        self,
        rows: Sequence[RosterRow],
        registered: Mapping[int, Participant],
        portraits: Mapping[str, str],
        forms: Mapping[str, Form],
    ) -> list[RowChange]:
        changed: dict[int, tuple[Person, tuple[str, ...]]] = {}
        for row in rows:
            person, before = row.person, registered[row.number]
            assert person is not None, "a good row has a person"
            said = self._said(row, person, portraits, forms.get(person.category))
            if fields := said.changes(before):
                changed[row.number] = person, fields
        if not changed:
            return []
        wanted = sorted({name for _, fields in changed.values() for name in fields} - _UNSAID)
        known = await self._parts.vault.read([registered[row].participant_id for row in changed], wanted)
        return [
            _row_change(row, registered[row], known.get(registered[row].participant_id, PersonalRecord()), *each)
            for row, each in changed.items()
        ]

    def _said(self, row: RosterRow, person: Person, portraits: Mapping[str, str], form: Form | None) -> Said:
        fingerprints = self._parts.vault.fingerprints(record_of(person, None))
        if person.photo_name in portraits:
            fingerprints[PHOTO] = portraits[person.photo_name or ""]
        return Said(person.category, fingerprints, row.spoken, form, person.precedence)


def _row_change(
    row: int, before: Participant, known: PersonalRecord, person: Person, fields: Sequence[str]
) -> RowChange:
    old, new = known.to_json(), record_of(person, None).to_json()
    old[_CATEGORY], new[_CATEGORY] = before.category, person.category
    for values, place in ((old, before.precedence), (new, person.precedence)):
        if place is not None:
            values[_PRECEDENCE] = str(place)
    if person.photo_name:
        new[PHOTO] = person.photo_name
    said = tuple(FieldChange(name, old.get(name), new.get(name)) for name in fields)
    return RowChange(row, before.participant_id, said)


def written(changes: Sequence[RowChange]) -> bytes:
    """For a sealed file, which alone may hold them."""
    return json.dumps([asdict(each) for each in changes], ensure_ascii=False).encode()


def read(content: bytes) -> list[RowChange]:
    return [
        RowChange(each["row"], each["participant_id"], tuple(FieldChange(**field) for field in each["fields"]))
        for each in json.loads(content)
    ]
