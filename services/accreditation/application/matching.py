"""Match many people against whole lists, in a process of its own: however long it takes, no request waits for it."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Awaitable, Callable, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from typing import Final

from services.accreditation.domain.person import Person
from services.accreditation.domain.screening import ListIndex, Match
from services.accreditation.domain.watchlist import Entry

PEOPLE_A_CALL: Final = 25
Packed = Sequence[bytes]
"""A list's entries as they are kept, unsealed; read where they are needed."""
ReadPacked = Callable[[Packed], Sequence[Entry]]


@dataclass(frozen=True)
class Found:
    """A match without any name: the list, the entry's reference, and what a finding keeps of how they met."""

    list_code: str
    reference: str
    score: float
    rules: tuple[str, ...]
    evidence: tuple[str, ...]


class Matcher:
    """Runs in `pool`, which has one process: it reads each list once and keeps it until it goes to rest."""

    def __init__(self, pool: Executor, read: ReadPacked) -> None:
        self._pool = pool
        self._read = read

    async def found(
        self, people: Sequence[Person], stamps: Mapping[str, str], packed: Callable[[str], Awaitable[Packed]]
    ) -> list[list[Found]]:
        """What each person met. `stamps` are the lists' versions by code, `packed` their entries.

        The content of a list is sent when the process has it not: the first time, and after a rest.
        """
        loop = asyncio.get_running_loop()
        found: list[list[Found]] = []
        for start in range(0, len(people), PEOPLE_A_CALL):
            some = people[start : start + PEOPLE_A_CALL]
            answer = await loop.run_in_executor(self._pool, _matched, some, stamps)
            if isinstance(answer, _Missing):
                for code in answer.codes:
                    content = await packed(code)
                    await loop.run_in_executor(self._pool, _keep, code, stamps[code], content, self._read)
                answer = await loop.run_in_executor(self._pool, _matched, some, stamps)
            assert not isinstance(answer, _Missing), "the process has what it was just given"
            found += answer
        return found


def built_to_last(entries: Sequence[Entry]) -> ListIndex:
    """An index that the collector of cycles does not look through again and again: it has none and lives long.

    While it is built nothing is collected. A collection over a list of 100,000 would hold every thread for a good part
    of a second.
    """
    gc.disable()
    try:
        return ListIndex(entries)
    finally:
        gc.freeze()
        gc.enable()


def found_of(code: str, match: Match) -> Found:
    return Found(
        code,
        match.entry.reference,
        match.score,
        tuple(word.rule.value for word in match.names.words),
        match.evidence,
    )


@dataclass(frozen=True)
class _Missing:
    """The lists that this process has not, or not in the version asked for."""

    codes: tuple[str, ...]


_held: dict[str, tuple[str, ListIndex]] = {}
"""In the process that matches: each list's version and index, by code."""


def _keep(code: str, stamp: str, packed: Packed, read: ReadPacked) -> None:
    _held[code] = (stamp, built_to_last(read(packed)))


def _matched(people: Sequence[Person], stamps: Mapping[str, str]) -> list[list[Found]] | _Missing:
    for code in _held.keys() - stamps.keys():
        del _held[code]
    missing = tuple(code for code, stamp in stamps.items() if code not in _held or _held[code][0] != stamp)
    if missing:
        return _Missing(missing)
    return [[found_of(code, match) for code in stamps for match in _held[code][1].screen(person)] for person in people]
