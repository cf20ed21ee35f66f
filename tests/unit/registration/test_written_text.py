"""Names are kept as written, each in the script of its field; what would mislead their reader is refused and said."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.registration.domain.written_text import Fault, text_fault
from shared import written_text


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("name_arabic", "عبد الرحمٰن بن محمّد الفارسي"),
        ("name_arabic", "أمينة"),
        ("name_arabic", "علی\u200cرضا"),
        ("name_arabic", "مُحَمَّدٌٰ"),
        ("name_latin", "Jean-Baptiste N'Guessan d'Été"),
        ("name_latin", "Muḥammad ʿAbd al-Raḥmān"),
        ("name_latin", "Ayşe Çağlar"),
        ("name_latin", "O’Brien (Jr.), 2nd"),
        ("name_latin", "Sa`d al-Dīn"),
        ("name_latin", "Ba´ath"),
        ("name_latin", "Nguyễn Ệ\u0301"),
        ("title", "رئيس الأركان Chief of Staff"),
        ("title", "Αρχηγός ΓΕΕΘΑ"),
    ],
)
def test_a_name_is_good_as_it_is_written(field: str, text: str) -> None:
    assert text_fault(text, field) is None


@pytest.mark.parametrize(
    ("field", "text", "fault"),
    [
        ("name_latin", "Амина", Fault.NOT_LATIN),
        ("name_latin", "أمينة", Fault.NOT_LATIN),
        ("name_arabic", "Amina", Fault.NOT_ARABIC),
        ("name_arabic", "أمينة Amina", Fault.NOT_ARABIC),
        ("name_latin", "\u0410mina", written_text.Fault.MIXED),
        ("name_latin", "Amina\nFarouk", written_text.Fault.CONTROL),
        ("name_arabic", "أمينة\u200f", written_text.Fault.DIRECTION),
        ("document_number", "\u0410123456B", written_text.Fault.MIXED),
    ],
)
def test_what_would_mislead_is_refused(field: str, text: str, fault: Fault | written_text.Fault) -> None:
    assert text_fault(text, field) is fault


@given(st.text(max_size=300), st.sampled_from(["name_arabic", "name_latin", "rank"]))
def test_any_text_has_an_answer(text: str, field: str) -> None:
    assert text_fault(text, field) in (None, *Fault, *written_text.Fault)
