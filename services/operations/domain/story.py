"""One person's story: what happened over all services, why, and what should have happened but did not."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

PATIENCE: Final = timedelta(seconds=30)

SUBMITTED: Final = "org.bawaba.registration.participant-submitted.v1"
CORRECTED: Final = "org.bawaba.registration.participant-corrected.v1"
WITHDRAWN: Final = "org.bawaba.registration.participant-withdrawn.v1"
CHECKED: Final = "org.bawaba.accreditation.dossier-checked.v1"
APPROVED: Final = "org.bawaba.accreditation.participant-approved.v1"
REJECTED: Final = "org.bawaba.accreditation.participant-rejected.v1"
PREPARED: Final = "org.bawaba.accreditation.badge-prepared.v1"
ACTIVATED: Final = "org.bawaba.accreditation.badge-activated.v1"
REVOKED: Final = "org.bawaba.accreditation.badge-revoked.v1"
ENTITLED: Final = "org.bawaba.session-allocation.entitlements-changed.v1"
SCANNED: Final = "org.bawaba.entrance.scan-recorded.v1"


@dataclass(frozen=True)
class Chapter:
    """One event of the story. `happened` is the teller's clock, `recorded` the broker's, both aware UTC.

    `cause` is the event or command just before it.
    """

    event_id: str
    type: str
    service: str
    topic: str
    sequence: int
    happened: datetime
    recorded: datetime
    correlation: str
    cause: str | None
    actor: str
    data: Mapping[str, Any]


@dataclass(frozen=True)
class Missing:
    """What should have followed and did not: a code, the event that it should have followed, and how long ago that was.

    `revoked_badge_admitted` is the other way round: what should not have happened and did.
    """

    code: str
    after: str
    since: datetime
    seconds: int


@dataclass(frozen=True)
class Expectation:
    """After an event of one of these types, one of the others follows within thirty seconds."""

    code: str
    after: tuple[str, ...]
    follows: tuple[str, ...]


EXPECTATIONS: Final = (
    Expectation("no_check", (SUBMITTED, CORRECTED), (CHECKED, APPROVED, WITHDRAWN)),
    Expectation("no_badge", (APPROVED,), (PREPARED, ACTIVATED, WITHDRAWN, REJECTED)),
    Expectation("no_entitlement", (APPROVED,), (ENTITLED, WITHDRAWN, REJECTED)),
)


def told(chapters: Iterable[Chapter]) -> list[Chapter]:
    """In the order of what led to what: by the teller's clock, but never an effect before its cause."""
    waiting = sorted(chapters, key=lambda chapter: (chapter.happened, chapter.topic, chapter.sequence))
    known = {chapter.event_id for chapter in waiting}
    told_ids: set[str] = set()
    ordered: list[Chapter] = []
    while waiting:
        # A chapter is ready when its cause is told or is no event of this story; a circle, which cannot be, is broken.
        ready = next((each for each in waiting if each.cause not in known or each.cause in told_ids), waiting[0])
        waiting.remove(ready)
        ordered.append(ready)
        told_ids.add(ready.event_id)
    return ordered


def missing(chapters: Sequence[Chapter], now: datetime) -> list[Missing]:
    """What should have followed and did not, the oldest first."""
    found = [gap for rule in EXPECTATIONS if (gap := _unfollowed(rule, chapters, now))]
    found += _badges_that_should_have_ended(chapters, now)
    found += _admissions_after_revocation(chapters)
    return sorted(found, key=lambda item: item.since)


def _unfollowed(rule: Expectation, chapters: Sequence[Chapter], now: datetime) -> Missing | None:
    last = max((each for each in chapters if each.type in rule.after), key=lambda each: each.happened, default=None)
    if last is None or now - last.happened < PATIENCE:
        return None
    if any(each.type in rule.follows and each.happened >= last.happened for each in chapters):
        return None
    return _gap(rule.code, last, now)


def _badges_that_should_have_ended(chapters: Sequence[Chapter], now: datetime) -> list[Missing]:
    ended = {each.data["badge_id"] for each in chapters if each.type == REVOKED}
    begun = {each.data["badge_id"] for each in chapters if each.type in (PREPARED, ACTIVATED)}
    last = max(
        (each for each in chapters if each.type in (WITHDRAWN, SUBMITTED)), key=lambda each: each.happened, default=None
    )
    if last is None or last.type != WITHDRAWN or now - last.happened < PATIENCE or begun <= ended:
        return []
    return [_gap("badge_not_revoked", last, now)]


def _admissions_after_revocation(chapters: Sequence[Chapter]) -> list[Missing]:
    ended = {each.data["badge_id"]: each for each in chapters if each.type == REVOKED}
    found: list[Missing] = []
    for scan in chapters:
        revoked = ended.get(scan.data.get("badge_id", "")) if scan.type == SCANNED else None
        if revoked and scan.data.get("decision") == "admit" and scan.data.get("direction") == "in":
            late = scan.happened - revoked.happened
            if late > PATIENCE:
                found.append(
                    Missing("revoked_badge_admitted", revoked.event_id, scan.happened, int(late.total_seconds()))
                )
    return found


def _gap(code: str, last: Chapter, now: datetime) -> Missing:
    return Missing(code, last.event_id, last.happened, int((now - last.happened).total_seconds()))
