"""Columns of a delegation's spreadsheet, by the headings that ministries write, in Arabic, French and English."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import ClassVar, Final

from services.registration.domain.person import comparable
from shared.errors import InvalidError

HEADINGS: Final[Mapping[str, tuple[str, ...]]] = {
    "category": ("الفئة", "الصفة في الوفد", "catégorie", "category"),
    "name_arabic": ("الاسم بالعربية", "الاسم الكامل", "الاسم", "nom en arabe", "name in arabic"),
    "name_latin": ("الاسم باللاتينية", "nom complet", "nom et prénom", "full name", "name", "name in latin letters"),
    "rank": ("الرتبة", "grade", "rank"),
    "title": ("المنصب", "الوظيفة", "fonction", "title", "position"),
    "nationality": ("الجنسية", "nationalité", "nationality"),
    "nationality_reason": (
        "سبب اختلاف الجنسية",
        "motif de la nationalité différente",
        "reason for another nationality",
    ),
    "birth_date": ("تاريخ الميلاد", "date de naissance", "date of birth", "birth date"),
    "document_type": ("نوع الوثيقة", "type de document", "document type"),
    "document_number": ("رقم جواز السفر", "رقم الوثيقة", "numéro de passeport", "n° de passeport", "passport number"),
    "document_issuer": ("جهة الإصدار", "pays émetteur", "issued by", "issuer"),
    "document_expires": (
        "تاريخ انتهاء الجواز",
        "تاريخ الانتهاء",
        "date d'expiration",
        "expiry date",
        "passport expiry",
    ),
    "mrz": ("المنطقة المقروءة آلياً", "zone lisible", "mrz", "machine readable zone"),
    "email": ("البريد الإلكتروني", "courriel", "e-mail", "email"),
    "phone": ("الهاتف", "téléphone", "phone"),
    "photo_name": ("ملف الصورة", "الصورة", "photo", "fichier photo", "photo file"),
}
_KNOWN: Final = {comparable(heading): name for name, headings in HEADINGS.items() for heading in headings}


@dataclass(eq=False)
class ColumnMissingError(InvalidError):
    """The sheet lacks a column without which no row can be read."""

    code: ClassVar[str] = "workbook.column_missing"

    columns: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Columns:
    """Where each known column is (from 0), and the headings that were not understood."""

    places: Mapping[str, int]
    unknown: tuple[str, ...]


def recognise(headings: Sequence[object]) -> Columns:
    """Find the columns by their headings; of two with one meaning the first counts. Raises ColumnMissingError."""
    places: dict[str, int] = {}
    unknown: list[str] = []
    for index, heading in enumerate(headings):
        text = str(heading or "").strip()
        name = _KNOWN.get(comparable(text))
        if name is not None:
            places.setdefault(name, index)
        elif text:
            unknown.append(text)
    missing = [] if "category" in places else ["category"]
    if not {"name_arabic", "name_latin"} & set(places):
        missing.append("name")
    if missing:
        raise ColumnMissingError(missing)
    return Columns(places, tuple(unknown))
