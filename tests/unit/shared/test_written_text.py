"""Texts are kept as written, in any script; what would mislead their reader is refused at its field, and said."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.web.texts import LANGUAGES, Texts
from shared.written_text import Fault, MisleadingTextError, require_clean, text_fault

TEXTS = Texts.load()


@pytest.mark.parametrize(
    "text",
    [
        "Général de brigade",
        "رئيس الأركان Chief of Staff",
        "Αρχηγός ΓΕΕΘΑ",
        "N° 1234/MAE",
        "№ 17",
        "1° Maresciallo",
        "علی\u200cرضا",
        "Sous-chef (2ᵉ bureau) n° 3 – ½ temps",
        "أ ب ت 1234",
        "А123ВС",
        "",
    ],
)
def test_a_text_is_good_as_it_is_written(text: str) -> None:
    assert text_fault(text) is None


HOSTILE = [
    ("Amina\u202eDlrow", Fault.DIRECTION),
    ("أمينة\u200f", Fault.DIRECTION),
    ("Ami\u200bna", Fault.INVISIBLE),
    ("Ami\u200cna", Fault.INVISIBLE),
    ("\ufeffAmina", Fault.INVISIBLE),
    ("Ami\u00adna", Fault.INVISIBLE),
    ("Amina\u3164", Fault.INVISIBLE),
    ("Amina 😀", Fault.EMOJI),
    ("Amina 1\u20e3", Fault.EMOJI),
    ("Director\u203c", Fault.EMOJI),
    ("Director \u2049", Fault.EMOJI),
    ("Director \u2122", Fault.EMOJI),
    ("Ami\U0001f3fb", Fault.EMOJI),
    ("A" + "\u0301" * 100, Fault.STACKED),
    ("A" + "\u0301" * 5, Fault.STACKED),
    ("م" + "\u064e" * 5, Fault.STACKED),
    ("Amina\u0000", Fault.CONTROL),
    ("Amina\ue000", Fault.CONTROL),
    ("Amina\u2028Farouk", Fault.CONTROL),
    ("\u0410mina", Fault.MIXED),
    ("\u0410123456B", Fault.MIXED),
    ("\U0001d400mina", Fault.MIXED),
    ("\uff21mina", Fault.MIXED),
]


@pytest.mark.parametrize(("text", "fault"), HOSTILE)
@pytest.mark.parametrize("has_lines", [False, True])
def test_what_would_mislead_is_refused(text: str, fault: Fault, has_lines: bool) -> None:
    assert text_fault(text, has_lines=has_lines) is fault


@pytest.mark.parametrize("text", ["Amina\nFarouk", "Amina\r\nFarouk", "Amina\tFarouk"])
def test_only_a_text_of_lines_has_line_breaks(text: str) -> None:
    assert text_fault(text) is Fault.CONTROL
    assert text_fault(text, has_lines=True) is None


def test_four_marks_on_a_letter_are_spelling_and_each_letter_may_have_them() -> None:
    assert text_fault(("a" + "\u0301" * 4) * 3) is None


@given(st.text(max_size=300), st.booleans())
def test_any_text_has_an_answer(text: str, has_lines: bool) -> None:
    assert text_fault(text, has_lines=has_lines) in (None, *Fault)


@pytest.mark.parametrize(("text", "fault"), HOSTILE)
def test_a_refusal_names_the_field_and_never_the_text(text: str, fault: Fault) -> None:
    with pytest.raises(MisleadingTextError) as refused:
        require_clean("note", text)
    assert refused.value.status == 422
    assert refused.value.data == {"field": "note", "fault": fault.removeprefix("text.")}


@pytest.mark.parametrize("fault", Fault)
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_refusal_says_what_is_wrong_on_every_services_pages(fault: Fault, language: str) -> None:
    refusal = MisleadingTextError("note", fault.removeprefix("text."))
    assert TEXTS.say(refusal.code, language, **refusal.data) == TEXTS.say(fault, language)
