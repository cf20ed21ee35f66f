"""Erasing people and legal holds over HTTP, and the auditor's page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import HTMLResponse

from services.registration.adapters.import_answers import BASE
from services.registration.application.apply_retention import Retention, ShowRetention
from services.registration.application.erase_people import ERASERS, PEOPLE_MAX, ErasePeopleHandler, ShowErasure
from services.registration.application.find_people import FindPeople, FoundPerson
from services.registration.application.hold_erasure import HoldErasureHandler, ShowHolds
from services.registration.domain.erasure import (
    NAME_CHARS_MIN,
    Erasure,
    HoldReason,
    LegalHold,
    LiftReason,
    LiftReasonMissingError,
    OutOfReach,
)
from services.registration.domain.participant import State
from shared.security.principal import Principal
from shared.web.authentication import page_principal
from shared.web.languages import language_of
from shared.web.pages import Pages
from shared.web.requests import Caller, PathId, TheCause, TheCommand, roles
from shared.web.texts import Texts

Id = Annotated[str, Field(min_length=1, max_length=60)]


@dataclass(frozen=True)
class ErasureApplication:
    """`verifier` is the public key that certificates hold under; safe to print anywhere."""

    find: FindPeople
    erase: ErasePeopleHandler
    show: ShowErasure
    hold: HoldErasureHandler
    holds: ShowHolds
    retention: ShowRetention
    verifier: str


class _Asked(BaseModel):
    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)


class NameSought(_Asked):
    name: str = Field(min_length=1, max_length=100)


class PeopleToErase(_Asked):
    participant_ids: list[Id] = Field(min_length=1, max_length=PEOPLE_MAX)


class HoldAsked(_Asked):
    """`reason` null lifts the hold, which `lifted_because` then says why."""

    reason: HoldReason | None
    lifted_because: LiftReason | None = None

    def order(self) -> HoldReason | LiftReason:
        """Raises LiftReasonMissingError."""
        if (order := self.reason or self.lifted_because) is None:
            raise LiftReasonMissingError
        return order


def routes(application: ErasureApplication, pages: Pages, texts: Texts) -> APIRouter:
    router = APIRouter()
    _people(router, application)
    _certificates(router, application)
    _holds(router, application)
    _page(router, application, pages, texts)
    return router


def _people(router: APIRouter, application: ErasureApplication) -> None:
    @router.post(BASE + "/people/search", openapi_extra=roles(*ERASERS))
    async def find(asked: NameSought, principal: Caller, cause: TheCause) -> dict[str, Any]:
        """Find people of every delegation by name. A name is in no address, hence a POST; who was shown is audited."""
        found = await application.find(principal, asked.name, cause)
        return {"people": [_found(each) for each in found.people], "more": found.more}

    @router.post(BASE + "/erasures", status_code=201, openapi_extra=roles(*ERASERS))
    async def erase(asked: PeopleToErase, principal: Caller, cause: TheCause, command: TheCommand) -> dict[str, Any]:
        """Erase people for good; answers the signed certificate, which names what is out of reach."""
        return _view(await application.erase(principal, asked.participant_ids, cause, command), application)


def _certificates(router: APIRouter, application: ErasureApplication) -> None:
    @router.get(BASE + "/erasures", openapi_extra=roles(*ERASERS))
    async def erasures(principal: Caller) -> dict[str, Any]:
        """The erasures that have their certificate, the latest first, 200 at most."""
        return {"erasures": [_view(each, application) for each in await application.show.certified(principal)]}

    @router.get(BASE + "/erasures/{erasure_id}/certificate", openapi_extra=roles(*ERASERS))
    async def certificate(erasure_id: PathId, principal: Caller) -> Response:
        """The certificate as a file, as `bawaba certificate` verifies it."""
        found = await application.show(principal, erasure_id)
        headers = {"Content-Disposition": "attachment; filename=certificate.txt", "Cache-Control": "private, no-store"}
        return Response(found.certificate, media_type="text/plain; charset=utf-8", headers=headers)

    @router.get(BASE + "/erasures/{erasure_id}", openapi_extra=roles(*ERASERS))
    async def erasure(erasure_id: PathId, principal: Caller) -> dict[str, Any]:
        """An erasure with its certificate."""
        return _view(await application.show(principal, erasure_id), application)


def _holds(router: APIRouter, application: ErasureApplication) -> None:
    @router.put(BASE + "/participants/{participant_id}/legal-hold", openapi_extra=roles(*ERASERS))
    async def hold(
        participant_id: PathId, asked: HoldAsked, principal: Caller, cause: TheCause, command: TheCommand
    ) -> dict[str, Any]:
        """Put a legal hold on somebody's data, or lift it, each for a reason."""
        return await application.hold(principal, participant_id, asked.order(), cause, command)

    @router.get(BASE + "/legal-holds", openapi_extra=roles(*ERASERS))
    async def holds(principal: Caller) -> dict[str, Any]:
        """The legal holds that stand, the latest first, 200 at most."""
        return {"legal_holds": [_hold(each) for each in await application.holds(principal)]}

    @router.get(BASE + "/retention", openapi_extra=roles(*ERASERS))
    async def retention(principal: Caller) -> dict[str, Any]:
        """Until when each kind of personal data is kept, and what was destroyed of it."""
        return _retention(await application.retention(principal))


