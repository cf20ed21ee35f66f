"""What the API asks and answers around a delegation's list."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Annotated, Any, Final

from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from services.registration.adapters.saved_answers import doubts_said
from services.registration.application.fill_form import Answers
from services.registration.application.reconcile_list import Reconciliation
from services.registration.application.show_list import Overview
from services.registration.application.show_person import PersonShown
from services.registration.application.show_roster import PAGE_MAX, RosterFilter, RosterPage
from services.registration.domain.errors import FormInvalidError
from services.registration.domain.list_change import ListChange, NoteVerbale
from services.registration.domain.participant import Participant, State
from services.registration.domain.quota import Quota
from services.registration.domain.reconciliation import Plan
from services.registration.domain.registration_form import PHOTO, Form
from services.registration.domain.standing import Standing, Turn
from services.registration.domain.waiver import PLACES_MAX, Waiver
from shared.field_remarks import FIELDS_MAX, FieldRemark
from shared.security.personal_data import FIELDS
from shared.web.texts import Texts

FORM_CHARS_MAX: Final = 40_000
PEOPLE_MAX: Final = 100
FORM_FIELDS: Final = tuple(name for name in FIELDS if name != PHOTO)

Id = Annotated[str, Field(min_length=1, max_length=60)]
Code = Annotated[str, Field(min_length=1, max_length=40)]
Written = Annotated[str, Field(max_length=1_000)]


class _Asked(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class RegistrationAsked(_Asked):
    """A form as filled in. A field that is left out keeps what it said before; an empty one loses it.

    `replies` say something to an officer's remarks on single fields.
    """

    category: Code
    fields: dict[str, Written] = Field(default_factory=dict, max_length=40)
    precedence: int | None = Field(default=None, ge=1, le=999)
    submit: bool = False
    note_id: Id | None = None
    edition: int | None = Field(default=None, ge=1)
    replies: dict[str, Written] = Field(default_factory=dict, max_length=FIELDS_MAX)

    @field_validator("fields")
    @classmethod
    def _known(cls, value: dict[str, str]) -> dict[str, str]:
        if not set(value) <= set(FORM_FIELDS):
            raise ValueError("a field that no form has")
        return value

    def answers(self, photo: bytes | None) -> Answers:
        return Answers(self.category, self.fields, photo)


class NoteGiven(_Asked):
    note_id: Id | None = None


class SubstitutionAsked(NoteGiven):
    """`comes` is the draft of who takes the place."""

    comes: Id


class SwapAsked(_Asked):
    goes: Id
    comes: Id


class PlanAsked(NoteGiven):
    """Drafts to add, people to drop, and pairs to swap."""

    add: tuple[Id, ...] = Field(default=(), max_length=PEOPLE_MAX)
    drop: tuple[Id, ...] = Field(default=(), max_length=PEOPLE_MAX)
    swap: tuple[SwapAsked, ...] = Field(default=(), max_length=PEOPLE_MAX)

    def plan(self) -> Plan:
        return Plan(self.add, self.drop, tuple((each.goes, each.comes) for each in self.swap))


class RosterAsked(_Asked):
    """What of a roster is looked at; empty means everything."""

    category: str = Field(default="", max_length=40)
    state: State | None = None
    turn: Turn | None = None
    text: str = Field(default="", max_length=100)
    page: int = Field(default=1, ge=1, le=PAGE_MAX)

    def wanted(self) -> RosterFilter:
        states = (self.state.value,) if self.state else ()
        return RosterFilter(self.category, states, self.turn.value if self.turn else "", self.text)


class WaiverAsked(NoteGiven):
    category: Code
    places: int = Field(ge=1, le=PLACES_MAX)
    reason: str = Field(default="", max_length=2_000)


class WaiverDecision(_Asked):
    """How many places are granted; 0 refuses. `answer` is what the delegation reads."""

    places: int = Field(ge=0, le=PLACES_MAX)
    answer: str = Field(default="", max_length=2_000)


def parsed_form(text: str) -> RegistrationAsked:
    """Raises RequestValidationError."""
    try:
        return RegistrationAsked.model_validate_json(text)
    except ValidationError as error:
        raise RequestValidationError(error.errors(include_input=False, include_url=False)) from None


@contextlib.contextmanager
def saying(texts: Texts, language: str) -> Iterator[None]:
    """Give each fault of a refused form its sentence, in the caller's language."""
    try:
        yield
    except FormInvalidError as error:
        raise FormInvalidError(tuple(said(error.faults, texts, language))) from None


def said(faults: Sequence[Mapping[str, Any]], texts: Texts, language: str) -> list[dict[str, Any]]:
    return [{**each, "sentence": texts.say(each["code"], language, **each["data"])} for each in faults]


def form_view(form: Form) -> dict[str, Any]:
    return {
        "category": form.category,
        "version": form.version,
        "fields": {name: form.rule(name).value for name in (*FORM_FIELDS, PHOTO)},
    }


