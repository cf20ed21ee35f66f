"""Checking a roster: row by row, and the rows against one another. Nothing is corrected, everything is said."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date
from enum import StrEnum
from functools import lru_cache
from typing import Any, Final

from services.registration.domain.dates import DateAmbiguousError, DateHijriError, DateUnreadableError, read_date
from services.registration.domain.mrz_agreement import codes_of, contradictions
from services.registration.domain.person import Person, comparable
from services.registration.domain.registration_form import NAMES, PHOTO, Form
from services.registration.domain.travel_document import document_type, issuer_code, nearest_code
from services.registration.domain.written_text import Fault as TextFault
from services.registration.domain.written_text import text_fault
from shared.travel_documents import mrz
from shared.travel_documents.doubts import Doubt, doubts

_EMAIL: Final = re.compile(r"^[^@\s]+@[^@\s]+\.[^@\s]+$")
_DATES: Final = ("birth_date", "document_expires")
AGE_YEARS_MIN, AGE_YEARS_MAX = 16, 100
TEXT_CHARS_MAX: Final = 200
PRECEDENCE_MAX: Final = 999
_OTHER_SCRIPT: Final = (TextFault.NOT_ARABIC, TextFault.NOT_LATIN)
_NOT_KEPT: Final = ("category", "photo_name")
_RULED_ELSEWHERE: Final = (*NAMES, PHOTO, "document_number")


class Severity(StrEnum):
    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True)
class Fault:
    """What is wrong with a cell or (column None) a row. `data` fills the sentence and holds nothing personal."""

    column: str | None
    code: str
    severity: Severity = Severity.ERROR
    data: Mapping[str, Any] | None = None


@dataclass(frozen=True)
class CategoryRules:
    """What a category asks, its names in every language in `comparable` form, and the places left in the quota.

    `form` has the fields that it asks for or does not have; photo and passport have rules of their own.
    """

    code: str
    names: frozenset[str]
    passport_required: bool
    photo_required: bool
    places_left: int
    form: Form | None = None


@dataclass(frozen=True)
class RosterRules:
    """What the conference asks of this delegation's roster. `photos` are the names of the files that came along.

    Without `takes_new` the deadline has passed: who is registered may be corrected, and nobody new comes.
    """

    categories: Sequence[CategoryRules]
    nationality: str | None
    last_day: date
    today: date
    photos: frozenset[str]
    takes_new: bool = True

    def is_foreign(self, nationality: str | None) -> bool:
        """Whether a nationality is not the delegation's own; organisations have none of their own."""
        return bool(self.nationality and nationality and nationality.strip().upper() != self.nationality)

    def category(self, text: str) -> CategoryRules | None:
        wanted = comparable(text)
        return next((rules for rules in self.categories if wanted in rules.names), None)


@dataclass(frozen=True)
class RosterRow:
    """A row by its number in the sheet, the heading being 1.

    `person` is there when its category was understood, otherwise `unknown_category`, as it was written.
    `spoken` are the fields that the row says something of, be it that they are empty. What it does not speak of stays.
    """

    number: int
    person: Person | None
    faults: tuple[Fault, ...]
    spoken: frozenset[str] = frozenset()
    unknown_category: str = ""

    @property
    def is_good(self) -> bool:
        return self.person is not None and not any(fault.severity is Severity.ERROR for fault in self.faults)

    def with_fault(self, fault: Fault) -> RosterRow:
        return replace(self, faults=(*self.faults, fault))


def check_row(number: int, cells: Mapping[str, object], rules: RosterRules, given: Sequence[Fault] = ()) -> RosterRow:
    """Read one row's cells. `given` are faults that the reading of the sheet found already (formulas, long cells)."""
    faults = list(given)
    spoken = _fields_of((*cells, *(fault.column for fault in given if fault.column)))
    values = _values(cells, faults)
    written = str(values.pop("category") or "")
    category = rules.category(written)
    if category is None:
        faults.append(Fault("category", "roster.category_unknown"))
        return RosterRow(number, None, tuple(faults), spoken, written)
    person = Person(category=category.code, **values)
    faults += _person_faults(person, category, rules)
    return RosterRow(number, person, tuple(faults), spoken)


