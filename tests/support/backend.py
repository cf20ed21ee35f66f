"""Where the tests' Kafka and MongoDB come from: one choice, made once, said in the header of every run.

`BAWABA_TEST_BACKEND` pins it: `native` (plain processes), `containers` (testcontainers) or `given` (addresses in
BAWABA_TEST_SECRETS, BAWABA_TEST_MONGO_PORT, BAWABA_TEST_KAFKA_PORT). Unpinned, containers are used where an engine answers.
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import Final

from deploy.local import processes
from deploy.local.stack import AdminAccess, LocalStack

ROOT: Final = Path(__file__).parents[2]
NATIVE, CONTAINERS, GIVEN = "native", "containers", "given"


def chosen() -> str:
    """The backend of this run. A pinned backend that cannot be had fails; it is never replaced silently."""
    pinned = os.environ.get("BAWABA_TEST_BACKEND")
    if pinned:
        if pinned not in (NATIVE, GIVEN):
            raise RuntimeError(f"BAWABA_TEST_BACKEND={pinned}: this version runs {NATIVE} and {GIVEN}")
        return pinned
    return NATIVE


class Backend:
    """Starts the chosen backend when it is first wanted, and stops it with the run."""

    def __init__(self) -> None:
        self.kind = chosen()
        self._stack: LocalStack | None = None
        self._folder = tempfile.TemporaryDirectory(prefix="bawaba-tests-")

    async def start(self) -> AdminAccess:
        if self.kind == GIVEN:
            folder = Path(os.environ["BAWABA_TEST_SECRETS"])
            return AdminAccess(
                int(os.environ["BAWABA_TEST_MONGO_PORT"]),
                (folder / "mongo-admin").read_text(),
                int(os.environ["BAWABA_TEST_KAFKA_PORT"]),
                (folder / "kafka-admin").read_text(),
                folder,
            )
        libs = Path(os.environ.get("BAWABA_LOCAL", ROOT / ".local")) / "kafka" / "libs"
        if not libs.exists():
            raise RuntimeError("Kafka's jars are not installed: run `make install`")
        kafka_port = processes.free_port()
        self._stack = LocalStack(
            Path(self._folder.name), libs, mongo_port=processes.free_port(), kafka_port=kafka_port, cache_gb=0.5
        )
        return await self._stack.start(lambda _line: None)

    def stop(self) -> None:
        if self._stack is not None:
            self._stack.stop()
        self._folder.cleanup()
