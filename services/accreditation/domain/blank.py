"""A blank: a badge signed and printed ahead for nobody, for the hour in which the printer or the network is gone.

    ready → bound to a person at the desk, or void

Its serial is suspended in the status list like that of any badge that was not handed out.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Final

from services.accreditation.domain.access import AccessGrant
from services.accreditation.domain.badge import Badge, BadgeState
from services.accreditation.domain.desk_errors import BlankCategoryError, BlankStateError
from services.accreditation.domain.events import Subject

BLANKS_AT_ONCE_MAX: Final = 200
PROFILE_VERSION: Final = 0
"""What a blank's credential claims: lower than any person's profile, so that the person's own counts at the gate."""


class BlankState(StrEnum):
    READY = "ready"
    BOUND = "bound"
    VOID = "void"


@dataclass(frozen=True)
class Blank:
    badge_id: str
    conference_id: str
    category: str
    serial: int
    number: str
    key_id: str
    credential: str
    access: tuple[AccessGrant, ...]
    valid_from: datetime
    valid_until: datetime
    state: BlankState
    since: datetime
    version: int = 0

    def has_expired(self, at: datetime) -> bool:
        """Whether its time was over before anybody had it."""
        return self.state is BlankState.READY and at >= self.valid_until

    def bind(
        self, subject: Subject, category: str, access: tuple[AccessGrant, ...], at: datetime, *, profile_version: int
    ) -> tuple[Blank, Badge]:
        """The blank as used, and the participant's badge that it has become: prepared, to be activated at once.

        `access` is the person's. Raises BlankStateError, BlankCategoryError.
        """
        self._require_ready()
        if self.category != category:
            raise BlankCategoryError(self.category)
        badge = Badge(
            badge_id=self.badge_id,
            subject=subject,
            category=self.category,
            serial=self.serial,
            number=self.number,
            key_id=self.key_id,
            credential=self.credential,
            access=access,
            profile_version=profile_version,
            valid_from=self.valid_from,
            valid_until=self.valid_until,
            state=BadgeState.PREPARED,
            since=at,
            prints=1,
        )
        return replace(self, state=BlankState.BOUND, since=at), badge

    def void(self, at: datetime) -> Blank:
        """Never to be used: spoiled, missing, or signed by a key that is no longer trusted. Raises BlankStateError."""
        self._require_ready()
        return replace(self, state=BlankState.VOID, since=at)

    def _require_ready(self) -> None:
        if self.state is not BlankState.READY:
            raise BlankStateError(self.state.value)
