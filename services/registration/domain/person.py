"""A person as one row says it: names as written, in each script, and never made from one another."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, fields
from datetime import date
from typing import Final


@dataclass(frozen=True)
class Person:
    """What a delegation gives of a person. `photo_name` is the file in the photos that belongs to the row."""

    category: str
    name_arabic: str | None = None
    name_latin: str | None = None
    rank: str | None = None
    title: str | None = None
    nationality: str | None = None
    nationality_reason: str | None = None
    birth_date: date | None = None
    document_type: str | None = None
    document_number: str | None = None
    document_issuer: str | None = None
    document_expires: date | None = None
    mrz: str | None = None
    email: str | None = None
    phone: str | None = None
    photo_name: str | None = None
    precedence: int | None = None

    def identity(self) -> str:
        """What says that two rows are one person: the document, else the names with the birth date."""
        if self.document_number:
            issuer = self.document_issuer or self.nationality or ""
            return f"document|{issuer}|{''.join(self.document_number.split()).upper()}"
        names = f"{comparable(self.name_arabic or '')}|{comparable(self.name_latin or '')}"
        return f"name|{names}|{self.birth_date or ''}"


FIELDS: Final = tuple(field.name for field in fields(Person))

_ARABIC_ALIKE: Final = str.maketrans({"أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا", "ى": "ي", "ة": "ه", "ـ": None})


_APOSTROPHES: Final = str.maketrans(dict.fromkeys("\u2018\u2019\u02bc\u02bb\u02b9\u00b4`", "'"))


def comparable(text: str) -> str:
    """For comparing only, never for showing: no case, accents, vowel marks, tatweel, doubled spaces; one apostrophe."""
    plain = unicodedata.normalize("NFKD", text.translate(_APOSTROPHES))
    bare = "".join(char for char in plain if not unicodedata.combining(char))
    return " ".join(bare.translate(_ARABIC_ALIKE).casefold().split())


def bare_words(text: object) -> str:
    """As `comparable`, of the letters and digits alone, whatever stands between, before and behind them."""
    plain = comparable(str(text or ""))
    return " ".join("".join(char if char.isalnum() else " " for char in plain).split())
