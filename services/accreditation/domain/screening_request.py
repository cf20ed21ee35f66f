"""What goes to the outside authority and what comes back: people by reference, and clear or not clear."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Protocol

PEOPLE_MAX: Final = 2_000


@dataclass(frozen=True)
class Asked:
    """One person as the authority is asked; dates as in ISO 8601, what is unknown is empty."""

    reference: str
    revision: int
    name_arabic: str
    name_latin: str
    nationality: str
    birth_date: str
    document_type: str
    document_number: str


@dataclass(frozen=True)
class Answered:
    """`revision` is what the authority looked at: an answer about something else is refused."""

    reference: str
    revision: int
    clear: bool


class ScreeningFiles(Protocol):
    """Sealed files to and from the authority. Both raise NoAuthorityError when no authority's keys are there."""

    def requests(self, people: list[Asked]) -> bytes: ...

    def answers(self, file: bytes) -> list[Answered]:
        """Raises ScreeningFileRefusedError."""
        ...
