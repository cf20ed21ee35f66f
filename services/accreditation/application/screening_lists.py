"""The lists in force, in memory: read when a version changes, and screened against."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence

from services.accreditation.domain.alert import Alert, Finding
from services.accreditation.domain.screening import ListIndex, Match, Screened, entry_mark, person_mark
from services.accreditation.domain.watchlist import Entry, ListVersion
from services.accreditation.domain.watchlist_ports import Watchlists
from shared.errors import InfrastructureError


class ScreeningLists:
    """One process's copy of every list; `stamp` names the versions that it is of."""

    def __init__(self, watchlists: Watchlists, keyed: Callable[[str], str]) -> None:
        self._watchlists = watchlists
        self._keyed = keyed
        self._indexes: Mapping[str, tuple[ListVersion, ListIndex]] = {}
        self._loading = asyncio.Lock()
        self._is_loaded = False

    @property
    def stamp(self) -> str:
        return " ".join(version.stamp for version, _ in self._indexes.values()) or "none"

    async def refresh(self) -> str:
        """Read what changed, building it beside what is in use; answers the stamp. Raises InfrastructureError."""
        async with self._loading:
            wanted = await self._watchlists.versions()
            built: dict[str, tuple[ListVersion, ListIndex]] = {}
            for version in wanted:
                known = self._indexes.get(version.code)
                if known is not None and known[0] == version:
                    built[version.code] = known
                    continue
                entries = await self._watchlists.entries(version)
                if len(entries) != version.entries:
                    raise InfrastructureError("a watchlist is being replaced")
                built[version.code] = (version, await asyncio.to_thread(ListIndex, entries))
            self._indexes, self._is_loaded = built, True
        return self.stamp

    async def ready(self) -> None:
        """Whoever is screened is screened against every list: the first reading is waited for."""
        if not self._is_loaded:
            await self.refresh()

    def screen(self, person: Screened) -> list[tuple[str, Match]]:
        """Every list's matches with the list's code."""
        return [(code, match) for code, (_, index) in self._indexes.items() for match in index.screen(person)]

    def findings(self, person: Screened) -> list[Finding]:
        """The matches as they are kept: no name, no word."""
        mark = person_mark(person, self._keyed)
        return [
            Finding(
                list_code=code,
                reference=match.entry.reference,
                score=match.score,
                rules=tuple(word.rule.value for word in match.names.words),
                evidence=match.evidence,
                person_mark=mark,
                entry_mark=entry_mark(match.entry, self._keyed),
            )
            for code, match in self.screen(person)
        ]

    def entry(self, alert: Alert) -> Entry | None:
        """The entry that an alert is about, while its list has it."""
        known = self._indexes.get(alert.finding.list_code)
        return known[1].entry(alert.finding.reference) if known else None

    def are_listed(self, alerts: Sequence[Alert]) -> dict[str, bool]:
        return {alert.alert_id: self.entry(alert) is not None for alert in alerts}
