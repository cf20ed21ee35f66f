"""`bawaba restore`: put a backup back; and `bawaba lost-window`: what was told since, and is to be looked into."""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from services.cli.backup import add_installation, asked_installation

if TYPE_CHECKING:
    from services.backup.restore import Restored

    Commands = argparse._SubParsersAction[argparse.ArgumentParser]

SHOWN: Final = 20


def add_to(commands: Commands) -> None:
    restore = commands.add_parser("restore", help="put a backup back while no service runs; no number is given again")
    restore.add_argument("--from", dest="folder", type=Path, required=True, help="the backup's folder")
    restore.add_argument("--keys-from", type=Path, help="the folder of its keys, where the keys are lost too")
    restore.add_argument("--services", help="only these, separated by commas; by default all")
    restore.add_argument("--log-lost", action="store_true", help="Kafka is lost too, and empty now")
    restore.add_argument("--replace", action="store_true", help="remove what is in the databases first")
    add_installation(restore)
    restore.set_defaults(run=_restore)

    again = commands.add_parser(
        "publish-again", help="tell the last seven days again, onto an empty Kafka, where the databases are whole"
    )
    add_installation(again)
    again.set_defaults(run=_publish_again)

    window = commands.add_parser(
        "lost-window", help="the streams that were told of between a backup and its restore, a line of JSON each"
    )
    add_installation(window)
    window.set_defaults(run=_lost_window)


def _restore(asked: argparse.Namespace) -> int:
    from pydantic import ValidationError

    from deploy.local.processes import PortInUseError, StartError
    from services.backup.restore import Restore, Wanted
    from shared.errors import BawabaError
    from shared.world import SYSTEM

    async def run() -> tuple[Restored, list[tuple[str, Any]]]:
        async with asked_installation(asked) as settings:
            names = asked.services.split(",") if asked.services else list(settings)
            if unknown := sorted(set(names) - set(settings)):
                raise BawabaError(f"no such service: {', '.join(unknown)}")
            wanted = Wanted(asked.folder, asked.keys_from, asked.log_lost, asked.replace)
            done = await Restore(settings, names, wanted, SYSTEM, print)()
            return done, await _marked(settings, done.epoch)

    try:
        done, marked = asyncio.run(run())
    except (BawabaError, ValidationError, StartError, PortInUseError, OSError) as error:
        print(f"not restored: {error}", file=sys.stderr)
        return 1
    print(f"restored to {done.manifest.at:%Y-%m-%d %H:%M:%S} UTC; epoch {done.epoch} has begun")
    for service, lost in done.lost.items():
        if lost.records:
            print(
                f"{service}: the log has {lost.records} events of {lost.streams} streams that it does not know of; "
                f"{lost.taken_over} were taken over"
            )
    for service, stream in marked[:SHOWN]:
        print(f"  {service} {stream.topic} {stream.key}: {', '.join(each.split('.')[-2] for each in stream.types)}")
    if len(marked) > SHOWN:
        print(f"  and {len(marked) - SHOWN} more: bawaba lost-window")
    if asked.log_lost:
        print("what was told after the backup is lost; of erasures since then only the ledger beside the keys tells")
    return 0


def _publish_again(asked: argparse.Namespace) -> int:
    from pydantic import ValidationError

    from deploy.local.processes import PortInUseError, StartError
    from services.backup.restore import publish_again
    from shared.errors import BawabaError
    from shared.world import SYSTEM

    async def run() -> None:
        async with asked_installation(asked) as settings:
            await publish_again(settings, SYSTEM)

    try:
        asyncio.run(run())
    except (BawabaError, ValidationError, StartError, PortInUseError, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def _lost_window(asked: argparse.Namespace) -> int:
    from pydantic import ValidationError

    from deploy.local.processes import PortInUseError, StartError
    from shared.errors import BawabaError

    async def run() -> list[tuple[str, Any]]:
        async with asked_installation(asked) as settings:
            return await _marked(settings)

    try:
        marked = asyncio.run(run())
    except (BawabaError, ValidationError, StartError, PortInUseError, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    for service, stream in marked:
        print(json.dumps({"service": service, **vars(stream)}, default=lambda at: at.isoformat()))
    return 0


async def _marked(settings: Any, epoch: int | None = None) -> list[tuple[str, Any]]:
    """Each marked stream with its service."""
    from shared.messaging.lost_window import lost_streams
    from shared.storage import Store

    found: list[tuple[str, Any]] = []
    for name, own in settings.items():
        store = Store(own.mongo_url.get_secret_value(), driver=own.mongo_driver)
        try:
            streams = await lost_streams(store.database(own.database))
        finally:
            await store.close()
        found += [(name, stream) for stream in streams if epoch in (None, stream.epoch)]
    return found
