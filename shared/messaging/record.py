"""A Kafka record as it came, before anything is believed of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from shared.errors import ContractError
from shared.storage import Document


@dataclass(frozen=True, slots=True)
class RawRecord:
    """`topic` is without the installation's prefix; headers may be null or not text; `timestamp_ms` is the broker's."""

    topic: str
    partition: int
    offset: int
    key: bytes | None
    headers: tuple[tuple[str, bytes | None], ...]
    value: bytes | None
    timestamp_ms: int

    @classmethod
    def of(cls, record: Any, *, topic_prefix: str) -> RawRecord:
        """From the client's consumer record."""
        return cls(
            topic=record.topic.removeprefix(topic_prefix),
            partition=record.partition,
            offset=record.offset,
            key=record.key,
            headers=tuple(record.headers or ()),
            value=record.value,
            timestamp_ms=record.timestamp,
        )

    def stream_key(self) -> str:
        """The key as text. Raises ContractError when there is none or it is not text."""
        if not self.key:
            raise ContractError("key_missing")
        try:
            return self.key.decode()
        except UnicodeDecodeError:
            raise ContractError("key_unreadable") from None

    def document(self) -> Document:
        """As the database keeps it while it is held or in quarantine."""
        return {
            "topic": self.topic,
            "partition": self.partition,
            "offset": self.offset,
            "record_key": self.key,
            "headers": [[name, value] for name, value in self.headers],
            "value": self.value,
            "timestamp_ms": self.timestamp_ms,
        }

    @classmethod
    def from_document(cls, document: Document) -> RawRecord:
        return cls(
            topic=document["topic"],
            partition=document["partition"],
            offset=document["offset"],
            key=document["record_key"],
            headers=tuple((name, value) for name, value in document["headers"]),
            value=document["value"],
            timestamp_ms=document["timestamp_ms"],
        )