def standing_view(standing: Standing) -> dict[str, Any]:
    return {**participant_view(standing.participant), "turn": standing.turn.value, "missing": list(standing.missing)}


def roster_view(page: RosterPage) -> dict[str, Any]:
    rows = [{**standing_view(each), "name": page.names.get(each.participant.participant_id)} for each in page.standings]
    return {"rows": rows, "matching": page.matching, "all": page.all, "page": page.page, "pages": page.pages}


def participant_view(participant: Participant) -> dict[str, Any]:
    return {
        "participant_id": participant.participant_id,
        "delegation": participant.delegation,
        "category": participant.category,
        "state": participant.state.value,
        "badge": participant.badge.value,
        "revision": participant.revision,
        "precedence": participant.precedence,
        "substitutes": participant.substitutes,
        "substituted_by": participant.substituted_by,
        "walk_up": participant.walk_up,
    }


def person_view(shown: PersonShown, texts: Texts, language: str) -> dict[str, Any]:
    return {
        **standing_view(shown.standing),
        "edition": shown.participant.edition,
        "form": form_view(shown.form),
        "values": dict(shown.values),
        "has_photo": shown.participant.has_photo,
        "asked_anew": list(shown.asked_anew),
        "returned_fields": list(shown.participant.returned_fields),
        "remark": shown.remark,
        "doubts": doubts_said(shown.doubts, texts, language),
        "alike": list(shown.alike),
        "remarks": [remark_view(each, shown.texts) for each in shown.participant.remarks],
        "history": [change_view(each, shown.notes) for each in shown.changes],
    }


def remark_view(each: FieldRemark, texts: Mapping[str, str]) -> dict[str, Any]:
    return {
        "field": each.field,
        "remark": texts.get(each.remark or ""),
        "changed": each.changed,
        "answer": texts.get(each.answer or ""),
    }


def change_view(change: ListChange, notes: Mapping[str, NoteVerbale]) -> dict[str, Any]:
    note = notes.get(change.note_id or "")
    return {
        "kind": change.kind.value,
        "at": change.at.isoformat(),
        "by": change.by,
        "participant_id": change.participant_id,
        "fields": list(change.fields),
        "note": note_view(note) if note else None,
    }


def quota_view(quotas: Mapping[str, Quota]) -> dict[str, dict[str, int]]:
    return {code: {"places": each.places, "used": each.used, "waived": each.waived} for code, each in quotas.items()}


def overview_view(overview: Overview) -> dict[str, Any]:
    deadlines = overview.deadlines
    return {
        "delegation": overview.delegation.code,
        "registration_closes": deadlines.registration.isoformat(),
        "is_registration_open": deadlines.is_registration_open,
        "substitutions_close": deadlines.last_substitution.isoformat(),
        "is_substitution_open": deadlines.is_substitution_open,
        "categories": quota_view(overview.quotas),
        "states": dict(overview.counts.states),
        "turns": dict(overview.counts.turns),
        "waits_for_delegation": [standing_view(each) for each in overview.waits_for_delegation],
    }


def waiver_view(waiver: Waiver, texts: Mapping[str, str]) -> dict[str, Any]:
    return {
        "waiver_id": waiver.waiver_id,
        "delegation": waiver.delegation,
        "category": waiver.category,
        "places": waiver.places,
        "granted": waiver.granted,
        "state": waiver.state.value,
        "asked_at": waiver.asked_at.isoformat(),
        "asked_by": waiver.asked_by,
        "decided_at": waiver.decided_at.isoformat() if waiver.decided_at else None,
        "reason": texts.get(waiver.reason or "", ""),
        "answer": texts.get(waiver.answer or "", ""),
    }


def office_waiver_view(waiver: Waiver, texts: Mapping[str, str], notes: Mapping[str, NoteVerbale]) -> dict[str, Any]:
    """With the account that decided and the note verbale, which the office may know of every delegation."""
    note = notes.get(waiver.note_id or "")
    note_shown = note_view(note) if note else None
    return {**waiver_view(waiver, texts), "decided_by": waiver.decided_by, "note": note_shown}


def note_view(note: NoteVerbale) -> dict[str, Any]:
    return {
        "note_id": note.note_id,
        "number": note.number,
        "dated": note.dated.isoformat(),
        "has_scan": note.scan_type is not None,
    }


def reconciliation_view(found: Reconciliation, texts: Texts, language: str) -> dict[str, Any]:
    return {
        "fits": found.fits,
        "categories": {
            each.quota.category: {
                "places": each.quota.places,
                "used": each.quota.used,
                "after": each.after,
                "change": each.change,
                "over": each.over,
            }
            for each in found.differences
        },
        "faults": {who: said(faults, texts, language) for who, faults in found.faults.items()},
        "doubts": {who: doubts_said(doubts, texts, language) for who, doubts in found.doubts.items()},
    }


def iso_date(text: str) -> date:
    """Raises RequestValidationError."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        error = {"loc": ("body", "dated"), "type": "date_from_datetime_parsing"}
        raise RequestValidationError([error]) from None
