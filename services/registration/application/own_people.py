"""A participant of the caller's own delegation; anybody else is not there."""

from __future__ import annotations

from services.registration.application.scope import require_scope
from services.registration.domain.errors import UnknownDelegationError, UnknownParticipantError
from services.registration.domain.participant import Participant, State
from shared.security.principal import Principal, Role


def own_participant(principal: Principal, participant: Participant | None) -> Participant:
    """Raises UnknownParticipantError: absent, another delegation's, or a draft and the caller no focal point."""
    if participant is None:
        raise UnknownParticipantError
    try:
        require_scope(principal, participant.delegation)
    except UnknownDelegationError:
        raise UnknownParticipantError from None
    if participant.state is State.DRAFT and Role.FOCAL_POINT not in principal.roles:
        raise UnknownParticipantError
    return participant
