"""Approve a delegation's request for a weapon, radio or vehicle, which issues the permit, or refuse it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from services.accreditation.application.decide_dossiers import officer_of
from services.accreditation.application.issue_token import IssueTokenHandler, token_lock
from services.accreditation.application.records import BindPermits
from services.accreditation.domain.permit_ports import PermitViews
from services.accreditation.domain.permit_request import PermitRefusal
from services.accreditation.domain.token_errors import PermitRequestNotFoundError, TokenFactsError
from shared.messaging.cause import Cause, CommandKey
from shared.messaging.unit_of_work import Transaction, UnitOfWork
from shared.security.principal import Principal, Role
from shared.security.sealed_texts import SealedTexts


@dataclass(frozen=True)
class DecidePermit:
    """`refusal` None approves."""

    request_id: str
    refusal: PermitRefusal | None = None


class DecidePermitHandler:
    def __init__(
        self, work: UnitOfWork, bind: BindPermits, views: PermitViews, issue: IssueTokenHandler, texts: SealedTexts
    ) -> None:
        self._work = work
        self._bind = bind
        self._views = views
        self._issue = issue
        self._texts = texts

    async def __call__(
        self, principal: Principal, command: DecidePermit, cause: Cause, key: CommandKey
    ) -> dict[str, Any]:
        """State and, of an approval, the permit's id and number.

        Raises RoleRequiredError, PermitRequestNotFoundError, PermitRequestDecidedError, and as `issue_token` does;
        TokenFactsError also when the serial or plate was erased with its bearer.
        """
        principal.require(Role.ACCREDITATION_OFFICER)
        officer = officer_of(principal)
        asked = await self._views.one(command.request_id)
        if asked is None:
            raise PermitRequestNotFoundError
        marks = await self._texts.read([asked.mark_text_id]) if command.refusal is None else {}

        async def work(tx: Transaction) -> dict[str, Any]:
            requests = self._bind(tx)
            request = await requests.one(command.request_id)
            if request is None:
                raise PermitRequestNotFoundError
            request.require_open()
            if command.refusal is not None:
                refused, why = request.refused(command.refusal, officer, tx.now)
                await requests.save(refused)
                tx.emit(why)
                return {"request_id": request.request_id, "state": refused.state.value}
            if request.mark_text_id not in marks:
                raise TokenFactsError("mark")
            token = await self._issue.issue(tx, request.facts(marks[request.mark_text_id]))
            granted, told = request.granted(token, officer, tx.now)
            await requests.save(granted)
            tx.emit(told)
            answer = {"request_id": request.request_id, "state": granted.state.value}
            return {**answer, "token_id": token.token_id, "number": token.number}

        return await self._work.run_command(work, cause=cause, command=key, serialise=token_lock(asked.kind))
