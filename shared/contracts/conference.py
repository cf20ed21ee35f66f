"""The conference: the file that an administrator loads, and the event that carries it to every service.

Nothing about a particular conference is in code; all of it is in this document. Codes are stable identifiers in
ASCII; every text a person reads is given in Arabic, French and English.
"""

from __future__ import annotations

from datetime import date, time, timedelta
from enum import StrEnum
from itertools import pairwise
from typing import Annotated, ClassVar, Final, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from shared.contracts.event import REGISTRY, IntegrationEvent
from shared.contracts.topics import CONFERENCE
from shared.security.personal_data import FIELDS

Code = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,39}$")]
Language = Annotated[str, Field(pattern=r"^(ar|fr|en)$")]
# What the vault keeps of people beside the fields of their record.
BESIDE_THE_RECORD: Final = frozenset({"texts", "files", "account_names"})
DayNumber = Annotated[int, Field(ge=1, le=30)]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class Text(_Part):
    """One sentence or name in the three languages."""

    ar: str = Field(min_length=1, max_length=400)
    fr: str = Field(min_length=1, max_length=400)
    en: str = Field(min_length=1, max_length=400)

    def in_language(self, language: str) -> str:
        return {"ar": self.ar, "fr": self.fr}.get(language, self.en)


class Review(StrEnum):
    """Who decides on a dossier of a category, once its automatic checks are done."""

    AUTOMATIC = "automatic"
    ONE_OFFICER = "one_officer"
    TWO_OFFICERS = "two_officers"


class StageKind(StrEnum):
    """A stage of a dossier after its automatic checks: an officer's, but for screening, an outside authority's."""

    REVIEW = "review"
    SCREENING = "screening"
    DECISION = "decision"


class Stage(_Part):
    """A stage with its time limit in hours; a reminder comes `remind_hours` before it."""

    kind: StageKind
    hours: int = Field(default=72, ge=1, le=2_000)
    remind_hours: int = Field(default=24, ge=0, le=2_000)


class Passback(StrEnum):
    """What a gate does with somebody who is already inside: hard refuses, soft refers, timed refuses for a while."""

    OFF = "off"
    SOFT = "soft"
    TIMED = "timed"
    HARD = "hard"


class FieldRule(StrEnum):
    """What a category's form does with a field: asks for it, offers it, or does not have it."""

    REQUIRED = "required"
    OPTIONAL = "optional"
    ABSENT = "absent"


class Zone(_Part):
    """A place behind gates. `second_token` is what must be shown there beside the badge: "badge and floater"."""

    code: Code
    name: Text
    second_token: Annotated[str, Field(pattern=r"^(floater|pin|media_pool_pass)$")] | None = None


class Gate(_Part):
    """An access point into `zone`. With `reads_exits` the people who leave are scanned too."""

    code: Code
    name: Text
    zone: Code
    reads_exits: bool = False
    passback: Passback = Passback.SOFT
    passback_minutes: int = Field(default=10, ge=1, le=1440)


class AccessRule(_Part):
    """A zone, on days (1 is the first day), within a time window of local time. `closes` 00:00 is midnight.

    `only_with` is the category of the escort without whom it opens nothing.
    """

    zone: Code
    days: tuple[DayNumber, ...] = Field(min_length=1, max_length=30)
    opens: time = time(0, 0)
    closes: time = time(0, 0)
    only_with: Code | None = None


class TokenRule(_Part):
    """How many valid tokens of a kind a delegation may have. A kind without a rule has no limit."""

    kind: Annotated[str, Field(pattern=r"^(floater|pin|media_pool_pass|vehicle_permit|weapon_permit|radio_permit)$")]
    per_delegation: int = Field(ge=0, le=1_000)


class Retention(_Part):
    """How long after the last day some kinds of personal data are kept; then they are destroyed.

    A kind is a field of the personal record, or: `texts` (remarks, reasons, serial numbers and plates), `files` (scans
    of notes verbales), `account_names` (who signed in for a delegation). What no rule names is kept until it is erased.
    """

    kinds: tuple[Annotated[str, Field(max_length=40)], ...] = Field(min_length=1, max_length=40)
    days_after: int = Field(ge=0, le=3_660)


