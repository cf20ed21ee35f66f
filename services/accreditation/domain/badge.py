"""A badge: prepared → (issued) → active ↔ suspended → revoked, and revoked for ever.

    prepared ──at the desk──────────────────────────────▶ active ◀──▶ suspended
        └──against a receipt──▶ issued ──face checked──▶ ┘
    every state ──▶ revoked (withdrawn, lost, replaced, rejected)

A participant has at most one badge that is still to come into force (prepared or issued) and at most one in force
(active or suspended). A replacement ends its predecessor when it is activated; a lost badge, and one that was never
activated, ends at once. Expiry is no state: `valid_until` is in the credential, the gate judges it, and whoever shows
a badge asks `has_expired`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Final

from services.accreditation.domain.access import AccessGrant
from services.accreditation.domain.badge_errors import BadgeExpiredError, BadgeStateError
from services.accreditation.domain.desk_errors import CardConfirmedError
from services.accreditation.domain.events import (
    BadgeAccessChanged,
    BadgeActivated,
    BadgeEvent,
    BadgeIssued,
    BadgePrepared,
    BadgeResumed,
    BadgeRevoked,
    BadgeSuspended,
    CardOutcome,
    CardRecorded,
    RevocationReason,
    Subject,
)


class BadgeState(StrEnum):
    PREPARED = "prepared"
    ISSUED = "issued"
    ACTIVE = "active"
    SUSPENDED = "suspended"
    REVOKED = "revoked"


COMING: Final = (BadgeState.PREPARED, BadgeState.ISSUED)
IN_FORCE: Final = (BadgeState.ACTIVE, BadgeState.SUSPENDED)


@dataclass(frozen=True)
class Badge:
    """`credential` is the text of its QR symbol; `profile_version` counts what this participant's badges opened.

    `prints` counts the cards that it was printed on, `card` is the number of the one that was confirmed good. `version`
    counts what was written of it, 0 for a new one.
    """

    badge_id: str
    subject: Subject
    category: str
    serial: int
    number: str
    key_id: str
    credential: str
    access: tuple[AccessGrant, ...]
    profile_version: int
    valid_from: datetime
    valid_until: datetime
    state: BadgeState
    since: datetime
    reason: RevocationReason | None = None
    replaces: str | None = None
    prints: int = 0
    card: str | None = None
    version: int = 0

    @property
    def is_live(self) -> bool:
        return self.state is not BadgeState.REVOKED

    @property
    def is_in_hands(self) -> bool:
        """Whether its symbol may leave the office: a copy of one that is not active would open doors later, unseen."""
        return self.state is BadgeState.ACTIVE

    def has_expired(self, at: datetime) -> bool:
        """Whether its time is over; one that was revoked has ended otherwise, and stays that."""
        return self.is_live and at >= self.valid_until

    def prepared(self) -> BadgePrepared:
        """The event that tells of this badge when it is made."""
        return BadgePrepared(
            subject=self.subject,
            badge_id=self.badge_id,
            serial=self.serial,
            number=self.number,
            key_id=self.key_id,
            category=self.category,
            access=self.access,
            profile_version=self.profile_version,
            valid_from=self.valid_from,
            valid_until=self.valid_until,
            replaces=self.replaces,
        )

    def issue(self, receipt_id: str, at: datetime) -> tuple[Badge, BadgeIssued]:
        """Handed out for its holder, not yet to the holder. Raises BadgeStateError, BadgeExpiredError."""
        self._require(at, BadgeState.PREPARED)
        event = BadgeIssued(self.subject, self.badge_id, self.serial, receipt_id)
        return replace(self, state=BadgeState.ISSUED, since=at), event

    def activate(self, at: datetime) -> tuple[Badge, BadgeActivated]:
        """In its holder's hands. Raises BadgeStateError unless it is prepared or issued, BadgeExpiredError."""
        self._require(at, *COMING)
        event = BadgeActivated(self.subject, self.badge_id, self.serial)
        return replace(self, state=BadgeState.ACTIVE, since=at), event

    def suspend(self, at: datetime) -> tuple[Badge, BadgeSuspended]:
        """Opens nothing until it is resumed. Raises BadgeStateError unless it is active."""
        if self.state is not BadgeState.ACTIVE:
            raise BadgeStateError(self.state.value)
        event = BadgeSuspended(self.subject, self.badge_id, self.serial)
        return replace(self, state=BadgeState.SUSPENDED, since=at), event

    def resume(self, at: datetime) -> tuple[Badge, BadgeResumed]:
        """Raises BadgeStateError unless it is suspended, BadgeExpiredError."""
        self._require(at, BadgeState.SUSPENDED)
        event = BadgeResumed(self.subject, self.badge_id, self.serial)
        return replace(self, state=BadgeState.ACTIVE, since=at), event

    def revoke(self, reason: RevocationReason, at: datetime) -> tuple[Badge, BadgeRevoked]:
        """Opens nothing any more. Raises BadgeStateError when that is so already."""
        if not self.is_live:
            raise BadgeStateError(self.state.value)
        event = BadgeRevoked(self.subject, self.badge_id, self.serial, reason)
        return replace(self, state=BadgeState.REVOKED, since=at, reason=reason), event

    def with_access(self, access: tuple[AccessGrant, ...], profile_version: int) -> tuple[Badge, BadgeAccessChanged]:
        """Opens something else from now on; the print stays, and the gates go by the higher profile version."""
        changed = replace(self, access=access, profile_version=profile_version)
        return changed, BadgeAccessChanged(self.subject, self.badge_id, self.serial, access, profile_version)

    def on_card(self, card: str, outcome: CardOutcome, *, is_new: bool) -> tuple[Badge, CardRecorded]:
        """What became of a card with this badge on it; `is_new` for a card that was not told of before.

        Raises CardConfirmedError when another card of this badge is the good one already, and BadgeStateError for a
        revoked badge, unless its card is told to be spoiled.
        """
        if not self.is_live and outcome is not CardOutcome.SPOILED:
            raise BadgeStateError(self.state.value)
        if outcome is not CardOutcome.SPOILED and self.card not in (None, card):
            raise CardConfirmedError(self.card or "")
        good = {CardOutcome.CONFIRMED: card, CardOutcome.PRINTED: self.card}.get(outcome)
        if outcome is CardOutcome.SPOILED and self.card != card:
            good = self.card
        printed = replace(self, prints=self.prints + is_new, card=good)
        return printed, CardRecorded(self.subject, self.badge_id, card, outcome, printed.prints)

    def _require(self, at: datetime, *states: BadgeState) -> None:
        if self.state not in states:
            raise BadgeStateError(self.state.value)
        if self.has_expired(at):
            raise BadgeExpiredError


