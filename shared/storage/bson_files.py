"""Documents in files as the database keeps them: BSON one after the other, deflated, hashed while they are written.

The layout is that of `mongodump --gzip`, so that other people's tools read a backup too.
"""

from __future__ import annotations

import gzip
import hashlib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

from shared.errors import BawabaError

DOCUMENT_BYTES_MAX: Final = 16 * 1024 * 1024 + 16 * 1024
READ_BYTES: Final = 1024 * 1024
_LEVEL: Final = 3
_LENGTH_BYTES: Final = 4


class DumpBrokenError(BawabaError):
    """A file of a backup is not what was written. Names the file, never its content."""


@dataclass(frozen=True)
class Written:
    """A finished file: how many documents, its size in bytes as it lies there, and its SHA-256 in hex."""

    documents: int
    size: int
    sha256: str


class BsonWriter:
    """Writes one file, durable and readable by its owner alone when `close` answers. Memory is one document."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        self._file = _Hashing(os.fdopen(descriptor, "wb"))
        self._deflated = gzip.GzipFile(fileobj=self._file, mode="wb", compresslevel=_LEVEL, mtime=0, filename="")
        self._documents = 0

    def add(self, document: bytes) -> None:
        self._deflated.write(document)
        self._documents += 1

    def close(self) -> Written:
        self._deflated.close()
        size = self._file.finish()
        return Written(self._documents, size, self._file.digest.hexdigest())


def read_documents(path: Path) -> Iterator[bytes]:
    """The documents of a file, one at a time. Raises DumpBrokenError."""
    try:
        with gzip.open(path, "rb") as file:
            while prefix := file.read(_LENGTH_BYTES):
                length = int.from_bytes(prefix, "little")
                if len(prefix) < _LENGTH_BYTES or not _LENGTH_BYTES < length <= DOCUMENT_BYTES_MAX:
                    raise DumpBrokenError(str(path))
                rest = file.read(length - _LENGTH_BYTES)
                if len(rest) < length - _LENGTH_BYTES:
                    raise DumpBrokenError(str(path))
                yield prefix + rest
    except (OSError, EOFError) as error:
        raise DumpBrokenError(f"{path}: {error}") from error


def digest_of(path: Path) -> str:
    """A file's SHA-256 in hex, read in pieces. Raises DumpBrokenError when it cannot be read."""
    digest = hashlib.sha256()
    try:
        with path.open("rb") as file:
            while piece := file.read(READ_BYTES):
                digest.update(piece)
    except OSError as error:
        raise DumpBrokenError(f"{path}: {error.strerror}") from error
    return digest.hexdigest()


class _Hashing:
    """A file that hashes what goes through it."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.digest = hashlib.sha256()

    def write(self, data: bytes) -> int:
        self.digest.update(data)
        return self._file.write(data)

    def flush(self) -> None:
        self._file.flush()

    def finish(self) -> int:
        self._file.flush()
        os.fsync(self._file.fileno())
        size = self._file.tell()
        self._file.close()
        return size
