"""The embedded supervisor: both engines and two application processes, started, watched, restarted, stopped.

The entrance has a process of its own, so that nothing that the other services do delays a gate. A process that ends, or
stops making progress (its /healthz says so, or says nothing) for fifteen seconds, is started again.
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import tomllib
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

import httpx

from deploy.demo.accounts import ACCOUNTS, passwords
from deploy.demo.client import RefusedError
from deploy.demo.conference import demonstration
from deploy.demo.main_job import MainJob
from deploy.demo.office import Office
from deploy.demo.report import Places, Report
from deploy.demo.whole_conference import WholeConference
from deploy.kafka.access import SERVICES
from deploy.local import processes
from deploy.local.installation import Addresses, environment, make_secrets, service_values
from deploy.local.processes import PortInUseError, StartError
from deploy.local.provision import DEFAULT_NAMESPACE, ServiceAccess, provision
from deploy.local.stack import LocalStack
from shared.contracts.conference import Conference

logging.getLogger("aiokafka.conn").setLevel(logging.ERROR)  # the password goes over loopback

ROOT: Final = Path(__file__).parents[1]
UNHEALTHY_S: Final = 15.0
START_S: Final = 60.0
PORTS: Final = {"mongo": 27917, "kafka": 19092, "main": 8480, "entrance": 8481}
PROCESSES: Final = {
    "main": tuple(service for service in SERVICES if service != "entrance"),
    "entrance": ("entrance",),
}


@dataclass
class _Child:
    """One application process and since when it is not well."""

    name: str
    port: int
    process: subprocess.Popen[bytes]
    unwell_since: float | None = None
    restarts: list[float] = field(default_factory=list)


class Supervisor:
    """One installation on this machine. `local` has the installed engines, `data` what this installation keeps."""

    def __init__(self, local: Path, data: Path, ports: dict[str, int] | None = None) -> None:
        self._libs = local / "kafka" / "libs"
        self._data = data
        self._ports = ports or PORTS
        self._stack = LocalStack(
            data, self._libs, mongo_port=self._ports["mongo"], kafka_port=self._ports["kafka"], cache_gb=0.25
        )
        self._children: dict[str, _Child] = {}
        self._environment: dict[str, str] = {}
        self._began = time.monotonic()
        self._rest: Callable[[], None] = lambda: None
        self.places = Places(f"http://localhost:{self._ports['main']}", f"http://localhost:{self._ports['entrance']}")

    @classmethod
    def once(cls, local: Path, conference_file: Path) -> int:
        """The main job on a fresh installation in a folder of its own; prints what was checked."""
        folder = Path(tempfile.mkdtemp(prefix="bawaba-demo-"))
        supervisor = cls(local, folder, ports_from(processes.free_ports(len(PORTS) + 1)))
        try:
            with supervisor.started(conference_file) as report:
                supervisor.invite_the_rest()
                for promise, times in report.checked.items():
                    print(f"  ✓ {promise}{f' ({times} ×)' if times > 1 else ''}")
            kept = f"{len(report.checked)} promises, checked {report.checked.total()} times"
            print(f"every promise of the main job kept: {kept} in {supervisor.elapsed()}")
        except (AssertionError, TimeoutError, StartError, PortInUseError, OSError) as error:
            print(f"  ✗ {error}", file=sys.stderr)
            supervisor.print_log_ends()
            return 1
        except KeyboardInterrupt:
            return 1
        finally:
            shutil.rmtree(folder, ignore_errors=True)
        return 0

    def stay_up(self, conference_file: Path) -> int:
        """Start, run the main job, print what to try, and watch until Ctrl-C or a termination."""
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, _interrupt)
        try:
            with self.started(conference_file):
                self._print_table()
                # A helper of this process alone: it starts no process, and ends with this one.
                threading.Thread(target=self._invite_in_background, daemon=True).start()
                self._watch()
        except (AssertionError, TimeoutError, StartError, PortInUseError) as error:
            print(error, file=sys.stderr)
            return 1
        except KeyboardInterrupt:
            print("\nstopped; the data stays for the next start")
        return 0

    @contextmanager
    def started(self, conference_file: Path) -> Iterator[Report]:
        """Everything running and the main job done; stops all that was started on leaving."""
        report = Report(self._say)
        if not self._libs.exists():
            raise StartError("Kafka is not installed here: run `make install`")
        try:
            conference = Conference.model_validate(tomllib.loads(conference_file.read_text(encoding="utf-8")))
            today = datetime.now(ZoneInfo(conference.timezone)).date()
            shown = demonstration(conference, today)
            self._start_engines(shown)
            for name in PROCESSES:
                self._start_child(name)
            drawn = passwords(self._data / "secrets")
            self._open_administrator(drawn["administrator"])
            for child in self._children.values():
                self._wait_for(child)
            self._say("services answer")
            made_on = self._made_on(today)
            MainJob(Office(self.places, drawn, report, shown)).run(made_on)
            self._say("ready")
            # The rest of the conference is another report's and another client's: it may run beside what comes now.
            self._rest = lambda: WholeConference(Office(self.places, drawn, report, shown)).run(made_on)
            yield report
        finally:
            self._stop()

    def invite_the_rest(self) -> None:
        """The other delegations, after the main job. Raises what the main job raises."""
        self._rest()

    def _invite_in_background(self) -> None:
        try:
            self._rest()
        except (AssertionError, TimeoutError, RefusedError, httpx.HTTPError) as error:
            self._say(f"the other delegations did not all come: {error}")

    def print_log_ends(self) -> None:
        """The last lines of each application process's log: after a failed demonstration nothing else is left."""
        for name in PROCESSES:
            log = self._data / "logs" / f"{name}.log"
            if log.exists():
                print(f"--- {name}", *log.read_text(errors="replace").splitlines()[-30:], sep="\n", file=sys.stderr)

    def elapsed(self) -> str:
        return f"{time.monotonic() - self._began:.1f} s"

    def _start_engines(self, conference: Conference) -> None:
        for name in PROCESSES:
            processes.require_free(self._ports[name], f"the {name} process")
        access = asyncio.run(self._engines())
        secrets = self._data / "secrets" / "services"
        make_secrets(secrets, conference)
        values = {
            service: service_values(
                service,
                access[service],
                folder=secrets,
                namespace=DEFAULT_NAMESPACE,
                addresses=Addresses(self.places.main, self.places.entrance),
                instance="embedded",
            )
            for service in SERVICES
        }
        self._environment = environment(values)
        self._say("topics, access rules, databases and users are there")

    async def _engines(self) -> dict[str, ServiceAccess]:
        return await provision(await self._stack.start(self._say))

    def _start_child(self, name: str, restarts: list[float] | None = None) -> None:
        wanted = tuple(f"BAWABA_{service.upper()}_" for service in PROCESSES[name])
        own = {key: value for key, value in self._environment.items() if key.startswith(wanted)}
        command = [sys.executable, "-m", "services", "serve"]
        command += ["--services", ",".join(PROCESSES[name]), "--port", str(self._ports[name])]
        process = processes.start(
            command,
            log=self._data / "logs" / f"{name}.log",
            env={**processes.environment_without_secrets(), **own},
            cwd=ROOT,
        )
        self._children[name] = _Child(name, self._ports[name], process, restarts=restarts or [])

    def _open_administrator(self, password: str) -> None:
        """The first account, which opens all others."""
        own = {key: value for key, value in self._environment.items() if key.startswith("BAWABA_IDENTITY_")}
        email = next(account.email for account in ACCOUNTS if account.name == "administrator")
        done = subprocess.run(
            [sys.executable, "-m", "services", "account", "--email", email],
            input=password.encode() + b"\n",
            env={**processes.environment_without_secrets(), **own},
            cwd=ROOT,
            capture_output=True,
            check=False,
        )
        if done.returncode != 0:
            raise StartError(f"the administrator's account: {done.stderr.decode()[-500:]}")

    def _wait_for(self, child: _Child) -> None:
        deadline = time.monotonic() + START_S
        log = self._data / "logs" / f"{child.name}.log"
        while not _answers_well(child.port, "readyz"):
            if child.process.poll() is not None:
                raise StartError(f"the {child.name} process ended with {child.process.returncode}; its log is {log}")
            if time.monotonic() > deadline:
                raise StartError(f"the {child.name} process was not ready within {START_S:.0f} s; its log is {log}")
            time.sleep(0.05)

    def _watch(self) -> None:
        """Look every two seconds, until interrupted."""
        while True:
            time.sleep(2)
            for child in list(self._children.values()):
                if child.process.poll() is not None:
                    self._restart(child, f"ended with {child.process.returncode}")
                elif _answers_well(child.port, "healthz"):
                    child.unwell_since = None
                else:
                    child.unwell_since = child.unwell_since or time.monotonic()
                    if time.monotonic() - child.unwell_since > UNHEALTHY_S:
                        self._restart(child, "makes no progress")

    def _restart(self, child: _Child, why: str) -> None:
        """Start it again, more slowly the more often it was necessary in the last ten minutes."""
        recent = [at for at in child.restarts if time.monotonic() - at < 600]
        time.sleep(min(2 ** len(recent) - 1, 30))
        self._say(f"the {child.name} process {why}; starting it again")
        processes.stop(child.process, seconds=10)
        self._start_child(child.name, [*recent, time.monotonic()])

    def _stop(self) -> None:
        for child in self._children.values():
            child.process.terminate()
        for child in self._children.values():
            processes.stop(child.process)
        self._children.clear()
        self._stack.stop()

    def _made_on(self, today: date) -> date:
        """The day this installation's demonstration people were made: the same people come back at every start."""
        path = self._data / "demonstration.json"
        if not path.exists():
            path.write_text(json.dumps({"made_on": today.isoformat()}))
        return date.fromisoformat(json.loads(path.read_text())["made_on"])

    def _say(self, line: str) -> None:
        print(f"[{time.monotonic() - self._began:5.1f} s] {line}", flush=True)

    def _print_table(self) -> None:
        drawn = passwords(self._data / "secrets")
        print(f"\n  Pages     {self.places.main}/    gate: {self.places.entrance}/entrance/gate")
        print(f"  Data      {os.path.relpath(self._data)}    Ctrl-C stops everything\n")
        for account in ACCOUNTS:
            print(f"  {account.role.value:<22} {account.email:<28} {drawn[account.name]}")
        print("\n  Try: sign in as a focal point and import a list; watch the stream as the operator;")
        print("  scan as the guard.\n")


def ports_from(first: int) -> dict[str, int]:
    """Ports in a row: pages, gate, MongoDB, Kafka, and Kafka's controller behind it."""
    return {name: first + offset for offset, name in enumerate(("main", "entrance", "mongo", "kafka"))}


def _answers_well(port: int, path: str) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/{path}", timeout=2) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def _interrupt(_number: int, _frame: object) -> None:
    raise KeyboardInterrupt
