"""Who may attend a session, as references."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Final

from services.session_allocation.application.follow_accreditation import ENTITLEMENTS
from shared.conference import ConferenceCopy
from shared.errors import NotFoundError
from shared.security.principal import Principal, Role
from shared.storage import Database

PAGE_MAX: Final = 200
READERS: Final = (Role.PROGRAMME_OFFICER, Role.OPERATOR)


@dataclass(eq=False)
class UnknownSessionError(NotFoundError):
    code: ClassVar[str] = "session_allocation.unknown_session"

    session: str = ""


class ListEntitled:
    def __init__(self, database: Database, conference: ConferenceCopy) -> None:
        self._entitlements = database.collection(ENTITLEMENTS)
        self._conference = conference

    async def __call__(self, principal: Principal, session: str, *, after: str = "") -> list[dict[str, str]]:
        """A page of participants by id, those after `after`. Raises UnknownSessionError."""
        principal.require(*READERS)
        conference = await self._conference.current()
        if conference is None or session not in {item.code for item in conference.sessions}:
            raise UnknownSessionError(session)
        query = {"sessions": session, "_id": {"$gt": after}}
        found = await self._entitlements.find(query, sort=[("_id", 1)], limit=PAGE_MAX)
        return [
            {"participant_id": item["_id"], "delegation": item["delegation"], "category": item["category"]}
            for item in found
        ]
