"""Three delegations' spreadsheets as their ministries would send them; the faults of one are written down here."""

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

from deploy.demo.people import CHAD, EGYPT, GREECE, NameStock, Someone, invent
from deploy.demo.portraits import portrait

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
_CATEGORY_WORDS: Final[Mapping[str, Mapping[str, str]]] = {
    "egypt": {
        "head_of_delegation": "رئيس وفد",
        "delegate": "عضو وفد",
        "interpreter": "مترجم",
        "protocol": "مراسم",
        "security_detail": "حماية شخصية",
        "press": "صحافة",
        "expert": "خبير",
    },
    "chad": {
        "head_of_delegation": "Chef de délégation",
        "delegate": "Délégué",
        "interpreter": "Interprète",
        "protocol": "Protocole",
        "security_detail": "Sécurité rapprochée",
        "press": "Presse",
        "expert": "Expert",
    },
    "greece": {
        "head_of_delegation": "Head of delegation",
        "delegate": "Delegate",
        "interpreter": "Interpreter",
        "protocol": "Protocol",
        "security_detail": "Security detail",
        "press": "Press",
        "expert": "Expert",
    },
}
_MEMBERS: Final = (
    ["head_of_delegation"]
    + ["delegate"] * 11
    + ["expert"] * 2
    + ["interpreter"] * 2
    + ["protocol"] * 2
    + ["security_detail"] * 3
    + ["press"] * 2
)


@dataclass(frozen=True)
class Roster:
    """A delegation's files, how many of its rows are good, and the fault codes that its check must find, by row."""

    delegation: str
    language: str
    workbook: bytes
    photos: bytes
    good: int
    faults: Mapping[int, str]


def make_rosters(first_day: date, *, seed: int = SEED) -> list[Roster]:
    """Egypt in Arabic, Chad in French, Greece in English with faults; about seventy people in all."""
    return [
        _roster("egypt", "ar", EGYPT, "EGY", _ARABIC, first_day, seed),
        _roster("chad", "fr", CHAD, "TCD", _FRENCH, first_day, seed),
        _with_faults(first_day, seed),
    ]


def _people(stock: NameStock, nationality: str, first_day: date, seed: int) -> list[Someone]:
    draw = random.Random(f"{seed}/{nationality}")
    return [invent(stock, nationality, code, n, draw, first_day) for n, code in enumerate(_MEMBERS, start=1)]


def _roster(
    delegation: str,
    language: str,
    stock: NameStock,
    nationality: str,
    headings: Mapping[str, str],
    first_day: date,
    seed: int,
) -> Roster:
    people = _people(stock, nationality, first_day, seed)
    rows = [_cells(delegation, person) for person in people]
    return Roster(delegation, language, _workbook(headings, rows, language), _photos(people), len(people), {})


def _with_faults(first_day: date, seed: int) -> Roster:
    """Greece's file: each fault of a real spreadsheet once. Row 1 is the heading, so the first person is row 2."""
    people = _people(GREECE, "GRC", first_day, seed)
    rows: list[dict[str, Any]] = [_cells("greece", person) for person in people]
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
    extra = [
        replace(people[8], document_number=f"XG888000{n}", mrz="", photo_name=people[8].photo_name) for n in range(7)
    ]
    rows += [_cells("greece", person) for person in extra]
    faults = {
        4: "roster.mrz_check_digit",
        5: "roster.document_expired",
        6: "roster.category_unknown",
        7: "roster.photo_missing",
        8: "roster.date_ambiguous",
        twin: "roster.row_twice",
        len(rows) + 1: "roster.over_quota",
    }
    return Roster("greece", "en", _workbook(_ENGLISH, rows, "en"), _photos(people), len(rows) - len(faults), faults)


def _cells(delegation: str, person: Someone) -> dict[str, Any]:
    return {**vars(person), "category": _CATEGORY_WORDS[delegation][person.category]}


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
