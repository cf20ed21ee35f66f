"""The live stream: fast watchers miss nothing, slow ones are told exactly what they missed, memory is bounded."""

from __future__ import annotations

import pytest

from services.operations.domain.live_stream import (
    QUEUE_MAX,
    REMEMBERED,
    SHOWN_AT_FIRST,
    Bookmark,
    Filter,
    Gap,
    LiveStream,
    StreamEvent,
    Watcher,
)


def event(number: int, **data: str) -> StreamEvent:
    return StreamEvent(number, "entrance.scans", "scan-recorded", "entrance", "p", "", 0, {}, data)


def taken(watcher: Watcher) -> list[StreamEvent | Gap]:
    found = []
    while (item := watcher.take()) is not None:
        found.append(item)
    return found


def filled(count: int) -> LiveStream:
    stream = LiveStream("run")
    for _ in range(count):
        stream.add(event(stream.next_number()))
    return stream


def test_a_watcher_sees_what_comes_in_order() -> None:
    stream = LiveStream("run")
    watcher = stream.watch(Filter(), lambda: None, after=None)
    for number in range(1, 400):
        stream.add(event(number))
    assert [item.number for item in taken(watcher)] == list(range(1, 400))


def test_a_slow_watcher_is_told_the_exact_number_it_missed_and_goes_on() -> None:
    stream = LiveStream("run")
    watcher = stream.watch(Filter(), lambda: None, after=None)
    for number in range(1, QUEUE_MAX + 41):
        stream.add(event(number))
    seen = taken(watcher)
    assert [item.number for item in seen[:-1]] == list(range(1, QUEUE_MAX + 1))
    assert seen[-1] == Gap(40, QUEUE_MAX + 40)
    stream.add(event(QUEUE_MAX + 41))
    assert [item.number for item in taken(watcher)] == [QUEUE_MAX + 41]


def test_what_was_missed_and_what_was_seen_always_adds_up() -> None:
    stream = LiveStream("run")
    watcher = stream.watch(Filter(), lambda: None, after=None)
    total, counted = 5_000, 0
    for number in range(1, total + 1):
        stream.add(event(number))
        if number % 700 == 0:
            counted += sum((item.missed or 0) if isinstance(item, Gap) else 1 for item in taken(watcher))
    counted += sum((item.missed or 0) if isinstance(item, Gap) else 1 for item in taken(watcher))
    assert counted == total


def test_a_watcher_that_comes_back_gets_what_it_missed() -> None:
    stream = filled(50)
    watcher = stream.watch(Filter(), lambda: None, after=Bookmark("run", 20))
    assert [item.number for item in taken(watcher)] == list(range(21, 51))


def test_one_that_comes_back_too_late_is_told_how_much_is_forgotten() -> None:
    stream = filled(REMEMBERED + 100)
    watcher = stream.watch(Filter(), lambda: None, after=Bookmark("run", 10))
    seen = taken(watcher)
    gaps = [item for item in seen if isinstance(item, Gap)]
    assert sum(gap.missed or 0 for gap in gaps) + sum(isinstance(item, StreamEvent) for item in seen) == REMEMBERED + 90


@pytest.mark.parametrize("place", [Bookmark("before", 12), Bookmark("before", 9_000), Bookmark("", 0)])
def test_one_of_another_run_is_told_that_events_may_be_missing_and_then_the_recent_ones(place: Bookmark) -> None:
    stream = filled(500)
    first, *shown = taken(stream.watch(Filter(), lambda: None, after=place))
    assert first == Gap(None, 500 - SHOWN_AT_FIRST)
    assert [item.number for item in shown] == list(range(501 - SHOWN_AT_FIRST, 501))


def test_one_of_another_run_is_told_so_even_where_nothing_has_come_yet() -> None:
    stream = LiveStream("run")
    watcher = stream.watch(Filter(), lambda: None, after=Bookmark("before", 40))
    stream.add(event(1))
    assert taken(watcher) == [Gap(None, 0), event(1)]


def test_a_place_behind_the_gap_goes_on_as_any_other() -> None:
    stream = filled(500)
    gap = stream.watch(Filter(), lambda: None, after=Bookmark("before", 12)).take()
    assert gap is not None
    again = taken(stream.watch(Filter(), lambda: None, after=Bookmark("run", gap.number)))
    assert [item.number for item in again] == list(range(501 - SHOWN_AT_FIRST, 501))


def test_a_filter_shows_only_what_was_asked() -> None:
    stream = LiveStream("run")
    watcher = stream.watch(Filter(delegation="chad"), lambda: None, after=None)
    stream.add(event(1, delegation="egypt"))
    stream.add(event(2, delegation="chad"))
    stream.leave(watcher)
    stream.add(event(3, delegation="chad"))
    assert [item.number for item in taken(watcher)] == [2]
