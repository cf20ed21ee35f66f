"""Columns of a delegation's spreadsheet, by the headings that ministries write, in Arabic, French and English."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import ClassVar, Final

from services.registration.domain.person import bare_words
from shared.errors import InvalidError

# What an export writes, in Arabic, French and English.
HEADINGS: Final[Mapping[str, tuple[str, str, str]]] = {
    "category": ("الفئة", "catégorie", "category"),
    "name_arabic": ("الاسم بالعربية", "nom en arabe", "name in arabic"),
    "name_latin": ("الاسم باللاتينية", "nom complet", "name in latin letters"),
    "rank": ("الرتبة", "grade", "rank"),
    "title": ("المنصب", "fonction", "position"),
    "nationality": ("الجنسية", "nationalité", "nationality"),
    "nationality_reason": (
        "سبب اختلاف الجنسية",
        "motif de la nationalité différente",
        "reason for another nationality",
    ),
    "birth_date": ("تاريخ الميلاد", "date de naissance", "birth date"),
    "document_type": ("نوع الوثيقة", "type de document", "document type"),
    "document_number": ("رقم جواز السفر", "numéro de passeport", "passport number"),
    "document_issuer": ("جهة الإصدار", "pays émetteur", "issuer"),
    "document_expires": ("تاريخ انتهاء الجواز", "date d'expiration", "passport expiry"),
    "mrz": ("المنطقة المقروءة آلياً", "zone lisible", "machine readable zone"),
    "email": ("البريد الإلكتروني", "courriel", "email"),
    "phone": ("الهاتف", "téléphone", "phone"),
    "photo_name": ("ملف الصورة", "photo", "photo file"),
    "precedence": ("ترتيب الأسبقية", "ordre de préséance", "order of precedence"),
}
_ALSO: Final[Mapping[str, str]] = {
    "category": "الصفة في الوفد | فئة المشارك | catégorie de participant | participant category",
    "name_arabic": "الاسم الكامل | الاسم واللقب | الاسم الثلاثي | الاسم الرباعي | الاسم باللغة العربية"
    " | nom complet en arabe | arabic name | full name in arabic",
    "name_latin": "الاسم بالحروف اللاتينية | الاسم بالإنجليزية | الاسم بالفرنسية"
    " | nom et prénom | nom et prénoms | nom et prénom(s) | nom & prénom | nom prénom | nom prénoms | prénom et nom"
    " | prénom nom | nom en latin | nom en caractères latins | full name | name in full | latin name | name in latin"
    " | name in english | name as in passport",
    "rank": "الرتبة العسكرية | military rank",
    "title": "الوظيفة | المسمى الوظيفي | fonctions | poste | titre | title | job title | function",
    "nationality": "citizenship",
    "birth_date": "تاريخ الولادة | date naissance | né le | né(e) le | date of birth | birthdate | dob | d.o.b.",
    "document_type": "نوع الجواز | نوع جواز السفر | type de passeport | type of document | type of passport"
    " | passport type",
    "document_number": "رقم الجواز | رقم الوثيقة | جواز السفر"
    " | n° de passeport | n° du passeport | n° passeport | no de passeport | no passeport | numéro du passeport"
    " | passeport | passeport n° | passeport no | numéro de document | numéro du document | n° de document"
    " | n° document | passport"
    " | passport no | passport n° | passport nr | number of passport | document number | document no"
    " | travel document number",
    "document_issuer": "بلد الإصدار | دولة الإصدار | émetteur | pays de délivrance"
    " | issued by | issuing country | issuing state | country of issue",
    "document_expires": "تاريخ الانتهاء | انتهاء الجواز | تاريخ انتهاء الصلاحية | تاريخ انتهاء صلاحية الجواز"
    " | date d'expiration du passeport | expiration | expire le | date de fin de validité | valable jusqu'au"
    " | expiry | expires | expiry date | date of expiry | expiration date | date of expiration | valid until"
    " | passport expiry date",
    "mrz": "السطور المقروءة آلياً | zone lisible (mrz) | bande mrz | mrz",
    "email": "البريد | الإيميل | adresse électronique | adresse e-mail | mél | e-mail | e-mail address | mail",
    "phone": "رقم الهاتف | الهاتف المحمول | الجوال | n° de téléphone | numéro de téléphone | tél | portable"
    " | phone number | telephone | telephone number | tel | mobile | mobile phone",
    "precedence": "الأسبقية | préséance | precedence",
    "photo_name": "الصورة | fichier photo | nom du fichier photo | photograph | picture",
}
# A name in two columns. What is called "name" alone is the whole, or whichever of the two has no column of its own.
_WHOLE: Final = {"name_arabic": "الاسم", "name_latin": "name | nom | noms"}
_GIVEN: Final = {
    "name_arabic": "الاسم الأول | الاسم الشخصي",
    "name_latin": "prénom | prénoms | prénom(s) | first name | first names | first name(s) | given name | given names"
    " | given name(s) | forename | forenames",
}
_FAMILY: Final = {
    "name_arabic": "اللقب | اسم العائلة | الاسم العائلي | العائلة | النسب",
    "name_latin": "surname | surnames | last name | family name | nom de famille | nom patronymique",
}


def _by_form(headings: Mapping[str, str]) -> dict[str, str]:
    return {bare_words(heading): name for name, some in headings.items() for heading in some.split("|")}


_KNOWN: Final = _by_form(_ALSO) | {bare_words(each): name for name, some in HEADINGS.items() for each in some}
_PARTS: Final = tuple(_by_form(each) for each in (_WHOLE, _GIVEN, _FAMILY))


@dataclass(eq=False)
class ColumnMissingError(InvalidError):
    """The sheet lacks a column without which no row can be read."""

    code: ClassVar[str] = "workbook.column_missing"

    columns: list[str] = field(default_factory=list)


OWN_REMARKS: Final = frozenset({"ملاحظات بوابة", "Remarques de Bawaba", "Bawaba's remarks"})
"""What we put above our remarks in a workbook that goes back. Sent again, that column is renewed and not read."""
_OWN_REMARKS: Final = frozenset(map(bare_words, OWN_REMARKS))


def is_own_remarks(heading: object) -> bool:
    return bare_words(heading) in _OWN_REMARKS


@dataclass(frozen=True)
class Columns:
    """Where each known column is (from 0), and the headings that were not understood.

    `joined` are the places of a name that is in two columns, in the order in which all three languages say it: the
    given name before the family's. Its place in `places` is the first of them.
    """

    places: Mapping[str, int]
    unknown: tuple[str, ...]
    joined: Mapping[str, tuple[int, ...]] = field(default_factory=dict)


def recognise(headings: Sequence[object]) -> Columns:
    """Find the columns by their headings; of two with one meaning the first counts. Raises ColumnMissingError."""
    forms = [bare_words(heading) for heading in headings]
    places: dict[str, int] = {}
    for index, form in enumerate(forms):
        if form in _KNOWN:
            places.setdefault(_KNOWN[form], index)
    joined = _names(forms, places)
    missing = [] if "category" in places else ["category"]
    if not {"name_arabic", "name_latin"} & set(places):
        missing.append("name")
    if missing:
        raise ColumnMissingError(missing)
    read = {*places.values(), *(place for some in joined.values() for place in some)}
    unknown = (
        str(heading).strip()
        for index, heading in enumerate(headings)
        if forms[index] and index not in read and forms[index] not in _KNOWN and not is_own_remarks(heading)
    )
    return Columns(places, tuple(unknown), joined)


def count_known(headings: Sequence[object]) -> int:
    """How many headings are known, for telling a heading row from any other."""
    return sum(any(form in known for known in (_KNOWN, *_PARTS)) for form in map(bare_words, headings))


def _names(forms: Sequence[str], places: dict[str, int]) -> dict[str, tuple[int, ...]]:
    """Add to `places` the names that have no column of their own yet, and answer those that are in two."""
    joined: dict[str, tuple[int, ...]] = {}
    for name in _WHOLE:
        whole, given, family = (
            next((index for index, form in enumerate(forms) if part.get(form) == name), None) for part in _PARTS
        )
        if name in places:
            continue
        if whole is None or (given is None) != (family is None):
            given, family = (whole if given is None else given), (whole if family is None else family)
            if given is not None and family is not None and given != family:
                joined[name] = (given, family)
                places[name] = given
        else:
            places[name] = whole
    return joined