Change = tuple[tuple[Badge, ...], tuple[BadgeEvent, ...]]
"""Badges as they are after a step, in the order in which they are to be written, and the events that tell of it."""


@dataclass(frozen=True)
class Badges:
    """The live badges of one participant: at most one still to come into force, at most one in force.

    `newest_profile` is the highest profile version of any badge that this participant ever had, 0 without one.
    """

    live: Sequence[Badge]
    newest_profile: int = 0

    @property
    def coming(self) -> Badge | None:
        return next((badge for badge in self.live if badge.state in COMING), None)

    @property
    def in_force(self) -> Badge | None:
        """Active or suspended."""
        return next((badge for badge in self.live if badge.state in IN_FORCE), None)

    def serves(self, category: str, access: tuple[AccessGrant, ...]) -> bool:
        """Whether the newest live badge already says this; correcting a name then leaves it in force."""
        newest = self.coming or self.in_force
        return newest is not None and (newest.category, newest.access) == (category, access)

    def make_way(self, at: datetime) -> Change:
        """Before another badge is prepared: one that was never activated ends at once."""
        if self.coming is None:
            return (), ()
        ended, event = self.coming.revoke(RevocationReason.REPLACED, at)
        return (ended,), (event,)

    def activate_coming(self, at: datetime) -> Change:
        """The badge to come is in force and its predecessor ends, the ending first.

        Raises BadgeStateError when there is none, and while its predecessor is suspended: a replacement is no way round
        a suspension.
        """
        if self.coming is None:
            raise BadgeStateError(self.in_force.state.value if self.in_force else "none")
        if self.in_force is not None and self.in_force.state is BadgeState.SUSPENDED:
            raise BadgeStateError(BadgeState.SUSPENDED.value)
        activated, told = self.coming.activate(at)
        if self.in_force is None:
            return (activated,), (told,)
        ended, revoked = self.in_force.revoke(RevocationReason.REPLACED, at)
        return (ended, activated), (revoked, told)

    def revoke_all(self, reason: RevocationReason, at: datetime) -> Change:
        ended = [badge.revoke(reason, at) for badge in self.live]
        return tuple(badge for badge, _ in ended), tuple(event for _, event in ended)
