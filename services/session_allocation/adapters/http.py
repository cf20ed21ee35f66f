"""Session allocation over HTTP, `/api/session-allocation/v1/…`."""

from __future__ import annotations

from typing import Annotated, Any, Final

from fastapi import APIRouter, Path, Query, Request

from services.session_allocation.adapters.answers import (
    Code,
    PreferencesAsked,
    PublicationAsked,
    SwapAsked,
    delegation_view,
    outcome_view,
    programme_view,
)
from services.session_allocation.application import Application
from services.session_allocation.application.run_allocation import draft_view
from services.session_allocation.application.show_allocation import OF_DELEGATIONS, READERS
from shared.security.principal import Role
from shared.web.languages import language_of
from shared.web.requests import Caller, PathId, TheCause, TheCommand, roles
from shared.web.texts import Texts

After = Annotated[str, Query(max_length=60)]
SessionCode = Annotated[Code, Path()]
DelegationCode = Annotated[Code, Path()]
_PROGRAMME: Final = roles(Role.PROGRAMME_OFFICER)


def routes(application: Application, texts: Texts) -> APIRouter:
    router = APIRouter(prefix="/api/session-allocation/v1", tags=["session allocation"])
    _add_allocation(router, application, texts)
    _add_delegations(router, application, texts)
    return router


def _add_allocation(router: APIRouter, application: Application, texts: Texts) -> None:
    show = application.show_allocation

    @router.get("/programme", openapi_extra=roles(*READERS))
    async def programme(request: Request, principal: Caller) -> dict[str, Any]:
        """Every session with its room, slot and figures, and the version in force."""
        return programme_view(*await show.programme(principal), language_of(request))

    @router.get("/sessions/{session}/entitled", openapi_extra=roles(*READERS))
    async def entitled(session: SessionCode, principal: Caller, after: After = "") -> dict[str, Any]:
        """A page of who may attend the session, by participant id."""
        found = await application.list_entitled(principal, session, after=after)
        rows = [{"participant_id": e.participant_id, "delegation": e.delegation, "category": e.category} for e in found]
        return {"participants": rows}

    @router.get("/sessions/{session}/seats", openapi_extra=roles(*READERS))
    async def seats(session: SessionCode, principal: Caller) -> dict[str, Any]:
        """Who sits in the session, and who waits for a seat, the next first."""
        seated, waiting = await show.seated(principal, session)
        return {
            "seated": [{"participant_id": each.participant_id, "delegation": each.delegation} for each in seated],
            "waiting": [{"participant_id": each.participant_id, "delegation": each.delegation} for each in waiting],
        }

    @router.post("/drafts", status_code=201, openapi_extra=_PROGRAMME)
    async def run(principal: Caller, cause: TheCause, command: TheCommand) -> dict[str, Any]:
        """Compute an allocation from today's people, wishes and programme. Nothing is in force by it."""
        return await application.run_allocation(principal, cause, command)

    @router.get("/drafts/{draft_id}", openapi_extra=_PROGRAMME)
    async def draft(request: Request, draft_id: PathId, principal: Caller, after: After = "") -> dict[str, Any]:
        """A draft's figures, and a page of what it would give whom, with the reason for each unmet wish."""
        found, outcomes = await show.draft(principal, draft_id, after=after)
        conference, _, _ = await show.programme(principal)
        language = language_of(request)
        rows = [outcome_view(each, conference, texts, language) for each in outcomes]
        return {**draft_view(found), "participants": rows}

    @router.post("/versions", status_code=201, openapi_extra=_PROGRAMME)
    async def publish(
        asked: PublicationAsked, principal: Caller, cause: TheCause, command: TheCommand
    ) -> dict[str, Any]:
        """Put a draft into force as the next version."""
        return await application.publish_allocation(principal, asked.draft_id, cause, command)


def _add_delegations(router: APIRouter, application: Application, texts: Texts) -> None:
    @router.get("/delegations/{delegation}/seats", openapi_extra=roles(*OF_DELEGATIONS))
    async def of_delegation(request: Request, delegation: DelegationCode, principal: Caller) -> dict[str, Any]:
        """A delegation's people: what they may attend, wish and have, with the reason for each unmet wish."""
        view = await application.show_allocation.delegation(principal, delegation, with_names=False)
        return delegation_view(view, texts, language_of(request))

    @router.put("/delegations/{delegation}/preferences", openapi_extra=roles(*OF_DELEGATIONS))
    async def preferences(
        delegation: DelegationCode, asked: PreferencesAsked, principal: Caller, cause: TheCause, command: TheCommand
    ) -> dict[str, Any]:
        """Say all wishes of the delegation anew, until the deadline."""
        return await application.set_preferences(principal, asked.command(delegation), cause, command)

    @router.post("/delegations/{delegation}/seat-swaps", openapi_extra=roles(*OF_DELEGATIONS))
    async def swap(
        delegation: DelegationCode, asked: SwapAsked, principal: Caller, cause: TheCause, command: TheCommand
    ) -> dict[str, Any]:
        """Give a seat of one of the delegation's people to another of them."""
        return await application.swap_seat(principal, asked.command(delegation), cause, command)
