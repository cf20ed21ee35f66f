"""One person's story: causes before effects, and what should have followed and did not."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from services.operations.domain import story
from services.operations.domain.story import Chapter, missing, told
from shared.contracts import REGISTRY

START = datetime(2027, 2, 10, 8, tzinfo=UTC)
LATE = START + timedelta(minutes=10)


def chapter(kind: str, seconds: float, cause: str | None = None, name: str = "", **data: Any) -> Chapter:
    happened = START + timedelta(seconds=seconds)
    return Chapter(
        event_id=name or f"{kind}@{seconds}",
        type=kind,
        service=kind.split(".")[2],
        topic="t",
        sequence=1,
        happened=happened,
        recorded=happened,
        correlation="c",
        cause=cause,
        actor="a",
        data=data,
    )


def codes(*chapters: Chapter, now: datetime = LATE) -> list[str]:
    return [item.code for item in missing(told(chapters), now)]


def test_every_type_that_the_rules_name_is_a_contract() -> None:
    named = {value for name, value in vars(story).items() if name.isupper() and isinstance(value, str)}
    assert named <= set(REGISTRY.events)


def test_an_effect_never_stands_before_its_cause_whatever_the_clocks_say() -> None:
    cause = chapter(story.SUBMITTED, 5, name="cause")
    effect = chapter(story.CHECKED, 3, cause="cause", name="effect")
    later = chapter(story.APPROVED, 4, cause="effect", name="later")
    assert [each.event_id for each in told([later, effect, cause])] == ["cause", "effect", "later"]


def test_a_circle_of_causes_is_told_all_the_same() -> None:
    assert len(told([chapter(story.CHECKED, 1, "b", "a"), chapter(story.CHECKED, 2, "a", "b")])) == 2


@pytest.mark.parametrize(
    ("chapters", "expected"),
    [
        ([chapter(story.SUBMITTED, 0)], ["no_check"]),
        ([chapter(story.SUBMITTED, 0), chapter(story.CHECKED, 1)], []),
        ([chapter(story.SUBMITTED, 0), chapter(story.CHECKED, 1), chapter(story.CORRECTED, 60)], ["no_check"]),
        ([chapter(story.APPROVED, 0)], ["no_badge", "no_entitlement"]),
        ([chapter(story.APPROVED, 0), chapter(story.PREPARED, 1, badge_id="b")], ["no_entitlement"]),
        ([chapter(story.PREPARED, 0, badge_id="b"), chapter(story.WITHDRAWN, 1)], ["badge_not_revoked"]),
        (
            [
                chapter(story.PREPARED, 0, badge_id="b"),
                chapter(story.WITHDRAWN, 1),
                chapter(story.REVOKED, 2, badge_id="b"),
            ],
            [],
        ),
        (
            [
                chapter(story.PREPARED, 0, badge_id="b"),
                chapter(story.REVOKED, 2, badge_id="b"),
                chapter(story.SCANNED, 90, badge_id="b", decision="admit", direction="in"),
            ],
            ["revoked_badge_admitted"],
        ),
        (
            [
                chapter(story.REVOKED, 2, badge_id="b"),
                chapter(story.SCANNED, 90, badge_id="b", decision="refuse", direction="in"),
                chapter(story.SCANNED, 95, badge_id="b", decision="admit", direction="out"),
                chapter(story.SCANNED, 1, badge_id="b", decision="admit", direction="in"),
            ],
            [],
        ),
    ],
)
def test_what_should_have_followed_is_told(chapters: list[Chapter], expected: list[str]) -> None:
    assert codes(*chapters) == expected


def test_nothing_is_missing_before_its_time() -> None:
    assert codes(chapter(story.SUBMITTED, 0), now=START + timedelta(seconds=29)) == []