class Category(_Part):
    """A category of participant: its form, how it is decided on, what its badge opens.

    `form` says of a field, by its name in the personal record, whether it is asked; a field that is not named is
    optional. Photo and passport have flags of their own, because gate and checks read them too.
    """

    code: Code
    name: Text
    colour: str = Field(pattern=r"^#[0-9a-f]{6}$")
    review: Review = Review.ONE_OFFICER
    stages: tuple[Stage, ...] = Field(default=(Stage(kind=StageKind.REVIEW),), min_length=1, max_length=3)
    photo_required: bool = True
    photo_printed: bool = True
    passport_required: bool = True
    form: dict[str, FieldRule] = Field(default_factory=dict, max_length=40)
    access: tuple[AccessRule, ...] = Field(default=(), max_length=200)

    @field_validator("stages")
    @classmethod
    def _stages_lead_to_an_officer(cls, value: tuple[Stage, ...]) -> tuple[Stage, ...]:
        _unique("stages", [stage.kind.value for stage in value])
        if value[-1].kind is StageKind.SCREENING:
            raise ValueError("the last stage is an officer's: an authority clears, and does not decide")
        return value


class Quota(_Part):
    category: Code
    places: int = Field(ge=0, le=10_000)


class Delegation(_Part):
    """A delegation.

    `nationality` is the ICAO Doc 9303 code its members are expected to have, None for organisations.
    """

    code: Code
    name: Text
    nationality: str | None = Field(default=None, pattern=r"^[A-Z]{1,3}$")
    language: Language
    quotas: tuple[Quota, ...] = Field(min_length=1, max_length=60)


class Room(_Part):
    """A room in a zone; `capacity` is its number of seats."""

    code: Code
    name: Text
    zone: Code
    capacity: int = Field(ge=1, le=100_000)


class Session(_Part):
    """A session, and the categories that may attend it, in order of precedence.

    Without a room everybody entitled may come. With one, its seats are allocated: `held_seats` of them are held for
    each delegation before wishes are compared.
    """

    code: Code
    title: Text
    day: DayNumber
    starts: time
    ends: time
    zone: Code
    categories: tuple[Code, ...] = Field(min_length=1, max_length=60)
    room: Code | None = None
    held_seats: int = Field(default=0, ge=0, le=1_000)


