"""The live stream: a bounded memory of what happened, and watchers who are told exactly what they missed.

A fast watcher misses nothing. A slow one is never waited for: what does not fit into its queue is counted, and the
count stands in the stream where the events would have stood. Numbers begin anew with each run of the stream, so a
watcher's place is one of a run: one of another run is told that nobody knows what it missed.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

REMEMBERED: Final = 2_000
QUEUE_MAX: Final = 500
SHOWN_AT_FIRST: Final = 100


@dataclass(frozen=True)
class StreamEvent:
    """One event as operators see it. `number` grows by one with each; `attributes` are the CloudEvents ones."""

    number: int
    topic: str
    type: str
    service: str
    key: str
    happened: str
    recorded_ms: int
    attributes: Mapping[str, str]
    data: Mapping[str, Any]


@dataclass(frozen=True)
class Gap:
    """That many events were not shown, up to and with `number`; None where nobody knows how many, or whether any."""

    missed: int | None
    number: int


@dataclass(frozen=True)
class Bookmark:
    """The last event or gap that a watcher had, in the run of the stream that numbered it."""

    run: str
    number: int


@dataclass(frozen=True)
class Filter:
    """What a watcher wants to see; an empty field wants all."""

    service: str = ""
    type: str = ""
    delegation: str = ""
    participant_id: str = ""
    gate: str = ""

    def wants(self, event: StreamEvent) -> bool:
        return (
            self.service in ("", event.service)
            and self.type in event.type
            and all(
                wanted in ("", str(event.data.get(name, "")))
                for name, wanted in (
                    ("delegation", self.delegation),
                    ("participant_id", self.participant_id),
                    ("gate", self.gate),
                )
            )
        )


@dataclass
class Watcher:
    """One who watches. `take` answers the next event or gap, or None; `wake` is called when there is something."""

    wanted: Filter
    wake: Callable[[], None]
    queue: deque[StreamEvent | Gap] = field(default_factory=deque)
    _missed: int = 0
    _missed_until: int = 0

    def offer(self, event: StreamEvent) -> None:
        if not self.wanted.wants(event):
            return
        if self._missed or len(self.queue) >= QUEUE_MAX:
            # Once something was missed, later events are counted too until the queue is empty: order stays true.
            self._missed += 1
            self._missed_until = event.number
        else:
            self.queue.append(event)
        self.wake()

    def take(self) -> StreamEvent | Gap | None:
        if self.queue:
            return self.queue.popleft()
        if self._missed:
            gap = Gap(self._missed, self._missed_until)
            self._missed = 0
            return gap
        return None


class LiveStream:
    """The events since this process started, the last 2,000 remembered. `run` is this run's alone, for bookmarks."""

    def __init__(self, run: str) -> None:
        self.run = run
        self._number = 0
        self._remembered: deque[StreamEvent] = deque(maxlen=REMEMBERED)
        self._watchers: list[Watcher] = []

    def next_number(self) -> int:
        return self._number + 1

    def add(self, event: StreamEvent) -> None:
        self._number = event.number
        self._remembered.append(event)
        for watcher in self._watchers:
            watcher.offer(event)

    def watch(self, wanted: Filter, wake: Callable[[], None], *, after: Bookmark | None) -> Watcher:
        """Begin to watch. With `after`, what came since is given first, or said to be missed where it is forgotten.

        After another run's, and without, it begins with the last hundred; the other run's has a gap of unknown size
        before them.
        """
        watcher = Watcher(wanted, wake)
        goes_on = after is not None and after.run == self.run and after.number <= self._number
        since = after.number if after and goes_on else self._number - min(SHOWN_AT_FIRST, len(self._remembered))
        if after and not goes_on:
            watcher.queue.append(Gap(None, since))
        known = [event for event in self._remembered if event.number > since and wanted.wants(event)]
        shown = known[-QUEUE_MAX:]
        oldest = self._remembered[0].number if self._remembered else self._number + 1
        missed = max(0, oldest - 1 - since) + len(known) - len(shown)
        if goes_on and missed:
            watcher.queue.append(Gap(missed, shown[0].number - 1 if shown else self._number))
        watcher.queue.extend(shown)
        self._watchers.append(watcher)
        return watcher

    def leave(self, watcher: Watcher) -> None:
        self._watchers.remove(watcher)
