"""Commands that start something: an installation, the demonstration, services, the first account."""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from services.places import BENGHAZI, ROOT
from services.topology import Topology, ports_from

if TYPE_CHECKING:
    Commands = argparse._SubParsersAction[argparse.ArgumentParser]


def add_to(commands: Commands) -> None:
    local = Path(os.environ.get("BAWABA_LOCAL", ROOT / ".local"))
    _add_installation(commands, local)
    _add_services(commands)
    _add_containers(commands)


def _add_installation(commands: Commands, local: Path) -> None:

    run = commands.add_parser("run", help="start everything on this machine, run the main job, stay up")
    run.add_argument("--local", type=Path, default=local, help="folder with the installed engines")
    run.add_argument("--data", type=Path, help="folder of data, logs and secrets; by default in the local folder")
    run.add_argument(
        "--port-base", type=int, help="use five ports from here on: pages, gate, MongoDB, Kafka and its controller"
    )
    _add_topology(run)
    run.set_defaults(run=_run)

    demo = commands.add_parser("demo", help="the main job on a fresh installation, checked, then stopped: exits 0 or 1")
    demo.add_argument("--local", type=Path, default=local, help="folder with the installed engines")
    _add_topology(demo)
    demo.set_defaults(run=_demo)

    shown = commands.add_parser("demonstrate", help="the demonstration's people at work on a running installation")
    shown.add_argument("part", choices=("main", "rest"), help="the main job, or the other delegations")
    shown.add_argument("--data", type=Path, required=True, help="the installation's folder, for its passwords")
    shown.add_argument("--main", required=True, help="URL of the main process")
    shown.add_argument("--entrance", required=True, help="URL of the entrance")
    shown.add_argument("--conference", type=Path, default=BENGHAZI, help="the conference file")
    shown.add_argument("--after", type=Path, help="get ready, and begin when this file is there")
    shown.add_argument("--began", type=float, default=None, help=argparse.SUPPRESS)
    shown.set_defaults(run=_demonstrate)


def _add_services(commands: Commands) -> None:
    serve = commands.add_parser("serve", help="serve some services in this process; settings from the environment")
    which = serve.add_mutually_exclusive_group(required=True)
    which.add_argument("--services", help="names, separated by commas")
    which.add_argument("--alone", help="one service behind an ingress, which keeps /internal to the inside")
    serve.add_argument("--port", type=int, required=True, help="the port to listen on")
    serve.add_argument("--host", default="127.0.0.1", help="the address to listen on, loopback by default")
    serve.add_argument("--after", type=Path, help="get ready, and begin when this file is there")
    serve.add_argument("--environment", type=Path, help="a file of settings, NAME=value a line, read before anything")
    serve.set_defaults(run=_serve)

    account = commands.add_parser(
        "account", help="open an administrator's account; its password comes on standard input"
    )
    account.add_argument("--email", required=True, help="the address that they sign in with")
    account.set_defaults(run=_account)


def _add_containers(commands: Commands) -> None:
    containers = commands.add_parser("containers", help="the one-shot steps of docker-compose.yml")
    containers.add_argument("step", choices=("secrets", "provision", "demonstration"), help="which of them")
    containers.add_argument("--folder", type=Path, required=True, help="where the volumes are mounted")
    containers.add_argument("--public-url", default="http://localhost:8480", help="what a person's browser uses")
    containers.add_argument("--main", default="http://ingress", help="the ingress as containers see it")
    containers.set_defaults(run=_containers)


def _add_topology(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--topology",
        type=Topology,
        choices=list(Topology),
        default=Topology.EMBEDDED,
        help="two processes, or one a service behind nginx",
    )


def _run(asked: argparse.Namespace) -> int:
    from services.supervisor import Supervisor

    ports = ports_from(asked.port_base) if asked.port_base else None
    return Supervisor(asked.local, asked.data or asked.local / "data", ports, asked.topology).stay_up(BENGHAZI)


def _demo(asked: argparse.Namespace) -> int:
    from services.supervisor import Supervisor

    return Supervisor.once(asked.local, BENGHAZI, asked.topology)


