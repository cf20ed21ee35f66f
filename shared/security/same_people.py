"""The port to "who else may this person be?": registration answers the accreditation side alone, without names."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Protocol

import httpx

from shared.errors import InfrastructureError
from shared.security.personal_data import AUDIENCE
from shared.security.service_identity import ServiceIdentity

SAME_PATH: Final = "/internal/registration/v1/same-people"


@dataclass(frozen=True)
class SamePerson:
    """Somebody registered who may be the same: by the `document`, or by the name with a score and its evidence."""

    participant_id: str
    delegation: str
    by_document: bool
    score: float
    evidence: tuple[str, ...]


class SamePeople(Protocol):
    async def of(self, participant_id: str) -> Sequence[SamePerson]:
        """Those who may be this person, over all delegations, the surest first. Raises InfrastructureError."""
        ...


class HttpSamePeople:
    """The port over registration's internal API."""

    def __init__(self, http: httpx.AsyncClient, identity: ServiceIdentity) -> None:
        self._http = http
        self._identity = identity

    async def of(self, participant_id: str) -> Sequence[SamePerson]:
        try:
            response = await self._http.post(
                SAME_PATH, json={"participant_id": participant_id}, headers=self._identity.headers(AUDIENCE)
            )
        except httpx.HTTPError as error:
            raise InfrastructureError(f"registration: {type(error).__name__}") from error
        if response.status_code != 200:
            raise InfrastructureError(f"registration: {response.status_code}")
        return [SamePerson(**{**item, "evidence": tuple(item["evidence"])}) for item in response.json()["people"]]
