"""Watch what happens in every service, as it happens."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any, Final

from services.operations.domain.live_stream import Bookmark, Filter, Gap, LiveStream, StreamEvent
from shared.messaging.tail import Tail, TailRecord
from shared.security.principal import Principal, Role

HEARTBEAT_S: Final = 10.0
WATCHERS: Final = (Role.OPERATOR, Role.ADMINISTRATOR, Role.AUDITOR)


class WatchStream:
    """The live stream for those who may watch it. `run` says which run of it numbers the events."""

    def __init__(self, stream: LiveStream) -> None:
        self._stream = stream
        self.run = stream.run

    async def __call__(
        self, principal: Principal, wanted: Filter, *, after: Bookmark | None
    ) -> AsyncIterator[StreamEvent | Gap | None]:
        """Events and gaps for ever; None every ten quiet seconds, so that a lost connection is noticed."""
        principal.require(*WATCHERS)
        return self._watch(wanted, after)

    async def _watch(self, wanted: Filter, after: Bookmark | None) -> AsyncIterator[StreamEvent | Gap | None]:
        some = asyncio.Event()
        watcher = self._stream.watch(wanted, some.set, after=after)
        try:
            while True:
                while (item := watcher.take()) is not None:
                    yield item
                some.clear()
                try:
                    await asyncio.wait_for(some.wait(), HEARTBEAT_S)
                except TimeoutError:
                    yield None
        finally:
            self._stream.leave(watcher)


class FollowTopics:
    """Feeds the live stream from the tail of every topic."""

    def __init__(self, stream: LiveStream, tail: Tail) -> None:
        self._stream = stream
        self._tail = tail

    async def follow(self) -> None:
        """Until the tail ends, which it never does of itself."""
        async for record in self._tail.records():
            self._stream.add(_event(record, self._stream.next_number()))


def _event(record: TailRecord, number: int) -> StreamEvent:
    attributes = {name.removeprefix("ce_"): value for name, value in record.headers.items() if name.startswith("ce_")}
    source = attributes.get("source", "")
    return StreamEvent(
        number=number,
        topic=record.topic,
        type=attributes.get("type", "unreadable"),
        service=source.rsplit("/", 1)[-1] or record.topic.split(".")[0],
        key=record.key or "",
        happened=attributes.get("time", ""),
        recorded_ms=record.timestamp,
        attributes=attributes,
        data=_data(record.value),
    )


def _data(value: bytes) -> dict[str, Any]:
    try:
        data = json.loads(value)
    except ValueError:
        return {}
    return data if isinstance(data, dict) else {}
