"""Everybody's names, in memory only: read from the vault, never written anywhere, forgotten on erasure.

Two things are made of them: what is written, folded, for a delegation that looks through its own list; and the sounds,
for whoever asks who may be the same. The sounds cost most and are made when somebody asks for them.
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Final

from services.registration.domain.person import comparable
from services.registration.vault.store import Vault
from shared.names import POSSIBLY_SAME, Circumstances, Hit, NameIndex
from shared.security.personal_data import PersonalRecord

FIELDS: Final = ("name_arabic", "name_latin", "rank", "birth_date", "nationality")
# A transaction that began earlier may commit later: what was written this long before is looked at again. Whoever asks
# who may be the same looks back further than whoever looks through a list.
_OVERLAP: Final = timedelta(seconds=2)
_OVERLAP_MAX: Final = timedelta(seconds=30)
_AT_ONCE: Final = 50
_LOOKED_THROUGH_AT_ONCE: Final = 2_000


class PeopleIndex:
    """Follows the vault: each search first reads who was written since the one before.

    A list that is looked through may lack, for half a minute at most, somebody whose commit took over two seconds.
    """

    def __init__(self, vault: Vault) -> None:
        self._vault = vault
        self._index = NameIndex()
        self._known: dict[str, PersonalRecord] = {}
        self._written: dict[str, datetime] = {}
        self._folded: dict[str, str] = {}
        self._unheard: set[str] = set()
        self._read_to = self._looked_back_to = datetime(1970, 1, 1, tzinfo=UTC)
        self._lock = asyncio.Lock()

    async def like(self, participant_id: str, now: datetime, *, among: Collection[str] | None = None) -> list[Hit]:
        """Those whose names sound like this person's and whose birth date does not speak against it, the surest first.

        Of everybody, or of these alone: then nobody else keeps one of them out, or is looked at.
        """
        await self._look_back(now)
        await self._hear()
        record = self._known.get(participant_id)
        if record is None:
            return []
        names, circumstances = what_is_known(record)
        hits = self._index.search(
            names, circumstances, score_min=POSSIBLY_SAME, born_alike=True, among=among, but=participant_id
        )
        return [hit for hit in hits if not self._vault.is_erased(hit.entry_id)]

    async def records(self, participant_ids: Iterable[str], now: datetime) -> dict[str, PersonalRecord]:
        """What is known of these: names, rank, birth date, nationality. Whoever was erased is not there."""
        await self._look_back(now)
        return {
            each: self._known[each]
            for each in participant_ids
            if each in self._known and not self._vault.is_erased(each)
        }

    async def written_with(self, participant_ids: Sequence[str], text: str, now: datetime) -> list[str]:
        """Those of these in whose names or rank the text is, whatever its case, accents and vowel marks."""
        await self._catch_up(now)
        wanted, erased, found = comparable(text), self._vault.erased, list[str]()
        for start in range(0, len(participant_ids), _LOOKED_THROUGH_AT_ONCE):
            some = participant_ids[start : start + _LOOKED_THROUGH_AT_ONCE]
            found += [each for each in some if wanted in self._folded.get(each, "") and each not in erased]
            await asyncio.sleep(0)
        return found

    async def written_anywhere(self, text: str, now: datetime) -> list[str]:
        """As `written_with`, among everybody who is known."""
        await self._catch_up(now)
        return await self.written_with(list(self._folded), text, now)

    async def follow(self, now: datetime) -> None:
        """Read who was written, to be called from time to time, so that nobody who searches waits for many."""
        if now - self._looked_back_to < _OVERLAP_MAX:
            await self._catch_up(now)
        else:
            await self._look_back(now)

    async def forget(self, participant_ids: Iterable[str]) -> None:
        """Drop what is known of these; a search that waits for its turn finds nothing of them."""
        async with self._lock:
            for participant_id in participant_ids:
                self._index.remove(participant_id)
                self._unheard.discard(participant_id)
                for kept in (self._known, self._written, self._folded):
                    kept.pop(participant_id, None)

    def holds(self, participant_id: str) -> bool:
        return participant_id in self._known or participant_id in self._folded or participant_id in self._index

    async def _catch_up(self, now: datetime) -> None:
        async with self._lock:
            await self._read_since(self._read_to - _OVERLAP)
            self._read_to = max(self._read_to, now)

    async def _look_back(self, now: datetime) -> None:
        async with self._lock:
            await self._read_since(self._looked_back_to - _OVERLAP_MAX)
            self._read_to = self._looked_back_to = max(self._read_to, now)

    async def _read_since(self, moment: datetime) -> None:
        async for written in self._vault.written_since(moment):
            new = [each for each, at in written.items() if self._written.get(each) != at]
            for start in range(0, len(new), _AT_ONCE):
                some = new[start : start + _AT_ONCE]
                self._take(await self._vault.read(some, FIELDS))
                # Written again meanwhile: the later time is not noted yet, and it is read once more.
                self._written |= {each: written[each] for each in some}

    def _take(self, people: Mapping[str, PersonalRecord]) -> None:
        for participant_id, record in people.items():
            if self._known.get(participant_id) != record:
                self._known[participant_id] = record
                written = (record.name_arabic, record.name_latin, record.rank)
                self._folded[participant_id] = "\n".join(comparable(each) for each in written if each)
                self._unheard.add(participant_id)

    async def _hear(self) -> None:
        """Make the sounds of whoever has none yet. Others run in between, and may do some of them."""
        while self._unheard:
            for participant_id in [self._unheard.pop() for _ in range(min(_AT_ONCE, len(self._unheard)))]:
                self._index.add(participant_id, *what_is_known(self._known[participant_id]))
            await asyncio.sleep(0)


def what_is_known(record: PersonalRecord) -> tuple[list[str], Circumstances]:
    names = [name for name in (record.name_arabic, record.name_latin) if name]
    return names, Circumstances(record.birth_date, record.nationality)
