"""The stream over HTTP: an id that a browser sends back, and what is made of one that is not of this run."""

from __future__ import annotations

import pytest

from services.operations.adapters.http import _bookmark, _lines
from services.operations.application.watch_stream import WatchStream
from services.operations.domain.live_stream import Bookmark, Filter, Gap, LiveStream, StreamEvent
from shared.security.principal import Principal, Role

OPERATOR = Principal("o", "o", frozenset({Role.OPERATOR}))


async def lines(stream: LiveStream, last_event_id: str, *, count: int) -> list[str]:
    """The first lines that a browser is sent which says that it had this one last."""
    watch = WatchStream(stream)
    items = await watch(OPERATOR, Filter(), after=_bookmark(last_event_id))
    found = _lines(items, watch.run)
    return [await anext(found) for _ in range(count + 1)][1:]


def event(number: int) -> StreamEvent:
    return StreamEvent(number, "entrance.scans", "scan-recorded", "entrance", "p", "", 0, {}, {})


async def test_an_id_that_was_sent_goes_on_in_the_same_run_and_is_a_gap_in_the_next() -> None:
    stream = LiveStream("0197-a")
    for number in (1, 2, 3):
        stream.add(event(number))
    first, second, _ = await lines(stream, "", count=3)
    assert first.startswith("id: 0197-a:1\nevent: event\n")
    its_id = second.splitlines()[0].removeprefix("id: ")
    (went_on,) = await lines(stream, its_id, count=1)
    assert went_on.startswith("id: 0197-a:3\nevent: event\n")
    after_restart = LiveStream("0197-b")
    after_restart.add(event(1))
    gap, recent = await lines(after_restart, its_id, count=2)
    assert gap == 'id: 0197-b:0\nevent: gap\ndata: {"missed": null, "number": 0}\n\n'
    assert recent.startswith("id: 0197-b:1\nevent: event\n")


@pytest.mark.parametrize("last", ["12", ":12", "run:", "run:²", "run:-3", "run:12345678901234567890", "something else"])
async def test_an_id_that_is_not_of_ours_is_of_another_run(last: str) -> None:
    assert _bookmark(last) == Bookmark("", 0)
    watcher = LiveStream("run").watch(Filter(), lambda: None, after=_bookmark(last))
    assert watcher.take() == Gap(None, 0)


def test_without_an_id_nothing_is_missing() -> None:
    assert _bookmark("") is None
