"""Ask every service, or one, in the operator's own name: each decides by itself what the caller may see and do."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote

import httpx

from services.operations.domain.errors import NoSuchServiceError
from shared.errors import InfrastructureError

PATIENCE_S: Final = 3.0
WORK_PATIENCE_S: Final = 25.0


@dataclass(frozen=True)
class OnBehalf:
    """Whose request it is: the token, the language of refusals, and the caller's Idempotency-Key when there is one."""

    token: str
    language: str = "en"
    key: str = ""

    def headers(self) -> dict[str, str]:
        headers = {"Authorization": f"Bearer {self.token}", "Accept-Language": self.language}
        return headers | ({"Idempotency-Key": self.key} if self.key else {})


@dataclass(frozen=True)
class Answer:
    """What a service answered, refusals included."""

    status: int
    body: dict[str, Any]


class AskServices:
    def __init__(self, services: Mapping[str, httpx.AsyncClient]) -> None:
        self._services = services

    async def everyone(self, path: str, behalf: OnBehalf) -> dict[str, dict[str, Any] | None]:
        """Each service's answer to a look at `/api/<service>/v1<path>`; None for one that does not answer well."""
        answers = await asyncio.gather(*(self._look(name, path, behalf) for name in self._services))
        return dict(zip(self._services, answers, strict=True))

    async def one(
        self, service: str, method: str, path: str, behalf: OnBehalf, body: Mapping[str, Any] | None = None
    ) -> Answer:
        """One service's answer. Raises NoSuchServiceError, InfrastructureError."""
        if service not in self._services:
            raise NoSuchServiceError
        url = _path(service, path)
        try:
            answer = await self._services[service].request(
                method, url, headers=behalf.headers(), json=body, timeout=WORK_PATIENCE_S
            )
            return Answer(answer.status_code, answer.json())
        except (httpx.HTTPError, ValueError) as error:
            raise InfrastructureError(f"{service}: {type(error).__name__}") from error

    async def _look(self, service: str, path: str, behalf: OnBehalf) -> dict[str, Any] | None:
        try:
            answer = await self._services[service].get(
                _path(service, path), headers=behalf.headers(), timeout=PATIENCE_S
            )
            found: dict[str, Any] = answer.json()
        except (httpx.HTTPError, ValueError):
            return None
        return found if answer.status_code == 200 else None


def _path(service: str, path: str) -> str:
    return f"/api/{service.replace('_', '-')}/v1{path}"


def part(value: str) -> str:
    """A value as one part of a path."""
    return quote(value, safe="")
