"""The port to sealed texts: free text about a person is kept in the vault, and everywhere else is its id alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, Protocol

import httpx

from shared.errors import InfrastructureError
from shared.security.personal_data import AUDIENCE
from shared.security.service_identity import ServiceIdentity

KEEP_PATH: Final = "/internal/registration/v1/texts"
READ_PATH: Final = "/internal/registration/v1/texts/read"
TEXT_CHARS_MAX: Final = 4_000
TEXTS_MAX: Final = 200
# Who signs in is no participant: an account holder's key in the vault has a name of its own kind.
ACCOUNT_OWNER_PREFIX: Final = "account:"


class SealedTexts(Protocol):
    async def keep(self, participant_id: str, text_id: str, text: str) -> None:
        """Seal a text under the person's key. Keeping it again under the same id has no effect.

        Raises InfrastructureError.
        """
        ...

    async def read(self, text_ids: Sequence[str]) -> Mapping[str, str]:
        """Those that are there; what an erased person's key sealed is not. Raises InfrastructureError."""
        ...


class HttpSealedTexts:
    """The port over the vault's internal API."""

    def __init__(self, http: httpx.AsyncClient, identity: ServiceIdentity) -> None:
        self._http = http
        self._identity = identity

    async def keep(self, participant_id: str, text_id: str, text: str) -> None:
        await self._post(KEEP_PATH, {"participant_id": participant_id, "text_id": text_id, "text": text})

    async def read(self, text_ids: Sequence[str]) -> Mapping[str, str]:
        found: dict[str, str] = {}
        for start in range(0, len(text_ids), TEXTS_MAX):
            answer = await self._post(READ_PATH, {"text_ids": list(text_ids[start : start + TEXTS_MAX])})
            found.update(answer["texts"])
        return found

    async def _post(self, path: str, body: dict[str, object]) -> dict[str, dict[str, str]]:
        try:
            response = await self._http.post(path, json=body, headers=self._identity.headers(AUDIENCE))
        except httpx.HTTPError as error:
            raise InfrastructureError(f"vault: {type(error).__name__}") from error
        if response.status_code != 200:
            raise InfrastructureError(f"vault: {response.status_code}")
        answer: dict[str, dict[str, str]] = response.json()
        return answer
