"""Where a bench plays: its own engines, fresh databases and topics, and what machine it was."""

from __future__ import annotations

import asyncio
import os
import secrets
import sys
import tempfile
from collections.abc import AsyncIterator, Coroutine, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, TypeVar

import uvloop

from deploy.local.provision import provision
from shared.garbage import spare_what_lasts
from tests.conftest import Namespace
from tests.support.backend import Backend

T = TypeVar("T")


def as_a_service(bench: Coroutine[Any, Any, T]) -> T:
    """Run a bench as `bawaba serve` runs services: on its event loop, and with the collector told what lasts.

    What a figure is compared with runs in the same way.
    """
    spare_what_lasts()
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(bench)


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


def verdict(broken: Sequence[str], *, of: str) -> int:
    """Say which promises are not kept, or that what is promised is; answers the exit code."""
    print("NOT KEPT: " + "; ".join(broken) if broken else f"what is promised of {of} is kept")
    return 1 if broken else 0


def resident_mb() -> float:
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20
