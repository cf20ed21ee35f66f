"""What a few rows of an import do to a delegation's list: decided here, written by whoever asks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from services.registration.domain.participant import Participant, State


class Outcome(StrEnum):
    REGISTERED = "registered"
    CORRECTED = "corrected"
    UNCHANGED = "unchanged"
    LEFT_BEHIND = "left_behind"


@dataclass(frozen=True)
class ReadyRow:
    """A good row with what is made from it: keyed identity and fingerprints, and the id that somebody new gets."""

    number: int
    identity: str
    category: str
    fingerprints: Mapping[str, str]
    new_id: str
    form_version: int


@dataclass(frozen=True)
class PlannedRow:
    """`after` is whom the row makes or changes, None when nothing happens; `fields` are what changed."""

    row: ReadyRow
    outcome: Outcome
    after: Participant | None = None
    fields: tuple[str, ...] = ()


@dataclass(frozen=True)
class RowPlan:
    """The rows in their order, and the places they take of each category (negative: give back)."""

    rows: tuple[PlannedRow, ...]
    places: Mapping[str, int]


def plan_rows(
    rows: Sequence[ReadyRow],
    present: Mapping[str, Participant],
    left: Mapping[str, int],
    *,
    delegation: str,
    conference_id: str,
) -> RowPlan:
    """`present` are the delegation's own by identity, `left` the free places by category. Nobody goes over them."""
    taken: Counter[str] = Counter()
    planned: list[PlannedRow] = []
    for row in rows:
        before = present.get(row.identity)
        fields = before.changed_fields(row.category, row.fingerprints) if before else ()
        if before is not None and not fields:
            # Also for somebody who was withdrawn or rejected: an old file sent again must not bring them back.
            planned.append(PlannedRow(row, Outcome.UNCHANGED))
            continue
        if before is None or row.category != before.category or not before.holds_place:
            if taken[row.category] >= left.get(row.category, 0):
                planned.append(PlannedRow(row, Outcome.LEFT_BEHIND))
                continue
            taken[row.category] += 1
            if before is not None and before.holds_place:
                taken[before.category] -= 1
        if before is None:
            planned.append(PlannedRow(row, Outcome.REGISTERED, _new(row, delegation, conference_id)))
        else:
            after = before.corrected(row.category, row.fingerprints, form_version=row.form_version)
            planned.append(PlannedRow(row, Outcome.CORRECTED, after, fields))
    return RowPlan(tuple(planned), {category: places for category, places in taken.items() if places})


def _new(row: ReadyRow, delegation: str, conference_id: str) -> Participant:
    return Participant(
        participant_id=row.new_id,
        conference_id=conference_id,
        delegation=delegation,
        category=row.category,
        identity=row.identity,
        fingerprints=row.fingerprints,
        state=State.SUBMITTED,
        form_version=row.form_version,
    )
