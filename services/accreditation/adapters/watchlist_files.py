"""Read a watchlist's file: our own CSV and JSON, and the XML of the UN Security Council's consolidated list.

A file with anything wrong in it is refused whole: a list that is silently shorter than its authority thinks is worse
than none. Nothing of a file's content is in what is said of it.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import ParseError, iterparse

from services.accreditation.adapters.country_names import NATIONALITIES
from services.accreditation.domain.screening_errors import WatchlistInvalidError, WatchlistTooLargeError
from services.accreditation.domain.watchlist import (
    ENTRIES_MAX,
    FAULTS_SHOWN_MAX,
    NAMES_MAX,
    Entry,
    Fault,
    plain_number,
)

TEXT_MAX: Final = 300
COLUMNS: Final = ("reference", "name", "aliases", "birth_date", "nationality", "document")
_CODE: Final = re.compile(r"^[A-Z]{1,3}$")
_YEAR: Final = re.compile(r"^\d{4}$")
_REFERENCE: Final = re.compile(r"^[\x21-\x7e][\x20-\x7e]{0,79}$")


class _FaultError(Exception):
    """One entry is wrong, by its code."""


@dataclass
class _Draft:
    """An entry as a file has it, before it is checked."""

    reference: str
    names: list[str]
    births: list[str]
    nationalities: list[str]
    documents: list[str]


def read_list(content: bytes) -> list[Entry]:
    """The entries of a file of any of the three kinds, told apart by its first character.

    Raises WatchlistInvalidError, WatchlistTooLargeError. Bounded: entities, DTDs and external references are refused
    before anything of them is expanded.
    """
    start = content[:1_000].lstrip(b"\xef\xbb\xbf \t\r\n")
    if start.startswith(b"<"):
        return _collected(_united_nations(content))
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise _invalid("not_utf8") from None
    if "\0" in text:
        raise _invalid("not_text")
    return _collected(_json(text) if start[:1] in (b"{", b"[") else _csv(text))


def _collected(drafts: Iterable[_Draft | None]) -> list[Entry]:
    """Checked entries; None among the drafts is one that has no shape at all."""
    entries: list[Entry] = []
    faults: list[Fault] = []
    seen: set[str] = set()
    count = 0
    for place, draft in enumerate(drafts, start=1):
        if place > ENTRIES_MAX:
            raise WatchlistTooLargeError(ENTRIES_MAX)
        try:
            entry = _checked(draft)
            if entry.reference in seen:
                raise _FaultError("reference_twice")
        except _FaultError as fault:
            count += 1
            if len(faults) < FAULTS_SHOWN_MAX:
                faults.append(Fault(place, str(fault)))
            continue
        seen.add(entry.reference)
        entries.append(entry)
    if count:
        raise WatchlistInvalidError(count, tuple((fault.place, fault.code) for fault in faults))
    if not entries:
        raise _invalid("empty")
    return entries


def _checked(draft: _Draft | None) -> Entry:
    if draft is None:
        raise _FaultError("shape")
    reference = draft.reference.strip()
    if not _REFERENCE.match(reference):
        raise _FaultError("reference")
    names = tuple(dict.fromkeys(name for name in (" ".join(name.split()) for name in draft.names) if name))
    if not names or not any(char.isalpha() for char in "".join(names)):
        raise _FaultError("name_missing")
    if len(names) > NAMES_MAX:
        raise _FaultError("names_too_many")
    if any(len(text) > TEXT_MAX for text in (*names, *draft.documents)):
        raise _FaultError("text_too_long")
    nationalities = tuple(dict.fromkeys(code.strip().upper() for code in draft.nationalities if code.strip()))
    if any(not _CODE.match(code) for code in nationalities):
        raise _FaultError("nationality")
    documents = tuple(dict.fromkeys(plain_number(number) for number in draft.documents if plain_number(number)))
    births = tuple(dict.fromkeys(_birth(text.strip()) for text in draft.births if text.strip()))
    if max(len(births), len(nationalities), len(documents)) > NAMES_MAX:
        raise _FaultError("values_too_many")
    return Entry(reference, names, births, nationalities, documents)


def _birth(text: str) -> date:
    """A date of ISO 8601, or a year, which becomes its 1 January."""
    try:
        return date(int(text), 1, 1) if _YEAR.match(text) else date.fromisoformat(text)
    except ValueError:
        raise _FaultError("birth_date") from None


def _csv(text: str) -> Iterator[_Draft | None]:
    """Columns by name, values of one column parted by semicolons."""
    reader = csv.DictReader(io.StringIO(text, newline=""), strict=True)
    try:
        header = [name.strip().lower() for name in reader.fieldnames or ()]
        if not {"reference", "name"} <= set(header) or not set(header) <= set(COLUMNS):
            raise _invalid("columns")
        reader.fieldnames = header
        for row in reader:
            if None in row or None in row.values():
                yield None
                continue
            yield _Draft(
                row["reference"],
                [row["name"], *row.get("aliases", "").split(";")],
                row.get("birth_date", "").split(";"),
                row.get("nationality", "").split(";"),
                row.get("document", "").split(";"),
            )
    except csv.Error:
        raise _invalid("csv") from None


def _json(text: str) -> Iterator[_Draft | None]:
    """`{"entries": [{"reference", "names", "birth_dates", "nationalities", "documents"}]}`."""
    try:
        whole = json.loads(text)
    except (ValueError, RecursionError):
        raise _invalid("json") from None
    entries = whole.get("entries") if isinstance(whole, dict) else None
    if not isinstance(entries, list):
        raise _invalid("json")
    for item in entries:
        yield _json_draft(item)


def _json_draft(item: Any) -> _Draft | None:
    if not isinstance(item, dict) or not isinstance(item.get("reference"), str):
        return None
    lists = [item.get(name, []) for name in ("names", "birth_dates", "nationalities", "documents")]
    if not all(isinstance(values, list) and all(isinstance(value, str) for value in values) for values in lists):
        return None
    return _Draft(item["reference"], *lists)


def _united_nations(content: bytes) -> Iterator[_Draft | None]:
    """The INDIVIDUAL elements of a CONSOLIDATED_LIST; what is not about persons is passed over."""
    depth, is_list = 0, False
    try:
        for event, element in iterparse(io.BytesIO(content), events=("start", "end"), forbid_dtd=True):
            if event == "start":
                depth += 1
                is_list = is_list or (depth == 1 and element.tag == "CONSOLIDATED_LIST")
                if depth > 30:
                    raise _invalid("xml")
                continue
            depth -= 1
            if element.tag == "INDIVIDUAL" and is_list:
                yield _individual(element)
            if depth <= 2:
                element.clear()
    except (ParseError, DefusedXmlException, LookupError, ValueError):
        raise _invalid("xml") from None
    if not is_list:
        raise _invalid("xml")


def _individual(element: Any) -> _Draft:
    def said(path: str) -> list[str]:
        return [found.text.strip() for found in element.findall(path) if found.text and found.text.strip()]

    parts = [text for name in ("FIRST_NAME", "SECOND_NAME", "THIRD_NAME", "FOURTH_NAME") for text in said(name)]
    names = [" ".join(parts), *said("NAME_ORIGINAL_SCRIPT")]
    for alias in said("INDIVIDUAL_ALIAS/ALIAS_NAME"):
        names += re.split(r"[;؛]", alias)
    nationalities = [NATIONALITIES.get(name.casefold(), "") for name in said("NATIONALITY/VALUE")]
    births = [birth for item in element.findall("INDIVIDUAL_DATE_OF_BIRTH") for birth in _un_births(item)]
    documents = said("INDIVIDUAL_DOCUMENT/NUMBER")
    reference = (said("REFERENCE_NUMBER") or said("DATAID") or [""])[0]
    return _Draft(reference, [name for name in names if any(map(str.isalpha, name))], births, nationalities, documents)


def _un_births(item: Any) -> list[str]:
    """DATE, or YEAR, or the years FROM_YEAR to TO_YEAR. What is no date says nothing: it is prose in that list."""

    def said(name: str) -> str:
        found = item.find(name)
        return found.text.strip() if found is not None and found.text else ""

    if re.match(r"^\d{4}-\d{2}-\d{2}", said("DATE")):
        return [said("DATE")[:10]]
    if _YEAR.match(said("YEAR")):
        return [said("YEAR")]
    first, last = said("FROM_YEAR"), said("TO_YEAR")
    if _YEAR.match(first) and _YEAR.match(last) and 0 <= int(last) - int(first) <= 10:
        return [str(year) for year in range(int(first), int(last) + 1)]
    return []


def _invalid(code: str) -> WatchlistInvalidError:
    return WatchlistInvalidError(1, ((0, code),))
