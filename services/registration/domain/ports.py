"""What registration's use cases need from outside."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from services.registration.domain.participant import Participant
from services.registration.domain.roster_import import RosterImport
from services.registration.domain.roster_row import RosterRow, RosterRules


@dataclass(frozen=True)
class ReadRoster:
    """A file as read and checked. `photos` are prepared portraits by file name; `sheet` is the reader's own."""

    rows: tuple[RosterRow, ...]
    photos: Mapping[str, bytes]
    unknown_columns: tuple[str, ...]
    places: Mapping[str, int]
    sheet: Any


class RosterReader(Protocol):
    """Works on files, off the event loop."""

    async def read(self, workbook: bytes, photos: bytes | None, rules: RosterRules) -> ReadRoster: ...

    async def annotate(
        self, workbook: bytes, roster: ReadRoster, sentences: Mapping[int, Sequence[str]], language: str
    ) -> bytes: ...


class Participants(Protocol):
    async def by_id(self, participant_id: str) -> Participant | None: ...

    async def of_delegation(self, delegation: str, *, after: str, limit: int) -> list[Participant]: ...

    async def by_identities(self, delegation: str, identities: Sequence[str]) -> dict[str, Participant]: ...

    async def in_transaction(self, tx: Any, delegation: str, identities: Sequence[str]) -> dict[str, Participant]: ...

    async def one_in_transaction(self, tx: Any, participant_id: str) -> Participant | None: ...

    async def add(self, tx: Any, participant: Participant) -> None: ...

    async def save(self, tx: Any, participant: Participant) -> None: ...


class Quotas(Protocol):
    async def of_delegation(self, delegation: str) -> dict[str, dict[str, int]]:
        """By category: places and how many are used."""
        ...

    async def take(self, tx: Any, delegation: str, category: str) -> bool:
        """Take one place by one conditional update; False when none is left."""
        ...

    async def give_back(self, tx: Any, delegation: str, category: str) -> None: ...


class Imports(Protocol):
    async def by_id(self, import_id: str) -> RosterImport | None: ...

    async def save(self, tx: Any, roster_import: RosterImport) -> None: ...
