"""Put a backup back: documents, a new epoch, positions, what was told since; and never a number twice.

The services must not run. Until all is done their databases say so, and whoever starts on them waits.
"""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import httpx

from services.backup.keys import put_back_keys
from services.backup.manifest import Manifest, NoBackupError, add_to_ledger, read_ledger
from services.composition import built
from shared.contracts.audit import AuditFactRecorded, Detail
from shared.contracts.envelope import parse_headers
from shared.contracts.sequence import EPOCH_MAX, RESTORED, epoch_of
from shared.errors import BawabaError, ContractError
from shared.messaging.cause import Cause
from shared.messaging.epoch import RESTORES, UNFINISHED
from shared.messaging.kernel import INDEXES as KERNEL_INDEXES
from shared.messaging.log_positions import LogFound, Offsets, find_log, groups_of, records_since, set_back
from shared.messaging.lost_window import Lost, LostWindow
from shared.messaging.unit_of_work import Transaction, UnitOfWork
from shared.service import Parts, Service
from shared.settings import ServiceSettings
from shared.storage import Database, Index
from shared.storage.bson_files import read_documents
from shared.world import World

BATCH_DOCUMENTS: Final = 1_000
BATCH_BYTES: Final = 8 * 1024 * 1024
_EPOCHS_BEGAN: Final = datetime(2026, 1, 1, tzinfo=UTC)
_MINUTE_S: Final = 60
Say = Callable[[str], None]


class RestoreRefusedError(BawabaError):
    """Nothing was changed yet, or what was is harmless; the message says what stands in the way."""


@dataclass(frozen=True)
class Wanted:
    """What is asked for. `log_lost` says that the log is gone too, `replace` that what is in the databases may go."""

    folder: Path
    keys: Path | None = None
    log_lost: bool = False
    replace: bool = False


@dataclass
class Restored:
    """What was done: the epoch that has begun, and each service's lost window."""

    manifest: Manifest
    epoch: int = 0
    lost: dict[str, Lost] = field(default_factory=dict)


