"""`bawaba backup`: databases and log positions into a folder, keys into another, while everything runs."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import logging
import os
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from services.places import ROOT
from services.topology import PORTS, ports_from

if TYPE_CHECKING:
    from shared.settings import ServiceSettings

    Commands = argparse._SubParsersAction[argparse.ArgumentParser]


T = TypeVar("T")


def add_to(commands: Commands) -> None:
    backup = commands.add_parser("backup", help="back up databases and log positions while everything runs; keys apart")
    backup.add_argument("--to", type=Path, required=True, help="a new folder for documents and positions")
    backup.add_argument(
        "--keys-to", type=Path, help="a new folder elsewhere for the keys; without it no key is backed up"
    )
    add_installation(backup)
    backup.set_defaults(run=_backup)


def add_installation(command: argparse.ArgumentParser) -> None:
    """Which installation is meant; by default the one whose settings are in the environment."""
    where = command.add_mutually_exclusive_group()
    where.add_argument("--data", type=Path, help="the folder of an installation on this machine, as `run` keeps it")
    where.add_argument("--secrets", type=Path, help="a folder with each service's secrets, as containers mount them")
    local = Path(os.environ.get("BAWABA_LOCAL", ROOT / ".local"))
    command.add_argument("--local", type=Path, default=local, help="folder with the installed engines, for --data")
    command.add_argument("--port-base", type=int, help="its first port, if it was given one, for --data")


def on_installation(
    asked: argparse.Namespace, work: Callable[[Mapping[str, ServiceSettings]], Awaitable[T]], *, failed: str = ""
) -> T | None:
    """What `work` answers on the installation that is meant; None, after one line from `failed` on, if it fails."""
    from pydantic import ValidationError

    from deploy.local.processes import PortInUseError, StartError
    from shared.errors import BawabaError

    async def run() -> T:
        async with _installation(asked) as settings:
            return await work(settings)

    try:
        return asyncio.run(run())
    except (BawabaError, ValidationError, StartError, PortInUseError, OSError) as error:
        print(f"{failed}{error}", file=sys.stderr)
        return None


@contextlib.asynccontextmanager
async def _installation(asked: argparse.Namespace) -> AsyncIterator[Mapping[str, ServiceSettings]]:
    from services.backup.settings import installation, settings_from_environment, settings_from_secrets

    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)  # what fails is said in one line of ours

    if asked.secrets is not None:
        yield settings_from_secrets(asked.secrets)
        return
    if asked.data is None:
        yield settings_from_environment()
        return
    ports = ports_from(asked.port_base) if asked.port_base else PORTS
    async with installation(asked.data, asked.local / "kafka" / "libs", ports) as settings:
        yield settings


def _backup(asked: argparse.Namespace) -> int:
    from services.backup.take import take_backup
    from shared.world import SYSTEM

    done = on_installation(
        asked, lambda settings: take_backup(settings, asked.to, SYSTEM, keys=asked.keys_to), failed="no backup: "
    )
    if done is None:
        return 1
    if asked.keys_to is None:
        print("no key was backed up: without the keys nobody can read a name again (--keys-to)")
    return 0
