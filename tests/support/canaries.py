"""Canaries: values that are nowhere else, looked for in everything that leaves the vault, however they are written."""

from __future__ import annotations

import base64
import hashlib
import json
import unicodedata
import urllib.parse
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from aiokafka import AIOKafkaConsumer

from shared.storage import Store


@dataclass(frozen=True)
class Sighting:
    """A canary that was seen: which, how it was written, and where."""

    canary: str
    written: str
    place: str


def written(value: str | bytes) -> dict[str, bytes]:
    """The ways in which a value may be written: as it is, normalised, encoded, or hashed without a key."""
    if isinstance(value, bytes):
        return _encoded(value) | {"raw": value}
    texts = {
        "raw": value,
        "casefold": value.casefold(),
        "upper": value.upper(),
        "nfkd": unicodedata.normalize("NFKD", value),
        "nfc": unicodedata.normalize("NFC", value),
        "bare": "".join(c for c in unicodedata.normalize("NFKD", value.casefold()) if not unicodedata.combining(c)),
        "joined": "".join(value.split()),
        "reversed": value[::-1],
    }
    found: dict[str, bytes] = {}
    for name, text in texts.items():
        raw = text.encode()
        found[name] = raw
        found[f"{name}/json"] = json.dumps(text).strip('"').encode()
        found[f"{name}/repr"] = ascii(text).strip("'\"").encode()
        found[f"{name}/url"] = urllib.parse.quote(text).encode()
        found[f"{name}/utf-16"] = text.encode("utf-16-le")
        found |= {f"{name}/{way}": seen for way, seen in _encoded(raw).items()}
    return found


def _encoded(raw: bytes) -> dict[str, bytes]:
    found = {"hex": raw.hex().encode(), "HEX": raw.hex().upper().encode()}
    for shift in range(3):
        # What base64 makes of the value inside something longer, without the signs that its neighbours touch.
        inside = base64.b64encode(b"\0" * shift + raw)
        cut = inside[4 * (shift > 0) : len(inside) - 4 * (inside.endswith(b"="))]
        found[f"base64/{shift}"] = cut
        found[f"base64url/{shift}"] = cut.translate(bytes.maketrans(b"+/", b"-_"))
    for name in ("md5", "sha1", "sha256", "sha512"):
        digest = hashlib.new(name, raw)
        found[name], found[f"{name}/raw"] = digest.hexdigest().encode(), digest.digest()
    return found


class Search:
    def __init__(self, canaries: Mapping[str, str | bytes]) -> None:
        self._wanted = [
            (canary, way, seen)
            for canary, value in canaries.items()
            for way, seen in written(value).items()
            if len(seen) >= 8
        ]

    def __call__(self, place: str, content: bytes) -> list[Sighting]:
        return [Sighting(canary, way, place) for canary, way, seen in self._wanted if seen in content]


def flat(value: Any) -> Iterator[bytes]:
    """Every key and value of a document as bytes: texts as they are, binaries raw."""
    if isinstance(value, Mapping):
        for key, each in value.items():
            yield str(key).encode("utf-8", "surrogatepass")
            yield from flat(each)
    elif isinstance(value, list | tuple):
        for each in value:
            yield from flat(each)
    elif isinstance(value, bytes):
        yield bytes(value)
    else:
        yield str(value).encode("utf-8", "surrogatepass")


async def in_database(search: Search, store: Store, name: str) -> tuple[int, list[Sighting]]:
    """How many documents of a database were looked at, and what was seen."""
    looked_at, seen = 0, []
    database = store.database(name)
    for collection in await database.collection_names():
        async for documents in database.collection(collection).stream({}, sort=[("_id", 1)], chunk=200):
            looked_at += len(documents)
            content = b"\x1e".join(part for document in documents for part in flat(document))
            seen += search(f"{name}.{collection}", content)
    return looked_at, seen


async def in_kafka(search: Search, prefix: str, **access: Any) -> tuple[dict[str, int], list[Sighting]]:
    """How many records each topic under this prefix has, from the first, and what was seen in keys, headers, values."""
    probe = AIOKafkaConsumer(**access)
    await probe.start()
    topics = sorted(topic for topic in await probe.topics() if topic.startswith(prefix))
    await probe.stop()
    looked_at, seen = dict.fromkeys(topics, 0), []
    consumer = AIOKafkaConsumer(*topics, enable_auto_commit=False, auto_offset_reset="earliest", **access)
    await consumer.start()
    try:
        parts = consumer.assignment()
        ends = await consumer.end_offsets(parts)
        await consumer.seek_to_beginning(*parts)
        while any([await consumer.position(part) < ends[part] for part in parts]):
            for part, records in (await consumer.getmany(timeout_ms=1_000)).items():
                looked_at[part.topic] += len(records)
                for record in records:
                    headers = b"\x1e".join(name.encode() + b"\x1e" + (value or b"") for name, value in record.headers)
                    seen += search(f"{part.topic}: key and headers", (record.key or b"") + b"\x1e" + headers)
                    seen += search(f"{part.topic}: value", record.value or b"")
    finally:
        await consumer.stop()
    return looked_at, seen
