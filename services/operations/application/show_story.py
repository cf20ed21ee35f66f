"""One person's story, found by participant id or by the number printed on a badge."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from services.operations.application.keep_story import CHAPTERS
from services.operations.application.watch_stream import WATCHERS
from services.operations.domain.errors import NobodyFoundError
from services.operations.domain.story import Chapter, Missing, missing, told
from shared.security.principal import Principal
from shared.storage import Database, Document
from shared.world import World

CHAPTERS_MAX: Final = 2_000
_SEPARATORS: Final = re.compile(r"[\s-]+")


@dataclass(frozen=True)
class Story:
    participant_id: str
    chapters: list[Chapter]
    missing: list[Missing]


class ShowStory:
    def __init__(self, database: Database, world: World) -> None:
        self._chapters = database.collection(CHAPTERS)
        self._world = world

    async def __call__(self, principal: Principal, wanted: str) -> Story:
        """Events are references and codes: nobody's name is here. Raises NobodyFoundError."""
        principal.require(*WATCHERS)
        participant_id = await self._participant(wanted.strip())
        found = await self._chapters.find(
            {"participant_id": participant_id}, sort=[("happened", 1)], limit=CHAPTERS_MAX
        )
        if not found:
            raise NobodyFoundError
        chapters = told(_chapter(item) for item in found)
        return Story(participant_id, chapters, missing(chapters, self._world.now()))

    async def _participant(self, wanted: str) -> str:
        compact = _SEPARATORS.sub("", wanted).upper()
        if len(compact) == 5:
            number = f"{compact[:4]}-{compact[4]}"
            found = await self._chapters.find_one({"badge_number": number}, projection={"participant_id": 1})
            if found is not None:
                return str(found["participant_id"])
        return wanted


def _chapter(document: Document) -> Chapter:
    fields = {name: value for name, value in document.items() if name not in ("_id", "participant_id", "badge_number")}
    return Chapter(event_id=document["_id"], **fields)
