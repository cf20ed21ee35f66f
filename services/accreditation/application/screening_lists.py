"""The lists in force, in memory: read when a version changes, and screened against."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence

from services.accreditation.application.matching import Found, Matcher, Packed, ReadPacked, built_to_last, found_of
from services.accreditation.domain.alert import Alert, Finding
from services.accreditation.domain.person import Person
from services.accreditation.domain.screening import ListIndex, Match, entry_mark, person_mark
from services.accreditation.domain.watchlist import Entry, ListVersion
from services.accreditation.domain.watchlist_ports import Watchlists
from shared.errors import InfrastructureError


class ScreeningLists:
    """One process's copy of every list; `stamp` names the versions that it is of."""

    def __init__(self, watchlists: Watchlists, keyed: Callable[[str], str], matcher: Matcher, read: ReadPacked) -> None:
        self._watchlists = watchlists
        self._keyed = keyed
        self._matcher = matcher
        self._read = read
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
                packed = await self._watchlists.packed(version)
                index = await asyncio.to_thread(self._built, packed)
                if len(index) != version.entries:
                    raise InfrastructureError("a watchlist is being replaced")
                built[version.code] = (version, index)
            given_up = [
                index for code, (version, index) in self._indexes.items() if built.get(code) != (version, index)
            ]
            self._indexes, self._is_loaded = built, True
            for index in given_up:
                await asyncio.to_thread(index.take_apart)
        return self.stamp

    def _built(self, packed: Packed) -> ListIndex:
        return built_to_last(self._read(packed))

    async def ready(self) -> None:
        """Whoever is screened is screened against every list: the first reading is waited for."""
        if not self._is_loaded:
            await self.refresh()

    def screen(self, person: Person) -> list[tuple[str, Match]]:
        """Every list's matches with the list's code."""
        return [(code, match) for code, (_, index) in self._indexes.items() for match in index.screen(person)]

    def findings(self, person: Person) -> list[Finding]:
        """The matches as they are kept: no name, no word."""
        return self._kept(person, [found_of(code, match) for code, match in self.screen(person)])

    async def findings_of_many(self, people: Sequence[Person]) -> list[list[Finding]]:
        """The same of many people, matched in another process. Raises InfrastructureError, also when a list changes."""
        versions = {code: version for code, (version, _) in self._indexes.items()}
        stamps = {code: version.stamp for code, version in versions.items()}
        found = await self._matcher.found(people, stamps, lambda code: self._watchlists.packed(versions[code]))
        return [self._kept(person, of_one) for person, of_one in zip(people, found, strict=True)]

    def _kept(self, person: Person, found: Sequence[Found]) -> list[Finding]:
        mark = person_mark(person, self._keyed) if found else ""
        kept: list[Finding] = []
        for each in found:
            entry = self._entry(each.list_code, each.reference)
            if entry is None:
                raise InfrastructureError("a watchlist was replaced meanwhile")
            kept.append(
                Finding(
                    list_code=each.list_code,
                    reference=each.reference,
                    score=each.score,
                    rules=each.rules,
                    evidence=each.evidence,
                    person_mark=mark,
                    entry_mark=entry_mark(entry, self._keyed),
                )
            )
        return kept

    def entry(self, alert: Alert) -> Entry | None:
        """The entry that an alert is about, while its list has it."""
        return self._entry(alert.finding.list_code, alert.finding.reference)

    def _entry(self, code: str, reference: str) -> Entry | None:
        known = self._indexes.get(code)
        return known[1].entry(reference) if known else None

    def are_listed(self, alerts: Sequence[Alert]) -> dict[str, bool]:
        return {alert.alert_id: self.entry(alert) is not None for alert in alerts}
