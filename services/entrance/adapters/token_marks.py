"""A token's plate or serial, asked of accreditation in this service's own name."""

from __future__ import annotations

import httpx

from shared.errors import InfrastructureError
from shared.security.service_identity import ServiceIdentity


class HttpTokenMarks:
    def __init__(self, http: httpx.AsyncClient, identity: ServiceIdentity) -> None:
        self._http = http
        self._identity = identity

    async def mark(self, token_id: str) -> str | None:
        path = f"/api/accreditation/v1/tokens/{token_id}/mark"
        try:
            response = await self._http.get(path, headers=self._identity.headers("accreditation"))
        except httpx.HTTPError as error:
            raise InfrastructureError(f"token marks: {type(error).__name__}") from error
        if response.status_code == 404:
            return None
        if response.status_code != 200:
            raise InfrastructureError(f"token marks: {response.status_code}")
        mark: str | None = response.json()["mark"]
        return mark
