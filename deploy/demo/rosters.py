"""Every delegation's spreadsheet as its ministry would send it; the faults of two are written down here."""

from __future__ import annotations

import io
import random
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any, Final

from openpyxl import Workbook
from openpyxl.styles import Font, PatternFill

from deploy.demo.people import Someone, invent
from deploy.demo.portraits import portrait
from shared.contracts.conference import Conference, FieldRule, Review

SEED: Final = 2027

_ARABIC: Final = {
    "category": "الفئة",
    "name_arabic": "الاسم بالعربية",
    "name_latin": "الاسم باللاتينية",
    "rank": "الرتبة",
    "title": "المنصب",
    "nationality": "الجنسية",
    "birth_date": "تاريخ الميلاد",
    "document_number": "رقم جواز السفر",
    "document_expires": "تاريخ انتهاء الجواز",
    "mrz": "المنطقة المقروءة آلياً",
    "email": "البريد الإلكتروني",
    "photo_name": "الصورة",
}
_FRENCH: Final = {
    "category": "Catégorie",
    "name_latin": "Nom complet",
    "rank": "Grade",
    "title": "Fonction",
    "nationality": "Nationalité",
    "birth_date": "Date de naissance",
    "document_number": "N° de passeport",
    "document_expires": "Date d'expiration",
    "email": "Courriel",
    "photo_name": "Photo",
}
_ENGLISH: Final = {
    "category": "Category",
    "rank": "Rank",
    "name_latin": "Full name",
    "title": "Position",
    "birth_date": "Date of birth",
    "nationality": "Nationality",
    "document_number": "Passport number",
    "document_expires": "Expiry date",
    "mrz": "MRZ",
    "email": "E-mail",
    "photo_name": "Photo",
}
_HEADINGS: Final[Mapping[str, Mapping[str, str]]] = {"ar": _ARABIC, "fr": _FRENCH, "en": _ENGLISH}
# How many of each category a state sends; delegates are drawn between these two.
_STATE: Final = {
    "head_of_delegation": 1,
    "expert": 2,
    "interpreter": 2,
    "protocol": 2,
    "security_detail": 3,
    "press": 2,
}
_DELEGATES: Final = (6, 9)
_MEMBERS: Final[Mapping[str, Mapping[str, int]]] = {
    **{code: {**_STATE, "delegate": 11} for code in ("egypt", "chad", "greece")},
    "organisations": {"organisation": 18, "interpreter": 2},
    "organiser": {"venue_staff": 24, "interpreter": 6, "protocol": 5, "press": 4, "expert": 3},
}
# International staff and the organiser's experts come with passports of these states.
_NATIONALITIES: Final[Mapping[str, tuple[str, ...]]] = {
    "organisations": ("GHA", "SWE", "IND", "POL", "NGA", "PRT", "KEN", "ZAF"),
    "organiser": ("LBY",),
}
FIRST: Final = ("egypt", "chad", "greece")


@dataclass(frozen=True)
class Roster:
    """A delegation's files.

    How many of its rows are good, how many of those an officer decides on, and the fault codes that its check must
    find, by row.
    """

    delegation: str
    language: str
    workbook: bytes
    photos: bytes
    good: int
    to_decide: int
    faults: Mapping[int, str]


def make_rosters(conference: Conference, first_day: date, *, seed: int = SEED) -> list[Roster]:
    """Every delegation's files, the first three first: about 420 people, two files with faults."""
    codes = [*FIRST, *(item.code for item in conference.delegations if item.code not in FIRST)]
    return [make_roster(conference, code, first_day, seed=seed) for code in codes]


