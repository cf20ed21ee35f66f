"""Keep every participant's entitlements in step with accreditation and with the programme."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from services.session_allocation.application.settle_seats import settle_seats
from services.session_allocation.domain.entitlement import Entitlement
from services.session_allocation.domain.ports import Books, Conference
from shared.contracts.accreditation import BadgeRevoked, ParticipantApproved, ParticipantRejected, RevocationReason
from shared.contracts.session_allocation import EntitlementsChanged
from shared.messaging.subscription import Reaction, Received
from shared.messaging.unit_of_work import Transaction

Bind = Callable[[Transaction], Books]


class EntitleApproved(Reaction[ParticipantApproved, None]):
    def __init__(self, bind: Bind) -> None:
        self._bind = bind

    async def apply(self, tx: Transaction, received: Received[ParticipantApproved], prepared: None) -> None:
        del prepared
        event, books = received.data, self._bind(tx)
        conference = await books.conference()
        entitlement = Entitlement(event.participant_id, event.delegation, event.category, True, ())
        if conference is None:
            # The programme is not here yet: kept, and entitled when it comes.
            await books.save_entitlement(entitlement)
            return
        await change_entitlement(tx, books, conference, entitlement.under(conference.programme.sessions.values()))


class WithdrawEntitlements(Reaction[ParticipantRejected | BadgeRevoked, None]):
    """A rejection or a withdrawal ends every entitlement; a lost or replaced badge ends none."""

    def __init__(self, bind: Bind) -> None:
        self._bind = bind

    async def apply(
        self, tx: Transaction, received: Received[ParticipantRejected | BadgeRevoked], prepared: None
    ) -> None:
        del prepared
        event, books = received.data, self._bind(tx)
        if isinstance(event, BadgeRevoked) and event.reason in (RevocationReason.LOST, RevocationReason.REPLACED):
            return
        present = await books.entitlement(event.participant_id)
        conference = await books.conference()
        if present is None:
            return
        ended = replace(present, accredited=False, sessions=())
        if conference is None:
            await books.save_entitlement(ended)
            return
        await change_entitlement(tx, books, conference, ended)


async def recompute(tx: Transaction, books: Books, conference: Conference) -> None:
    """A new version of the programme: who may attend what, then everybody's seats, then the seats that are empty."""
    for present in await books.accredited():
        await _keep(tx, books, conference, present, present.under(conference.programme.sessions.values()))
    claims = {claim.participant_id: claim for claim in await books.claims()}
    standings = [(standing, standing) for standing in await books.standings()]
    offered = [session.code for session in conference.programme.allocated]
    await settle_seats(tx, books, conference, standings, offered=offered, claims=claims)


async def change_entitlement(tx: Transaction, books: Books, conference: Conference, entitlement: Entitlement) -> None:
    """Write it and tell of it when it is another; seats that it no longer entitles to go to who waits."""
    who = entitlement.participant_id
    if await _keep(tx, books, conference, await books.entitlement(who), entitlement):
        standing = await books.standing(who)
        await settle_seats(tx, books, conference, [(standing, standing)] if standing else [])


async def _keep(
    tx: Transaction, books: Books, conference: Conference, present: Entitlement | None, entitlement: Entitlement
) -> bool:
    """Whether it was another."""
    if present == entitlement:
        return False
    await books.save_entitlement(entitlement)
    tx.emit(
        EntitlementsChanged(
            conference_id=conference.id,
            participant_id=entitlement.participant_id,
            delegation=entitlement.delegation,
            sessions=entitlement.sessions,
        )
    )
    return True
