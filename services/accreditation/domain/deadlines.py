"""What time alone does to a dossier: reminders, escalation, and telling of a rejection when its hour comes."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from services.accreditation.domain.dossier import Decided, Dossier
from services.accreditation.domain.events import DossierEvent, StageDueSoon, StageOverdue


def wakes_at(dossier: Dossier) -> datetime | None:
    """When the dossier is to be looked at next because of the time; None when time changes nothing."""
    times = [] if dossier.tell_at is None else [dossier.tell_at]
    if dossier.limit is not None and not dossier.is_overdue:
        times.append(dossier.limit.due if dossier.is_reminded else dossier.limit.remind_at)
    return min(times, default=None)


def woken(dossier: Dossier, at: datetime) -> Decided:
    """The dossier as it is at this time, and what is to be told of it.

    An overdue dossier is nobody's in particular any more: it escalates to every officer.
    """
    events: list[DossierEvent] = []
    subject, category, limit = dossier.subject, dossier.submission.category, dossier.limit
    if limit is not None and not dossier.is_overdue and limit.due <= at:
        events.append(StageOverdue(subject, category, dossier.stage.value, limit.due))
        dossier = replace(dossier, is_reminded=True, is_overdue=True, assigned_to=None)
    elif limit is not None and not dossier.is_reminded and limit.remind_at <= at:
        events.append(StageDueSoon(subject, category, dossier.stage.value, limit.due))
        dossier = replace(dossier, is_reminded=True)
    told, released = dossier.told(at)
    return told, (*events, *released)
