"""The HTTP API of the work on dossiers: claims, previews, broken glass."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Final, Self

from fastapi import APIRouter, Path, Request, Response
from pydantic import BaseModel

from services.accreditation.adapters.answers import Asked, DecisionsAsked, ParticipantId, RowAnswer
from services.accreditation.application import Application
from services.accreditation.application.break_glass import BreakGlass, ReviewBreakGlass
from services.accreditation.application.claim_dossier import ClaimDossier
from services.accreditation.application.preview_decisions import Preview
from services.accreditation.domain.dossier_facts import DossierState
from services.accreditation.domain.step import InternalCode
from shared.security.principal import Role
from shared.web.languages import language_of
from shared.web.requests import Caller, TheCause, TheCommand, roles
from shared.web.texts import Texts

PathParticipant = Annotated[ParticipantId, Path()]
_DECIDES: Final = roles(Role.ACCREDITATION_OFFICER)


class ClaimAsked(Asked):
    """`take_over` ends another officer's claim or assignment, knowingly."""

    take_over: bool = False


class ClaimAnswer(BaseModel):
    until: str


class BreakGlassAsked(Asked):
    internal_code: InternalCode


class ReviewAsked(Asked):
    upheld: bool


class DossierStateAnswer(BaseModel):
    state: DossierState


class PreviewAnswer(BaseModel):
    """`delegations` and `categories` count those who would not be refused."""

    rows: list[RowAnswer]
    delegations: Mapping[str, int]
    categories: Mapping[str, int]

    @classmethod
    def of(cls, preview: Preview, texts: Texts, language: str) -> Self:
        return cls(
            rows=[RowAnswer.of(row, texts, language) for row in preview.rows],
            delegations=preview.delegations,
            categories=preview.categories,
        )


def dossier_routes(application: Application, texts: Texts) -> APIRouter:
    router = APIRouter(prefix="/api/accreditation/v1", tags=["dossiers"])
    _add_claims(router, application)
    _add_emergencies(router, application)

    @router.post("/decisions/preview", openapi_extra=_DECIDES)
    async def preview(request: Request, principal: Caller, asked: DecisionsAsked) -> PreviewAnswer:
        """What the decision would come to; changes nothing."""
        found = await application.preview_decisions(principal, asked.command())
        return PreviewAnswer.of(found, texts, language_of(request))

    return router


def _add_claims(router: APIRouter, application: Application) -> None:
    @router.put("/dossiers/{participant_id}/claim", openapi_extra=_DECIDES)
    async def claim(
        principal: Caller, participant_id: PathParticipant, asked: ClaimAsked, cause: TheCause, command: TheCommand
    ) -> ClaimAnswer:
        """Work on a dossier; others are refused until the claim expires. Sent again with a new key it is renewed."""
        made = await application.claim_dossier(principal, ClaimDossier(participant_id, asked.take_over), cause, command)
        return ClaimAnswer.model_validate(made)

    @router.delete("/dossiers/{participant_id}/claim", status_code=204, openapi_extra=_DECIDES)
    async def end_claim(
        principal: Caller, participant_id: PathParticipant, cause: TheCause, command: TheCommand
    ) -> Response:
        await application.claim_dossier.end(principal, participant_id, cause, command)
        return Response(status_code=204)


def _add_emergencies(router: APIRouter, application: Application) -> None:
    @router.post("/dossiers/{participant_id}/break-glass", openapi_extra=_DECIDES)
    async def break_glass(
        principal: Caller, participant_id: PathParticipant, asked: BreakGlassAsked, cause: TheCause, command: TheCommand
    ) -> DossierStateAnswer:
        """Approve at once, past every stage. Another officer has to review it."""
        asked_for = BreakGlass(participant_id, asked.internal_code)
        return DossierStateAnswer.model_validate(await application.break_glass(principal, asked_for, cause, command))

    @router.post("/dossiers/{participant_id}/break-glass/review", openapi_extra=_DECIDES)
    async def review(
        principal: Caller, participant_id: PathParticipant, asked: ReviewAsked, cause: TheCause, command: TheCommand
    ) -> DossierStateAnswer:
        """What is not upheld is rejected, and its badge ends."""
        asked_for = ReviewBreakGlass(participant_id, asked.upheld)
        found = await application.break_glass.review(principal, asked_for, cause, command)
        return DossierStateAnswer.model_validate(found)
