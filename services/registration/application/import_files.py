"""The sealed files of an import, and what its steps read from them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from typing import Final

from services.registration.application.check_roster import chunks
from services.registration.application.list_parts import ListParts
from services.registration.domain.errors import ImportExpiredError
from services.registration.domain.ports import PhotoArchive
from shared.errors import Refusal

WORKBOOK, PHOTOS, ANNOTATED, CHANGES, WORDS = "workbook", "photos", "annotated", "changes", "words"
PORTRAITS_AT_ONCE: Final = 2


async def sent_files(parts: ListParts, import_id: str) -> tuple[bytes, PhotoArchive]:
    """What the delegation sent. Raises ImportExpiredError, and the refusals of an archive."""
    workbook = await parts.files.get(import_id, WORKBOOK)
    if workbook is None:
        raise ImportExpiredError
    return workbook, await parts.check.reader.photos(await parts.files.get(import_id, PHOTOS))


async def portraits(photos: PhotoArchive, names: Sequence[str]) -> AsyncIterator[Sequence[tuple[str, bytes | Refusal]]]:
    """Each named photo made ready, or why it does not do; a few at once, so that few are in memory."""
    for some in chunks(names, PORTRAITS_AT_ONCE):
        found = await asyncio.gather(*(_portrait(photos, name) for name in some))
        yield list(zip(some, found, strict=True))


async def _portrait(photos: PhotoArchive, name: str) -> bytes | Refusal:
    try:
        return await photos.portrait(name)
    except Refusal as refusal:
        return refusal
