"""Kinds of documents, by the words that people write for them, and the codes of those who issue them."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Final

from services.registration.domain.person import bare_words
from services.registration.domain.state_words import state_named
from shared.travel_documents.kinds import DocumentType

_WORDS: Final[Mapping[DocumentType, str]] = {
    DocumentType.PASSPORT: "جواز سفر | جواز | جواز سفر عادي | جواز عادي | passeport | passeport ordinaire"
    " | passport | ordinary passport | regular passport | P",
    DocumentType.DIPLOMATIC_PASSPORT: "جواز سفر دبلوماسي | جواز دبلوماسي | دبلوماسي | passeport diplomatique"
    " | diplomatique | diplomatic passport | diplomatic | PD",
    DocumentType.SERVICE_PASSPORT: "جواز سفر خدمة | جواز خدمة | جواز سفر خاص | جواز خاص | جواز سفر لمهمة | جواز مهمة"
    " | passeport de service | passeport officiel | passeport spécial | service | service passport"
    " | official passport | special passport | official | PS | PO",
    DocumentType.LAISSEZ_PASSER: "جواز مرور | laissez-passer | laissez-passer des Nations Unies | UNLP"
    " | UN laissez-passer | PL",
    DocumentType.TRAVEL_DOCUMENT: "وثيقة سفر | titre de voyage | document de voyage | travel document"
    " | refugee travel document",
    DocumentType.NATIONAL_ID: "بطاقة هوية | بطاقة هوية وطنية | بطاقة الهوية | هوية وطنية | بطاقة وطنية"
    " | بطاقة التعريف الوطنية | البطاقة الوطنية | carte d'identité | carte nationale d'identité | CNI | CIN"
    " | pièce d'identité | identity card | national id | national identity card | id card | id",
    DocumentType.MILITARY_ID: "بطاقة عسكرية | بطاقة هوية عسكرية | هوية عسكرية | بطاقة الهوية العسكرية"
    " | البطاقة العسكرية | carte militaire | carte d'identité militaire | military id"
    " | military identity card | military card",
}
_BY_WORDS: Final = {bare_words(word): kind for kind, words in _WORDS.items() for word in words.split("|")}
_BY_WORDS.update({bare_words(kind.value): kind for kind in DocumentType})

# ISO 3166-1 alpha-3, and ICAO Doc 9303 part 3 section 5: parts A to E, organisations and people without a nationality.
_STATES: Final = """
ABW AFG AGO AIA ALA ALB AND ARE ARG ARM ASM ATA ATF ATG AUS AUT AZE BDI BEL BEN BES BFA BGD BGR BHR BHS BIH BLM BLR BLZ
BMU BOL BRA BRB BRN BTN BVT BWA CAF CAN CCK CHE CHL CHN CIV CMR COD COG COK COL COM CPV CRI CUB CUW CXR CYM CYP CZE DEU
DJI DMA DNK DOM DZA ECU EGY ERI ESH ESP EST ETH FIN FJI FLK FRA FRO FSM GAB GBR GEO GGY GHA GIB GIN GLP GMB GNB GNQ GRC
GRD GRL GTM GUF GUM GUY HKG HMD HND HRV HTI HUN IDN IMN IND IOT IRL IRN IRQ ISL ISR ITA JAM JEY JOR JPN KAZ KEN KGZ KHM
KIR KNA KOR KWT LAO LBN LBR LBY LCA LIE LKA LSO LTU LUX LVA MAC MAF MAR MCO MDA MDG MDV MEX MHL MKD MLI MLT MMR MNE MNG
MNP MOZ MRT MSR MTQ MUS MWI MYS MYT NAM NCL NER NFK NGA NIC NIU NLD NOR NPL NRU NZL OMN PAK PAN PCN PER PHL PLW PNG POL
PRI PRK PRT PRY PSE PYF QAT REU ROU RUS RWA SAU SDN SEN SGP SGS SHN SJM SLB SLE SLV SMR SOM SPM SRB SSD STP SUR SVK SVN
SWE SWZ SXM SYC SYR TCA TCD TGO THA TJK TKL TKM TLS TON TTO TUN TUR TUV TWN TZA UGA UKR UMI URY USA UZB VAT VCT VEN VGB
VIR VNM VUT WLF WSM YEM ZAF ZMB ZWE
"""
_OTHERS: Final = "D GBD GBN GBO GBP GBS RKS EUE UNO UNA UNK XXA XXB XXC XXX"
_ORGANISATIONS: Final = "XBA XCC XCE XCO XDC XEC XES XIM XMP XOM XPO"
CODES: Final = frozenset(f"{_STATES} {_OTHERS} {_ORGANISATIONS}".split())
_LAISSEZ_PASSER: Final = ("UNO", "UNA", "EUE")
_SECOND_LETTER: Final = {
    "D": DocumentType.DIPLOMATIC_PASSPORT,
    "S": DocumentType.SERVICE_PASSPORT,
    "O": DocumentType.SERVICE_PASSPORT,
}
_ALIKE_MIN: Final = 6
_SHORT: Final = 4


def document_type(text: str) -> DocumentType | None:
    """The kind that a word in Arabic, French or English, or a code of ours, names; None for any other."""
    return _BY_WORDS.get(bare_words(text))


def issuer_code(text: str) -> str | None:
    """A code as documents write it, in capitals, or that of a state which is named; None for what is neither.

    From XAA to XZZ those are taken too that the standard gives to organisations after this was written.
    """
    code = text.strip().upper()
    is_later = len(code) == 3 and code.isascii() and code.isalpha() and code.startswith("X")
    return code if code in CODES or is_later else state_named(text)


@lru_cache(maxsize=1_024)
def nearest_code(text: str) -> str | None:
    """The known code that a short text resembles most, by letters in their places, the first ones most, and any it has.

    None when it resembles none, and for a word: that of a country is often nearest to another country's code.
    """
    wanted = bare_words(text).upper()
    if len(wanted) > _SHORT:
        return None
    likeness, code = max((_likeness(code, wanted), code) for code in CODES)
    return code if likeness >= _ALIKE_MIN else None


def _likeness(code: str, wanted: str) -> int:
    in_place = sum(weight for weight, one, other in zip((4, 3, 2), code, wanted, strict=False) if one == other)
    return in_place + len(set(code) & set(wanted))


def kind_in_zone(zone_type: str, issuer: str) -> DocumentType | None:
    """The kind that a zone's own code and issuer tell, None where they leave it open, as for most cards.

    Source: ICAO Doc 9303 part 4, section 4.2.2: P, then a letter of the issuer's choice.
    """
    if zone_type.startswith("P") and (issuer in _LAISSEZ_PASSER or zone_type[1:2] == "L"):
        return DocumentType.LAISSEZ_PASSER
    if zone_type.startswith("P"):
        return _SECOND_LETTER.get(zone_type[1:2], DocumentType.PASSPORT)
    return DocumentType.NATIONAL_ID if zone_type in ("I", "ID") else None