def _demonstrate(asked: argparse.Namespace) -> int:
    return _show(
        (asked.main, asked.entrance),
        asked.data,
        asked.conference,
        only_main_job=asked.part == "main",
        began=asked.began,
        after=asked.after,
    )


def _show(
    origins: tuple[str, str],
    data: Path,
    conference: Path,
    *,
    only_main_job: bool = True,
    began: float | None = None,
    after: Path | None = None,
) -> int:
    """The demonstration against the two origins, once the file `after` is there; times are told since `began`."""
    from deploy.demo.report import Places
    from services.demonstration import FAILURES, Demonstration, say_since

    say = say_since(time.monotonic() if began is None else began)
    shown = Demonstration(Places(*origins), data, conference, say)
    if after:
        _wait_for(after)
    try:
        shown.main_job() if only_main_job else shown.the_rest()
    except FAILURES as error:
        print(f"the demonstration broke off: {error}", file=sys.stderr)
        return 1
    return 0


def _serve(asked: argparse.Namespace) -> int:
    import uvicorn

    from services.composition import process_app, single_app
    from services.serving import WatchedServer
    from shared.garbage import spare_what_lasts
    from shared.settings import settings_file
    from shared.telemetry.logs import configure_logs

    configure_logs(json=not sys.stderr.isatty())
    if asked.environment:
        os.environ.update(settings_file(asked.environment))
    app = single_app(asked.alone) if asked.alone else process_app(asked.services.split(","))
    spare_what_lasts()
    if asked.after:
        _wait_for(asked.after)
    config = uvicorn.Config(
        app,
        host=asked.host,
        port=asked.port,
        loop="uvloop",
        http="httptools",
        log_config=None,
        access_log=False,
        server_header=False,
        # Behind an ingress the caller's address comes from it; without one, nobody may claim another address.
        proxy_headers=bool(asked.alone),
        timeout_graceful_shutdown=5,
    )
    server = WatchedServer(config, app, is_watched=not asked.alone)
    server.run()
    return server.exit_code


def _wait_for(file: Path) -> None:
    while not file.exists():
        time.sleep(0.02)


def _containers(asked: argparse.Namespace) -> int:
    from deploy.containers.prepare import make_all_secrets, provision_all

    if asked.step == "secrets":
        make_all_secrets(asked.folder, BENGHAZI)
        return 0
    if asked.step == "provision":
        asyncio.run(provision_all(asked.folder, asked.public_url))
        return 0
    return _demonstrate_in_containers(asked)


def _demonstrate_in_containers(asked: argparse.Namespace) -> int:
    """Open the first account with identity's own settings, then the main job through the ingress."""
    from deploy.demo.accounts import ACCOUNTS, passwords
    from services.administration import open_administrator
    from services.identity.domain.account import AccountExistsError
    from shared.settings import SETTINGS_FILE, settings_file

    os.environ.update(settings_file(Path("/run/bawaba") / SETTINGS_FILE))
    data = asked.folder / "own" / "demonstration"
    (data / "secrets").mkdir(parents=True, exist_ok=True, mode=0o700)
    email = next(account.email for account in ACCOUNTS if account.name == "administrator")
    try:
        asyncio.run(open_administrator(email, passwords(data / "secrets")["administrator"]))
    except AccountExistsError:
        pass  # an earlier demonstration's
    done = _show((asked.main, asked.main), data, BENGHAZI)
    for account in ACCOUNTS:
        print(f"  {account.role.value:<22} {account.email:<28} {passwords(data / 'secrets')[account.name]}")
    return done


def _account(asked: argparse.Namespace) -> int:
    from services.administration import open_administrator
    from services.identity.domain.account import AccountExistsError
    from shared.errors import Refusal

    try:
        asyncio.run(open_administrator(asked.email, sys.stdin.readline().strip()))
    except AccountExistsError:
        print("there is an account with this e-mail already")
    except Refusal as refusal:
        print(f"refused: {refusal.code} {refusal.data}", file=sys.stderr)
        return 1
    return 0
