"""A reminder that a stage's time comes near, or has passed: whom it goes to, and the message it goes in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final, Protocol

from services.accreditation.domain.dossier_facts import Officer
from services.accreditation.domain.events import DossierEvent, StageDueSoon, StageOverdue
from shared.outgoing_mail import OutgoingMail

GATHER: Final = timedelta(seconds=5)
REMINDERS_A_MAIL: Final = 500
OFFICE: Final = "office"
HEAD: Final = "head"
_OFFICER: Final = "officer:"


class ReminderKind(StrEnum):
    DUE_SOON = "due_soon"
    OVERDUE = "overdue"


@dataclass(frozen=True)
class Reminder:
    """Of one dossier's stage, once of each kind and to each; `reminder_id` names it: the same one again is the same.

    `to` is the office, the head of accreditation, or an officer.
    """

    reminder_id: str
    to: str
    kind: ReminderKind
    category: str
    stage: str
    due: datetime
    at: datetime

    @classmethod
    def of(cls, event: DossierEvent, assigned_to: Officer | None, at: datetime) -> Sequence[Reminder]:
        """What an event reminds whom of; nobody of anything for all that are no matter of time.

        The officer to whom the dossier is assigned is reminded before the time is over; then it escalates, to the head
        of accreditation and the whole office.
        """
        officer = to_officer(assigned_to.person_id) if assigned_to else OFFICE
        whom: tuple[str, ...]
        match event:
            case StageDueSoon():
                kind, whom = ReminderKind.DUE_SOON, (officer,)
            case StageOverdue():
                kind, whom = ReminderKind.OVERDUE, tuple(dict.fromkeys((HEAD, OFFICE, officer)))
            case _:
                return ()
        name = f"{event.subject.participant_id}/{event.stage}/{kind.value}/{event.due.isoformat()}"
        return [cls(f"{name}/{to}", to, kind, event.category, event.stage, event.due, at) for to in whom]


def to_officer(person_id: str) -> str:
    return f"{_OFFICER}{person_id}"


def officer_of(to: str) -> str | None:
    """The person behind who is reminded, None for the office and its head."""
    return to.removeprefix(_OFFICER) if to.startswith(_OFFICER) else None


@dataclass(frozen=True)
class ReminderMail(OutgoingMail):
    """Reminders that go in one message, all to the same."""

    to: str
    reminders: tuple[Reminder, ...]


class ReminderBooks(Protocol):
    """Bound to one transaction."""

    async def add(self, reminder: Reminder) -> None:
        """Once: the same reminder again has no effect."""
        ...

    async def gather(self, mail_id: str) -> None:
        """Put what waits longest and all that goes to the same, 500 at most, into one message."""
        ...

    async def save_mail(self, mail: ReminderMail) -> None: ...


class ReminderViews(Protocol):
    async def waiting(self, before: datetime) -> bool:
        """Whether a reminder from before then is in no message yet."""
        ...

    async def due(self, now: datetime) -> ReminderMail | None:
        """The message that is to be tried next."""
        ...
