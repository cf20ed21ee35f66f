"""The sealed files of an import, and what its steps read from them."""

from __future__ import annotations

from typing import Final

from services.registration.application.list_parts import ListParts
from services.registration.domain.errors import ImportExpiredError
from services.registration.domain.ports import PhotoArchive

WORKBOOK, PHOTOS, ANNOTATED = "workbook", "photos", "annotated"
PORTRAITS_AT_ONCE: Final = 2


async def sent_files(parts: ListParts, import_id: str) -> tuple[bytes, PhotoArchive]:
    """What the delegation sent. Raises ImportExpiredError, and the refusals of an archive."""
    workbook = await parts.files.get(import_id, WORKBOOK)
    if workbook is None:
        raise ImportExpiredError
    return workbook, await parts.check.reader.photos(await parts.files.get(import_id, PHOTOS))
