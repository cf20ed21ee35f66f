"""What a dead letter says about its failure: codes and field paths, never values.

The headers have the names and encodings of Spring for Apache Kafka's DeadLetterPublishingRecoverer, which the consoles
of the field read: text in UTF-8, partition as 4 bytes and offset and timestamp as 8 bytes, big-endian.
"""

from __future__ import annotations

import struct
import traceback
from dataclasses import dataclass
from typing import Final

from shared.contracts.topics import DEAD_LETTER_SUFFIX
from shared.errors import ContractError, Refusal
from shared.messaging.outbox import OutgoingRecord
from shared.messaging.record import RawRecord

_MESSAGE_CHARS_MAX: Final = 500
_PATHS_MAX: Final = 20


@dataclass(frozen=True)
class Failure:
    """Why a record failed: a stable code, the exception's class, and where, without any value of the record.

    `cause` is the class of the exception behind it, `handler` the reaction that failed with the version of its code.
    """

    code: str
    exception: str
    detail: str
    cause: str = ""
    handler: str = ""

    @classmethod
    def of(cls, error: BaseException, *, handler: str = "") -> Failure:
        exception, cause = _name(error), _name(error.__cause__) if error.__cause__ else ""
        if isinstance(error, ContractError):
            paths = " ".join(error.paths[:_PATHS_MAX])[:_MESSAGE_CHARS_MAX]
            return cls(error.code, exception, paths, cause, handler)
        if isinstance(error, Refusal):
            return cls(error.code, exception, "", cause, handler)
        frames = traceback.extract_tb(error.__traceback__)
        place = f"{frames[-1].filename.rsplit('/', 1)[-1]}:{frames[-1].lineno}" if frames else ""
        return cls("unexpected_error", exception, place, cause, handler)


def dead_letter(
    record: RawRecord, failure: Failure, *, group: str, event_id: str, blocked_key: str = ""
) -> OutgoingRecord:
    """The record as it came, for `<topic>-dlt`, with what failed beside it; it is told of at its first failure."""
    origin = (
        ("kafka_dlt-original-topic", record.topic.encode()),
        ("kafka_dlt-original-partition", struct.pack(">i", record.partition)),
        ("kafka_dlt-original-offset", struct.pack(">q", record.offset)),
        ("kafka_dlt-original-timestamp", struct.pack(">q", record.timestamp_ms)),
        ("kafka_dlt-original-consumer-group", group.encode()),
        ("kafka_dlt-exception-fqcn", failure.exception.encode()),
        ("kafka_dlt-exception-cause-fqcn", failure.cause.encode()),
        ("kafka_dlt-exception-message", f"{failure.code} {failure.detail}".strip().encode()),
        ("kafka_deliveryAttempt", struct.pack(">i", 1)),
        ("bawaba_handler-version", failure.handler.encode()),
        ("bawaba_blocked-key", blocked_key.encode()),
    )
    kept = tuple((name, value if value is not None else b"") for name, value in record.headers)
    key = record.key.decode(errors="replace") if record.key else f"{record.topic}/{record.partition}"
    return OutgoingRecord(
        topic=record.topic + DEAD_LETTER_SUFFIX,
        key=key,
        event_id=event_id,
        data=record.value or b"",
        envelope=None,
        extra_headers=kept + origin,
    )


def _name(error: BaseException) -> str:
    return f"{type(error).__module__}.{type(error).__qualname__}"
