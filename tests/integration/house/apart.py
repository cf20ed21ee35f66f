"""Registration, with who publishes the conference and signs people in, in a process of its own that can be killed."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import httpx

from deploy.local import processes
from deploy.local.installation import environment, make_secrets
from shared.contracts.conference import Conference
from shared.security.principal import Role
from tests.conftest import Namespace
from tests.support.backend import ROOT
from tests.support.callers import Callers, values_of

SERVICES = ("identity", "operations", "registration")


class Apart(Callers):
    """Started by `start`, and again after `kill`; what it wrote is in the same databases."""

    def __init__(self, namespace: Namespace, conference: Conference, log: Path) -> None:
        make_secrets(namespace.secrets, conference)
        self._port = processes.free_ports(1)
        self.url = f"http://127.0.0.1:{self._port}"
        self.namespace = namespace
        self._conference = conference
        self._log = log
        values = values_of(namespace, SERVICES, self.url)
        self._environment = {**processes.environment_without_secrets(), **environment(values)}
        self._process: Any = None
        super().__init__(namespace, self.url, httpx.AsyncClient(base_url=self.url, timeout=60))

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

        await self.until(known, seconds=60)

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
