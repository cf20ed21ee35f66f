"""Take a backup: the log's positions first, then each service's databases as they were at one moment."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from services.backup.keys import copy_keys, require_apart
from services.backup.manifest import File, Log, Manifest, NoBackupError
from shared.contracts.event import REGISTRY
from shared.messaging.log_positions import Offsets, groups_of, mark_log
from shared.messaging.shadow import SHADOW_SUFFIX
from shared.settings import ServiceSettings
from shared.storage.bson_files import BsonWriter
from shared.storage.errors import SnapshotGoneError
from shared.world import World

TRIES: Final = 3
Say = Callable[[str], None]


async def take_backup(
    settings: Mapping[str, ServiceSettings], folder: Path, world: World, *, keys: Path | None = None, say: Say = print
) -> Manifest:
    """A backup of these services in a new or empty folder, while they run; their keys in `keys`, if that is given.

    Each service's databases are read as they were at one moment; nobody is held back. Positions were taken before, so
    that no group's is beyond what its database has. Memory is bounded by one answer of the database. Operations is one
    of the services: it alone reads every topic. Raises NoBackupError, SnapshotGoneError, InfrastructureError.
    """
    _require_empty(folder)
    if keys is not None:
        require_apart(folder, keys)
        _require_empty(keys)
    at = world.now()
    mark = await mark_log(settings["operations"].kafka, list(REGISTRY.topics))
    groups: dict[str, Offsets] = {}
    for service, own in settings.items():
        groups |= await groups_of(own.kafka, service)
    say(f"the log has {sum(sum(ends) for ends in mark.ends.values())} records, {len(groups)} groups read it")
    files: list[File] = []
    for service, own in settings.items():
        files += await _service_files(service, own, folder, say)
    manifest = Manifest(
        id=world.new_id(),
        at=at,
        services=tuple(settings),
        log=Log(ends=mark.ends, last=mark.last),
        groups=groups,
        files=tuple(files),
    )
    # After the documents: a person's key is made before anything is sealed under it.
    if keys is not None:
        for service, own in settings.items():
            copy_keys(own.secrets_folder, keys / service)
        say(f"keys are in {keys}: keep them elsewhere than the documents")
    manifest.write(folder)
    return manifest


async def _service_files(service: str, settings: ServiceSettings, folder: Path, say: Say) -> list[File]:
    for attempt in range(TRIES):
        try:
            return await _snapshot(service, settings, folder / service, say)
        except SnapshotGoneError:
            if attempt == TRIES - 1:
                raise
            say(f"{service}: a collection was remade meanwhile; once more")
            _remove(folder / service)
    raise AssertionError("unreachable")


async def _snapshot(service: str, settings: ServiceSettings, folder: Path, say: Say) -> list[File]:
    files: list[File] = []
    async with settings.store() as store:
        names = {
            label: sorted(await store.database(database).collection_names())
            for label, database in settings.databases.items()
        }
        async with store.database(settings.database).snapshot() as snapshot:
            for label, collections in names.items():
                for name in collections:
                    if name.endswith(SHADOW_SUFFIX):
                        continue
                    writer = BsonWriter(folder / label / f"{name}.bson.gz")
                    collection = snapshot.collection(name, database=settings.databases[label])
                    async for document in collection.stream_raw():
                        writer.add(document)
                    written = writer.close()
                    files.append(File(path=f"{service}/{label}/{name}.bson.gz", **vars(written)))
    documents, size = sum(file.documents for file in files), sum(file.size for file in files)
    say(f"{service}: {documents} documents of {len(files)} collections, {size / 1e6:.1f} MB")
    return files


def _require_empty(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    if any(folder.iterdir()):
        raise NoBackupError(f"{folder} is not empty: a backup has a folder of its own")


def _remove(folder: Path) -> None:
    for path in sorted(folder.rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() else path.unlink()
