"""A delegation gives a seat of one of its people to another of its people."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from services.session_allocation.application.scope import conference_of, require_delegation
from services.session_allocation.application.settle_seats import settle_seats
from services.session_allocation.domain.errors import NothingPublishedError, SwapRefusedError
from services.session_allocation.domain.ports import Books, Conference
from services.session_allocation.domain.standing import Standing
from shared.messaging.unit_of_work import Cause, CommandKey, Transaction, UnitOfWork
from shared.security.principal import Principal, Role

Bind = Callable[[Transaction], Books]


@dataclass(frozen=True)
class SwapSeat:
    delegation: str
    session: str
    giver: str
    taker: str


class SwapSeatHandler:
    def __init__(self, unit_of_work: UnitOfWork, bind: Bind) -> None:
        self._unit_of_work = unit_of_work
        self._bind = bind

    async def __call__(self, principal: Principal, wanted: SwapSeat, cause: Cause, key: CommandKey) -> dict[str, Any]:
        """Both change in one commit; the seat stays the delegation's and no waiting list is asked for it.

        The taker leaves the waiting lists of what is less dear at that time; the giver's wish is one given away.

        Raises UnknownDelegationError, NothingPublishedError, SwapRefusedError.
        """
        principal.require(Role.FOCAL_POINT, Role.PROGRAMME_OFFICER)

        async def work(tx: Transaction) -> dict[str, Any]:
            books = self._bind(tx)
            conference = await conference_of(books)
            require_delegation(principal, wanted.delegation, conference)
            if await books.published() is None:
                raise NothingPublishedError
            giver, taker = await self._both(books, conference, wanted)
            left = tuple(code for code in giver.seats if code != wanted.session)
            without = replace(giver, seats=left, given=(*giver.given, wanted.session))
            seated = replace(taker, seats=(*taker.seats, wanted.session))
            await settle_seats(tx, books, conference, [(giver, without), (taker, seated)])
            return {"session": wanted.session}

        return await self._unit_of_work.run_command(work, cause=cause, command=key, serialise="allocation")

    async def _both(self, books: Books, conference: Conference, wanted: SwapSeat) -> tuple[Standing, Standing]:
        giver = await books.standing(wanted.giver)
        if giver is None or giver.delegation != wanted.delegation or wanted.session not in giver.seats:
            raise SwapRefusedError("no_seat")
        entitlement = await books.entitlement(wanted.taker)
        if (
            entitlement is None
            or entitlement.delegation != wanted.delegation
            or wanted.session not in entitlement.sessions
        ):
            raise SwapRefusedError("not_entitled")
        taker = await books.standing(wanted.taker) or Standing(wanted.taker, wanted.delegation)
        if wanted.session in taker.seats:
            raise SwapRefusedError("has_seat")
        if set(conference.programme.slot_of(wanted.session)) & set(taker.seats):
            raise SwapRefusedError("clash")
        return giver, taker
