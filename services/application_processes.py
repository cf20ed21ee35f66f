"""The processes that serve: started, waited for, watched, started again, stopped.

A process that ends, or stops making progress (its /healthz says so, or says nothing) for fifteen seconds, is started
again.
"""

from __future__ import annotations

import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from deploy.local import processes
from deploy.local.processes import StartError
from services.topology import Topology

ROOT: Final = Path(__file__).parents[1]
UNHEALTHY_S: Final = 15.0
START_S: Final = 60.0


@dataclass
class _Child:
    """One process, and since when it is not well. One that never was well yet has the time of a start for it."""

    name: str
    port: int
    process: subprocess.Popen[bytes]
    was_well: bool = False
    unwell_since: float | None = None
    restarts: list[float] = field(default_factory=list)


class ApplicationProcesses:
    """`ports` has each process's port, `logs` is the folder of what they say, `say` is told of every restart."""

    def __init__(self, topology: Topology, ports: Mapping[str, int], logs: Path, say: Callable[[str], None]) -> None:
        self._topology = topology
        self._ports = ports
        self._logs = logs
        self._say = say
        self._settings: Mapping[str, str] = {}
        self._after: Path | None = None
        self._children: dict[str, _Child] = {}

    def require_free_ports(self) -> None:
        """Raises PortInUseError."""
        for name in {"main": "", **self._topology.processes}:
            processes.require_free(self._ports[name], f"the {name} process")

    def start(self, settings: Mapping[str, str], *, after: Path) -> None:
        """Start all; each gets the settings of its own services and nobody else's, and begins when `after` is there."""
        self._settings, self._after = settings, after
        for name in self._topology.processes:
            self._start(name)

    def wait(self) -> None:
        """Until all are ready. Raises StartError."""
        for child in self._children.values():
            self._wait_for(child)

    def watch(self, *, until: Callable[[], bool]) -> None:
        """Look every two seconds, until that is so or an interrupt is raised."""
        while not until():
            time.sleep(2)
            for child in list(self._children.values()):
                if child.process.poll() is not None:
                    self._restart(child, f"ended with {child.process.returncode}")
                elif _answers_well(child.port, "healthz"):
                    child.was_well, child.unwell_since = True, None
                else:
                    child.unwell_since = child.unwell_since or time.monotonic()
                    if time.monotonic() - child.unwell_since > (UNHEALTHY_S if child.was_well else START_S):
                        self._restart(child, "makes no progress")

    def stop(self) -> None:
        for child in self._children.values():
            child.process.terminate()
        for child in self._children.values():
            processes.stop(child.process)
        self._children.clear()

    def print_log_ends(self) -> None:
        """The last lines of each log: after a failed demonstration nothing else is left."""
        for name in self._topology.processes:
            log = self._log(name)
            if log.exists():
                print(f"--- {name}", *log.read_text(errors="replace").splitlines()[-30:], sep="\n", file=sys.stderr)

    def _log(self, name: str) -> Path:
        return self._logs / f"{name}.log"

    def _start(self, name: str, restarts: list[float] | None = None) -> None:
        services = self._topology.processes[name]
        command = [sys.executable, "-m", "services", "serve", "--port", str(self._ports[name])]
        command += ["--alone", name] if self._topology is Topology.DISTRIBUTED else ["--services", ",".join(services)]
        command += ["--after", str(self._after)]
        env = {**processes.environment_without_secrets(), **settings_of(services, self._settings)}
        process = processes.start(command, log=self._log(name), env=env, cwd=ROOT)
        self._children[name] = _Child(name, self._ports[name], process, restarts=restarts or [])

    def _wait_for(self, child: _Child) -> None:
        deadline = time.monotonic() + START_S
        log = self._log(child.name)
        while not _answers_well(child.port, "readyz"):
            if child.process.poll() is not None:
                raise StartError(f"the {child.name} process ended with {child.process.returncode}; its log is {log}")
            if time.monotonic() > deadline:
                raise StartError(f"the {child.name} process was not ready within {START_S:.0f} s; its log is {log}")
            time.sleep(0.05)

    def _restart(self, child: _Child, why: str) -> None:
        """Start it again, more slowly the more often it was necessary in the last ten minutes."""
        recent = [at for at in child.restarts if time.monotonic() - at < 600]
        time.sleep(min(2 ** len(recent) - 1, 30))
        self._say(f"the {child.name} process {why}; starting it again")
        processes.stop(child.process, seconds=10)
        self._start(child.name, [*recent, time.monotonic()])


def settings_of(services: tuple[str, ...], settings: Mapping[str, str]) -> dict[str, str]:
    """The settings of these services alone."""
    wanted = tuple(f"BAWABA_{service.upper()}_" for service in services)
    return {name: value for name, value in settings.items() if name.startswith(wanted)}


def _answers_well(port: int, path: str) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/{path}", timeout=2) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False
