"""The embedded supervisor: both engines and two application processes, started, watched, restarted, stopped.

The entrance has a process of its own, so that nothing that the other services do delays a gate.
"""

from __future__ import annotations

import asyncio
import logging
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import tomllib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

from deploy.demo.accounts import ACCOUNTS, passwords
from deploy.demo.report import Places
from deploy.kafka.access import SERVICES
from deploy.local import processes
from deploy.local.ingress import start_ingress
from deploy.local.installation import Addresses, environment, make_secrets, service_values
from deploy.local.processes import PortInUseError, StartError
from deploy.local.provision import DEFAULT_NAMESPACE, accesses, provision
from deploy.local.stack import LocalStack
from services.application_processes import ApplicationProcesses, settings_of
from services.topology import PORTS, Topology, ports_from
from shared.contracts.conference import Conference

if TYPE_CHECKING:
    from services.demonstration import Demonstration

logging.getLogger("aiokafka.conn").setLevel(logging.ERROR)  # the password goes over loopback

ROOT: Final = Path(__file__).parents[1]


class Supervisor:
    """One installation on this machine. `local` has the installed engines, `data` what this installation keeps."""

    def __init__(
        self,
        local: Path,
        data: Path,
        ports: dict[str, int] | None = None,
        topology: Topology = Topology.EMBEDDED,
    ) -> None:
        self._topology = topology
        self._libs = local / "kafka" / "libs"
        self._data = data
        self._ports = ports or PORTS
        if topology is Topology.DISTRIBUTED:
            # Behind the ingress the processes' own ports are nobody's business: any that are free.
            first = processes.free_ports(len(SERVICES))
            own = {service: first + offset for offset, service in enumerate(SERVICES)}
            self._ports = {**self._ports, "ingress": self._ports["main"], **own}
        self._stack = LocalStack(
            data, self._libs, mongo_port=self._ports["mongo"], kafka_port=self._ports["kafka"], cache_gb=0.25
        )
        self._processes = ApplicationProcesses(topology, self._ports, data / "logs", self.say)
        self._environment: dict[str, str] = {}
        self._began = time.monotonic()
        self._helpers: list[subprocess.Popen[bytes]] = []
        self._is_ending = False
        main = f"http://localhost:{self._ports['main']}"
        is_one_origin = topology is Topology.DISTRIBUTED
        self.places = Places(main, main if is_one_origin else f"http://localhost:{self._ports['entrance']}")

    @classmethod
    def once(cls, local: Path, conference_file: Path, topology: Topology) -> int:
        """The whole demonstration on a fresh installation in a folder of its own; prints what was checked."""
        from services.demonstration import FAILURES

        folder = Path(tempfile.mkdtemp(prefix="bawaba-demo-"))
        supervisor = cls(local, folder, ports_from(processes.free_ports(len(PORTS) + 1)), topology)
        try:
            with supervisor.started(conference_file):
                shown = supervisor.demonstration(conference_file)
                checked = shown.main_job().checked
                supervisor.say("ready")
                checked += shown.the_rest().checked
            for promise, times in checked.items():
                print(f"  ✓ {promise}{f' ({times} ×)' if times > 1 else ''}")
            kept = f"{len(checked)} promises, checked {checked.total()} times"
            print(f"every promise of the main job kept: {kept} in {supervisor.elapsed()}")
        except (StartError, PortInUseError, OSError, *FAILURES) as error:
            print(f"  ✗ {error}", file=sys.stderr)
            supervisor._processes.print_log_ends()
            return 1
        except KeyboardInterrupt:
            return 1
        finally:
            shutil.rmtree(folder, ignore_errors=True)
        return 0

    def stay_up(self, conference_file: Path) -> int:
        """Start, run the main job, print what to try, and watch until Ctrl-C or a termination.

        The demonstration runs in processes of its own, which end with it: what stays up stays small.
        """
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._interrupt)
        try:
            with self.started(conference_file, meanwhile=lambda: self._demonstrate("main", conference_file)) as job:
                if job is None or job.wait() != 0:
                    return 1
                self.say("ready")
                self._print_table()
                self._helpers.append(self._demonstrate("rest", conference_file))
                self._processes.watch(until=lambda: self._is_ending)
        except (StartError, PortInUseError) as error:
            print(error, file=sys.stderr)
            return 1
        except KeyboardInterrupt:
            pass
        print("\nstopped; the data stays for the next start")
        return 0

    def _interrupt(self, _number: int, _frame: object) -> None:
        # Raised while a process is being forked, the exception is only written down as ignored; the mark stays.
        self._is_ending = True
        raise KeyboardInterrupt

    @contextmanager
    def started(
        self, conference_file: Path, *, meanwhile: Callable[[], subprocess.Popen[bytes]] | None = None
    ) -> Iterator[subprocess.Popen[bytes] | None]:
        """Everything running; stops all that was started on leaving.

        `meanwhile` starts a process that gets ready beside the services and begins once they answer.
        """
        if not self._libs.exists():
            raise StartError("Kafka is not installed here: run `make install`")
        try:
            conference = Conference.model_validate(tomllib.loads(conference_file.read_text(encoding="utf-8")))
            self._processes.require_free_ports()
            self._prepare(conference)
            # Python reads its modules while the engines start; nobody serves before everything is provisioned.
            provisioned, answering = self._data / "provisioned", self._data / "answering"
            for mark in (provisioned, answering):
                mark.unlink(missing_ok=True)
            self._processes.start(self._environment, after=provisioned)
            shown = meanwhile() if meanwhile else None
            asyncio.run(self._start_engines())
            provisioned.touch()
            if self._topology is Topology.DISTRIBUTED:
                own = {service: self._ports[service] for service in SERVICES}
                self._helpers.append(start_ingress(self._data / "ingress", self._ports["ingress"], own))
            self._open_administrator(passwords(self._data / "secrets")["administrator"])
            self._processes.wait()
            self.say("services answer")
            answering.touch()
            yield shown
        finally:
            self._stop()

    def demonstration(self, conference_file: Path) -> Demonstration:
        """The demonstration in this process."""
        from services.demonstration import Demonstration

        return Demonstration(self.places, self._data, conference_file, self.say)

    def _demonstrate(self, part: str, conference_file: Path) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "services", "demonstrate", part, "--data", str(self._data)]
        command += ["--main", self.places.main, "--entrance", self.places.entrance]
        command += ["--conference", str(conference_file), "--began", str(self._began)]
        command += ["--after", str(self._data / "answering")]
        return processes.start(command, log=None, env=processes.environment_without_secrets(), cwd=ROOT)

    def elapsed(self) -> str:
        return f"{time.monotonic() - self._began:.1f} s"

    def _prepare(self, conference: Conference) -> None:
        """Draw what is secret and write down how each service reaches what is going to be started."""
        access = accesses(self._stack.take())
        secrets = self._data / "secrets" / "services"
        make_secrets(secrets, conference)
        values = {
            service: service_values(
                service,
                access[service],
                folder=secrets,
                namespace=DEFAULT_NAMESPACE,
                addresses=self._addresses(),
                instance=self._topology.value,
            )
            for service in SERVICES
        }
        mail = self._start_mail_catcher()
        values["registration"] |= mail
        values["accreditation"] |= mail | {
            "office_mail": "accreditation@example.org",
            "head_mail": "head.of.accreditation@example.org",
        }
        self._environment = environment(values)

    async def _start_engines(self) -> None:
        await provision(await self._stack.start(self.say))
        self.say("topics, access rules, databases and users are there")

    def _start_mail_catcher(self) -> dict[str, object]:
        """What would go out as e-mail is kept in the installation's folder; the settings of who sends any."""
        port = processes.free_ports(1)
        command = [sys.executable, "-m", "deploy.local.mail_catcher", str(port), str(self._data / "mail")]
        log = self._data / "logs" / "mail.log"
        catcher = processes.start(command, log=log, env=processes.environment_without_secrets(), cwd=ROOT)
        self._helpers.append(catcher)
        return {"mail_host": "127.0.0.1", "mail_port": port, "mail_from": "bawaba@example.org"}

    def _addresses(self) -> Addresses:
        if self._topology is Topology.EMBEDDED:
            return Addresses(self.places.main, self.places.entrance)
        own = {service: f"http://127.0.0.1:{self._ports[service]}" for service in SERVICES}
        return Addresses(self.places.main, self.places.entrance, own)

    def _open_administrator(self, password: str) -> None:
        """The first account, which opens all others."""
        own = settings_of(("identity",), self._environment)
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

    def _stop(self) -> None:
        for helper in self._helpers:
            processes.stop(helper, seconds=2)
        self._helpers.clear()
        self._processes.stop()
        self._stack.stop()

    def say(self, line: str) -> None:
        print(f"[{time.monotonic() - self._began:5.1f} s] {line}", flush=True)

    def _print_table(self) -> None:
        drawn = passwords(self._data / "secrets")
        print(f"\n  Pages     {self.places.main}/    gate: {self.places.entrance}/entrance/gate")
        print(f"  Lists     {os.path.relpath(self._data / 'lists')}: what the ministries sent, to send again")
        print(f"  E-mail    {os.path.relpath(self._data / 'mail')}: what went out to the delegations and to the office")
        print(f"  Data      {os.path.relpath(self._data)}    Ctrl-C stops everything\n")
        for account in ACCOUNTS:
            print(f"  {account.role.value:<22} {account.email:<28} {drawn[account.name]}")
        print("\n  Then: docs/tutorial.md, the conference in fifteen minutes.\n")