def completed(row: RosterRow, kept: Mapping[str, Any], rules: RosterRules) -> RosterRow:
    """The row judged with what is known of its person and the row says nothing of; what the row itself says stays.

    `kept` are values by field; a photo that is kept needs no other.
    """
    category = rules.category(row.person.category) if row.person else None
    if row.person is None or category is None:
        return row
    alone = _person_faults(row.person, category, rules)
    whole = with_kept(row.person, kept)
    asked = replace(category, photo_required=False) if PHOTO in kept else category
    rest = [fault for fault in row.faults if fault not in alone]
    return replace(row, faults=(*rest, *_person_faults(whole, asked, rules)))


def with_kept(person: Person, kept: Mapping[str, Any]) -> Person:
    """The person with what is known and the row says nothing of; a photo is no value of it."""
    return replace(person, **{name: value for name, value in kept.items() if name != PHOTO})


def named_by_script(cells: Mapping[str, object]) -> Mapping[str, object]:
    """A column headed "name" says nothing of a script: a name that stands alone goes where its script is kept."""
    for here, there in (NAMES, NAMES[::-1]):
        text = str(cells.get(here) or "").strip()
        is_alone = text and not str(cells.get(there) or "").strip()
        if is_alone and text_fault(text, here) in _OTHER_SCRIPT and text_fault(text, there) is None:
            return {**{name: cell for name, cell in cells.items() if name != here}, there: text}
    return cells


def check_roster(rows: Sequence[RosterRow], rules: RosterRules, known: frozenset[str] = frozenset()) -> list[RosterRow]:
    """Add what only the rows together show: the same person twice, and more people than places.

    `known` are the identities registered already: they hold their place and are not counted again.
    """
    seen: dict[str, int] = {}
    taken: dict[str, int] = defaultdict(int)
    places = {category.code: category.places_left for category in rules.categories}
    checked: list[RosterRow] = []
    for row in rows:
        if row.person is None or not row.is_good:
            checked.append(row)
            continue
        identity = row.person.identity()
        if identity in seen:
            checked.append(row.with_fault(Fault(None, "roster.row_twice", data={"row": seen[identity]})))
            continue
        seen[identity] = row.number
        category = row.person.category
        if identity not in known:
            if not rules.takes_new:
                checked.append(row.with_fault(Fault(None, "roster.registration_closed")))
                continue
            if taken[category] >= places[category]:
                checked.append(row.with_fault(Fault("category", "roster.over_quota", data={"left": places[category]})))
                continue
            taken[category] += 1
        checked.append(row)
    return checked


@lru_cache(maxsize=256)
def _fields_of(columns: tuple[str, ...]) -> frozenset[str]:
    """The fields that columns speak of: a photo's file speaks of the photo."""
    return frozenset(PHOTO if column == "photo_name" else column for column in columns)


def _values(cells: Mapping[str, object], faults: list[Fault]) -> dict[str, Any]:
    values: dict[str, Any] = {"category": None}
    broken = {fault.column for fault in faults}
    for name, cell in cells.items():
        if name in broken:
            continue
        if name in _DATES:
            try:
                values[name] = read_date(cell)
            except (DateAmbiguousError, DateHijriError, DateUnreadableError) as error:
                faults.append(Fault(name, error.code))
            continue
        text = "" if cell is None else str(cell).strip()
        if len(text) > TEXT_CHARS_MAX:
            faults.append(Fault(name, "roster.text_too_long", data={"maximum": TEXT_CHARS_MAX}))
        elif text:
            values[name], fault = _read(name, text)
            if name not in _NOT_KEPT and (misleading := text_fault(_one_line(name, text), name)) is not None:
                fault = Fault(name, misleading.value)
            faults += [fault] if fault else []
    return values


def _read(name: str, text: str) -> tuple[Any, Fault | None]:
    """A text as its field keeps it: as written, but for numbers and for what has a code."""
    match name:
        case "document_type":
            kind = document_type(text)
            return (kind.value, None) if kind else (text, Fault(name, "roster.document_type_unknown"))
        case "nationality" | "document_issuer":
            code = issuer_code(text)
            return (code, None) if code else (text, _code_fault(name, nearest_code(text)))
        case "precedence":
            fault = Fault(name, "roster.precedence_unreadable", data={"maximum": PRECEDENCE_MAX})
            place = int(text) if text.isdecimal() and len(text) <= len(str(PRECEDENCE_MAX)) else 0
            return (place, None) if 1 <= place <= PRECEDENCE_MAX else (None, fault)
    return text, None


