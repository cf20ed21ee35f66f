"""Badges on paper by the page renderer, from accreditation's own idea of what a badge shows."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from concurrent.futures import Executor
from datetime import time
from typing import Final

from services.accreditation.adapters.badge_page import BadgePage, Grant, Ground, draw_file, draw_front, draw_proof
from services.accreditation.adapters.badge_sheets import rest_of
from services.accreditation.adapters.joined_file import JoinedFile, plain
from services.accreditation.domain.access import AccessGrant
from services.accreditation.domain.badge_layout import Say
from services.accreditation.domain.conference_rules import Words
from services.accreditation.domain.ports import BadgeFace
from services.accreditation.domain.print_job import Sheet
from shared.web.texts import LANGUAGES, Texts

_ALL_DAY: Final = (time(0, 0), time(0, 0))


class RenderedPages:
    def __init__(self, pool: Executor, texts: Texts) -> None:
        self._pool = pool
        notes = {language: texts.say("accreditation.badge_note", language) for language in LANGUAGES}
        self._notes = _in_each("note", notes)

    async def front(self, face: BadgeFace) -> bytes:
        return await asyncio.get_running_loop().run_in_executor(self._pool, draw_front, self._page(face))

    async def proof(self, face: BadgeFace) -> bytes:
        return await asyncio.get_running_loop().run_in_executor(self._pool, draw_proof, self._page(face))

    async def file(self, faces: Sequence[BadgeFace], *, sample: int, sheet: Sheet = Sheet.A6) -> bytes:
        pages = [self._page(face) for face in faces]
        draw = asyncio.get_running_loop().run_in_executor
        return await draw(self._pool, _draw_file, pages, sample, sheet.value)

    async def rest(self, file: bytes, from_page: int) -> bytes | None:
        return await asyncio.get_running_loop().run_in_executor(self._pool, rest_of, file, from_page)

    async def joined(self, files: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
        whole = JoinedFile()
        yield whole.begin()
        async for file in files:
            yield whole.add(await asyncio.get_running_loop().run_in_executor(self._pool, plain, file))
        yield whole.end()

    def _page(self, face: BadgeFace) -> BadgePage:
        return BadgePage(
            ground=self._ground(face),
            name_arabic=face.name_arabic or "",
            name_latin=face.name_latin or "",
            rank=face.rank or "",
            title=face.title or "",
            delegation_ar=face.delegation["ar"],
            delegation_en=face.delegation["en"],
            number=face.number,
            photo=face.photo,
            credential=face.credential,
            is_blank=face.is_blank,
        )

    def _ground(self, face: BadgeFace) -> Ground:
        said = {**_in_each("conference", face.conference), **_in_each("motto", face.motto)}
        return Ground(
            layout=face.layout,
            says=tuple((said | self._notes).items()),
            category_ar=face.category["ar"],
            category_en=face.category["en"],
            colour=face.colour,
            pattern=face.category_index,
            grants=tuple(Grant(zone["ar"], zone["en"], grant.days, _hours(grant)) for zone, grant in face.grants),
            days=face.days,
            only_days=", ".join(map(str, face.only_days)),
        )


def _in_each(what: str, words: Words) -> dict[Say, str]:
    return {Say(f"{what}_{language}"): said for language, said in words.items()}


def _draw_file(pages: Sequence[BadgePage], sample: int, sheet: str) -> bytes:
    return draw_file(pages, sample=sample, seed=pages[0].number, sheet=sheet)


def _hours(grant: AccessGrant) -> str:
    """Local hours as they are printed; a grant of the whole day shows that the zone is open and no hours."""
    if (grant.opens, grant.closes) == _ALL_DAY:
        return "●"
    return f"{grant.opens:%H:%M}–{grant.closes:%H:%M}"
