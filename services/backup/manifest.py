"""What a backup is: files, and a manifest that names each with its SHA-256; a folder without one is no backup."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable
from datetime import datetime
from pathlib import Path
from typing import Final, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from shared.errors import BawabaError
from shared.messaging.log_positions import LogMark, Offsets
from shared.security.key_files import write_secret
from shared.storage.bson_files import DumpBrokenError, digest_of

MANIFEST: Final = "manifest.json"
LEDGER: Final = "restores.log"
FORMAT: Final = 1


class NoBackupError(BawabaError):
    """The folder is no backup, or not the one that was written. Names what is wrong."""


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class File(_Part):
    """`path` is below the folder, in parts: service, database, collection."""

    path: str = Field(pattern=r"^\w[\w.-]*/\w[\w.-]*/\w[\w.-]*$")
    documents: int
    size: int
    sha256: str


class Log(_Part):
    ends: Offsets
    last: dict[str, list[str]]

    @property
    def mark(self) -> LogMark:
        return LogMark(self.ends, self.last)


class Manifest(_Part):
    """`log` and `groups` were taken before the first document was read: the databases are never behind them."""

    format: int = FORMAT
    id: str
    at: datetime
    services: tuple[str, ...]
    log: Log
    groups: dict[str, Offsets]
    files: tuple[File, ...]

    def write(self, folder: Path) -> None:
        """The last thing that is written, whole or not at all."""
        unfinished = folder / f"{MANIFEST}.unfinished"
        write_secret(unfinished, self.model_dump_json(indent=1).encode())
        unfinished.rename(folder / MANIFEST)

    @classmethod
    def read(cls, folder: Path) -> Self:
        """Raises NoBackupError."""
        try:
            found = cls.model_validate_json((folder / MANIFEST).read_bytes())
        except OSError as error:
            raise NoBackupError(f"{folder} is no backup: {error.strerror}: {MANIFEST}") from None
        except ValidationError:
            raise NoBackupError(f"{folder / MANIFEST} is not what this version writes") from None
        if found.format != FORMAT:
            raise NoBackupError(f"{folder} has format {found.format}; this version reads {FORMAT}")
        return found

    def check(self, folder: Path, say: Callable[[str], None] = lambda _line: None) -> None:
        """Every file is what was written. Raises NoBackupError."""
        for file in self.files:
            try:
                digest = digest_of(folder / file.path)
            except DumpBrokenError as error:
                raise NoBackupError(str(error)) from None
            if digest != file.sha256:
                raise NoBackupError(f"{folder / file.path} is not what was written")
        say(f"{len(self.files)} files are what was written")

    def files_of(self, service: str) -> Iterable[tuple[str, str, File]]:
        """Each file of a service, as (database, collection, file)."""
        for file in self.files:
            owner, database, name = file.path.split("/")
            if owner == service:
                yield database, name.removesuffix(".bson.gz"), file


def read_ledger(folder: Path) -> set[int]:
    """The epochs that restores have begun, as this folder knows them."""
    path = folder / LEDGER
    if not path.exists():
        return set()
    return {int(json.loads(line)["epoch"]) for line in path.read_text(encoding="utf-8").splitlines() if line}


def add_to_ledger(folder: Path, epoch: int, backup: str, at: datetime) -> None:
    """Durable when it returns. Raises OSError."""
    line = json.dumps({"epoch": epoch, "backup": backup, "at": at.isoformat()})
    descriptor = os.open(folder / LEDGER, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(f"{line}\n")
        file.flush()
        os.fsync(file.fileno())
