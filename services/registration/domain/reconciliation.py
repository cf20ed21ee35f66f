"""A list reconciled with its delegation: who is added, dropped and swapped, and what that does to each quota."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from services.registration.domain.participant import Participant, State
from services.registration.domain.quota import Quota
from shared.errors import ConflictError, InvalidError


@dataclass(eq=False)
class PlanInvalidError(InvalidError):
    """Somebody is named twice, or in a part of the plan where they cannot be."""

    code: ClassVar[str] = "registration.plan_invalid"

    participant_ids: tuple[str, ...]


@dataclass(eq=False)
class OverQuotaError(ConflictError):
    """There is no place left in these categories; a waiver is how to ask for more."""

    code: ClassVar[str] = "registration.over_quota"

    categories: tuple[str, ...]


@dataclass(frozen=True)
class Plan:
    """Drafts to submit, people to withdraw, and pairs of who goes with the draft that takes the place."""

    add: tuple[str, ...] = ()
    drop: tuple[str, ...] = ()
    swap: tuple[tuple[str, str], ...] = ()

    @property
    def people(self) -> tuple[str, ...]:
        return (*self.add, *self.drop, *(each for pair in self.swap for each in pair))


@dataclass(frozen=True)
class Difference:
    """A category before and after a plan. `over` is how many places are missing afterwards, 0 when it fits."""

    quota: Quota
    after: int

    @property
    def change(self) -> int:
        return self.after - self.quota.used

    @property
    def over(self) -> int:
        return max(0, self.after - self.quota.places) if self.change > 0 else 0


def differences(plan: Plan, people: Mapping[str, Participant], quotas: Sequence[Quota]) -> tuple[Difference, ...]:
    """What the plan does to each quota of the delegation. Raises PlanInvalidError."""
    _require_sound(plan, people)
    change: Counter[str] = Counter()
    for comes in (*plan.add, *(new for _, new in plan.swap)):
        change[people[comes].category] += 1
    for goes in (*plan.drop, *(old for old, _ in plan.swap)):
        change[people[goes].category] -= people[goes].holds_place
    return tuple(Difference(quota, quota.used + change[quota.category]) for quota in quotas)


def _require_sound(plan: Plan, people: Mapping[str, Participant]) -> None:
    named = Counter(plan.people)
    wrong = {each for each, times in named.items() if times > 1 or each not in people}
    wrong |= {each for each in plan.add if each in people and people[each].state is not State.DRAFT}
    wrong |= {each for each in plan.drop if each in people and not people[each].holds_place}
    for old, new in plan.swap:
        wrong |= {old} if old in people and not people[old].can_be_substituted else set()
        wrong |= {new} if new in people and people[new].state is not State.DRAFT else set()
    if wrong:
        raise PlanInvalidError(tuple(sorted(wrong)))
