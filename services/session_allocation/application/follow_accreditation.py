"""Keep every participant's entitlements in step with accreditation and with the programme."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from services.session_allocation.application.release_seats import release_seats
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
        if present is not None and conference is not None:
            await change_entitlement(tx, books, conference, replace(present, accredited=False, sessions=()))


async def recompute(tx: Transaction, books: Books, conference: Conference) -> None:
    """A new version of the programme: change what it changes, participant by participant."""
    for entitlement in await books.accredited():
        await change_entitlement(tx, books, conference, entitlement.under(conference.programme.sessions.values()))


async def change_entitlement(tx: Transaction, books: Books, conference: Conference, entitlement: Entitlement) -> None:
    """Write it and tell of it when it is another; seats that it no longer entitles to go to who waits."""
    present = await books.entitlement(entitlement.participant_id)
    if present == entitlement:
        return
    await books.save_entitlement(entitlement)
    tx.emit(
        EntitlementsChanged(
            conference_id=conference.id,
            participant_id=entitlement.participant_id,
            delegation=entitlement.delegation,
            sessions=entitlement.sessions,
        )
    )
    if lost := set(present.sessions if present else ()) - set(entitlement.sessions):
        await release_seats(tx, books, conference, entitlement.participant_id, lost)
