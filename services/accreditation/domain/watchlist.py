"""A watchlist: whom an authority wants to know of, as one version of a file named them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

ENTRIES_MAX: Final = 200_000
NAMES_MAX: Final = 100
FAULTS_SHOWN_MAX: Final = 50


@dataclass(frozen=True)
class Entry:
    """One person of a list. `reference` is the list's own for it.

    A year of birth alone is 1 January of it, which weighs little. Nationalities are codes of ICAO Doc 9303 part 3,
    documents their numbers in capital letters and digits alone.
    """

    reference: str
    names: tuple[str, ...]
    birth_dates: tuple[date, ...] = ()
    nationalities: tuple[str, ...] = ()
    documents: tuple[str, ...] = ()


@dataclass(frozen=True)
class ListVersion:
    """`digest` is of the file's bytes (SHA-256 in hex): the same file again is no new version."""

    code: str
    version: int
    digest: str
    entries: int
    loaded_at: datetime
    loaded_by: str
    is_removed: bool = False

    @property
    def stamp(self) -> str:
        return f"{self.code}:{self.version}"


@dataclass(frozen=True)
class Fault:
    """What is wrong with a file: where (a row, an entry's place, or 0 for the whole) and a stable code."""

    place: int
    code: str


def plain_number(document: str) -> str:
    """A document's number as it is compared: capital letters and digits alone."""
    return "".join(char for char in document.upper() if char.isascii() and char.isalnum())
