"""What screening needs from outside: the lists, the alerts, and who is to be screened again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from services.accreditation.domain.alert import Alert, AlertState
from services.accreditation.domain.dossier import Dossier
from services.accreditation.domain.ports import Page
from services.accreditation.domain.watchlist import Entry, ListVersion


class ListBooks(Protocol):
    """Bound to one transaction."""

    async def version(self, code: str) -> ListVersion | None:
        """The version in force or the removal, None when there never was such a list."""
        ...

    async def save_version(self, version: ListVersion) -> None: ...


class AlertBooks(Protocol):
    """Bound to one transaction."""

    async def alerts(self, participant_id: str) -> Sequence[Alert]: ...

    async def alert(self, alert_id: str) -> Alert | None: ...

    async def save(self, alert: Alert) -> None:
        """Write the next version. Raises BusyError when another writer was faster."""
        ...

    async def forget(self, participant_id: str) -> None:
        """Remove every alert about somebody: their marks are made from personal data."""
        ...


class Watchlists(Protocol):
    """Lists as they are kept, their content sealed."""

    async def versions(self) -> Sequence[ListVersion]:
        """Every list's version in force, by code; removed ones are left out."""
        ...

    async def history(self, code: str) -> Sequence[ListVersion]:
        """The list's versions, the newest first, 100 at most."""
        ...

    async def put_entries(self, code: str, version: int, entries: Sequence[Entry]) -> None:
        """Keep a version's content, before it comes into force."""
        ...

    async def packed(self, version: ListVersion) -> Sequence[bytes]:
        """Its content, unsealed and still packed, to be read where it is needed."""
        ...

    async def drop_entries(self, version: ListVersion) -> None:
        """Forget the content of every version before this one, and of this one when it removes the list."""
        ...


class AlertViews(Protocol):
    """Reads outside any transaction."""

    async def alerts_of(self, participant_id: str) -> Sequence[Alert]: ...

    async def alerts(self, *, state: AlertState, page: int) -> Page[Alert]:
        """The likeliest first."""
        ...

    async def to_screen(self, stamp: str, *, limit: int) -> Sequence[Dossier]:
        """Dossiers that were screened against other versions than these, those before a decision first."""
        ...

    async def count_to_screen(self, stamp: str) -> int: ...

    async def note_screened(self, dossiers: Sequence[Dossier], stamp: str) -> None:
        """Nothing was found and nothing had been: only that is written, but not of those that changed meanwhile."""
        ...
