"""Where a bench plays: its own engines, fresh databases and topics, and what machine it was."""

from __future__ import annotations

import os
import secrets
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from deploy.local.provision import provision
from tests.conftest import Namespace
from tests.support.backend import Backend


@asynccontextmanager
async def fresh_namespace() -> AsyncIterator[Namespace]:
    """Real Kafka and MongoDB, started for this and stopped after it; says the machine's load at the start."""
    backend = Backend()
    with tempfile.TemporaryDirectory() as folder:
        try:
            access = await backend.start()
            name = f"b{secrets.token_hex(4)}"
            namespace = Namespace(name, await provision(access, name), Path(folder))
            load, python = os.getloadavg()[0], sys.version.split()[0]
            print(f"{os.cpu_count()} cores, load {load:.1f} at the start, Python {python}")
            yield namespace
        finally:
            backend.stop()


def resident_mb() -> float:
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20