class Restore:
    """One restore of some services from one backup. `settings` has operations' also, which alone reads every topic."""

    def __init__(
        self, settings: Mapping[str, ServiceSettings], services: Sequence[str], wanted: Wanted, world: World, say: Say
    ) -> None:
        self._settings = {name: settings[name] for name in services}
        self._reader = settings["operations"].kafka
        self._wanted = wanted
        self._world = world
        self._say = say
        self._manifest = Manifest.read(wanted.folder)

    async def __call__(self) -> Restored:
        """Raises NoBackupError, RestoreRefusedError, GroupInUseError, InfrastructureError."""
        done = Restored(self._manifest)
        self._manifest.check(self._wanted.folder, self._say)
        await self._require_what_can_be_done()
        async with contextlib.AsyncExitStack() as stack:
            databases = {name: await stack.enter_async_context(_databases(own)) for name, own in self._settings.items()}
            await self._set_groups_back()
            await self._require_room(databases)
            if self._wanted.keys is not None:
                for name, own in self._settings.items():
                    put_back_keys(self._wanted.keys / name, own.secrets_folder)
                self._say("keys are back")
            for name, of_service in databases.items():
                await self._load(name, of_service)
            known = {name: await _epochs(of_service["own"]) for name, of_service in databases.items()}
            beside = await self._epochs_beside(known)
            done.epoch = self._next_epoch(beside)
            for own in self._settings.values():
                add_to_ledger(own.secrets_folder, done.epoch, self._manifest.id, self._world.now())
            self._note_in_backup(done.epoch)
            for of_service in databases.values():
                await self._begin(of_service["own"], done.epoch)
            await self._put_right(done, {name: 1 + len(beside - epochs) for name, epochs in known.items()})
            for of_service in databases.values():
                await of_service["own"].collection(RESTORES).delete_one({"_id": UNFINISHED})
        return done

    async def _require_what_can_be_done(self) -> None:
        """Raises NoBackupError, RestoreRefusedError."""
        absent = sorted(set(self._settings) - set(self._manifest.services))
        if absent:
            raise NoBackupError(f"{self._wanted.folder} has nothing of {', '.join(absent)}")
        found = await find_log(self._reader, self._manifest.log.mark)
        if found is LogFound.ANOTHER:
            raise RestoreRefusedError(
                "the log is not the one of this backup: some of its records are missing, or others are in their place. "
                "Restore onto the log of this backup, or onto an empty one"
            )
        if found is LogFound.EMPTY and not self._wanted.log_lost:
            raise RestoreRefusedError("the log is empty: if it is lost for good, say --log-lost")
        if found is LogFound.KEPT and self._wanted.log_lost:
            raise RestoreRefusedError("the log is there: restore without --log-lost, and nothing on it is lost")
        if self._wanted.log_lost and set(self._settings) != set(self._manifest.services):
            raise RestoreRefusedError("where the log is lost every service is restored, so that all is told again")

    async def _require_room(self, databases: Mapping[str, Mapping[str, Database]]) -> None:
        """Raises RestoreRefusedError when there are documents already and nobody said that they may go."""
        for name, of_service in databases.items():
            for database in of_service.values():
                for collection in await database.collection_names():
                    if self._wanted.replace:
                        await database.drop(collection)
                    elif await database.collection(collection).find_one({}, projection={"_id": 1}) is not None:
                        raise RestoreRefusedError(f"{name}'s database is not empty: say --replace to have it replaced")

    async def _set_groups_back(self) -> None:
        """Also the proof that no consumer runs: a group with members refuses."""
        for name, own in self._settings.items():
            present = await groups_of(own.kafka, name)
            kept = {group: at for group, at in self._manifest.groups.items() if group.startswith(f"{name}.")}
            for group in sorted(present.keys() | kept.keys()):
                await set_back(own.kafka, group, _where_to_begin(kept.get(group, {}), present.get(group, {})))
        self._say("groups are set back to the backup")

    async def _load(self, service: str, databases: Mapping[str, Database]) -> None:
        await databases["own"].collection(RESTORES).insert_one({"_id": UNFINISHED, "at": self._world.now()})
        documents = 0
        for label, name, file in self._manifest.files_of(service):
            collection = databases[label].collection(name)
            batch: list[bytes] = []
            size = 0
            for document in read_documents(self._wanted.folder / file.path):
                batch.append(document)
                size += len(document)
                if len(batch) == BATCH_DOCUMENTS or size > BATCH_BYTES:
                    await collection.insert_raw(batch)
                    batch, size = [], 0
            if batch:
                await collection.insert_raw(batch)
            documents += file.documents
        self._say(f"{service}: {documents} documents are back")

    async def _epochs_beside(self, known: Mapping[str, set[int]]) -> set[int]:
        """Every epoch that was ever begun, as far as databases, ledgers and the log can tell."""
        found = set().union(*known.values(), read_ledger(self._wanted.folder))
        for own in self._settings.values():
            found |= read_ledger(own.secrets_folder)
        async for records in self._since_backup():
            for record in records:
                try:
                    found.add(epoch_of(parse_headers(record.headers).sequence))
                except ContractError:
                    continue
        return found - {0}

    def _next_epoch(self, begun: set[int]) -> int:
        """Higher than any that is known, and than any that this clock could have made before: should all be lost twice.

        Raises RestoreRefusedError when the clock cannot be right.
        """
        minutes = int((self._world.now() - _EPOCHS_BEGAN).total_seconds()) // _MINUTE_S
        epoch = max(minutes, max(begun, default=0) + 1)
        if not 0 < epoch <= EPOCH_MAX:
            raise RestoreRefusedError(f"this machine's clock says {self._world.now():%Y-%m-%d}: set it right first")
        return epoch

    def _note_in_backup(self, epoch: int) -> None:
        try:
            add_to_ledger(self._wanted.folder, epoch, self._manifest.id, self._world.now())
        except OSError:
            self._say("the backup's folder cannot be written: take a new backup soon, and restore from that")

    async def _begin(self, database: Database, epoch: int) -> None:
        await database.collection(RESTORES).insert_one(
            {
                "_id": epoch,
                "backup": self._manifest.id,
                "backup_at": self._manifest.at,
                "at": self._world.now(),
                "log_lost": self._wanted.log_lost,
            }
        )

    async def _put_right(self, done: Restored, restores: Mapping[str, int]) -> None:
        """Each service's own part, then what it told since, then the fact for the audit log."""
        with ThreadPoolExecutor(1) as pool:
            parts = Parts(client=lambda _name: httpx.AsyncClient(), pool=pool, world=self._world)
            async with contextlib.AsyncExitStack() as stack:
                services = {
                    name: await stack.enter_async_context(built(name, own, parts))
                    for name, own in self._settings.items()
                }
                details: dict[str, Mapping[str, str]] = {}
                for name, service in services.items():
                    if self._wanted.log_lost:
                        await _publish_again(service)
                    await service.kernel.database.ensure_indexes(_lasting([*KERNEL_INDEXES, *service.indexes]))
                    details[name] = await service.after_restore(restores[name])
                done.lost = await self._lost(services, done.epoch)
                for name, service in services.items():
                    await self._tell(service, done.epoch, done.lost[name], details[name])

    async def _lost(self, services: Mapping[str, Service], epoch: int) -> dict[str, Lost]:
        lost = {name: Lost() for name in services}
        windows = {
            name: LostWindow(
                service.kernel.database,
                UnitOfWork(service.kernel.database, service=name, world=self._world, epoch=epoch),
                service=name,
                outboxes=service.kernel.outboxes,
                told=service.told_again,
            )
            for name, service in services.items()
        }
        async for records in self._since_backup():
            for name, window in windows.items():
                await window.mark(records, epoch, lost[name])
        return lost

    async def _since_backup(self) -> AsyncIterator[list[Any]]:
        if not self._wanted.log_lost:
            async for records in records_since(self._reader, self._manifest.log.ends):
                yield records

    async def _tell(self, service: Service, epoch: int, lost: Lost, more: Mapping[str, str]) -> None:
        fact = AuditFactRecorded(
            service=service.name,
            action=RESTORED,
            subject=self._manifest.id,
            actor="machine",
            person="machine",
            reason="log_lost" if self._wanted.log_lost else "log_kept",
            details=(
                Detail(name="epoch", value=str(epoch)),
                Detail(name="backup_at", value=self._manifest.at.isoformat()),
                Detail(name="lost_streams", value=str(lost.streams)),
                Detail(name="lost_records", value=str(lost.records)),
                Detail(name="taken_over", value=str(lost.taken_over)),
                *(Detail(name=detail, value=value) for detail, value in more.items()),
            ),
        )

        async def work(tx: Transaction) -> None:
            tx.emit(fact)

        database = service.kernel.database
        unit_of_work = UnitOfWork(database, service=service.name, world=self._world, epoch=epoch)
        await unit_of_work.run(work, cause=Cause(self._manifest.id, None, None, "machine"))


