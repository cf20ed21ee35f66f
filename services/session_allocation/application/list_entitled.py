"""Who may attend a session, as references."""

from __future__ import annotations

from collections.abc import Sequence

from services.session_allocation.application.show_allocation import READERS
from services.session_allocation.domain.entitlement import Entitlement
from services.session_allocation.domain.errors import UnknownSessionError
from services.session_allocation.domain.ports import ROWS_MAX, Books
from shared.security.principal import Principal


class ListEntitled:
    def __init__(self, views: Books) -> None:
        self._views = views

    async def __call__(self, principal: Principal, session: str, *, after: str = "") -> Sequence[Entitlement]:
        """A page of participants by id, those after `after`. Raises UnknownSessionError."""
        principal.require(*READERS)
        conference = await self._views.conference()
        if conference is None or session not in conference.programme.sessions:
            raise UnknownSessionError(session)
        return await self._views.entitled_to(session, after=after, limit=ROWS_MAX)
