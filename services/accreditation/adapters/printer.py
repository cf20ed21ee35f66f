"""Badges on paper by the page renderer, from accreditation's own idea of what a badge shows."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from concurrent.futures import Executor
from datetime import time
from typing import Final

from services.accreditation.adapters.badge_page import BadgePage, Grant, draw_file, draw_front, join_files, rest_of_file
from services.accreditation.domain.access import AccessGrant
from services.accreditation.domain.ports import BadgeFace
from services.accreditation.domain.print_job import Sheet
from shared.web.texts import Texts

_ALL_DAY: Final = (time(0, 0), time(0, 0))


class RenderedPages:
    def __init__(self, pool: Executor, texts: Texts) -> None:
        self._pool = pool
        self._notes = {language: texts.say("accreditation.badge_note", language) for language in ("ar", "fr", "en")}

    async def front(self, face: BadgeFace) -> bytes:
        return await asyncio.get_running_loop().run_in_executor(self._pool, draw_front, self._page(face))

    async def file(self, faces: Sequence[BadgeFace], *, sample: int, sheet: Sheet = Sheet.A6) -> bytes:
        pages = [self._page(face) for face in faces]
        draw = asyncio.get_running_loop().run_in_executor
        return await draw(self._pool, _draw_file, pages, sample, sheet.value)

    async def rest(self, file: bytes, from_page: int) -> bytes | None:
        return await asyncio.get_running_loop().run_in_executor(self._pool, rest_of_file, file, from_page)

    async def joined(self, files: Sequence[bytes]) -> bytes:
        if len(files) == 1:
            return files[0]
        return await asyncio.get_running_loop().run_in_executor(self._pool, join_files, files)

    def _page(self, face: BadgeFace) -> BadgePage:
        return BadgePage(
            conference_ar=face.conference["ar"],
            conference_en=face.conference["en"],
            motto_ar=face.motto["ar"],
            name_arabic=face.name_arabic or "",
            name_latin=face.name_latin or "",
            rank=face.rank or "",
            title=face.title or "",
            delegation_ar=face.delegation["ar"],
            delegation_en=face.delegation["en"],
            category_ar=face.category["ar"],
            category_en=face.category["en"],
            colour=face.colour,
            pattern=face.category_index,
            grants=tuple(Grant(zone["ar"], zone["en"], grant.days, _hours(grant)) for zone, grant in face.grants),
            days=face.days,
            note_ar=self._notes["ar"],
            note_fr=self._notes["fr"],
            note_en=self._notes["en"],
            number=face.number,
            photo=face.photo,
            credential=face.credential,
            is_blank=face.is_blank,
            only_days=", ".join(map(str, face.only_days)),
        )


def _draw_file(pages: Sequence[BadgePage], sample: int, sheet: str) -> bytes:
    return draw_file(pages, sample=sample, seed=pages[0].number, sheet=sheet)


def _hours(grant: AccessGrant) -> str:
    """Local hours as they are printed; a grant of the whole day shows that the zone is open and no hours."""
    if (grant.opens, grant.closes) == _ALL_DAY:
        return "●"
    return f"{grant.opens:%H:%M}–{grant.closes:%H:%M}"
