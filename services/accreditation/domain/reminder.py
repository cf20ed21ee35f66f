"""A reminder to the accreditation office: a stage's time comes near, or has passed; and the message it goes in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final, Protocol

from services.accreditation.domain.events import DossierEvent, StageDueSoon, StageOverdue
from shared.outgoing_mail import OutgoingMail

GATHER: Final = timedelta(seconds=5)
REMINDERS_A_MAIL: Final = 500


class ReminderKind(StrEnum):
    DUE_SOON = "due_soon"
    OVERDUE = "overdue"


@dataclass(frozen=True)
class Reminder:
    """Of one dossier's stage, once of each kind; `reminder_id` names it, so that the same one again is the same."""

    reminder_id: str
    kind: ReminderKind
    category: str
    stage: str
    due: datetime
    at: datetime

    @classmethod
    def of(cls, event: DossierEvent, at: datetime) -> Reminder | None:
        """What an event reminds of; None for all that are no matter of time."""
        match event:
            case StageDueSoon():
                kind = ReminderKind.DUE_SOON
            case StageOverdue():
                kind = ReminderKind.OVERDUE
            case _:
                return None
        name = f"{event.subject.participant_id}/{event.stage}/{kind.value}/{event.due.isoformat()}"
        return cls(name, kind, event.category, event.stage, event.due, at)


@dataclass(frozen=True)
class ReminderMail(OutgoingMail):
    """Reminders that go in one message."""

    reminders: tuple[Reminder, ...]


class ReminderBooks(Protocol):
    """Bound to one transaction."""

    async def add(self, reminder: Reminder) -> None:
        """Once: the same reminder again has no effect."""
        ...

    async def gather(self, mail_id: str) -> None:
        """Put what waits, 500 at most, into one message."""
        ...

    async def save_mail(self, mail: ReminderMail) -> None: ...


class ReminderViews(Protocol):
    async def waiting(self, before: datetime) -> bool:
        """Whether a reminder from before then is in no message yet."""
        ...

    async def due(self, now: datetime) -> ReminderMail | None:
        """The message that is to be tried next."""
        ...
