"""`bawaba restore`: put a backup back; and `bawaba lost-window`: what was told since, and is to be looked into."""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final

from services.cli.backup import add_installation, on_installation

if TYPE_CHECKING:
    from services.backup.restore import Restored
    from shared.messaging.lost_window import LostStream
    from shared.settings import ServiceSettings

    Settings = Mapping[str, ServiceSettings]
    Marked = list[tuple[str, LostStream]]
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
    from services.backup.restore import Restore, Wanted
    from shared.errors import BawabaError
    from shared.world import SYSTEM

    async def restore(settings: Settings) -> tuple[Restored, Marked]:
        names = asked.services.split(",") if asked.services else list(settings)
        if unknown := sorted(set(names) - set(settings)):
            raise BawabaError(f"no such service: {', '.join(unknown)}")
        wanted = Wanted(asked.folder, asked.keys_from, asked.log_lost, asked.replace)
        done = await Restore(settings, names, wanted, SYSTEM, print)()
        return done, await _marked(settings, done.epoch)

    found = on_installation(asked, restore, failed="not restored: ")
    if found is None:
        return 1
    done, marked = found
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
    from services.backup.restore import publish_again
    from shared.world import SYSTEM

    async def publish(settings: Settings) -> bool:
        await publish_again(settings, SYSTEM)
        return True

    return 0 if on_installation(asked, publish) else 1


def _lost_window(asked: argparse.Namespace) -> int:
    marked = on_installation(asked, _marked)
    if marked is None:
        return 1
    for service, stream in marked:
        print(json.dumps({"service": service, **stream.shown()}, default=lambda at: at.isoformat()))
    return 0


async def _marked(settings: Settings, epoch: int | None = None) -> Marked:
    """Each marked stream with its service."""
    from shared.messaging.lost_window import lost_streams

    found: Marked = []
    for name, own in settings.items():
        async with own.store() as store:
            streams = await lost_streams(store.database(own.database))
        found += [(name, stream) for stream in streams if epoch in (None, stream.epoch)]
    return found
