"""Accreditation over HTTP: the queue, decisions, badges, and the officers' page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import HTMLResponse

from services.accreditation.application.activate_badges import ActivateBadgesHandler
from services.accreditation.application.decide_dossiers import DecideDossiers, DecideDossiersHandler, Verdict
from services.accreditation.application.queries import READERS, GetDossier, ListBadges, ListQueue
from services.accreditation.application.render_badge import RenderBadge
from services.accreditation.application.revoke_badge import RevokeBadgeHandler
from services.accreditation.domain.badge import Badge, BadgeState, Reason
from services.accreditation.domain.dossier import Dossier
from shared.errors import NotFoundError
from shared.security.personal_data import PersonalRecord
from shared.security.principal import Principal, Role
from shared.web.authentication import page_principal
from shared.web.languages import language_of
from shared.web.pages import Pages
from shared.web.requests import Caller, TheCause, TheCommand, roles
from shared.web.texts import Texts

BASE: Final = "/api/accreditation/v1"
OFFICER: Final = roles(Role.ACCREDITATION_OFFICER)
READ: Final = roles(*READERS)
ParticipantId = Annotated[str, Field(min_length=1, max_length=60)]
Code = Annotated[str, Field(pattern=r"^[a-z_]{1,40}$")]


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)


class DecisionBody(_Body):
    decision: Verdict
    participant_ids: list[ParticipantId] = Field(min_length=1, max_length=500)
    releasable_code: Code = "not_accredited"
    fields: list[Code] = Field(default_factory=list, max_length=30)


class ActivationBody(_Body):
    participant_ids: list[ParticipantId] = Field(min_length=1, max_length=500)


class RevocationBody(_Body):
    reason: Reason


@dataclass(frozen=True)
class Application:
    list_queue: ListQueue
    get_dossier: GetDossier
    decide_dossiers: DecideDossiersHandler
    activate_badges: ActivateBadgesHandler
    revoke_badge: RevokeBadgeHandler
    list_badges: ListBadges
    render_badge: RenderBadge


def routes(application: Application, pages: Pages, texts: Texts) -> APIRouter:
    router = APIRouter()
    _dossiers(router, application, texts)
    _badges(router, application, texts)
    _pages(router, application, pages, texts)
    return router


def _dossiers(router: APIRouter, application: Application, texts: Texts) -> None:
    @router.get(BASE + "/queue", openapi_extra=READ)
    async def queue(
        request: Request,
        principal: Caller,
        delegation: Annotated[str, Query(max_length=60)] = "",
        page: Annotated[int, Query(ge=0, le=10_000)] = 0,
    ) -> dict[str, Any]:
        """Dossiers that wait for a decision, those that ask for attention first."""
        found = await application.list_queue(principal, delegation=delegation, page=page)
        return {"dossiers": [dossier_view(each, texts, language_of(request)) for each in found]}

    @router.get(BASE + "/dossiers/{participant_id}", openapi_extra=READ)
    async def dossier(participant_id: str, request: Request, principal: Caller) -> dict[str, Any]:
        """One dossier with its automatic checks, explained."""
        found = await application.get_dossier(principal, participant_id)
        return dossier_view(found, texts, language_of(request))

    @router.post(BASE + "/decisions", openapi_extra=OFFICER)
    async def decide(
        body: DecisionBody, request: Request, principal: Caller, cause: TheCause, command: TheCommand
    ) -> dict[str, Any]:
        """Decide on up to 500 dossiers; each has its own outcome."""
        wanted = DecideDossiers(body.decision, tuple(body.participant_ids), body.releasable_code, tuple(body.fields))
        outcomes = await application.decide_dossiers(principal, wanted, cause, command)
        return {"outcomes": [_outcome(vars(each), texts, request) for each in outcomes]}


def _badges(router: APIRouter, application: Application, texts: Texts) -> None:
    @router.get(BASE + "/badges", openapi_extra=READ)
    async def badges(
        principal: Caller,
        delegation: Annotated[str, Query(max_length=60)] = "",
        state: BadgeState | None = None,
        after: Annotated[str, Query(max_length=60)] = "",
    ) -> dict[str, Any]:
        """A page of badges by id. Their credentials are on the printed page alone."""
        wanted = state.value if state else ""
        found = await application.list_badges(principal, delegation=delegation, state=wanted, after=after)
        return {"badges": [badge_view(badge) for badge in found]}

    @router.post(BASE + "/badges/activations", openapi_extra=OFFICER)
    async def activate(
        body: ActivationBody, request: Request, principal: Caller, cause: TheCause, command: TheCommand
    ) -> dict[str, Any]:
        """Hand out the badges of these participants: they open what they say from now on."""
        outcomes = await application.activate_badges(principal, tuple(body.participant_ids), cause, command)
        return {"outcomes": [_outcome(vars(each), texts, request) for each in outcomes]}

    @router.post(BASE + "/badges/{badge_id}/revocation", openapi_extra=OFFICER)
    async def revoke(
        badge_id: str, body: RevocationBody, principal: Caller, cause: TheCause, command: TheCommand
    ) -> dict[str, Any]:
        """End a badge for good."""
        return await application.revoke_badge(principal, badge_id, body.reason, cause, command, replace=False)

    @router.post(BASE + "/badges/{badge_id}/replacement", openapi_extra=OFFICER)
    async def replace(badge_id: str, principal: Caller, cause: TheCause, command: TheCommand) -> dict[str, Any]:
        """The badge was lost: it ends now, and another is prepared."""
        return await application.revoke_badge(principal, badge_id, Reason.LOST, cause, command, replace=True)

    @router.get(BASE + "/badges/{badge_id}/page.png", openapi_extra=OFFICER, response_class=Response)
    async def page_png(badge_id: str, principal: Caller) -> Response:
        """The badge as a picture."""
        return Response(await application.render_badge(principal, badge_id, format="png"), media_type="image/png")

    @router.get(BASE + "/badges/{badge_id}/page.pdf", openapi_extra=OFFICER, response_class=Response)
    async def page_pdf(badge_id: str, principal: Caller) -> Response:
        """The badge as a page to print."""
        content = await application.render_badge(principal, badge_id, format="pdf")
        return Response(content, media_type="application/pdf")


def _pages(router: APIRouter, application: Application, pages: Pages, texts: Texts) -> None:
    @router.get("/accreditation/queue", include_in_schema=False)
    async def queue_page(request: Request, principal: Annotated[Principal, Depends(page_principal)]) -> HTMLResponse:
        principal.require(Role.ACCREDITATION_OFFICER)
        dossiers = await application.list_queue(principal)
        people = await application.list_queue.people(principal, dossiers)
        language = language_of(request)
        rows = [
            {**dossier_view(each, texts, language), "names": _names(people.get(each.participant_id))}
            for each in dossiers
        ]
        return pages.render(request, "queue.html", principal=principal, rows=rows)


def dossier_view(dossier: Dossier, texts: Texts, language: str) -> dict[str, Any]:
    return {
        "participant_id": dossier.participant_id,
        "delegation": dossier.delegation,
        "category": dossier.category,
        "state": dossier.state.value,
        "review": dossier.review.value,
        "needs_attention": dossier.needs_attention,
        "checks": [
            {
                "code": check.code,
                "outcome": check.outcome.value,
                "fields": list(check.fields),
                "sentence": texts.say(f"accreditation.check.{check.code}.{check.outcome.value}", language),
            }
            for check in dossier.checks
        ],
    }


def badge_view(badge: Badge) -> dict[str, Any]:
    return {
        "badge_id": badge.badge_id,
        "participant_id": badge.participant_id,
        "delegation": badge.delegation,
        "category": badge.category,
        "number": badge.number,
        "state": badge.state.value,
        "reason": badge.reason.value if badge.reason else None,
        "page": f"{BASE}/badges/{badge.badge_id}/page.png",
    }


def _outcome(outcome: dict[str, Any], texts: Texts, request: Request) -> dict[str, Any]:
    """An outcome with its refusal in words."""
    code = outcome["refusal"]
    if code is None:
        return {**outcome, "sentence": None}
    shown = code if code in texts and not texts.placeholders(code) else f"{code}.short"
    sentence = texts.say(shown if shown in texts else NotFoundError.code, language_of(request))
    return {**outcome, "sentence": sentence}


def _names(person: object) -> list[str]:
    if not isinstance(person, PersonalRecord):
        return []
    return [name for name in (person.name_arabic, person.name_latin) if name]
