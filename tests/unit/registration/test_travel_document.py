"""Kinds of documents in the words of three languages, and codes of issuers, the nearest told for a slip."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

import services
from services.registration.domain.mrz_agreement import codes_of, contradictions
from services.registration.domain.person import Person, bare_words
from services.registration.domain.state_words import _WORDS
from services.registration.domain.travel_document import (
    CODES,
    document_type,
    issuer_code,
    kind_in_zone,
    nearest_code,
)
from shared.travel_documents.doubts import doubts
from shared.travel_documents.kinds import DocumentType, fits_zone, is_same_issuer
from shared.travel_documents.mrz import parse
from shared.web.texts import LANGUAGES, Texts

# The specimen of ICAO Doc 9303 part 4, appendix B.
ZONE = "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F1204159ZE184226B<<<<<10"
TEXTS = Texts.load(*sorted((Path(services.__file__).parent).glob("registration/web/*.toml")))


@pytest.mark.parametrize(
    ("word", "kind"),
    [
        ("Passport", "passport"),
        ("PASSEPORT", "passport"),
        ("جواز سفر", "passport"),
        ("Passeport diplomatique", "diplomatic_passport"),
        ("جواز سفر دبلوماسي", "diplomatic_passport"),
        ("Laissez passer", "laissez_passer"),
        ("UN Laissez-Passer", "laissez_passer"),
        ("Carte nationale d’identité", "national_id"),
        ("بطاقة عسكرية", "military_id"),
        ("military_id", "military_id"),
    ],
)
def test_a_kind_of_document_is_known_by_its_words_in_each_language(word: str, kind: str) -> None:
    assert document_type(word) == kind


def test_what_a_page_or_a_file_calls_a_kind_is_read_again_as_that_kind() -> None:
    for kind in DocumentType:
        for language in LANGUAGES:
            assert document_type(TEXTS.say("document_type", language, type=kind.value)) is kind, (kind, language)
    assert document_type("library card") is None
    assert TEXTS.say("document_type", "fr", type="library card") == "library card"


@pytest.mark.parametrize("code", ["EGY", "egy ", "UNO", "XOM", "XEC", "XPO", "EUE", "D", "DEU", "GBD", "XXA", "XQZ"])
def test_the_codes_of_states_and_organisations_are_known(code: str) -> None:
    assert issuer_code(code) == code.strip().upper()


@pytest.mark.parametrize("text", ["Egyptland", "مصراتة", "EG", "ZZZ", "E", "EGYY", "XЕС", "X1Z", ""])
def test_anything_else_is_no_code(text: str) -> None:
    assert issuer_code(text) is None


@pytest.mark.parametrize(
    ("text", "nearest"),
    [("EGP", "EGY"), ("EG", "EGY"), ("un", "UNO"), ("LBI", "LBY"), ("EYG", "EGY"), ("Morocco", None), ("مصر", None)],
)
def test_the_nearest_code_is_told_for_a_slip_and_none_for_a_word(text: str, nearest: str | None) -> None:
    assert nearest_code(text) == nearest


def test_every_state_has_three_letters() -> None:
    assert len(CODES) == 249 + 15 + 11
    assert {code for code in CODES if len(code) != 3} == {"D"}


def test_books_and_cards_have_zones_of_their_own_and_germany_two_codes() -> None:
    assert is_same_issuer("D", "deu")
    assert not is_same_issuer("DNK", "D")
    assert fits_zone("diplomatic_passport", "PD")
    assert fits_zone("laissez_passer", "P")
    assert fits_zone("military_id", "I")
    assert not fits_zone("national_id", "P")
    assert not fits_zone("passport", "I")
    assert fits_zone("whatever", "P")


@pytest.mark.parametrize(
    ("zone_type", "issuer", "kind"),
    [
        ("P", "EGY", "passport"),
        ("PD", "EGY", "diplomatic_passport"),
        ("PS", "EGY", "service_passport"),
        ("PM", "EGY", "passport"),
        ("P", "UNO", "laissez_passer"),
        ("ID", "FRA", "national_id"),
        ("C", "EGY", None),
        ("", "EGY", None),
    ],
)
def test_a_zone_tells_the_kind_where_it_leaves_no_doubt(zone_type: str, issuer: str, kind: str | None) -> None:
    assert kind_in_zone(zone_type, issuer) == kind
    assert kind is None or fits_zone(kind, zone_type)


def test_a_zone_is_compared_with_the_issuer_and_the_kind_that_were_typed() -> None:
    zone = parse(ZONE, today=date(2011, 1, 1))
    typed = Person("delegate", name_latin="Anna Maria Eriksson", document_number="L898902C3", document_type="passport")
    assert list(codes_of(doubts(zone, typed))) == []
    assert list(codes_of(doubts(zone, replace(typed, document_issuer="UTO", nationality="UTO")))) == []
    assert list(codes_of(doubts(zone, replace(typed, document_issuer="UNO")))) == ["roster.mrz_issuer_differs"]
    assert list(codes_of(doubts(zone, replace(typed, document_type="national_id")))) == ["roster.mrz_type_differs"]
    assert list(codes_of(doubts(zone, replace(typed, nationality="EGY")))) == ["roster.mrz_nationality_differs"]
    assert list(contradictions(zone, replace(typed, document_number="L898902C4"), date(2011, 1, 1))) == [
        "roster.mrz_number_differs"
    ]


@pytest.mark.parametrize(
    ("written", "code"),
    [
        *(("مصر", "EGY"), ("المصرية", "EGY"), ("مصري", "EGY"), ("Égyptienne", "EGY"), ("egyptian", "EGY")),
        *(("Niger", "NER"), ("nigérien", "NER"), ("Nigeria", "NGA"), ("مالي", "MLI"), ("Türkiye", "TUR")),
        *(("Côte d’Ivoire", "CIV"), ("ALLEMAGNE", "D"), ("Ελλάδα", "GRC"), ("Tchad", "TCD")),
    ],
)
def test_a_state_that_is_named_is_its_code(written: str, code: str) -> None:
    assert issuer_code(written) == code


def test_every_word_for_a_state_names_one_and_its_code_is_known() -> None:
    named = [(bare_words(word), code) for code, words in _WORDS.items() for word in words.split("|")]
    assert {word for word, code in named for other, another in named if word == other and code != another} == set()
    assert set(_WORDS) <= CODES
