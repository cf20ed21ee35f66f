"""Whose data a caller may touch: a focal point its own delegation's; officers read all."""

from __future__ import annotations

from services.registration.domain.errors import UnknownDelegationError
from shared.conference import ConferenceCopy
from shared.contracts.conference import Conference, Delegation
from shared.errors import NotFoundError
from shared.security.principal import Principal, Role

READERS = (Role.FOCAL_POINT, Role.ACCREDITATION_OFFICER, Role.ADMINISTRATOR)


def require_scope(principal: Principal, delegation: str) -> None:
    """Raises UnknownDelegationError, which says no more than that there is nothing here."""
    try:
        principal.require_delegation(delegation)
    except NotFoundError:
        raise UnknownDelegationError from None


async def delegation_of(copy: ConferenceCopy, code: str) -> tuple[Conference, Delegation]:
    """Raises UnknownDelegationError."""
    conference = await copy.current()
    delegation = conference.delegation(code) if conference else None
    if conference is None or delegation is None:
        raise UnknownDelegationError
    return conference, delegation