def _where_to_begin(kept: Offsets, present: Offsets) -> Offsets:
    """Where the backup says, and from the beginning what it says nothing of: what was done already is passed over."""
    return {
        topic: [max(at, 0) for at in kept[topic]] if topic in kept else [0] * len(present[topic])
        for topic in kept.keys() | present.keys()
    }


def _lasting(indexes: Sequence[Index]) -> list[Index]:
    """Those that remove nothing. By the others an old backup's rows would go before it was seen what they say."""
    return [index for index in indexes if index.expire_after_s is None]


async def publish_again(settings: Mapping[str, ServiceSettings], world: World) -> None:
    """For a log that is lost while the databases are whole: each service tells again what its outbox has.

    What a consumer has had it passes over. Raises KeysInUseError while registration runs, InfrastructureError.
    """
    with ThreadPoolExecutor(1) as pool:
        parts = Parts(client=lambda _name: httpx.AsyncClient(), pool=pool, world=world)
        for name, own in settings.items():
            async with built(name, own, parts) as service:
                await _publish_again(service)


async def _publish_again(service: Service) -> None:
    """Have the relay send what it had sent to the log that is lost, as far back as the outbox goes."""
    for name in service.kernel.outboxes:
        outbox = service.kernel.database.collection(name)
        await outbox.update_many({"published": True}, {"$set": {"published": False}, "$unset": {"published_at": ""}})


async def _epochs(database: Database) -> set[int]:
    found = await database.collection(RESTORES).find({"_id": {"$ne": UNFINISHED}}, projection={"_id": 1}, limit=100_000)
    return {int(document["_id"]) for document in found}


@contextlib.asynccontextmanager
async def _databases(settings: ServiceSettings) -> AsyncIterator[dict[str, Database]]:
    async with settings.store() as store:
        yield {label: store.database(name) for label, name in settings.databases.items()}