def make_roster(conference: Conference, delegation: str, first_day: date, *, seed: int = SEED) -> Roster:
    """One delegation's files as its ministry would send them."""
    item = conference.delegation(delegation)
    assert item is not None, "a delegation of the conference"
    draw = random.Random(f"{seed}/{delegation}")
    members = _MEMBERS.get(delegation) or {**_STATE, "delegate": draw.randint(*_DELEGATES)}
    categories = [category.code for category in conference.categories for _ in range(members.get(category.code, 0))]
    nationalities = _NATIONALITIES.get(delegation) or (item.nationality or "",)
    people = [
        invent(delegation, draw.choice(nationalities), category, number, draw, first_day)
        for number, category in enumerate(categories, start=1)
    ]
    words = {category.code: category.name.in_language(item.language) for category in conference.categories}
    rows = [{**vars(person), "category": words[person.category]} for person in people]
    faults = _FAULTS[delegation](people, rows, first_day) if delegation in _FAULTS else {}
    absent = {
        words[each.code]: [name for name, rule in each.form.items() if rule is FieldRule.ABSENT]
        for each in conference.categories
    }
    rows = [row | dict.fromkeys(absent.get(row["category"], ()), "") for row in rows]
    content = _workbook(_HEADINGS[item.language], rows, item.language)
    good = len(rows) - len(faults)
    alone = {category.code for category in conference.categories if category.review is Review.AUTOMATIC}
    automatic = sum(1 for person in people if person.category in alone)
    return Roster(delegation, item.language, content, _photos(people), good, good - automatic, faults)


def _greek_faults(people: Sequence[Someone], rows: list[dict[str, Any]], first_day: date) -> dict[int, str]:
    """Each fault of a real spreadsheet once. Row 1 is the heading, so the first person is row 2."""
    zone = people[2].mrz
    rows[2]["mrz"] = zone[:-1] + str((int(zone[-1]) + 1) % 10)
    rows[3]["document_expires"] = first_day - timedelta(days=30)
    rows[3]["mrz"] = ""
    rows[4]["category"] = "Astronaut"
    rows[5]["photo_name"] = ""
    rows[6]["birth_date"] = "03/04/1971"
    rows[6]["mrz"] = ""
    twin = len(rows) + 2
    rows.append(dict(rows[7]))
    # Of two more for the press, one is above the quota.
    press = people[-1]
    for number, relative in enumerate(people[8:10]):
        name = f"{press.name_latin.split()[0]} {relative.name_latin.split()[-1]}"
        extra = replace(press, name_latin=name, document_number=f"XG888000{number}", mrz="")
        rows.append({**vars(extra), "category": rows[len(people) - 1]["category"]})
    return {
        4: "roster.mrz_check_digit",
        5: "roster.document_expired",
        6: "roster.category_unknown",
        7: "roster.photo_missing",
        8: "roster.date_ambiguous",
        twin: "roster.row_twice",
        len(rows) + 1: "roster.over_quota",
    }


def _malian_faults(_people: Sequence[Someone], rows: list[dict[str, Any]], first_day: date) -> dict[int, str]:
    """Faults of a list that was typed in a hurry."""
    rows[1]["document_expires"] = first_day - timedelta(days=1)
    rows[4]["birth_date"] = "07/08/1969"
    rows[6]["photo_name"] = ""
    rows.append(dict(rows[2]))
    return {
        3: "roster.document_expired",
        6: "roster.date_ambiguous",
        8: "roster.photo_missing",
        len(rows) + 1: "roster.row_twice",
    }


_FAULTS: Final = {"greece": _greek_faults, "mali": _malian_faults}


def _workbook(headings: Mapping[str, str], rows: Sequence[Mapping[str, Any]], language: str) -> bytes:
    workbook = Workbook()
    sheet: Any = workbook.active
    sheet.sheet_view.rightToLeft = language == "ar"
    for place, heading in enumerate(headings.values(), start=1):
        cell = sheet.cell(1, place, heading)
        cell.font, cell.fill = Font(bold=True, color="FFFFFF"), PatternFill("solid", fgColor="0F3D3A")
        sheet.column_dimensions[cell.column_letter].width = 22
    for number, row in enumerate(rows, start=2):
        for place, name in enumerate(headings, start=1):
            sheet.cell(number, place, row[name] or None)
    out = io.BytesIO()
    workbook.save(out)
    return out.getvalue()


def _photos(people: Sequence[Someone]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for person in people:
            archive.writestr(person.photo_name, portrait(person.photo_name))
    return out.getvalue()
