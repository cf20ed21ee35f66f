"""Fill in a category's form: what was known of the person with what is given now, checked field by field."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from services.registration.application.list_parts import ListParts
from services.registration.application.person_record import record_of
from services.registration.application.scope import delegation_of
from services.registration.domain.errors import FormInvalidError
from services.registration.domain.participant import Participant
from services.registration.domain.person import Person
from services.registration.domain.registration_form import PHOTO, Form
from services.registration.domain.roster_row import CategoryRules, Fault, RosterRow, RosterRules, Severity, check_row
from shared.contracts.conference import Conference
from shared.errors import Refusal
from shared.security.personal_data import FIELDS, PersonalRecord

_PHOTO_CELL: Final = "photo_name"
_UNREADABLE: Final = frozenset(
    {"roster.text_too_long", "roster.date_unreadable", "roster.date_ambiguous", "roster.date_hijri"}
)


@dataclass(frozen=True)
class Answers:
    """What somebody writes into a form now: a field that is not given keeps what it said, an empty one loses it."""

    category: str
    fields: Mapping[str, str] = field(default_factory=dict)
    photo: bytes | None = None


@dataclass(frozen=True)
class Filled:
    """A form as filled in: the person it makes, how that person is recognised again, and what is wrong with it.

    `doubts` are what somebody is to look at, and nothing is refused for.
    """

    conference: Conference
    form: Form
    record: PersonalRecord
    fingerprints: Mapping[str, str]
    identity: str
    faults: tuple[Fault, ...]
    doubts: tuple[Fault, ...]

    def require_good(self, *, draft: bool) -> None:
        """Raises FormInvalidError. A draft may be unfinished, but holds nothing that cannot be read."""
        errors = [each for each in self.faults if not draft or _is_unreadable(each)]
        if errors:
            raise FormInvalidError(tuple(fault_data(each) for each in errors))


class FillForm:
    def __init__(self, parts: ListParts) -> None:
        self._parts = parts

    async def __call__(
        self, delegation_code: str, answers: Answers, present: Participant | None, *, beyond_quota: bool = False
    ) -> Filled:
        """Raises UnknownDelegationError, and FormInvalidError for a category that the delegation has no quota in,
        unless `beyond_quota`: then for one that the conference does not have.
        """
        parts = self._parts
        conference, delegation = await delegation_of(parts.conference, delegation_code)
        rules = await parts.check.rules(conference, delegation, beyond_quota=beyond_quota)
        form = await parts.forms.current(answers.category)
        if form is None or rules.category(answers.category) is None:
            raise FormInvalidError((fault_data(Fault("category", "roster.category_unknown")),))
        known = await self._known(present)
        photo, faults = await self._photo(answers)
        photo = photo or known.photo
        values = _merged(known, answers, form)
        row = _checked(values, form, _with_photo(rules, form, photo is not None), faults)
        person = row.person or Person(category=answers.category)
        record = record_of(person, photo if form.has(PHOTO) else None)
        there = record.to_json()
        said = {each.column for each in row.faults}
        more = [Fault(name, "form.required") for name in form.missing(there) if name not in said]
        more += [Fault(name, "form.absent") for name in form.superfluous(_given(answers))]
        return Filled(
            conference=conference,
            form=form,
            record=record,
            fingerprints=parts.vault.fingerprints(record),
            identity=parts.check.identity(delegation.code, person),
            faults=_first_of_each_field((*row.faults, *more)),
            doubts=tuple(each for each in row.faults if each.column == "mrz" and each.severity is Severity.WARNING),
        )

    async def _known(self, present: Participant | None) -> PersonalRecord:
        if present is None:
            return PersonalRecord()
        found = await self._parts.vault.read([present.participant_id], FIELDS)
        return found.get(present.participant_id, PersonalRecord())

    async def _photo(self, answers: Answers) -> tuple[bytes | None, list[Fault]]:
        if answers.photo is None:
            return None, []
        try:
            return await self._parts.prepare_photo(answers.photo), []
        except Refusal as refusal:
            return None, [Fault(PHOTO, refusal.code, data=refusal.data)]


def fault_data(fault: Fault) -> dict[str, object]:
    return {
        "field": fault.column,
        "code": fault.code,
        "severity": fault.severity.value,
        "data": dict(fault.data or {}),
    }


def _merged(known: PersonalRecord, answers: Answers, form: Form) -> dict[str, str]:
    """A field that the form does not have any more, as after a change of category, is dropped."""
    before = {name: value for name, value in known.to_json().items() if name != PHOTO and form.has(name)}
    values = {**before, **answers.fields}
    return {name: value.strip() for name, value in values.items() if value.strip()}


def _given(answers: Answers) -> list[str]:
    given = [name for name, value in answers.fields.items() if value.strip()]
    return [*given, PHOTO] if answers.photo is not None else given


def _with_photo(rules: RosterRules, form: Form, has_photo: bool) -> RosterRules:
    """The roster's rules without those about the photo's file, which the form itself asks for."""

    def without(category: CategoryRules) -> CategoryRules:
        return replace(category, photo_required=False) if category.code == form.category else category

    categories = [without(each) for each in rules.categories]
    return replace(rules, categories=categories, photos=frozenset({PHOTO} if has_photo else ()))


def _checked(values: Mapping[str, str], form: Form, rules: RosterRules, faults: list[Fault]) -> RosterRow:
    cells: dict[str, object] = {**values, "category": form.category}
    row = check_row(1, cells, rules, faults)
    renamed = [replace(each, column=PHOTO) if each.column == _PHOTO_CELL else each for each in row.faults]
    return replace(row, faults=tuple(renamed))


def _first_of_each_field(faults: Sequence[Fault]) -> tuple[Fault, ...]:
    """Of the errors: a field that cannot be read is not also missing, and the first fault is the one to mend."""
    found: dict[str | None, Fault] = {}
    for fault in faults:
        if fault.severity is Severity.ERROR:
            found.setdefault(fault.column, fault)
    return tuple(found.values())


def _is_unreadable(fault: Fault) -> bool:
    return fault.code.startswith(("text.", "photo.", "form.absent")) or fault.code in _UNREADABLE