def _code_fault(name: str, nearest: str | None) -> Fault:
    """The nearest is one of the codes that everybody knows, and says nothing of the person."""
    if nearest is None:
        return Fault(name, "roster.code_unknown")
    return Fault(name, "roster.code_unknown_nearest", data={"nearest": nearest})


def _one_line(name: str, text: str) -> str:
    """A machine-readable zone has lines; everything else is one."""
    return " ".join(text.splitlines()) if name == "mrz" else text


def _person_faults(person: Person, category: CategoryRules, rules: RosterRules) -> list[Fault]:
    faults: list[Fault] = []
    if not (person.name_arabic or person.name_latin):
        faults.append(Fault("name_latin", "roster.name_missing"))
    faults += _birth_faults(person, rules)
    faults += _document_faults(person, category, rules)
    if person.email and not _EMAIL.match(person.email):
        faults.append(Fault("email", "roster.email_unreadable"))
    if category.photo_required and not person.photo_name:
        faults.append(Fault("photo_name", "roster.photo_missing"))
    elif person.photo_name and person.photo_name not in rules.photos:
        faults.append(Fault("photo_name", "roster.photo_not_sent"))
    if issuer_code(person.nationality or "") and rules.is_foreign(person.nationality):
        if person.nationality_reason:
            faults.append(Fault("nationality", "roster.nationality_differs", Severity.WARNING))
        else:
            faults.append(Fault("nationality_reason", "roster.nationality_reason_missing"))
    return faults + _form_faults(person, category, {fault.column for fault in faults})


def _form_faults(person: Person, category: CategoryRules, faulty: Collection[str | None]) -> list[Fault]:
    """What the category's form asks beside photo and passport, and what it does not have."""
    if category.form is None:
        return []
    there = [field.name for field in fields(person) if getattr(person, field.name) is not None]
    asked = set(category.form.missing(there)) - {*_RULED_ELSEWHERE, *faulty}
    faults = [Fault(name, "form.required") for name in sorted(asked)]
    return faults + [Fault(name, "form.absent") for name in category.form.superfluous(there)]


def _birth_faults(person: Person, rules: RosterRules) -> list[Fault]:
    if person.birth_date is None:
        return []
    age = (rules.last_day - person.birth_date).days / 365.25
    if not AGE_YEARS_MIN <= age <= AGE_YEARS_MAX:
        return [Fault("birth_date", "roster.birth_date_unlikely")]
    return []


def _document_faults(person: Person, category: CategoryRules, rules: RosterRules) -> list[Fault]:
    faults: list[Fault] = []
    if category.passport_required and not person.document_number:
        faults.append(Fault("document_number", "roster.document_missing"))
    if category.passport_required and person.document_number and person.document_expires is None and not person.mrz:
        faults.append(Fault("document_expires", "roster.expiry_missing"))
    if person.document_expires and person.document_expires < rules.last_day:
        faults.append(Fault("document_expires", "roster.document_expired"))
    if person.mrz:
        faults += _mrz_faults(person, rules)
    return faults


def _mrz_faults(person: Person, rules: RosterRules) -> list[Fault]:
    try:
        zone = mrz.parse(person.mrz or "", today=rules.today)
    except mrz.MrzCheckDigitError as error:
        return [Fault("mrz", error.code, data={"part": error.part})]
    except mrz.MrzError as error:
        return [Fault("mrz", error.code)]
    graves = [Fault("mrz", code) for code in contradictions(zone, person, rules.last_day)]
    return [*graves, *doubt_faults(doubts(zone, person))]


def doubt_faults(found: Iterable[Doubt]) -> tuple[Fault, ...]:
    """What a zone says otherwise, as warnings at the field `mrz`: they stop nothing."""
    return tuple(Fault("mrz", code, Severity.WARNING) for code in codes_of(found))
