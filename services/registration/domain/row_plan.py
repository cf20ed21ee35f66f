"""What a few rows of an import do to a delegation's list: decided here, written by whoever asks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from services.registration.domain.participant import Participant, State
from services.registration.domain.registration_form import Form

_PRECEDENCE: Final = "precedence"


class Outcome(StrEnum):
    REGISTERED = "registered"
    CORRECTED = "corrected"
    UNCHANGED = "unchanged"
    LEFT_BEHIND = "left_behind"


@dataclass(frozen=True)
class Said:
    """What a row says of a person: fingerprints of what it gives, and every field that it speaks of."""

    category: str
    fingerprints: Mapping[str, str]
    spoken: frozenset[str]
    form: Form | None
    precedence: int | None = None

    def changes(self, before: Participant) -> tuple[str, ...]:
        """Which fields of somebody registered differ after the row, by name."""
        moves = _PRECEDENCE in self.spoken and self.precedence != before.precedence
        return (*before.changed_fields(self.category, self.over(before)), *([_PRECEDENCE] if moves else []))

    def place_of(self, before: Participant) -> int | None:
        """The place in the order of precedence after the row."""
        return self.precedence if _PRECEDENCE in self.spoken else before.precedence

    def kept(self, before: Participant) -> frozenset[str]:
        """The fields of somebody registered that stay as they are: the row does not speak of them.

        With another category those go that its form does not have.
        """
        silent = before.fingerprints.keys() - self.spoken
        if self.category == before.category or self.form is None:
            return frozenset(silent)
        return frozenset(name for name in silent if self.form.has(name))

    def over(self, before: Participant) -> Mapping[str, str]:
        """The fingerprints of somebody registered after the row."""
        return {**{name: before.fingerprints[name] for name in self.kept(before)}, **self.fingerprints}


@dataclass(frozen=True)
class ReadyRow:
    """A good row with its keyed identity, and the id that somebody new gets.

    With `leans` it is good only by what is known of its person already: it makes nobody new. `becomes` is the identity
    that its person gets by it, None where it stays.
    """

    number: int
    identity: str
    said: Said
    new_id: str
    leans: bool = False
    becomes: str | None = None

    def is_anothers(self, present: Mapping[str, Participant], before: Participant) -> bool:
        """Whether somebody else has the identity that it gives."""
        other = present.get(self.becomes) if self.becomes else None
        return other is not None and other.participant_id != before.participant_id


@dataclass(frozen=True)
class PlannedRow:
    """`after` is whom the row makes or changes, None when nothing happens; `fields` are what changed, `kept` what the
    row does not speak of.
    """

    row: ReadyRow
    outcome: Outcome
    after: Participant | None = None
    fields: tuple[str, ...] = ()
    kept: frozenset[str] = frozenset()


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
    """`present` are the delegation's own by identity, `left` the free places by category. Nobody goes over them, and
    no identity becomes that of two.
    """
    present = dict(present)
    taken: Counter[str] = Counter()
    planned: list[PlannedRow] = []
    for row in rows:
        before, said = present.get(row.identity), row.said
        fields = said.changes(before) if before else ()
        if row.leans and (before is None or row.is_anothers(present, before)):
            planned.append(PlannedRow(row, Outcome.LEFT_BEHIND))
            continue
        if before is not None and not fields:
            # Also for somebody who was withdrawn or rejected: an old file sent again must not bring them back.
            planned.append(PlannedRow(row, Outcome.UNCHANGED))
            continue
        if before is None or said.category != before.category or not before.holds_place:
            if taken[said.category] >= left.get(said.category, 0):
                planned.append(PlannedRow(row, Outcome.LEFT_BEHIND))
                continue
            taken[said.category] += 1
            if before is not None and before.holds_place:
                taken[before.category] -= 1
        if before is None:
            planned.append(PlannedRow(row, Outcome.REGISTERED, _new(row, delegation, conference_id)))
        else:
            version = said.form.version if said.form else 1
            after = replace(
                before.corrected(said.category, said.over(before), form_version=version, identity=row.becomes),
                precedence=said.place_of(before),
            )
            present[after.identity] = after
            planned.append(PlannedRow(row, Outcome.CORRECTED, after, fields, said.kept(before)))
    return RowPlan(tuple(planned), {category: places for category, places in taken.items() if places})


def _new(row: ReadyRow, delegation: str, conference_id: str) -> Participant:
    return Participant(
        participant_id=row.new_id,
        conference_id=conference_id,
        delegation=delegation,
        category=row.said.category,
        identity=row.identity,
        fingerprints=row.said.fingerprints,
        state=State.SUBMITTED,
        form_version=row.said.form.version if row.said.form else 1,
        precedence=row.said.precedence,
    )
