"""The vault's internal API: for services, by their own signed tokens."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from pydantic import BaseModel, ConfigDict, Field

from services.registration.vault.grants import NotGrantedError
from services.registration.vault.read import ReadPersonalData
from shared.security.personal_data import (
    AUDIENCE,
    FACES_PATH,
    PEOPLE_MAX,
    READ_PATH,
    Answer,
    Erased,
    PersonalRecord,
    Purpose,
)
from shared.security.principal import Role
from shared.security.service_identity import ServiceDirectory
from shared.web.requests import roles
from shared.web.service_caller import ServiceOrPerson


class ReadBody(BaseModel):
    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    participant_ids: list[str] = Field(min_length=1, max_length=PEOPLE_MAX)
    purpose: Purpose


def routes(read: ReadPersonalData, directory: ServiceDirectory) -> APIRouter:
    router = APIRouter()

    @router.post(READ_PATH, openapi_extra=roles(Role.SERVICE))
    async def read_personal_data(body: ReadBody, request: Request) -> dict[str, Any]:
        """What is granted to the calling service for this purpose."""
        token = request.headers.get("authorization", "").partition(" ")[2]
        principal = directory.verify(token, AUDIENCE)
        people = await read(principal, body.participant_ids, body.purpose)
        return {"people": {participant_id: _item(answer) for participant_id, answer in people.items()}}

    @router.post(FACES_PATH, openapi_extra=roles(Role.SERVICE))
    async def read_faces(body: ReadBody, principal: ServiceOrPerson) -> dict[str, Any]:
        """Whom a gate is to compare, for the calling service in its own name; people are refused by their role."""
        principal.require(Role.SERVICE)
        if body.purpose is not Purpose.FACE_CHECK:
            raise NotGrantedError
        people = await read(principal, body.participant_ids, body.purpose)
        return {"people": {participant_id: _item(answer) for participant_id, answer in people.items()}}

    return router


def _item(answer: Answer) -> dict[str, Any]:
    if isinstance(answer, PersonalRecord):
        return {"state": "known", "fields": answer.to_json()}
    return {"state": "erased" if isinstance(answer, Erased) else "missing"}
