"""Person keys: one key a person, outside MongoDB, so that a destroyed key is in no oplog and no database backup.

A folder holds one epoch: `epoch-N.key` (32 bytes) and `persons-N.log`, a line a person with the person's key wrapped
under the epoch key. Erasing wraps the survivors under a new epoch and destroys the old epoch key; what an old copy of
the log held is then unreadable. `erased.log` is the ledger: it outlives every epoch and is applied again on opening, so
that a restored older folder forgets the erased once more. One process writes; a file lock keeps a second one out.
"""

from __future__ import annotations

import asyncio
import fcntl
import json
import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, ClassVar, Final

from shared.errors import BawabaError, ConflictError, NotFoundError
from shared.security.key_files import read_secret, write_secret
from shared.security.sealing import KEY_BYTES, SealBrokenError, seal, unseal
from shared.world import World

LEDGER: Final = "erased.log"
LOCK: Final = "lock"
_FIELD: Final = "person-key"


@dataclass(eq=False)
class ErasedPersonError(ConflictError):
    """This person's data was erased; a tombstone, wherever it is asked for."""

    code: ClassVar[str] = "vault.person_erased"


@dataclass(eq=False)
class UnknownPersonError(NotFoundError):
    code: ClassVar[str] = "vault.person_unknown"


class KeysInUseError(BawabaError):
    """Another process has the person keys open."""


@dataclass(frozen=True)
class Erasure:
    """What an erasure did: whose keys were destroyed, and the epoch that the survivors are under."""

    participant_ids: tuple[str, ...]
    epoch: int


