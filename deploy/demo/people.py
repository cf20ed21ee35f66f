"""Invented people for the demonstration: names plausible in each country and script, nobody real, no real passport."""

from __future__ import annotations

import random
import tomllib
import unicodedata
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Final

CHECK_WEIGHTS: Final = (7, 3, 1)
# Letters that Unicode does not take apart, as Doc 9303 writes them.
_NOT_DECOMPOSED: Final = {
    "ı": "I",
    "ħ": "H",
    "Ħ": "H",
    "ø": "OE",
    "Ø": "OE",
    "ß": "SS",
    "æ": "AE",
    "Å": "AA",
    "å": "AA",
}
NAMES: Final = Path(__file__).with_name("names.toml")


@dataclass(frozen=True)
class NameStock:
    """First and last names as (Arabic, Latin), with ranks and posts as the ministry writes them."""

    men: tuple[tuple[str, str], ...]
    women: tuple[tuple[str, str], ...]
    families: tuple[tuple[str, str], ...]
    ranks: tuple[str, ...]
    posts: tuple[str, ...]


@cache
def name_stock(delegation: str) -> NameStock:
    """A delegation's names from `names.toml`."""
    table = _names()[delegation]
    return NameStock(
        men=_pairs(table["men"]),
        women=_pairs(table["women"]),
        families=_pairs(table["families"]),
        ranks=tuple(table["ranks"]),
        posts=tuple(table["posts"]),
    )


@cache
def _names() -> dict[str, dict[str, list[str]]]:
    return tomllib.loads(NAMES.read_text(encoding="utf-8"))


def _pairs(names: list[str]) -> tuple[tuple[str, str], ...]:
    split = (name.rpartition("|") for name in names)
    return tuple((arabic, latin) for arabic, _, latin in split)


@dataclass(frozen=True)
class Someone:
    """An invented person. The document number is of no issued series."""

    category: str
    name_arabic: str
    name_latin: str
    rank: str
    title: str
    nationality: str
    birth_date: date
    document_number: str
    document_expires: date
    mrz: str
    email: str
    photo_name: str


def invent(
    delegation: str, nationality: str, category: str, number: int, draw: random.Random, first_day: date
) -> Someone:
    """The `number`-th person of a delegation; the same seed invents the same person."""
    stock = name_stock(delegation)
    given = draw.choice(stock.women if draw.random() < 0.2 else stock.men)
    family = stock.families[(number * 3 + draw.randrange(2)) % len(stock.families)]
    arabic = f"{given[0]} {family[0]}".strip()
    latin = f"{given[1]} {family[1]}"
    born = date(1958, 1, 2) + timedelta(days=draw.randrange(12_000))
    expires = first_day + timedelta(days=400 + draw.randrange(2_500))
    passport = f"X{nationality[0]}{draw.randrange(10**6, 10**7)}"
    return Someone(
        category=category,
        name_arabic=arabic,
        name_latin=latin,
        rank=draw.choice(stock.ranks),
        title=draw.choice(stock.posts),
        nationality=nationality,
        birth_date=born,
        document_number=passport,
        document_expires=expires,
        mrz=passport_zone(nationality, (given[1], family[1]), passport, born, expires),
        email=f"{delegation}{number:03d}@example.org",
        photo_name=f"{delegation}-{number:03d}.jpg",
    )


def passport_zone(issuer: str, names: tuple[str, str], number: str, born: date, expires: date) -> str:
    """A TD3 zone whose check digits hold (ICAO Doc 9303 part 4), for an invented passport."""
    given, family = (_zone_letters(name) for name in names)
    first = f"P<{issuer}{family}<<{given}".ljust(44, "<")[:44]
    document, birth, expiry = number.ljust(9, "<"), born.strftime("%y%m%d"), expires.strftime("%y%m%d")
    optional = "<" * 14
    fields = f"{document}{_digit(document)}{issuer}{birth}{_digit(birth)}<{expiry}{_digit(expiry)}{optional}<"
    composite = fields[0:10] + fields[13:20] + fields[21:43]
    return f"{first}\n{fields}{_digit(composite)}"


def _digit(field: str) -> int:
    values = (0 if char == "<" else int(char) if char.isdigit() else ord(char) - 55 for char in field)
    return sum(value * CHECK_WEIGHTS[index % 3] for index, value in enumerate(values)) % 10


def _zone_letters(name: str) -> str:
    """A name as the zone writes it: the letters of Doc 9303 part 3, section 6, apostrophes left out."""
    spelled = "".join(_NOT_DECOMPOSED.get(char, char) for char in name)
    letters = unicodedata.normalize("NFKD", spelled).encode("ascii", "ignore").decode().upper()
    words = "".join(char if char.isalpha() else "" if char == "'" else " " for char in letters)
    return "<".join(words.split())
