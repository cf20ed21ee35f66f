"""What is to be done about an event that its own service does not know of any more, after a restore.

It stays told: the log has it, and everybody else acts on it. What is open is what becomes of it where it was told.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from shared.contracts import accreditation, conference, entrance, registration, session_allocation
from shared.contracts.event import IntegrationEvent
from shared.contracts.sequence import RESTORED


class Remedy(StrEnum):
    """The first three want nobody's hand: the service knows it again, nothing hangs on its knowing, or it comes anew

    from what it followed on. LOOK is for what could not be taken over, and for what this version knows nothing of.
    """

    TAKEN_OVER = "taken_over"
    STANDS = "stands"
    FOLLOWS = "follows"
    ASK_DELEGATION = "ask_delegation"
    DECIDE_AGAIN = "decide_again"
    RECORD_AGAIN = "record_again"
    LOAD_AGAIN = "load_again"
    ALLOCATE_AGAIN = "allocate_again"
    OPEN_AGAIN = "open_again"
    DRAW_PASSWORD = "draw_password"  # noqa: S105  what a person does
    MEND_AGAIN = "mend_again"
    LOOK = "look"

    @property
    def wants_person(self) -> bool:
        return self not in (Remedy.TAKEN_OVER, Remedy.STANDS, Remedy.FOLLOWS)


_EVENTS: Final[Mapping[Remedy, tuple[type[IntegrationEvent], ...]]] = {
    Remedy.TAKEN_OVER: (
        registration.ParticipantErased,
        accreditation.BadgePrepared,
        accreditation.BadgeIssued,
        accreditation.BadgeActivated,
        accreditation.BadgeSuspended,
        accreditation.BadgeResumed,
        accreditation.BadgeRevoked,
        accreditation.BadgeAccessChanged,
        accreditation.SigningKeyRevoked,
    ),
    Remedy.STANDS: (entrance.ScanRecorded,),
    Remedy.FOLLOWS: (
        accreditation.DossierChecked,
        accreditation.StageDueSoon,
        accreditation.StageOverdue,
        accreditation.StatusListPublished,
        accreditation.SigningKeyPublished,
        session_allocation.EntitlementsChanged,
    ),
    Remedy.ASK_DELEGATION: (
        registration.ParticipantSubmitted,
        registration.ParticipantCorrected,
        registration.ParticipantWithdrawn,
        registration.PermitRequested,
        registration.PermitRequestWithdrawn,
    ),
    Remedy.DECIDE_AGAIN: (
        accreditation.SecondOfficerRequired,
        accreditation.ParticipantApproved,
        accreditation.ParticipantRejected,
        accreditation.ParticipantReturned,
        accreditation.DossierStageEntered,
        accreditation.BreakGlassUsed,
        accreditation.BreakGlassReviewed,
        accreditation.PermitGranted,
        accreditation.PermitRefused,
    ),
    Remedy.RECORD_AGAIN: (
        accreditation.CardRecorded,
        accreditation.TokenIssued,
        accreditation.TokenEnded,
        accreditation.TokenCustodyChanged,
        accreditation.TokenManifestChanged,
    ),
    Remedy.LOAD_AGAIN: (conference.ConferencePublished,),
    Remedy.ALLOCATE_AGAIN: (session_allocation.AllocationPublished, session_allocation.SeatsChanged),
}
EVENTS: Final[Mapping[str, Remedy]] = {event.TYPE: remedy for remedy, events in _EVENTS.items() for event in events}

# An audit fact by its action, or by its action's first part.
_FACTS: Final[Mapping[str, Remedy]] = {
    RESTORED: Remedy.STANDS,
    "account.opened": Remedy.OPEN_AGAIN,
    "account.disabled": Remedy.TAKEN_OVER,
    "account.password_drawn": Remedy.DRAW_PASSWORD,
    "account.password_chosen": Remedy.DRAW_PASSWORD,
    "account.sign_in_failed": Remedy.STANDS,
    "account.signed_in": Remedy.STANDS,
    "account.signed_out": Remedy.STANDS,
    "dead_letter": Remedy.MEND_AGAIN,
    "badges": Remedy.STANDS,
    "layout": Remedy.LOAD_AGAIN,
    "lost_window": Remedy.STANDS,
    "read_model": Remedy.STANDS,
    "retention": Remedy.FOLLOWS,
    "vault": Remedy.STANDS,
    "watchlist": Remedy.LOAD_AGAIN,
}


def remedy_of_event(event_type: str) -> Remedy:
    return EVENTS.get(event_type, Remedy.LOOK)


def remedy_of_fact(action: str) -> Remedy:
    return _FACTS.get(action, _FACTS.get(action.partition(".")[0], Remedy.LOOK))
