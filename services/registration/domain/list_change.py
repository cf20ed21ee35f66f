"""What was done to a delegation's list, by whom and on which authority; and the note verbale that gives it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import ClassVar, Final

from shared.errors import ConflictError, InvalidError, NotFoundError

NUMBER_CHARS_MAX: Final = 60
SCAN_BYTES_MAX: Final = 10 * 1024 * 1024


class ChangeKind(StrEnum):
    DRAFTED = "drafted"
    SUBMITTED = "submitted"
    REGISTERED_AT_DESK = "registered_at_desk"
    CORRECTED = "corrected"
    WITHDRAWN = "withdrawn"
    SUBSTITUTED = "substituted"
    RETURNED = "returned"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    BADGE_PREPARED = "badge_prepared"
    BADGE_ISSUED = "badge_issued"
    BADGE_ACTIVE = "badge_active"
    BADGE_SUSPENDED = "badge_suspended"
    BADGE_RESUMED = "badge_resumed"
    BADGE_ENDED = "badge_ended"
    WAIVER_ASKED = "waiver_asked"
    WAIVER_GRANTED = "waiver_granted"
    WAIVER_REFUSED = "waiver_refused"
    DISCARDED = "discarded"
    PERMIT_GRANTED = "permit_granted"
    PERMIT_REFUSED = "permit_refused"


@dataclass(eq=False)
class NoteUnknownError(NotFoundError):
    code: ClassVar[str] = "registration.unknown_note"

    field: str = "note"


@dataclass(eq=False)
class NoteRequiredError(ConflictError):
    """This conference wants the note verbale that authorises a change of the list."""

    code: ClassVar[str] = "registration.note_required"

    field: str = "note"


@dataclass(eq=False)
class NoteInvalidError(InvalidError):
    """A note's number or date is not right; `field` says which, `why` is a code."""

    code: ClassVar[str] = "registration.note_invalid"

    field: str


@dataclass(eq=False)
class ScanUnreadableError(InvalidError):
    """The scan is no PDF, JPEG or PNG, whatever its name says."""

    code: ClassVar[str] = "registration.scan_unreadable"

    field: str = "scan"


@dataclass(frozen=True)
class NoteVerbale:
    """The delegation's letter: its number and date; the scan, if there is one, is sealed elsewhere."""

    note_id: str
    delegation: str
    number: str
    dated: date
    added_by: str
    added_at: datetime
    scan_type: str | None = None


@dataclass(frozen=True)
class ListChange:
    """One change. `fields` are names only; `by` is an account, or who told; `remark` is a sealed text's id."""

    change_id: str
    delegation: str
    participant_id: str | None
    kind: ChangeKind
    at: datetime
    by: str
    note_id: str | None = None
    fields: tuple[str, ...] = ()
    remark: str | None = None


def scan_type(content: bytes) -> str:
    """The media type of a scan by its content. Raises ScanUnreadableError."""
    for start, name in (
        (b"%PDF-", "application/pdf"),
        (b"\xff\xd8\xff", "image/jpeg"),
        (b"\x89PNG\r\n\x1a\n", "image/png"),
    ):
        if content.startswith(start):
            return name
    raise ScanUnreadableError
