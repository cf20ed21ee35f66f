"""Whose data a caller may see, and the conference that every use case needs."""

from __future__ import annotations

from services.session_allocation.domain.errors import NoConferenceError, UnknownDelegationError
from services.session_allocation.domain.ports import Books, Conference
from shared.errors import NotFoundError
from shared.security.principal import Principal, Role


async def conference_of(books: Books) -> Conference:
    """Raises NoConferenceError."""
    found = await books.conference()
    if found is None:
        raise NoConferenceError
    return found


def require_delegation(principal: Principal, delegation: str, conference: Conference) -> None:
    """Raises UnknownDelegationError, the same for another's as for none."""
    try:
        if Role.PROGRAMME_OFFICER not in principal.roles:
            principal.require_delegation(delegation)
    except NotFoundError:
        raise UnknownDelegationError from None
    if delegation not in conference.delegations:
        raise UnknownDelegationError
