"""Where a person stands: what is missing, and whose turn it is."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from services.registration.domain.participant import BadgeStatus, Participant, State
from services.registration.domain.registration_form import Form


class Turn(StrEnum):
    DELEGATION = "delegation"
    OFFICER = "officer"
    DESK = "desk"
    NOBODY = "nobody"


@dataclass(frozen=True)
class Standing:
    """`missing` are fields that the delegation still owes: by the form, by a later form, or by an officer's remarks."""

    participant: Participant
    missing: tuple[str, ...]

    @property
    def turn(self) -> Turn:
        match self.participant.state:
            case State.DRAFT | State.RETURNED:
                return Turn.DELEGATION
            case State.SUBMITTED:
                return Turn.OFFICER
            case State.ACCEPTED:
                if self.missing:
                    return Turn.DELEGATION
                is_out = self.participant.badge in (BadgeStatus.ISSUED, BadgeStatus.ACTIVE)
                return Turn.NOBODY if is_out else Turn.DESK
        return Turn.NOBODY


def standing_of(participant: Participant, form: Form | None) -> Standing:
    """What is missing of whoever may still be asked; a returned person owes what the officer named."""
    if participant.state is State.RETURNED:
        return Standing(participant, participant.returned_fields)
    if form is None or not (participant.holds_place or participant.state is State.DRAFT):
        return Standing(participant, ())
    return Standing(participant, form.missing(participant.fingerprints))