class Conference(_Part):
    """The whole conference file. `id` is in every id and event; one conference per installation.

    `number` (1–65535) tells this conference's credentials from another's. Days are counted from `first_day`;
    moving it moves the whole programme and kills no badge. `credentials_valid_days_after` is how many days after
    the last day a credential's signature claims to hold. With `numbered_cards` no badge is issued before a numbered
    card of the stock was confirmed to carry it. After `registration_closes` nobody new is registered; one person may
    still be substituted for another until `substitutions_close`, where it is given. With `note_verbale_required` a
    delegation names the note verbale behind each change of its list. Delegations are told of
    rejections at full periods of `rejections_released_every_minutes` (0: at once), so that the hour says nothing of the
    reason.
    """

    id: Code
    number: int = Field(ge=1, le=65535)
    name: Text
    motto: Text
    place: Text
    timezone: str
    first_day: date
    days: int = Field(ge=1, le=30)
    registration_closes: date
    substitutions_close: date | None = None
    note_verbale_required: bool = False
    credentials_valid_days_after: int = Field(default=180, ge=1, le=730)
    zones: tuple[Zone, ...] = Field(min_length=1, max_length=32)
    gates: tuple[Gate, ...] = Field(min_length=1, max_length=200)
    categories: tuple[Category, ...] = Field(min_length=1, max_length=60)
    delegations: tuple[Delegation, ...] = Field(min_length=1, max_length=400)
    sessions: tuple[Session, ...] = Field(default=(), max_length=500)
    rooms: tuple[Room, ...] = Field(default=(), max_length=200)
    preferences_close: date | None = None
    numbered_cards: bool = False
    tokens: tuple[TokenRule, ...] = Field(default=(), max_length=6)
    rejections_released_every_minutes: int = Field(default=0, ge=0, le=10_080)
    retention: tuple[Retention, ...] = Field(default=(), max_length=40)

    @field_validator("timezone")
    @classmethod
    def _timezone_exists(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (ZoneInfoNotFoundError, ValueError):
            raise ValueError("not a time zone of the IANA database") from None
        return value

    @model_validator(mode="after")
    def _references_exist(self) -> Self:
        zones = _unique("zones", [zone.code for zone in self.zones])
        categories = _unique("categories", [category.code for category in self.categories])
        _unique("gates", [gate.code for gate in self.gates])
        _unique("delegations", [delegation.code for delegation in self.delegations])
        _unique("tokens", [rule.kind for rule in self.tokens])
        _unique("sessions", [session.code for session in self.sessions])
        used_zones = {gate.zone for gate in self.gates} | {session.zone for session in self.sessions}
        used_zones |= {room.zone for room in self.rooms}
        used_zones |= {rule.zone for category in self.categories for rule in category.access}
        used_categories = {quota.category for item in self.delegations for quota in item.quotas}
        used_categories |= {
            rule.only_with for category in self.categories for rule in category.access if rule.only_with is not None
        }
        used_categories |= {code for session in self.sessions for code in session.categories}
        for kind, used, known in (("zone", used_zones, zones), ("category", used_categories, categories)):
            if unknown := sorted(used - known):
                raise ValueError(f"unknown {kind}: {', '.join(unknown)}")
        days = {day for category in self.categories for rule in category.access for day in rule.days}
        days |= {session.day for session in self.sessions}
        if days and max(days) > self.days:
            raise ValueError(f"day {max(days)} is after the last day, {self.days}")
        return self

    @model_validator(mode="after")
    def _forms_ask_what_is_known(self) -> Self:
        known = set(FIELDS) - {"photo"}
        if unknown := sorted({name for category in self.categories for name in category.form} - known):
            raise ValueError(f"unknown form field: {', '.join(unknown)}")
        return self

    @model_validator(mode="after")
    def _retention_names_what_is_kept(self) -> Self:
        kinds = _unique("retention", [kind for rule in self.retention for kind in rule.kinds])
        if unknown := sorted(kinds - set(FIELDS) - BESIDE_THE_RECORD):
            raise ValueError(f"unknown kind of personal data: {', '.join(unknown)}")
        return self

    @model_validator(mode="after")
    def _rooms_hold_their_sessions(self) -> Self:
        _unique("rooms", [room.code for room in self.rooms])
        for session in self.sessions:
            if session.starts >= session.ends:
                raise ValueError(f"session {session.code} ends before it starts")
            if session.room is None:
                continue
            room = self.room(session.room)
            if room is None:
                raise ValueError(f"unknown room: {session.room}")
            if room.zone != session.zone:
                raise ValueError(f"session {session.code} is in zone {session.zone}, its room in {room.zone}")
            if session.held_seats * len(self.delegations) > room.capacity:
                raise ValueError(f"session {session.code} holds more seats than room {room.code} has")
        _require_free_rooms([session for session in self.sessions if session.room is not None])
        return self

    @property
    def last_day(self) -> date:
        return self.first_day + timedelta(days=self.days - 1)

    def category(self, code: str) -> Category | None:
        return next((item for item in self.categories if item.code == code), None)

    def delegation(self, code: str) -> Delegation | None:
        return next((item for item in self.delegations if item.code == code), None)

    def room(self, code: str) -> Room | None:
        return next((item for item in self.rooms if item.code == code), None)

    def gate(self, code: str) -> Gate | None:
        return next((item for item in self.gates if item.code == code), None)


def _unique(what: str, codes: list[str]) -> set[str]:
    if doubled := sorted({code for code in codes if codes.count(code) > 1}):
        raise ValueError(f"{what}: {', '.join(doubled)} is there twice")
    return set(codes)


def _require_free_rooms(sessions: list[Session]) -> None:
    """Raises ValueError when two sessions want one room at the same time."""
    in_order = sorted(sessions, key=lambda item: (item.room or "", item.day, item.starts))
    for earlier, later in pairwise(in_order):
        if (earlier.room, earlier.day) == (later.room, later.day) and later.starts < earlier.ends:
            raise ValueError(f"sessions {earlier.code} and {later.code} are in room {later.room} at the same time")


@REGISTRY.event
class ConferencePublished(IntegrationEvent):
    """A version of the conference file is in force from now on."""

    TYPE: ClassVar[str] = "org.bawaba.operations.conference-published.v1"
    TOPIC: ClassVar[str] = CONFERENCE

    version: int = Field(ge=1)
    conference: Conference

    def stream_key(self) -> str:
        return self.conference.id
