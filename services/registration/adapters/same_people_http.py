"""Who else somebody may be: for accreditation's checks by its own token, for an officer who looks into it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from fastapi import APIRouter, Request
from pydantic import BaseModel, ConfigDict, Field

from services.registration.adapters.import_answers import BASE
from services.registration.application.find_same_people import FindSamePeople
from services.registration.vault.grants import NotGrantedError
from shared.security.personal_data import AUDIENCE
from shared.security.principal import Role
from shared.security.same_people import SAME_PATH, SamePerson
from shared.security.service_identity import ServiceDirectory
from shared.web.requests import Caller, PathId, roles

CALLERS: Final = frozenset({"service:accreditation"})


class _Asked(BaseModel):
    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    participant_id: str = Field(min_length=1, max_length=60)


def routes(find: FindSamePeople, directory: ServiceDirectory) -> APIRouter:
    router = APIRouter()

    @router.post(SAME_PATH, openapi_extra=roles(Role.SERVICE))
    async def for_services(asked: _Asked, request: Request) -> dict[str, Any]:
        """References and scores, no names."""
        principal = directory.verify(request.headers.get("authorization", "").partition(" ")[2], AUDIENCE)
        if principal.account_id not in CALLERS:
            raise NotGrantedError
        return _view(await find(principal, asked.participant_id))

    @router.get(BASE + "/participants/{participant_id}/same-people", openapi_extra=roles(Role.ACCREDITATION_OFFICER))
    async def for_officers(participant_id: PathId, principal: Caller) -> dict[str, Any]:
        """Who may be the same person, over all delegations; focal points are never told."""
        return _view(await find(principal, participant_id))

    return router


def _view(found: Sequence[SamePerson]) -> dict[str, Any]:
    return {"people": [{**vars(each), "evidence": list(each.evidence)} for each in found]}