class PersonKeys:
    """The person keys of one installation, in memory while the process runs. Made by `open`."""

    def __init__(self, folder: Path, world: World, lock_file: IO[str]) -> None:
        self._folder = folder
        self._world = world
        self._lock_file = lock_file
        self._lock = asyncio.Lock()
        self._keys: dict[str, bytes] = {}
        self._erased: set[str] = set()
        self._epoch = 0
        self._epoch_key = b""

    @classmethod
    def open(cls, folder: Path, world: World) -> PersonKeys:
        """Open the folder, making it when it is not there. Raises KeysInUseError, KeyFileError, SealBrokenError."""
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        lock_file = (folder / LOCK).open("w")
        try:
            fcntl.flock(lock_file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            lock_file.close()
            raise KeysInUseError(f"{folder} is in use by another process") from None
        keys = cls(folder, world, lock_file)
        keys._load()
        return keys

    def close(self) -> None:
        self._lock_file.close()

    def get(self, participant_id: str) -> bytes:
        """Raises ErasedPersonError or UnknownPersonError."""
        if participant_id in self._erased:
            raise ErasedPersonError
        try:
            return self._keys[participant_id]
        except KeyError:
            raise UnknownPersonError from None

    def knows(self, participant_id: str) -> bool:
        return participant_id in self._keys

    def is_erased(self, participant_id: str) -> bool:
        return participant_id in self._erased

    @property
    def erased(self) -> frozenset[str]:
        """Everybody in the ledger of erasures."""
        return frozenset(self._erased)

    @property
    def epoch(self) -> int:
        return self._epoch

    async def get_or_create(self, participant_ids: Sequence[str]) -> dict[str, bytes]:
        """A key for each, durable when this answers (one write for all that are new). Raises ErasedPersonError.

        Whoever asked may stop waiting: what is being written is written, and the next one waits for that.
        """
        return await asyncio.shield(self._get_or_create(participant_ids))

    async def _get_or_create(self, participant_ids: Sequence[str]) -> dict[str, bytes]:
        async with self._lock:
            if not self._erased.isdisjoint(participant_ids):
                raise ErasedPersonError
            missing = [each for each in dict.fromkeys(participant_ids) if each not in self._keys]
            if missing:
                made = {participant_id: self._world.random_bytes(KEY_BYTES) for participant_id in missing}
                await asyncio.to_thread(_append, self._log(self._epoch), self._wrapped(made, self._epoch_key))
                self._keys.update(made)
            return {participant_id: self._keys[participant_id] for participant_id in participant_ids}

    async def erase(self, participant_ids: Iterable[str]) -> Erasure:
        """Destroy these persons' keys for good. Once the ledger is written a crash anywhere only delays the rest.

        The old epoch key is overwritten and unlinked; what a flash memory's controller still holds of it, no
        program can say, and the certificate names that.
        """
        return await asyncio.shield(self._erase_all(tuple(dict.fromkeys(participant_ids))))

    async def _erase_all(self, erased: tuple[str, ...]) -> Erasure:
        async with self._lock:
            await asyncio.to_thread(self._erase, erased)
            return Erasure(erased, self._epoch)

    def _erase(self, erased: tuple[str, ...]) -> None:
        at = self._world.now().isoformat()
        _append(self._folder / LEDGER, [json.dumps({"person": each, "at": at}) for each in erased])
        self._erased.update(erased)
        self._begin_epoch()

    def _begin_epoch(self) -> None:
        survivors = {person: key for person, key in self._keys.items() if person not in self._erased}
        old, new, new_key = self._epoch, self._epoch + 1, self._world.random_bytes(KEY_BYTES)
        self._key_file(new).unlink(missing_ok=True)
        write_secret(self._key_file(new), new_key)
        unfinished = self._log(new).with_suffix(".unfinished")
        unfinished.unlink(missing_ok=True)
        write_secret(unfinished, "".join(f"{line}\n" for line in self._wrapped(survivors, new_key)).encode())
        unfinished.rename(self._log(new))  # from here on the new epoch counts
        _sync_folder(self._folder)
        self._keys, self._epoch, self._epoch_key = survivors, new, new_key
        self._destroy(old)

    def _destroy(self, epoch: int) -> None:
        key_file = self._key_file(epoch)
        if key_file.exists():
            with key_file.open("r+b") as file:
                file.write(os.urandom(KEY_BYTES))
                file.flush()
                os.fsync(file.fileno())
            key_file.unlink()
        self._log(epoch).unlink(missing_ok=True)
        _sync_folder(self._folder)

    def _load(self) -> None:
        epochs = sorted(int(path.stem.removeprefix("persons-")) for path in self._folder.glob("persons-*.log"))
        ledger = self._folder / LEDGER
        self._erased = {json.loads(line)["person"] for line in _whole_lines(ledger)}
        if not epochs:
            self._begin_epoch()
            return
        self._epoch = epochs[-1]
        self._epoch_key = read_secret(self._key_file(self._epoch))
        for line in _whole_lines(self._log(self._epoch)):
            entry = json.loads(line)
            sealed = bytes.fromhex(entry["key"])
            self._keys[entry["person"]] = unseal(self._epoch_key, entry["person"], _FIELD, sealed)
        for older in epochs[:-1]:
            self._destroy(older)
        if not self._erased.isdisjoint(self._keys):
            self._begin_epoch()

    def _wrapped(self, keys: dict[str, bytes], epoch_key: bytes) -> list[str]:
        return [
            json.dumps({"person": person, "key": seal(epoch_key, person, _FIELD, key, self._world).hex()})
            for person, key in keys.items()
        ]

    def _key_file(self, epoch: int) -> Path:
        return self._folder / f"epoch-{epoch:06d}.key"

    def _log(self, epoch: int) -> Path:
        return self._folder / f"persons-{epoch:06d}.log"


def _append(path: Path, lines: Iterable[str]) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.writelines(f"{line}\n" for line in lines)
        file.flush()
        os.fsync(file.fileno())


def _whole_lines(path: Path) -> list[str]:
    """The complete lines; what a crash tore off at the end is cut away, for no answer was given on it."""
    if not path.exists():
        return []
    content = path.read_bytes()
    whole = content[: content.rfind(b"\n") + 1]
    if len(whole) < len(content):
        with path.open("r+b") as file:
            file.truncate(len(whole))
    return whole.decode().splitlines()


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


__all__ = ["ErasedPersonError", "Erasure", "KeysInUseError", "PersonKeys", "SealBrokenError", "UnknownPersonError"]
