"""What badges open, over HTTP and as a page."""

from __future__ import annotations

from datetime import time
from typing import Annotated, Self

from fastapi import APIRouter, Path, Request
from pydantic import BaseModel, Field
from starlette.responses import HTMLResponse

from services.accreditation.adapters.answers import Asked, ParticipantId
from services.accreditation.adapters.pages import PagePrincipal
from services.accreditation.application import Application
from services.accreditation.application.set_personal_access import SetPersonalAccess
from services.accreditation.application.show_access import ShownAccess
from services.accreditation.domain.access import AccessGrant, PersonalAccess
from shared.security.principal import Role
from shared.web.pages import Pages
from shared.web.requests import Caller, TheCause, TheCommand, roles

Code = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,39}$")]
Days = Annotated[tuple[Annotated[int, Field(ge=1, le=30)], ...], Field(min_length=1, max_length=30)]
InPath = Annotated[ParticipantId, Path()]


class GrantAsked(Asked):
    zone: Code
    days: Days
    opens: time = time(0, 0)
    closes: time = time(0, 0)
    only_with: Code | None = None


class PersonalAccessAsked(Asked):
    """`only_days` makes a day badge. `version` is what the officer saw of it: what changed since is not replaced, and
    the refusal says who changed it.
    """

    upgrades: Annotated[tuple[GrantAsked, ...], Field(max_length=50)] = ()
    only_days: Days | None = None
    version: Annotated[int, Field(ge=0, le=1_000_000_000)] | None = None

    def personal(self) -> PersonalAccess:
        days = tuple(sorted(set(self.only_days))) if self.only_days is not None else None
        return PersonalAccess(tuple(AccessGrant(**dict(grant)) for grant in self.upgrades), days)


class WindowAnswer(BaseModel):
    opens: time
    closes: time
    only_with: str | None
    is_personal: bool


class ZoneAnswer(BaseModel):
    """`days` has the windows of each day, day 1 first."""

    zone: str
    days: list[list[WindowAnswer]]


class AccessAnswer(BaseModel):
    participant_id: str
    category: str
    only_days: tuple[int, ...] | None
    version: int
    zones: list[ZoneAnswer]

    @classmethod
    def of(cls, shown: ShownAccess) -> Self:
        return cls(
            participant_id=shown.dossier.participant_id,
            category=shown.dossier.submission.category,
            only_days=shown.personal.only_days,
            version=shown.version,
            zones=[
                ZoneAnswer(zone=row.zone, days=[[WindowAnswer(**vars(window)) for window in day] for day in row.days])
                for row in shown.table
            ],
        )


class AccessSetAnswer(BaseModel):
    """`badges_changed` counts live badges that open something else from now on."""

    participant_id: str
    badges_changed: int
    version: int


def access_routes(application: Application, pages: Pages) -> APIRouter:
    router = APIRouter(tags=["access"])
    path = "/api/accreditation/v1/dossiers/{participant_id}/access"

    @router.get(path, openapi_extra=roles(Role.ACCREDITATION_OFFICER, Role.ADMINISTRATOR))
    async def access(principal: Caller, participant_id: InPath) -> AccessAnswer:
        """What the badge opens or would open: every zone, day by day."""
        return AccessAnswer.of(await application.show_access(principal, participant_id))

    @router.put(path, openapi_extra=roles(Role.ACCREDITATION_OFFICER))
    async def set_access(
        principal: Caller, participant_id: InPath, asked: PersonalAccessAsked, cause: TheCause, command: TheCommand
    ) -> AccessSetAnswer:
        """Replace what the person has beyond the category."""
        wanted = SetPersonalAccess(participant_id, asked.personal(), asked.version)
        return AccessSetAnswer.model_validate(await application.set_personal_access(principal, wanted, cause, command))

    @router.get(
        "/accreditation/access/{participant_id}",
        include_in_schema=False,
        openapi_extra=roles(Role.ACCREDITATION_OFFICER),
    )
    async def page(request: Request, principal: PagePrincipal, participant_id: InPath) -> HTMLResponse:
        principal.require(Role.ACCREDITATION_OFFICER)
        shown, person = await application.show_access.with_name(principal, participant_id)
        return pages.render(request, "access.html", principal=principal, shown=shown, person=person)

    return router
