"""Load a version of a watchlist, or remove the list; everybody is screened anew in the background."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from typing import Any, Final

from services.accreditation.domain.events import WatchlistChanged
from services.accreditation.domain.screening_errors import WatchlistNotFoundError
from services.accreditation.domain.watchlist import Entry, ListVersion
from services.accreditation.domain.watchlist_ports import AlertViews, ListBooks, Watchlists
from shared.errors import BusyError
from shared.messaging.cause import Cause, CommandKey
from shared.messaging.unit_of_work import Transaction, UnitOfWork
from shared.security.principal import Principal, Role

ReadList = Callable[[bytes], list[Entry]]
BindLists = Callable[[Transaction], ListBooks]
READERS: Final = (Role.ACCREDITATION_OFFICER, Role.ADMINISTRATOR)


@dataclass(frozen=True)
class LoadWatchlist:
    code: str
    content: bytes


class LoadWatchlistHandler:
    def __init__(self, work: UnitOfWork, bind: BindLists, lists: Watchlists, read: ReadList, pool: Executor) -> None:
        self._work = work
        self._bind = bind
        self._lists = lists
        self._read = read
        self._pool = pool

    async def __call__(
        self, principal: Principal, command: LoadWatchlist, cause: Cause, key: CommandKey
    ) -> dict[str, Any]:
        """Answers the version in force: the same bytes again are no new one.

        Raises RoleRequiredError, WatchlistInvalidError, WatchlistTooLargeError, BusyError when another load of the list
        was faster.
        """
        principal.require(*READERS)
        loop = asyncio.get_running_loop()
        entries = await loop.run_in_executor(self._pool, self._read, command.content)
        digest = hashlib.sha256(command.content).hexdigest()
        history = await self._lists.history(command.code)
        number = history[0].version + 1 if history else 1
        is_same = bool(history) and history[0].digest == digest and not history[0].is_removed
        if not is_same:
            await self._lists.put_entries(command.code, number, entries)

        async def work(tx: Transaction) -> dict[str, Any]:
            books = self._bind(tx)
            current = await books.version(command.code)
            if current is not None and current.digest == digest and not current.is_removed:
                return {"version": current.version, "entries": current.entries, "changed": False}
            if (current.version if current else 0) != number - 1:
                raise BusyError
            made = ListVersion(command.code, number, digest, len(entries), tx.now, principal.account_id)
            await books.save_version(made)
            tx.emit(_told("watchlist.loaded", made, principal))
            return {"version": number, "entries": len(entries), "changed": True}

        done = await self._work.run_command(work, cause=cause, command=key, serialise=f"watchlist:{command.code}")
        if done["changed"]:
            await self._lists.drop_entries((await self._lists.history(command.code))[0])
        return done

    async def remove(self, principal: Principal, code: str, cause: Cause, key: CommandKey) -> None:
        """Raises RoleRequiredError, WatchlistNotFoundError."""
        principal.require(*READERS)

        async def work(tx: Transaction) -> dict[str, Any]:
            books = self._bind(tx)
            current = await books.version(code)
            if current is None or current.is_removed:
                raise WatchlistNotFoundError
            gone = replace(
                current,
                version=current.version + 1,
                digest="",
                entries=0,
                loaded_at=tx.now,
                loaded_by=principal.account_id,
                is_removed=True,
            )
            await books.save_version(gone)
            tx.emit(_told("watchlist.removed", gone, principal))
            return {}

        await self._work.run_command(work, cause=cause, command=key, serialise=f"watchlist:{code}")
        await self._lists.drop_entries((await self._lists.history(code))[0])


@dataclass(frozen=True)
class ListsShown:
    """`to_screen` people are not screened yet against the lists as they are."""

    versions: Sequence[ListVersion]
    to_screen: int


class ListWatchlists:
    def __init__(self, lists: Watchlists, views: AlertViews) -> None:
        self._lists = lists
        self._views = views

    async def __call__(self, principal: Principal) -> ListsShown:
        """Raises RoleRequiredError."""
        principal.require(*READERS)
        versions = await self._lists.versions()
        stamp = " ".join(version.stamp for version in versions) or "none"
        return ListsShown(versions, await self._views.count_to_screen(stamp))


def _told(action: str, version: ListVersion, principal: Principal) -> WatchlistChanged:
    return WatchlistChanged(
        action, version.code, version.version, version.entries, principal.account_id, principal.person_id
    )
