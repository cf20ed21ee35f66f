"""Liveness is progress: behind and still for some seconds is a stall, waiting out an outage is none."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from aiokafka import TopicPartition

from shared import clock
from shared.messaging.consumer import Progress
from shared.messaging.kernel import BROKER_UNSEEN_S
from shared.messaging.liveness import STALLED_AFTER_S, Liveness
from tests.unit.shared.letter_desk import Desk

PARTITION = TopicPartition("t", 0)


def looks(progress: Progress, *seen: tuple[float, int]) -> list[bool]:
    """What liveness says at each (time, records behind)."""
    consumer: Any = SimpleNamespace(group="g", progress=progress)
    liveness = Liveness(access=None, consumers=[])  # type: ignore[arg-type]
    return [liveness._is_stalled(consumer, PARTITION, behind, at) for at, behind in seen]


def test_behind_without_moving_becomes_a_stall() -> None:
    assert looks(Progress(), (100, 5), (110, 5), (101 + STALLED_AFTER_S, 5)) == [False, False, True]


def test_moving_is_no_stall_however_far_behind() -> None:
    progress = Progress(moved_at={PARTITION: 112.0})
    assert looks(progress, (100, 5_000), (101 + STALLED_AFTER_S, 4_000)) == [False, False]


def test_having_caught_up_begins_anew() -> None:
    assert looks(Progress(), (100, 5), (110, 0), (118, 3)) == [False, False, False]


def test_waiting_out_an_outage_is_no_stall() -> None:
    assert looks(Progress(waiting_since=1.0), (100, 5), (200, 5)) == [False, False]


async def test_a_broker_that_is_not_heard_of_is_waited_out_and_no_stall() -> None:
    desk = await Desk().prepare()
    liveness: Any = desk.kernel._liveness
    liveness._seen_at = clock.monotonic_s() - BROKER_UNSEEN_S + 5
    assert "broker" not in await desk.kernel.waits()
    liveness._seen_at -= 10
    assert (await desk.kernel.waits())["broker"] == "the broker does not answer"
    assert desk.kernel.problems() == {}
