"""The conference file as session allocation's own rules."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from services.session_allocation.domain.ports import Conference
from services.session_allocation.domain.programme import Programme, Session
from shared.contracts.conference import Conference as ConferenceFile


def rules_of(file: ConferenceFile, now: datetime) -> Conference:
    return Conference(
        id=file.id,
        programme=programme_of(file),
        delegations={item.code: item.name.model_dump() for item in file.delegations},
        categories={item.code: item.name.model_dump() for item in file.categories},
        preferences_close=file.preferences_close,
        today=now.astimezone(ZoneInfo(file.timezone)).date(),
    )


def programme_of(file: ConferenceFile) -> Programme:
    sessions = []
    for item in file.sessions:
        room = file.room(item.room) if item.room else None
        sessions.append(
            Session(
                code=item.code,
                title=item.title.model_dump(),
                room=room.name.model_dump() if room else None,
                day=item.day,
                starts=item.starts,
                ends=item.ends,
                categories=item.categories,
                capacity=room.capacity if room else None,
                held_seats=item.held_seats,
            )
        )
    return Programme.of(sessions)
