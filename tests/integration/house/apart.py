"""Registration, with who publishes the conference and signs people in, in a process of its own that can be killed."""

from __future__ import annotations

import asyncio
import sys
import uuid
from pathlib import Path
from typing import Any

import httpx

from deploy.local import processes
from deploy.local.installation import Addresses, environment, make_secrets, service_values
from shared.contracts.conference import Conference
from shared.security.key_files import raw_public_key, read_private_key
from shared.security.principal import Principal, Role
from shared.security.tokens import Session, TokenIssuer
from shared.world import SYSTEM
from tests.conftest import Namespace
from tests.support.backend import ROOT

SERVICES = ("identity", "operations", "registration")


class Apart:
    """Started by `start`, and again after `kill`; what it wrote is in the same databases."""

    def __init__(self, namespace: Namespace, conference: Conference, log: Path) -> None:
        make_secrets(namespace.secrets, conference)
        self._port = processes.free_ports(1)
        self.url = f"http://127.0.0.1:{self._port}"
        self.namespace = namespace
        self._conference = conference
        self._log = log
        values = {
            name: service_values(
                name,
                namespace.services[name],
                folder=namespace.secrets,
                namespace=namespace.name,
                addresses=Addresses(self.url, self.url),
                instance="test",
            )
            for name in SERVICES
        }
        self._environment = {**processes.environment_without_secrets(), **environment(values)}
        key = read_private_key(namespace.secrets / "identity" / "tokens.pem")
        self._issuer = TokenIssuer(self.url, "bawaba", key, raw_public_key(key.public_key()).hex()[:16], SYSTEM, 3600)
        self._process: Any = None
        self.http = httpx.AsyncClient(base_url=self.url, timeout=60)

    async def start(self) -> None:
        command = [sys.executable, "-m", "services", "serve", "--port", str(self._port)]
        command += ["--services", ",".join(SERVICES)]
        self._process = processes.start(command, log=self._log, env=self._environment, cwd=ROOT)

        async def ready() -> bool:
            try:
                return (await self.http.get("/readyz")).status_code == 200
            except httpx.TransportError:
                return False

        await self.until(ready, seconds=90)

    async def publish(self) -> None:
        path = "/api/operations/v1/conference"
        answer = await self.call(Role.ADMINISTRATOR, "PUT", path, json=self._conference.model_dump(mode="json"))
        assert answer.status_code == 200, answer.text
        quota = f"/api/registration/v1/delegations/{self._conference.delegations[0].code}/quota"

        async def known() -> bool:
            return (await self.call(self._conference.delegations[0].code, "GET", quota)).status_code == 200

        await self.until(known)

    def kill(self) -> None:
        """With SIGKILL: nothing is said or written any more."""
        self._process.kill()
        self._process.wait()

    async def stop(self) -> None:
        if self._process is not None:
            processes.stop(self._process)
        await self.http.aclose()

    @property
    def pid(self) -> int:
        pid: int = self._process.pid
        return pid

    async def call(self, who: Role | str, method: str, path: str, **content: Any) -> httpx.Response:
        if isinstance(who, Role):
            principal = Principal(str(who), f"person-{who}", frozenset({who}), None)
        else:
            principal = Principal(f"focal-{who}", f"person-{who}", frozenset({Role.FOCAL_POINT}), who)
        token = self._issuer.issue(principal, Session("s", 1))
        headers = {
            "Authorization": f"Bearer {token}",
            "Accept-Language": "en",
            "Idempotency-Key": str(uuid.uuid4()),
            **content.pop("headers", {}),
        }
        return await self.http.request(method, path, headers=headers, **content)

    async def until(self, condition: Any, *, seconds: float = 60) -> None:
        deadline = asyncio.get_running_loop().time() + seconds
        while not await condition():
            assert asyncio.get_running_loop().time() < deadline, "did not come"
            await asyncio.sleep(0.05)