def _page(router: APIRouter, application: ErasureApplication, pages: Pages, texts: Texts) -> None:
    @router.get("/registration/erasure", include_in_schema=False)
    async def page(request: Request, principal: Annotated[Principal, Depends(page_principal)]) -> HTMLResponse:
        principal.require(*ERASERS)
        return pages.render(
            request,
            "erasure.html",
            principal=principal,
            out_of_reach=list(OutOfReach),
            verifier=application.verifier,
            retention=await application.retention(principal),
            holds=await application.holds(principal),
            certificates=await application.show.certified(principal),
            name_chars_min=NAME_CHARS_MIN,
            words=await _words(application, texts, language_of(request)),
            hold_reasons=list(HoldReason),
            lift_reasons=list(LiftReason),
        )


async def _words(application: ErasureApplication, texts: Texts, language: str) -> dict[str, dict[str, str]]:
    """What the page calls the codes of an answer."""
    delegations = await application.find.delegations()
    return {
        "state": {each.value: texts.say(f"registration.state.{each.value}", language) for each in State},
        "delegation": {each.code: each.name.in_language(language) for each in delegations},
    }


def _found(each: FoundPerson) -> dict[str, Any]:
    participant = each.participant
    return {
        "participant_id": participant.participant_id,
        "delegation": participant.delegation,
        "category": participant.category,
        "state": participant.state.value,
        "name_arabic": each.name_arabic,
        "name_latin": each.name_latin,
    }


def _hold(hold: LegalHold) -> dict[str, Any]:
    return {
        "participant_id": hold.participant_id,
        "reason": hold.reason.value,
        "by": hold.by,
        "at": hold.at.isoformat(),
    }


def _retention(found: Retention) -> dict[str, Any]:
    return {
        "people_under_legal_hold": found.held,
        "kinds": [
            {
                "kind": kept.term.kind,
                "kept_until": kept.term.kept_until.isoformat(),
                "is_over": kept.is_over,
                "destroyed": kept.sweep.destroyed,
                "destroyed_at": kept.sweep.at.isoformat() if kept.sweep.at else None,
                "can_be_read": kept.can_be_read,
            }
            for kept in found.kept
        ],
    }


def _view(erasure: Erasure, application: ErasureApplication) -> dict[str, Any]:
    return {
        "erasure_id": erasure.erasure_id,
        "participant_ids": list(erasure.participant_ids),
        "at": erasure.at.isoformat(),
        "certificate": erasure.certificate,
        "verifier": application.verifier,
    }
