"""Show the delegation what became of its request for a weapon, radio or vehicle, as accreditation tells it."""

from __future__ import annotations

from typing import Final

from services.registration.domain.list_change import ChangeKind, ListChange
from services.registration.domain.notice import Notice
from services.registration.domain.ports import Changes, Notices, PermitRequests
from shared.contracts.accreditation import PermitGranted, PermitRefused
from shared.messaging.subscription import Reaction, Received
from shared.messaging.unit_of_work import Transaction

Told = PermitGranted | PermitRefused
FOLLOWED: Final = (PermitGranted, PermitRefused)


class FollowPermits(Reaction[Told, None]):
    def __init__(self, requests: PermitRequests, changes: Changes, notices: Notices) -> None:
        self._requests = requests
        self._changes = changes
        self._notices = notices

    async def apply(self, tx: Transaction, received: Received[Told], prepared: None) -> None:
        del prepared
        event = received.data
        request = await self._requests.in_transaction(tx, event.request_id)
        if request is None:
            return
        match event:
            case PermitGranted():
                kind, followed = ChangeKind.PERMIT_GRANTED, request.granted(event.number)
            case PermitRefused():
                kind, followed = ChangeKind.PERMIT_REFUSED, request.refused(event.releasable_code)
        await self._requests.save(tx, followed)
        delegation, bearer = request.delegation, request.bearer
        by = "service:accreditation"
        await self._changes.add(tx, ListChange(received.id, delegation, bearer, kind, received.time, by))
        await self._notices.add(tx, Notice(received.id, delegation, kind, received.time, bearer))
