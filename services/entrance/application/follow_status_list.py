"""Follow the signed status list: fetch it, verify it, keep the newest, and say how far it is to be believed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

import structlog

from services.entrance.domain.badge import Badge
from services.entrance.domain.errors import NoConferenceError
from services.entrance.domain.status import Listed, Trust, by_list, trust_of
from shared.security.principal import Principal, Role
from shared.security.status_list import StatusList, StatusListError
from shared.world import World

_log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class KeptList:
    """A signed list as it came, with its version, and when it was found to hold."""

    version: int
    token: bytes
    verified_at: datetime


class StatusListSource(Protocol):
    async def fetch(self, known_version: int) -> bytes | None:
        """The signed list; None while `known_version` is the current one. Raises InfrastructureError."""
        ...


class StatusListStore(Protocol):
    async def newest(self) -> KeptList | None: ...

    async def keep(self, kept: KeptList) -> None:
        """Unless a newer one is kept already."""
        ...


class VerifiesLists(Protocol):
    async def verify_list(self, token: bytes, *, now: datetime, known_version: int) -> StatusList:
        """Raises StatusListError, NoConferenceError."""
        ...


@dataclass(frozen=True)
class StatusListReport:
    """`version` and `issued_at` are None while there is no list; `age` is then nothing."""

    trust: Trust
    version: int | None
    issued_at: datetime | None
    age: timedelta


class FollowStatusList:
    def __init__(
        self, source: StatusListSource, store: StatusListStore, reference: VerifiesLists, world: World
    ) -> None:
        self._source = source
        self._store = store
        self._reference = reference
        self._world = world
        self._held: StatusList | None = None

    async def look(self) -> None:
        """Take up a newer list, whoever has one: accreditation, or another process of this service.

        One that does not hold is logged, and the one before stays. Raises InfrastructureError.
        """
        await self._take_up(await self._store.newest())
        known = self._held.version if self._held else 0
        token = await self._source.fetch(known)
        if token is None:
            return
        now = self._world.now()
        try:
            found = await self._reference.verify_list(token, now=now, known_version=known)
        except NoConferenceError:
            return
        except StatusListError as error:
            _log.warning("status_list_refused", reason=error.reason)
            return
        await self._store.keep(KeptList(found.version, token, now))
        self._hold(found)

    def by_list(self, badge: Badge) -> Badge:
        """The badge in the state that the freshest of list and events gives it."""
        held = self._held
        if held is None:
            return badge
        return by_list(badge, Listed(held.status(badge.serial), held.issued_at, self._world.now() >= held.expires_at))

    def report(self, principal: Principal) -> StatusListReport:
        """Raises RoleRequiredError."""
        principal.require(Role.GUARD, Role.SUPERVISOR, Role.OPERATOR)
        held = self._held
        issued_at, expires_at = (held.issued_at, held.expires_at) if held else (None, None)
        now = self._world.now()
        age = now - issued_at if issued_at else timedelta(0)
        return StatusListReport(trust_of(issued_at, expires_at, now), held.version if held else None, issued_at, age)

    async def _take_up(self, kept: KeptList | None) -> None:
        """One that was kept may have expired meanwhile; what it revokes stays revoked."""
        if kept is None or (self._held is not None and kept.version <= self._held.version):
            return
        try:
            self._hold(await self._reference.verify_list(kept.token, now=kept.verified_at, known_version=kept.version))
        except NoConferenceError:
            return
        except StatusListError as error:
            _log.warning("status_list_refused", reason=error.reason)

    def _hold(self, found: StatusList) -> None:
        if self._held is None or found.version > self._held.version:
            self._held = found
