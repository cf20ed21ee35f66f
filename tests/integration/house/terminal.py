"""A house that listens on a port, and somebody at a terminal before it: the real command, over real HTTP."""

from __future__ import annotations

import asyncio
import contextlib
import shlex
import subprocess
import sys
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import uvicorn

from deploy.local.processes import free_ports
from shared.security.principal import Role
from tests.integration.house.house import House
from tests.support.backend import ROOT
from tests.support.documents import blocks

PASSWORD = "a long enough password"


def documented(guide: str, command: str) -> list[list[str]]:
    """The lines of `bawaba command …` as a guide gives them, without the account."""
    text = "".join(blocks(ROOT / "docs" / "how-to" / guide, "bash"))
    lines = [shlex.split(line)[1:] for line in text.splitlines() if line.startswith(f"bawaba {command} ")]
    return [line[: line.index("--email")] for line in lines]


def with_words(line: list[str], words: Mapping[str, object]) -> list[str]:
    """A documented command with a test's own files and ids in place of the guide's."""
    return [str(words.get(word, word)) for word in line]


def files_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@dataclass(frozen=True)
class Terminal:
    house: House
    url: str

    async def opened(self, email: str, *roles: Role, person: str = "", delegation: str | None = None) -> None:
        """An account that signs in with PASSWORD."""
        account = {"email": email, "password": PASSWORD, "person_id": person or email.split("@")[0]}
        body = {**account, "roles": [role.value for role in roles], "delegation": delegation}
        answer = await self.house.call(Role.ADMINISTRATOR, "POST", "/api/identity/v1/accounts", json=body)
        assert answer.status_code == 201, answer.text

    async def bawaba(self, *arguments: str, password: str = PASSWORD) -> subprocess.CompletedProcess[str]:
        """The command with the password on its standard input."""
        command = [sys.executable, "-m", "services", *arguments, "--url", self.url]

        def run() -> subprocess.CompletedProcess[str]:
            return subprocess.run(
                command, cwd=ROOT, input=f"{password}\n", capture_output=True, text=True, timeout=120, check=False
            )

        return await asyncio.to_thread(run)


@contextlib.asynccontextmanager
async def served(house: House) -> AsyncIterator[Terminal]:
    """The house runs already: the server has no life of its own to give it."""
    port = free_ports(1)
    server = uvicorn.Server(uvicorn.Config(house.app, port=port, lifespan="off", log_config=None))
    serving = asyncio.create_task(server.serve())
    try:
        await house.until(lambda: _started(server))
        yield Terminal(house, f"http://127.0.0.1:{port}")
    finally:
        server.should_exit = True
        await serving


async def _started(server: uvicorn.Server) -> bool:
    return server.started
