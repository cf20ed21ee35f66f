"""What session allocation's API takes and answers."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from services.session_allocation.application.set_preferences import SetPreferences
from services.session_allocation.application.show_allocation import DelegationView, SessionView
from services.session_allocation.application.swap_seat import SwapSeat
from services.session_allocation.domain.ports import Conference, Published
from services.session_allocation.domain.reasons import Outcome, Unmet
from services.session_allocation.domain.standing import Standing
from shared.web.texts import Texts

Code = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,39}$")]
ParticipantId = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,64}$")]
Wishes = Annotated[tuple[Code, ...], Field(max_length=60)]


class _Asked(BaseModel):
    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)


class PreferencesAsked(_Asked):
    """Session codes, the dearest first: for everybody of the delegation, and for those who wish otherwise."""

    default: Wishes = ()
    participants: dict[ParticipantId, Wishes] = Field(default_factory=dict, max_length=10_000)

    def command(self, delegation: str) -> SetPreferences:
        return SetPreferences(delegation, self.default, self.participants)


class PublicationAsked(_Asked):
    draft_id: str = Field(max_length=60)


class SwapAsked(_Asked):
    """The giver's seat goes to the taker; both are of the delegation."""

    session: Code
    giver: ParticipantId
    taker: ParticipantId

    def command(self, delegation: str) -> SwapSeat:
        return SwapSeat(delegation, self.session, self.giver, self.taker)


def published_view(published: Published | None) -> dict[str, Any] | None:
    if published is None:
        return None
    return {
        "version": published.version,
        "published_at": published.published_at.isoformat(),
        "changed": published.changed,
    }


def programme_view(
    conference: Conference, published: Published | None, rows: list[SessionView], language: str
) -> dict[str, Any]:
    return {
        "published": published_view(published),
        "slots": [[session.code for session in slot] for slot in conference.programme.slots()],
        "sessions": [
            {
                "code": row.session.code,
                "title": row.session.title[language],
                "room": row.session.room[language] if row.session.room else None,
                "day": row.session.day,
                "starts": row.session.starts.isoformat("minutes"),
                "ends": row.session.ends.isoformat("minutes"),
                "capacity": row.session.capacity,
                "held_seats": row.session.held_seats,
                "seated": row.seated,
                "waiting": row.waiting,
            }
            for row in rows
        ],
    }


def outcome_view(outcome: Outcome, conference: Conference | None, texts: Texts, language: str) -> dict[str, Any]:
    """Seats, waiting places and each unmet wish with its reason as a sentence."""
    standing = outcome.standing
    return {
        "participant_id": standing.participant_id,
        "delegation": standing.delegation,
        "seats": list(standing.seats),
        "waiting": dict(standing.waiting),
        "unmet": [
            {**asdict(item), "sentence": reason_sentence(item, conference, texts, language)} for item in outcome.unmet
        ],
    }


def reason_sentence(unmet: Unmet, conference: Conference | None, texts: Texts, language: str) -> str:
    data = dict(unmet.data)
    if "instead" in data:
        data["instead"] = session_title(conference, data["instead"], language)
    return texts.say(f"session_allocation.unmet.{unmet.code}", language, **data)


def session_title(conference: Conference | None, code: str, language: str) -> str:
    """A session that the programme no longer names is shown by its code."""
    session = conference.programme.sessions.get(code) if conference else None
    return session.title[language] if session else code


def delegation_view(view: DelegationView, texts: Texts, language: str) -> dict[str, Any]:
    nothing = Outcome(Standing("", view.delegation), ())
    return {
        "delegation": view.delegation,
        "published": published_view(view.published),
        "preferences": {
            "default": list(view.preferences.default),
            "participants": {who: list(wishes) for who, wishes in view.preferences.participants.items()},
        },
        "people": [
            {
                **outcome_view(view.outcomes.get(person.participant_id, nothing), view.conference, texts, language),
                "participant_id": person.participant_id,
                "category": person.category,
                "entitled": list(person.sessions),
                "wishes": list(view.preferences.of(person.participant_id)),
            }
            for person in view.people
        ],
    }
