"""Everybody's names by their sounds, in memory only: read from the vault, never written anywhere."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Final

from services.registration.vault.store import Vault
from shared.names import POSSIBLY_SAME, Circumstances, Hit, NameIndex
from shared.security.personal_data import PersonalRecord

FIELDS: Final = ("name_arabic", "name_latin", "birth_date", "nationality")
# A transaction that began earlier may commit later; what was written this long before the newest is read again.
_OVERLAP: Final = timedelta(seconds=30)


class PeopleIndex:
    """Follows the vault: each search first reads who was written since the one before."""

    def __init__(self, vault: Vault) -> None:
        self._vault = vault
        self._index = NameIndex()
        self._known: dict[str, PersonalRecord] = {}
        self._read_to = datetime(1970, 1, 1, tzinfo=UTC)
        self._lock = asyncio.Lock()

    async def like(self, participant_id: str, now: datetime) -> list[Hit]:
        """Those whose names sound like this person's and whose birth date does not speak against it."""
        await self._catch_up(now)
        record = self._known.get(participant_id)
        if record is None:
            return []
        names, circumstances = what_is_known(record)
        hits = self._index.search(names, circumstances, score_min=POSSIBLY_SAME, born_alike=True)
        return [hit for hit in hits if hit.entry_id != participant_id and not self._vault.is_erased(hit.entry_id)]

    async def records(self, participant_ids: Iterable[str], now: datetime) -> dict[str, PersonalRecord]:
        """What is known of these: names, birth date, nationality. Whoever was erased is not there."""
        await self._catch_up(now)
        return {
            each: self._known[each]
            for each in participant_ids
            if each in self._known and not self._vault.is_erased(each)
        }

    async def forget(self, participant_ids: Iterable[str]) -> None:
        """Drop what is known of these; a search that waits for its turn finds nothing of them."""
        async with self._lock:
            for participant_id in participant_ids:
                self._index.remove(participant_id)
                self._known.pop(participant_id, None)

    def holds(self, participant_id: str) -> bool:
        return participant_id in self._known or participant_id in self._index

    async def _catch_up(self, now: datetime) -> None:
        async with self._lock:
            async for people in self._vault.changed_since(self._read_to, FIELDS):
                self._take(people)
                await asyncio.sleep(0)
            self._read_to = max(self._read_to, now - _OVERLAP)

    def _take(self, people: Mapping[str, PersonalRecord]) -> None:
        for participant_id, record in people.items():
            if self._known.get(participant_id) != record:
                self._known[participant_id] = record
                self._index.add(participant_id, *what_is_known(record))


def what_is_known(record: PersonalRecord) -> tuple[list[str], Circumstances]:
    names = [name for name in (record.name_arabic, record.name_latin) if name]
    return names, Circumstances(record.birth_date, record.nationality)
