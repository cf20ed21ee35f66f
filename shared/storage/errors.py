"""What a storage failure means: try again, wait, or a mistake.

The class decides what happens to a record (an outage is never a dead letter), so the mapping is explicit: a code that
is not listed is a mistake of ours and shows itself as one.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from bson.errors import InvalidDocument
from pymongo import errors as driver

from shared.errors import BawabaError, InfrastructureError

# Server codes that say "not now": elections, shutdown, time-outs, write concern, and lost privileges, which are an
# operator's to mend and no fault of the record at hand.
_NOT_NOW: Final = frozenset(
    {6, 7, 13, 18, 24, 43, 50, 63, 64, 75, 89, 91, 100, 133, 150, 189, 237, 262, 280, 286, 317, 358, 384, 9001}
    | {10058, 10107, 11600, 11601, 11602, 13388, 13435, 13436}
)


# A process that stops closes its connection while others of it may still ask: no fault of what they handle. The driver
# has no class for it.
_CLOSED: Final = "after close"
_SNAPSHOT_GONE: Final = frozenset({239, 246})


class StorageTransientError(InfrastructureError):
    """A transaction lost a race or its primary; running its work again is right."""


class SnapshotGoneError(BawabaError):
    """The moment that was being read is over five minutes ago, or a collection was remade since."""


class CommitUnknownError(InfrastructureError):
    """The commit was sent and its answer lost; sending the commit again is right."""


class DuplicateKeyError(BawabaError):
    """A unique index refused a document. Inside a transaction it has ended that transaction.

    `key_pattern` names the index's fields; the values are left out on purpose.
    """

    def __init__(self, key_pattern: tuple[str, ...]) -> None:
        super().__init__(", ".join(key_pattern))
        self.key_pattern = key_pattern


@contextmanager
def translated() -> Iterator[None]:
    """Turn the driver's errors into this project's; what is not known here passes through unchanged."""
    try:
        yield
    except driver.PyMongoError as error:
        meaning = meaning_of(error)
        if meaning is None:
            raise
        raise meaning from error


def meaning_of(error: driver.PyMongoError) -> BawabaError | None:
    """What the driver's error means, or None when it is a mistake of ours."""
    if error.has_error_label("UnknownTransactionCommitResult"):
        return CommitUnknownError(type(error).__name__)
    if error.has_error_label("TransientTransactionError"):
        return StorageTransientError(type(error).__name__)
    if isinstance(error, driver.DuplicateKeyError):
        return DuplicateKeyError(_pattern(error.details))
    if isinstance(error, driver.InvalidOperation) and str(error).endswith(_CLOSED):
        return InfrastructureError("closed")
    if isinstance(error, (driver.ConnectionFailure, driver.WaitQueueTimeoutError, driver.ExecutionTimeout)):
        return InfrastructureError(type(error).__name__)
    if isinstance(error, driver.BulkWriteError):
        return _bulk_meaning(error)
    if isinstance(error, driver.OperationFailure) and error.code in _SNAPSHOT_GONE:
        return SnapshotGoneError(str(error.code))
    if isinstance(error, driver.OperationFailure) and error.code in _NOT_NOW:
        return InfrastructureError(f"{type(error).__name__} {error.code}")
    if isinstance(error, driver.WriteConcernError):
        return InfrastructureError(type(error).__name__)
    return None


def _bulk_meaning(error: driver.BulkWriteError) -> BawabaError | None:
    details = error.details
    writes = details.get("writeErrors", [])
    if writes and writes[0].get("code") == 11000:
        return DuplicateKeyError(_pattern(writes[0]))
    if details.get("writeConcernErrors"):
        return InfrastructureError("write concern")
    return None


def _pattern(details: object) -> tuple[str, ...]:
    pattern = details.get("keyPattern", {}) if isinstance(details, dict) else {}
    return tuple(pattern)


__all__ = [
    "CommitUnknownError",
    "DuplicateKeyError",
    "InvalidDocument",
    "SnapshotGoneError",
    "StorageTransientError",
    "meaning_of",
    "translated",
]
