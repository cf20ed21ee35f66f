"""A delegation says which sessions its people wish, until the deadline."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from services.session_allocation.application.scope import conference_of, require_delegation
from services.session_allocation.application.settle_seats import settle_seats
from services.session_allocation.domain.errors import PreferencesClosedError, WishInvalidError
from services.session_allocation.domain.ports import Books, Conference, Preferences
from shared.messaging.unit_of_work import Cause, CommandKey, Transaction, UnitOfWork
from shared.security.principal import Principal, Role

Bind = Callable[[Transaction], Books]


@dataclass(frozen=True)
class SetPreferences:
    """All wishes of the delegation, the first the dearest; whoever is not named has the delegation's own."""

    delegation: str
    default: tuple[str, ...]
    participants: Mapping[str, tuple[str, ...]]


class SetPreferencesHandler:
    def __init__(self, unit_of_work: UnitOfWork, bind: Bind) -> None:
        self._unit_of_work = unit_of_work
        self._bind = bind

    async def __call__(
        self, principal: Principal, wanted: SetPreferences, cause: Cause, key: CommandKey
    ) -> dict[str, Any]:
        """Replaces what was said before. A programme officer may also after the deadline, for any delegation.

        Seats stay; whoever now wishes a session less than the seat that they have leaves its waiting list.

        Raises UnknownDelegationError, PreferencesClosedError, WishInvalidError.
        """
        principal.require(Role.FOCAL_POINT, Role.PROGRAMME_OFFICER)

        async def work(tx: Transaction) -> dict[str, Any]:
            books = self._bind(tx)
            conference = await conference_of(books)
            require_delegation(principal, wanted.delegation, conference)
            _require_open(principal, conference)
            people = await books.entitlements_of(wanted.delegation)
            _check(wanted, conference, {item.participant_id for item in people})
            preferences = Preferences(wanted.delegation, wanted.default, dict(wanted.participants))
            await books.save_preferences(preferences)
            claims = {item.participant_id: preferences.claim(item) for item in people}
            standings = [(item, item) for item in await books.standings_of(wanted.delegation)]
            await settle_seats(tx, books, conference, standings, claims=claims)
            return {"participants": len(wanted.participants)}

        return await self._unit_of_work.run_command(
            work, cause=cause, command=key, serialise=f"preferences:{wanted.delegation}"
        )


def _require_open(principal: Principal, conference: Conference) -> None:
    closes = conference.preferences_close
    if closes is not None and conference.today > closes and Role.PROGRAMME_OFFICER not in principal.roles:
        raise PreferencesClosedError(closes.isoformat())


def _check(wanted: SetPreferences, conference: Conference, own: set[str]) -> None:
    seats = {session.code for session in conference.programme.allocated}
    for wishes in (wanted.default, *wanted.participants.values()):
        _check_wishes(wishes, seats)
    for participant_id in wanted.participants:
        if participant_id not in own:
            raise WishInvalidError(participant_id)


def _check_wishes(wishes: Iterable[str], seats: set[str]) -> None:
    seen: set[str] = set()
    for wish in wishes:
        if wish not in seats or wish in seen:
            raise WishInvalidError(wish)
        seen.add(wish)
