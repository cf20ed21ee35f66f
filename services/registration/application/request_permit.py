"""Ask for a weapon, a radio or a vehicle to be let in, and take it back; accreditation hears of both."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from services.registration.application.list_parts import ListParts, list_of
from services.registration.application.own_people import own_participant
from services.registration.application.scope import require_scope
from services.registration.domain.errors import UnknownDelegationError
from services.registration.domain.permit_request import (
    MARK_CHARS_MAX,
    PermitInvalidError,
    PermitKind,
    PermitRequest,
    PermitRequested,
    PermitRequestWithdrawn,
    UnknownPermitRequestError,
)
from services.registration.domain.ports import PermitRequests
from shared.messaging.unit_of_work import Cause, CommandKey, Transaction
from shared.security.principal import Principal, Role
from shared.written_text import text_fault


@dataclass(frozen=True)
class RequestPermit:
    """`mark` is a serial or a plate, as it is written on the thing."""

    bearer: str
    kind: PermitKind
    mark: str
    manifest: tuple[str, ...] = ()


class RequestPermitHandler:
    def __init__(self, parts: ListParts, requests: PermitRequests) -> None:
        self._parts = parts
        self._requests = requests

    async def __call__(
        self, principal: Principal, command: RequestPermit, cause: Cause, key: CommandKey
    ) -> dict[str, Any]:
        """Raises UnknownParticipantError, PermitInvalidError."""
        principal.require(Role.FOCAL_POINT)
        parts = self._parts
        bearer = own_participant(principal, await parts.participants.by_id(command.bearer))
        mark = command.mark.strip()
        if not 1 <= len(mark) <= MARK_CHARS_MAX or text_fault(mark) is not None:
            raise PermitInvalidError("mark")
        request = PermitRequest(
            request_id=parts.world.new_id(),
            conference_id=bearer.conference_id,
            delegation=bearer.delegation,
            kind=command.kind,
            bearer=bearer.participant_id,
            mark=parts.world.new_id(),
            requested_at=parts.world.now(),
            requested_by=principal.account_id,
            manifest=command.manifest,
        )
        request.require_sound()

        async def work(tx: Transaction) -> dict[str, Any]:
            people = await parts.participants.many_in_transaction(tx, [request.bearer, *request.manifest])
            for each in (request.bearer, *request.manifest):
                other = people.get(each)
                if other is None or other.delegation != request.delegation or not other.holds_place:
                    raise PermitInvalidError("bearer" if each == request.bearer else "manifest")
            await parts.texts.put(tx, request.bearer, request.mark, mark)
            await self._requests.save(tx, request)
            tx.emit(PermitRequested(request))
            return {"request_id": request.request_id}

        return await parts.unit_of_work.run_command(
            work, cause=cause, command=key, serialise=list_of(bearer.delegation)
        )

    async def withdraw(self, principal: Principal, request_id: str, cause: Cause, key: CommandKey) -> dict[str, Any]:
        """Raises UnknownPermitRequestError, also for another delegation's, and PermitWithdrawnError."""
        principal.require(Role.FOCAL_POINT)

        async def work(tx: Transaction) -> dict[str, Any]:
            request = await self._requests.in_transaction(tx, request_id)
            try:
                if request is None:
                    raise UnknownPermitRequestError
                require_scope(principal, request.delegation)
            except UnknownDelegationError:
                raise UnknownPermitRequestError from None
            withdrawn = request.withdraw()
            await self._requests.save(tx, withdrawn)
            tx.emit(PermitRequestWithdrawn(withdrawn))
            return {"request_id": request_id}

        return await self._parts.unit_of_work.run_command(work, cause=cause, command=key)

    async def of_bearer(
        self, principal: Principal, participant_id: str
    ) -> tuple[list[PermitRequest], Mapping[str, str]]:
        """What is asked for one's own, with serials and plates by text id. Raises UnknownParticipantError."""
        principal.require(Role.FOCAL_POINT)
        own_participant(principal, await self._parts.participants.by_id(participant_id))
        found = await self._requests.of_bearer(participant_id, limit=100)
        return found, await self._parts.texts.read([each.mark for each in found], owner=participant_id)
