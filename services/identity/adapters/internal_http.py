"""What identity answers to other services, by their own tokens."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Request
from pydantic import BaseModel, ConfigDict, Field

from services.identity.application.tell_addresses import TellAddresses
from shared.security.officer_addresses import ADDRESSES_PATH, AUDIENCE
from shared.security.principal import Role
from shared.security.service_identity import ServiceDirectory
from shared.web.requests import roles


class _Asked(BaseModel):
    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    person_id: Annotated[str, Field(min_length=1, max_length=100)]


class AddressesAnswer(BaseModel):
    addresses: list[str]


def routes(tell_addresses: TellAddresses, directory: ServiceDirectory) -> APIRouter:
    router = APIRouter()

    @router.post(ADDRESSES_PATH, openapi_extra=roles(Role.SERVICE))
    async def addresses(asked: _Asked, request: Request) -> AddressesAnswer:
        """How an accreditation officer is reached by e-mail."""
        principal = directory.verify(request.headers.get("authorization", "").partition(" ")[2], AUDIENCE)
        return AddressesAnswer(addresses=await tell_addresses(principal, asked.person_id))

    return router
