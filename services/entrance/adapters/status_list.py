"""The signed status list: fetched over HTTP, and the newest one kept in MongoDB."""

from __future__ import annotations

from datetime import UTC
from typing import Final

import httpx

from services.entrance.application.follow_status_list import KeptList
from shared.errors import InfrastructureError
from shared.storage import Database, DuplicateKeyError, Index

LISTS: Final = "status_list"
PATH: Final = "/api/accreditation/v1/status-list"
INDEXES: Final = (Index(LISTS, ()),)
_NEWEST: Final = "newest"


class HttpStatusList:
    """Whoever serves it need not be believed: the list is signed."""

    def __init__(self, http: httpx.AsyncClient) -> None:
        self._http = http

    async def fetch(self, known_version: int) -> bytes | None:
        try:
            response = await self._http.get(PATH, headers={"If-None-Match": f'"{known_version}"'})
        except httpx.HTTPError as error:
            raise InfrastructureError(f"status list: {type(error).__name__}") from error
        if response.status_code == 304:
            return None
        if response.status_code != 200:
            # Accreditation has none before its first badge, or is not itself.
            raise InfrastructureError(f"status list: {response.status_code}")
        return response.content


class MongoStatusList:
    def __init__(self, database: Database) -> None:
        self._lists = database.collection(LISTS)

    async def newest(self) -> KeptList | None:
        found = await self._lists.find_one({"_id": _NEWEST})
        if found is None:
            return None
        return KeptList(found["version"], bytes(found["token"]), found["verified_at"].astimezone(UTC))

    async def keep(self, kept: KeptList) -> None:
        older = {"_id": _NEWEST, "version": {"$lt": kept.version}}
        try:
            await self._lists.update_one(older, {"$set": vars(kept)}, upsert=True)
        except DuplicateKeyError:
            return  # another process keeps this version or a newer one
