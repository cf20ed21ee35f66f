"""The form of a category: which fields it asks for, offers or does not have, and what a later version asks anew."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

NAMES: Final = ("name_arabic", "name_latin")
PHOTO: Final = "photo"


class Rule(StrEnum):
    REQUIRED = "required"
    OPTIONAL = "optional"
    ABSENT = "absent"


@dataclass(frozen=True)
class Form:
    """One version of a category's form. A field without a rule is optional; one name of two is always asked."""

    category: str
    version: int
    rules: Mapping[str, Rule]

    def rule(self, field: str) -> Rule:
        return self.rules.get(field, Rule.OPTIONAL)

    def has(self, field: str) -> bool:
        return self.rule(field) is not Rule.ABSENT

    def missing(self, present: Collection[str]) -> tuple[str, ...]:
        """Fields that are asked and not there, in the form's order; `name_latin` stands for a missing name."""
        asked = [field for field, rule in self.rules.items() if rule is Rule.REQUIRED and field not in present]
        if not any(name in present for name in NAMES) and not any(name in asked for name in NAMES):
            asked.insert(0, NAMES[1])
        return tuple(asked)

    def superfluous(self, present: Collection[str]) -> tuple[str, ...]:
        """Fields that were given although the form does not have them."""
        return tuple(field for field in present if not self.has(field))

    def asked_anew(self, present: Collection[str], filled_in: Form | None) -> tuple[str, ...]:
        """What somebody who filled in an older version is asked now: only what that version did not ask."""
        if filled_in is None or filled_in.version >= self.version:
            return ()
        return tuple(field for field in self.missing(present) if filled_in.rule(field) is not Rule.REQUIRED)

    def is_like(self, other: Form) -> bool:
        """Whether both ask the same, whatever their versions."""
        return {k: v for k, v in self.rules.items() if v is not Rule.OPTIONAL} == {
            k: v for k, v in other.rules.items() if v is not Rule.OPTIONAL
        }
