"""Dates as people write them into spreadsheets: read when there is one reading, asked about when there are two."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar, Final

from services.registration.domain.person import bare_words
from shared.errors import InvalidError

_ISO: Final = re.compile(r"^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})$")
_DAY_FIRST_OR_MONTH_FIRST: Final = re.compile(r"^(\d{1,2})[-/. ](\d{1,2})[-/. ](\d{4})$")
_MIDNIGHT: Final = re.compile(r"(?<=\d)[T ]00:00(:00(\.0+)?)?$")
_IN_WORDS: Final = re.compile(r"^(\d{1,2})(?:er|st|nd|rd|th)?[-/. ]+([^\W\d_]+\.?(?: [^\W\d_]+)?)[-/., ]+(\d{4})$")
# English and French, whole and short; Arabic as the Nile and Libya, Tunisia and Algeria, Morocco, and the Levant say.
_CALLED: Final = (
    "january|jan|janvier|janv|يناير|جانفي|كانون الثاني",
    "february|feb|février|févr|fév|فبراير|فيفري|شباط",
    "march|mar|mars|مارس|آذار",
    "april|apr|avril|avr|أبريل|إبريل|أفريل|نيسان",
    "may|mai|مايو|ماي|أيار",
    "june|jun|juin|يونيو|جوان|حزيران",
    "july|jul|juillet|juil|يوليو|جويلية|يوليوز|تموز",
    "august|aug|août|أغسطس|أوت|غشت|آب",
    "september|sept|sep|septembre|سبتمبر|شتنبر|أيلول",
    "october|oct|octobre|أكتوبر|تشرين الأول",
    "november|nov|novembre|نوفمبر|نونبر|تشرين الثاني",
    "december|dec|décembre|déc|ديسمبر|دجنبر|كانون الأول",
)
_MONTHS: Final = {bare_words(name): month for month, names in enumerate(_CALLED, start=1) for name in names.split("|")}
_HIJRI_YEARS: Final = range(1300, 1500)


@dataclass(eq=False)
class DateUnreadableError(InvalidError):
    code: ClassVar[str] = "roster.date_unreadable"


@dataclass(eq=False)
class DateAmbiguousError(InvalidError):
    """03/04/1971 is two dates; nobody but its writer knows which."""

    code: ClassVar[str] = "roster.date_ambiguous"


@dataclass(eq=False)
class DateHijriError(InvalidError):
    """A year of the Hijri calendar: converting it is a guess of a day either way."""

    code: ClassVar[str] = "roster.date_hijri"


def western_digits(text: str) -> str:
    """Digits of either kind as 0–9."""
    return "".join(str(int(char)) if char.isdecimal() else char for char in text)


def read_date(value: object) -> date | None:
    """The one date that the value means, None for an empty one.

    Raises DateAmbiguousError, DateHijriError or DateUnreadableError: a date is never guessed.
    """
    if value is None or value == "":
        return None
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    text = _MIDNIGHT.sub("", western_digits(str(value)).strip())
    if match := _ISO.match(text):
        year, month, day = (int(part) for part in match.groups())
        return _date(year, month, day)
    if match := _DAY_FIRST_OR_MONTH_FIRST.match(text):
        first, second, year = (int(part) for part in match.groups())
        if first <= 12 and second <= 12 and first != second and year not in _HIJRI_YEARS:
            raise DateAmbiguousError
        day, month = (first, second) if second <= 12 else (second, first)
        return _date(year, month, day)
    if (match := _IN_WORDS.match(text)) and (called := _MONTHS.get(bare_words(match[2]))):
        return _date(int(match[3]), called, int(match[1]))
    raise DateUnreadableError


def _date(year: int, month: int, day: int) -> date:
    if year in _HIJRI_YEARS:
        raise DateHijriError
    try:
        return date(year, month, day)
    except ValueError:
        raise DateUnreadableError from None
