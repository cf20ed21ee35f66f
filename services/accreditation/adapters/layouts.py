"""Badge layouts in MongoDB: every version that was loaded, as its file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import structlog

from services.accreditation.adapters.layout_files import default_layout, read_layout
from services.accreditation.domain.badge_layout import DEFAULT, Layout, LayoutVersion
from services.accreditation.domain.printing_errors import LayoutInvalidError
from shared.messaging.unit_of_work import Transaction
from shared.storage import Database, Document, Index

LAYOUTS: Final = "badge_layouts"
LAYOUTS_MAX: Final = 100
INDEXES: Final = (Index(LAYOUTS, (("code", 1), ("version", -1)), unique=True),)
_log = structlog.get_logger(__name__)


class MongoLayoutBooks:
    """The layouts' versions inside a transaction."""

    def __init__(self, tx: Transaction) -> None:
        self._layouts = tx.collection(LAYOUTS)

    async def version(self, code: str) -> LayoutVersion | None:
        found = await self._layouts.find_one({"code": code}, sort=[("version", -1)])
        return _version_from(found) if found else None

    async def save_version(self, version: LayoutVersion) -> None:
        await self._layouts.insert_one({"_id": f"{version.code}:{version.version}", **vars(version)})


class MongoLayouts:
    def __init__(self, database: Database) -> None:
        self._layouts = database.collection(LAYOUTS)

    async def versions(self) -> Sequence[LayoutVersion]:
        newest: list[Document] = [
            {"$sort": {"code": 1, "version": -1}},
            {"$group": {"_id": "$code", "newest": {"$first": "$$ROOT"}}},
            {"$sort": {"_id": 1}},
        ]
        found = await self._layouts.aggregate(newest, limit=LAYOUTS_MAX)
        versions = [_version_from(item["newest"]) for item in found]
        return [version for version in versions if not version.is_removed]

    async def in_force(self) -> Mapping[str, Layout]:
        """A file that an earlier release took and this one does not is passed over: the default draws instead."""
        layouts = {DEFAULT: default_layout()}
        for version in await self.versions():
            try:
                layouts[version.code] = read_layout(version.content.encode(), version.code, version.version)
            except LayoutInvalidError:
                _log.warning("layout_passed_over", code=version.code, version=version.version)
        return layouts


def _version_from(document: Document) -> LayoutVersion:
    return LayoutVersion(**{name: value for name, value in document.items() if name != "_id"})
