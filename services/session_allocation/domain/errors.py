"""What session allocation refuses."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from shared.errors import ConflictError, InvalidError, NotFoundError, TooLargeError


@dataclass(eq=False)
class NoConferenceError(NotFoundError):
    code: ClassVar[str] = "session_allocation.no_conference"


@dataclass(eq=False)
class UnknownSessionError(NotFoundError):
    code: ClassVar[str] = "session_allocation.unknown_session"

    session: str = ""


@dataclass(eq=False)
class UnknownDelegationError(NotFoundError):
    """Absent, or not the caller's: the answer is the same."""

    code: ClassVar[str] = "session_allocation.unknown_delegation"


@dataclass(eq=False)
class WishInvalidError(InvalidError):
    """A wish names a session that gives no seats, twice the same, or somebody who is not of this delegation."""

    code: ClassVar[str] = "session_allocation.wish_invalid"

    wish: str = ""


@dataclass(eq=False)
class PreferencesClosedError(ConflictError):
    code: ClassVar[str] = "session_allocation.preferences_closed"

    closed: str = ""


@dataclass(eq=False)
class DraftGoneError(NotFoundError):
    """The draft was replaced by a later run."""

    code: ClassVar[str] = "session_allocation.draft_gone"


@dataclass(eq=False)
class DraftStaleError(ConflictError):
    """People, wishes or the programme changed since the draft was made."""

    code: ClassVar[str] = "session_allocation.draft_stale"


@dataclass(eq=False)
class NothingPublishedError(NotFoundError):
    code: ClassVar[str] = "session_allocation.nothing_published"


@dataclass(eq=False)
class SwapRefusedError(ConflictError):
    """`why`: no_seat (the giver has none), not_entitled, has_seat, clash (the taker sits elsewhere at that time)."""

    code: ClassVar[str] = "session_allocation.swap_refused"

    why: str = ""


@dataclass(eq=False)
class AllocationTooLargeError(TooLargeError):
    """So many wishes in one slot that the order of the promises can't be kept exactly."""

    code: ClassVar[str] = "session_allocation.too_large"

    people: int = 0
