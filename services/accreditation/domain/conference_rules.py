"""What accreditation decides by, of the conference file: categories, delegations, calendar."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from services.accreditation.domain.access import NOTHING_PERSONAL, AccessGrant, PersonalAccess, access_of, end_of
from services.accreditation.domain.dossier_errors import UnknownCategoryError
from services.accreditation.domain.workflow import Workflow

Words = Mapping[str, str]
"""A name in the three languages, by language code."""


@dataclass(frozen=True)
class CategoryRules:
    """A category; `index` is its place in the conference file, as the credential carries it."""

    code: str
    index: int
    name: Words
    colour: str
    workflow: Workflow
    photo_required: bool
    photo_printed: bool
    passport_required: bool
    access: tuple[AccessGrant, ...]


@dataclass(frozen=True)
class DelegationRules:
    """A delegation; `nationality` is what its members are expected to have, None for organisations."""

    code: str
    name: Words
    nationality: str | None


@dataclass(frozen=True)
class ConferenceRules:
    id: str
    number: int
    name: Words
    motto: Words
    timezone: ZoneInfo
    first_day: date
    last_day: date
    credentials_valid_days_after: int
    zones: Mapping[str, Words]
    categories: Mapping[str, CategoryRules]
    delegations: Mapping[str, DelegationRules]
    numbered_cards: bool = False
    tokens_per_delegation: Mapping[str, int] = field(default_factory=dict)
    rejections_released_every_minutes: int = 0

    def category(self, code: str) -> CategoryRules:
        """Raises UnknownCategoryError."""
        found = self.categories.get(code)
        if found is None:
            raise UnknownCategoryError(code)
        return found

    def nationality_of(self, delegation: str) -> str | None:
        """The nationality that the delegation's members are expected to have."""
        found = self.delegations.get(delegation)
        return found.nationality if found else None

    def access_of(self, category: str, personal: PersonalAccess = NOTHING_PERSONAL) -> tuple[AccessGrant, ...]:
        """Raises UnknownCategoryError."""
        return access_of(self.category(category).access, self.zone_order, personal)

    def valid_until(self, personal: PersonalAccess, access: Sequence[AccessGrant]) -> datetime:
        """How long a badge's credential claims to hold: a day badge's until its last day's hours are over."""
        end = end_of(access, self.first_day, self.timezone) if personal.only_days is not None else None
        return end or self.credentials_valid_until

    @property
    def days(self) -> int:
        return (self.last_day - self.first_day).days + 1

    @property
    def zone_order(self) -> tuple[str, ...]:
        return tuple(self.zones)

    @property
    def credentials_valid_until(self) -> datetime:
        """The end of the last local day on which a credential claims to hold, aware UTC."""
        last = self.last_day + timedelta(days=self.credentials_valid_days_after + 1)
        return datetime.combine(last, time(0, 0), self.timezone).astimezone(UTC)
