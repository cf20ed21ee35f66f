"""What rows of an import would change of people on the list: said in a dry run, to their own delegation alone."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

CHANGES_MAX: Final = 2_000


@dataclass(frozen=True)
class FieldChange:
    """What a field says now and would say, None being nothing; of a photo only the new one's file. Personal data."""

    field: str
    old: str | None = None
    new: str | None = None


@dataclass(frozen=True)
class RowChange:
    row: int
    participant_id: str
    fields: tuple[FieldChange, ...]


@dataclass(frozen=True)
class Preview:
    """The changes, and how many of the good rows are of somebody new, or say nothing new."""

    new: int = 0
    unchanged: int = 0
    changes: tuple[RowChange, ...] = field(default=())
