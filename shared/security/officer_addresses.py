"""The port to officers' e-mail addresses: identity knows how people are reached, who reminds them asks each time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Protocol

import httpx

from shared.errors import InfrastructureError
from shared.security.service_identity import ServiceIdentity

AUDIENCE: Final = "identity"
ADDRESSES_PATH: Final = "/internal/identity/v1/officer-addresses"


class OfficerAddresses(Protocol):
    async def of(self, person_id: str) -> Sequence[str]:
        """The addresses of an accreditation officer's accounts in use; none for anybody else.

        Raises InfrastructureError.
        """
        ...


class HttpOfficerAddresses:
    """The port over identity's internal API."""

    def __init__(self, http: httpx.AsyncClient, identity: ServiceIdentity) -> None:
        self._http = http
        self._identity = identity

    async def of(self, person_id: str) -> Sequence[str]:
        try:
            response = await self._http.post(
                ADDRESSES_PATH, json={"person_id": person_id}, headers=self._identity.headers(AUDIENCE)
            )
        except httpx.HTTPError as error:
            raise InfrastructureError(f"identity: {type(error).__name__}") from error
        if response.status_code != 200:
            raise InfrastructureError(f"identity: {response.status_code}")
        addresses: list[str] = response.json()["addresses"]
        return addresses
