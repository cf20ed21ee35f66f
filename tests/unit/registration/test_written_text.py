"""Names are kept as written, in any script; what would mislead their reader is refused and said."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.registration.domain.written_text import Fault, text_fault


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("name_arabic", "عبد الرحمٰن بن محمّد الفارسي"),
        ("name_arabic", "أمينة"),
        ("name_arabic", "علی\u200cرضا"),
        ("name_latin", "Jean-Baptiste N'Guessan d'Été"),
        ("name_latin", "Muḥammad ʿAbd al-Raḥmān"),
        ("name_latin", "Ayşe Çağlar"),
        ("name_latin", "O’Brien (Jr.), 2nd"),
        ("rank", "Général de brigade"),
        ("title", "رئيس الأركان Chief of Staff"),
        ("title", "Αρχηγός ΓΕΕΘΑ"),
        ("document_number", "N° 1234/MAE"),
        ("document_number", "№ 17"),
        ("rank", "1° Maresciallo"),
        ("name_latin", "Sa`d al-Dīn"),
        ("name_latin", "Ba´ath"),
        ("name_latin", "Nguyễn Ệ\u0301"),
        ("name_arabic", "مُحَمَّدٌٰ"),
        ("title", "Sous-chef (2ᵉ bureau) n° 3 – ½ temps"),
    ],
)
def test_a_name_is_good_as_it_is_written(field: str, text: str) -> None:
    assert text_fault(text, field) is None


@pytest.mark.parametrize(
    ("field", "text", "fault"),
    [
        ("name_latin", "Amina\u202eDlrow", Fault.DIRECTION),
        ("name_arabic", "أمينة\u200f", Fault.DIRECTION),
        ("name_latin", "Ami\u200bna", Fault.INVISIBLE),
        ("name_latin", "Ami\u200cna", Fault.INVISIBLE),
        ("name_latin", "\ufeffAmina", Fault.INVISIBLE),
        ("name_latin", "Ami\u00adna", Fault.INVISIBLE),
        ("name_latin", "Amina\u3164", Fault.INVISIBLE),
        ("name_latin", "Amina 😀", Fault.EMOJI),
        ("name_latin", "Amina 1\u20e3", Fault.EMOJI),
        ("title", "Director\u203c", Fault.EMOJI),
        ("title", "Director \u2049", Fault.EMOJI),
        ("title", "Director \u2122", Fault.EMOJI),
        ("name_latin", "Ami\U0001f3fb", Fault.EMOJI),
        ("name_latin", "A" + "\u0301" * 100, Fault.STACKED),
        ("name_latin", "A" + "\u0301" * 5, Fault.STACKED),
        ("name_arabic", "م" + "\u064e" * 5, Fault.STACKED),
        ("name_latin", "Amina\u0000", Fault.CONTROL),
        ("name_latin", "Amina\nFarouk", Fault.CONTROL),
        ("name_latin", "Amina\ue000", Fault.CONTROL),
        ("name_latin", "\u0410mina", Fault.MIXED),
        ("document_number", "\u0410123456B", Fault.MIXED),
        ("name_latin", "\U0001d400mina", Fault.MIXED),
        ("name_latin", "\uff21mina", Fault.MIXED),
        ("name_latin", "Амина", Fault.NOT_LATIN),
        ("name_latin", "أمينة", Fault.NOT_LATIN),
        ("name_arabic", "Amina", Fault.NOT_ARABIC),
        ("name_arabic", "أمينة Amina", Fault.NOT_ARABIC),
    ],
)
def test_what_would_mislead_is_refused(field: str, text: str, fault: Fault) -> None:
    assert text_fault(text, field) is fault


def test_four_marks_on_a_letter_are_spelling_and_each_letter_may_have_them() -> None:
    assert text_fault(("a" + "\u0301" * 4) * 3, "name_latin") is None


@given(st.text(max_size=300), st.sampled_from(["name_arabic", "name_latin", "rank"]))
def test_any_text_has_an_answer(text: str, field: str) -> None:
    assert text_fault(text, field) in (None, *Fault)
