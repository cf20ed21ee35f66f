"""A delegation's rows: names as written, dates never guessed, and every fault said where it is."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from typing import Any

import pytest

from services.registration.domain.dates import DateAmbiguousError, DateHijriError, DateUnreadableError, read_date
from services.registration.domain.person import comparable
from services.registration.domain.registration_form import Form, Rule
from services.registration.domain.roster_columns import ColumnMissingError, recognise
from services.registration.domain.roster_row import (
    CategoryRules,
    RosterRules,
    Severity,
    check_roster,
    check_row,
    completed,
    named_by_script,
)

RULES = RosterRules(
    categories=[
        CategoryRules("delegate", frozenset({"delegate", comparable("عضو وفد"), comparable("Délégué")}), True, True, 2),
        CategoryRules("staff", frozenset({"staff"}), False, False, 9),
    ],
    nationality="EGY",
    last_day=date(2027, 2, 12),
    today=date(2026, 11, 24),
    photos=frozenset({"a.jpg"}),
)
GOOD: dict[str, object] = {
    "category": "Delegate",
    "name_latin": "Amina Farouk",
    "birth_date": "1980-05-13",
    "nationality": "EGY",
    "document_number": "X1234567",
    "document_expires": date(2030, 1, 1),
    "photo_name": "a.jpg",
}


def codes(**changes: Any) -> list[str]:
    return [fault.code for fault in check_row(2, GOOD | changes, RULES).faults]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("1971-04-13", date(1971, 4, 13)),
        ("13/04/1971", date(1971, 4, 13)),
        ("04/13/1971", date(1971, 4, 13)),
        ("٠٧.٠٧.١٩٧١", date(1971, 7, 7)),
        ("1971-04-13 00:00:00", date(1971, 4, 13)),
        ("13/04/1971 00:00", date(1971, 4, 13)),
        ("1971-04-13T00:00:00.000", date(1971, 4, 13)),
        ("3 April 1971", date(1971, 4, 3)),
        ("03-Apr-1971", date(1971, 4, 3)),
        ("1er août 1971", date(1971, 8, 1)),
        ("13 AVR. 1971", date(1971, 4, 13)),
        ("٣ أبريل ١٩٧١", date(1971, 4, 3)),
        ("3 جانفي 1971", date(1971, 1, 3)),
        ("3 كانون الثاني 1971", date(1971, 1, 3)),
        ("3 اغسطس 1971", date(1971, 8, 3)),
        (datetime(1971, 4, 3, 0, 0), date(1971, 4, 3)),
        ("", None),
        (None, None),
    ],
)
def test_a_date_with_one_reading_is_read(value: object, expected: date | None) -> None:
    assert read_date(value) == expected


@pytest.mark.parametrize(
    ("value", "error"),
    [
        ("03/04/1971", DateAmbiguousError),
        ("1391-04-13", DateHijriError),
        ("13/04/1391", DateHijriError),
        ("April 1971", DateUnreadableError),
        ("13 Smarch 1971", DateUnreadableError),
        ("31 April 1971", DateUnreadableError),
        ("13 April 1391", DateHijriError),
        ("13 April 71", DateUnreadableError),
        ("1971-04-13 14:30:00", DateUnreadableError),
        ("31/02/1971", DateUnreadableError),
        (25934, DateUnreadableError),
    ],
)
def test_any_other_date_is_asked_about(value: object, error: type[Exception]) -> None:
    with pytest.raises(error):
        read_date(value)


def test_a_good_row_has_no_fault_and_keeps_its_names_as_written() -> None:
    row = check_row(2, GOOD | {"name_latin": "  de la CRUZ y Ñuñoa ", "name_arabic": "محمّد عبد الله"}, RULES)
    assert row.is_good
    assert row.person is not None
    assert (row.person.name_latin, row.person.name_arabic) == ("de la CRUZ y Ñuñoa", "محمّد عبد الله")


@pytest.mark.parametrize("name", ["سعاد", "فاطمة الزهراء بنت محمد", "Cher"])
def test_a_name_in_one_script_of_any_number_of_words_is_a_whole_name(name: str) -> None:
    is_latin = name.isascii()
    assert codes(name_latin=name if is_latin else None, name_arabic=None if is_latin else name) == []


@pytest.mark.parametrize(
    ("column", "text", "code"),
    [
        ("name_latin", "Ami\u200bna", "text.invisible"),
        ("name_latin", "\u202eAmina", "text.direction_mark"),
        ("name_latin", "Аminа", "text.mixed_scripts"),
        ("name_arabic", "Amina", "text.not_arabic"),
        ("title", "Attaché \U0001f600", "text.emoji"),
        ("phone", "\u200e+218", "text.direction_mark"),
        ("rank", "Colonel\x07", "text.control"),
    ],
)
def test_a_text_that_would_mislead_is_refused_at_its_cell_as_in_a_form(column: str, text: str, code: str) -> None:
    assert codes(**{column: text}) == [code]


def test_a_name_under_a_heading_of_either_script_goes_where_its_own_is_kept() -> None:
    moved = named_by_script({"name_latin": "عبد الرحمن محفوظ", "rank": "عقيد"})
    assert moved == {"name_arabic": "عبد الرحمن محفوظ", "rank": "عقيد"}
    assert named_by_script({"name_arabic": " Cher "})["name_latin"] == "Cher"
    for kept in (
        {"name_latin": "Cher"},
        {"name_latin": "سعاد", "name_arabic": "سعاد حسني"},
        {"name_latin": "Cherسعاد"},
        {"name_latin": None},
    ):
        assert named_by_script(kept) == kept


def test_the_lines_of_a_machine_readable_zone_are_no_fault_of_its_text() -> None:
    assert not [code for code in codes(mrz="P<UTO\nL898902C36") if code.startswith("text.")]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"category": "Astronaut"}, "roster.category_unknown"),
        ({"category": None}, "roster.category_unknown"),
        ({"name_latin": " "}, "roster.name_missing"),
        ({"birth_date": "03/04/1971"}, "roster.date_ambiguous"),
        ({"birth_date": "2020-01-01"}, "roster.birth_date_unlikely"),
        ({"document_number": ""}, "roster.document_missing"),
        ({"document_expires": None}, "roster.expiry_missing"),
        ({"document_expires": date(2027, 2, 11)}, "roster.document_expired"),
        ({"email": "somebody"}, "roster.email_unreadable"),
        ({"photo_name": ""}, "roster.photo_missing"),
        ({"photo_name": "b.jpg"}, "roster.photo_not_sent"),
        ({"mrz": "P<UTO"}, "roster.mrz_shape"),
        ({"title": "x" * 300}, "roster.text_too_long"),
        ({"document_type": "library card"}, "roster.document_type_unknown"),
        ({"document_issuer": "EGP"}, "roster.code_unknown_nearest"),
        ({"document_issuer": "Ministry of the Interior"}, "roster.code_unknown"),
        ({"precedence": "first"}, "roster.precedence_unreadable"),
        ({"precedence": "0"}, "roster.precedence_unreadable"),
        ({"precedence": "1000"}, "roster.precedence_unreadable"),
    ],
)
def test_each_fault_is_found(changes: dict[str, Any], code: str) -> None:
    assert code in codes(**changes)


def test_another_nationality_needs_a_reason_and_stops_nobody_who_has_one() -> None:
    assert codes(nationality="LBY") == ["roster.nationality_reason_missing"]
    row = check_row(2, GOOD | {"nationality": "LBY", "nationality_reason": "Seconded"}, RULES)
    assert row.is_good
    assert [(fault.code, fault.severity) for fault in row.faults] == [("roster.nationality_differs", Severity.WARNING)]
    assert check_row(2, GOOD | {"nationality": "LBY"}, replace(RULES, nationality=None)).is_good


def test_a_code_that_is_not_known_is_that_and_no_other_nationality() -> None:
    (fault,) = check_row(2, GOOD | {"nationality": "EGP"}, RULES).faults
    assert (fault.column, fault.code, fault.data) == ("nationality", "roster.code_unknown_nearest", {"nearest": "EGY"})
    assert codes(nationality="Egypt\u200b") == ["text.invisible"]


def test_what_has_a_code_is_kept_as_its_code_and_a_place_as_a_number() -> None:
    cells = {
        "document_type": "Passeport diplomatique",
        "document_issuer": "uno",
        "nationality": " egy",
        "precedence": "٣",
    }
    row = check_row(2, GOOD | cells, RULES)
    assert row.is_good
    assert row.person is not None
    kept = (row.person.document_type, row.person.document_issuer, row.person.nationality, row.person.precedence)
    assert kept == ("diplomatic_passport", "UNO", "EGY", 3)


def test_people_without_an_e_mail_and_two_of_one_e_mail_are_good_rows_and_different_people() -> None:
    shared = "protocol@example.org"
    cells: list[dict[str, object]] = [{"email": None}, {"email": ""}, {"email": shared}, {"email": shared}]
    rules = replace(RULES, categories=[replace(RULES.categories[0], places_left=9)])
    rows = [check_row(n, GOOD | {"document_number": f"X{n}"} | each, rules) for n, each in enumerate(cells, start=2)]
    checked = check_roster(rows, rules)
    assert [row.faults for row in checked] == [(), (), (), ()]
    assert [row.person.email for row in checked if row.person] == [None, None, shared, shared]


@pytest.mark.parametrize("word", ["Delegate", "DELEGATE ", "délégué", "Delegue", "عضو وفد", "عضو  وفد"])
def test_a_category_is_understood_in_each_language(word: str) -> None:
    assert codes(category=word) == []


def test_the_same_person_twice_and_one_too_many_are_the_later_rows_fault() -> None:
    numbers = ["X1", "X2", "X1", "X3"]
    rows = [check_row(n, GOOD | {"document_number": number}, RULES) for n, number in enumerate(numbers, start=2)]
    checked = check_roster(rows, RULES)
    assert [[fault.code for fault in row.faults] for row in checked] == [
        [],
        [],
        ["roster.row_twice"],
        ["roster.over_quota"],
    ]
    assert checked[2].faults[0].data == {"row": 2}


def test_who_is_registered_already_takes_no_second_place() -> None:
    rows = [check_row(n, GOOD | {"document_number": f"X{n}"}, RULES) for n in (2, 3, 4)]
    known = frozenset(row.person.identity() for row in rows[:1] if row.person)
    assert all(row.is_good for row in check_roster(rows, RULES, known))


def test_headings_are_recognised_in_each_language_and_the_rest_is_told() -> None:
    columns = recognise(["الفئـــة", "NOM COMPLET", "Date of birth", "Shoe size", None])
    assert dict(columns.places) == {"category": 0, "name_latin": 1, "birth_date": 2}
    assert columns.unknown == ("Shoe size",)


@pytest.mark.parametrize(
    ("heading", "name"),
    [
        ("Nom", "name_latin"),
        ("NOM et Prénom :", "name_latin"),
        ("Full Name:", "name_latin"),
        ("الاسم واللقب", "name_arabic"),
        ("N° passeport", "document_number"),
        ("Nº Passeport", "document_number"),
        ("Passport No.", "document_number"),
        ("Passport_Number", "document_number"),
        ("رقم الجواز", "document_number"),
        ("Date d’expiration", "document_expires"),
        ("Date d'expiration", "document_expires"),
        ("تاريخ الولادة:", "birth_date"),
        ("D.O.B.", "birth_date"),
        ("E-Mail", "email"),
    ],
)
def test_a_heading_is_known_however_it_is_spelt_and_pointed(heading: str, name: str) -> None:
    columns = recognise(["Category", "name in Arabic" if name == "name_latin" else "Full name", heading])
    if name == "name_arabic":
        columns = recognise(["Category", heading])
    assert columns.places[name] == len(columns.places) - 1
    assert columns.unknown == ()


@pytest.mark.parametrize(
    ("headings", "joined"),
    [
        (["Nom", "Prénom"], {"name_latin": (1, 0)}),
        (["First name", "Surname"], {"name_latin": (0, 1)}),
        (["Name", "Given name(s)"], {"name_latin": (1, 0)}),
        (["Name", "Surname"], {"name_latin": (0, 1)}),
        (["اللقب", "الاسم"], {"name_arabic": (1, 0)}),
        (["Nom", "Prénoms", "الاسم الشخصي", "الاسم العائلي"], {"name_latin": (1, 0), "name_arabic": (2, 3)}),
        (["Nom", "الاسم"], {}),
    ],
)
def test_a_name_in_two_columns_is_the_given_one_and_then_the_familys(
    headings: list[str], joined: dict[str, tuple[int, int]]
) -> None:
    columns = recognise([*headings, "Category"])
    assert columns.joined == joined
    assert columns.unknown == ()


def test_a_column_of_whole_names_is_taken_before_those_of_its_parts_which_are_told() -> None:
    columns = recognise(["Category", "Surname", "First name", "Full name"])
    assert (columns.places["name_latin"], columns.joined) == (3, {})
    assert columns.unknown == ("Surname", "First name")
    with pytest.raises(ColumnMissingError):
        recognise(["Category", "Surname"])


def test_a_sheet_without_names_is_refused() -> None:
    with pytest.raises(ColumnMissingError) as refused:
        recognise(["Category", "E-mail"])
    assert refused.value.columns == ["name"]


def test_an_imported_row_is_asked_what_its_categorys_form_asks() -> None:
    form = Form("staff", 2, {"rank": Rule.REQUIRED, "phone": Rule.ABSENT})
    rules = replace(RULES, categories=[CategoryRules("staff", frozenset({"staff"}), False, False, 9, form)])
    cells = {"category": "staff", "name_latin": "Amina Farouk", "phone": "12"}
    faults = check_row(2, cells, rules).faults
    assert [(fault.column, fault.code) for fault in faults] == [("rank", "form.required"), ("phone", "form.absent")]


def test_after_the_deadline_who_is_registered_may_be_corrected_and_nobody_new_comes() -> None:
    rules = replace(RULES, takes_new=False)
    rows = [check_row(number, GOOD | {"document_number": f"X{number}"}, rules) for number in (2, 3)]
    known = frozenset({rows[0].person.identity()}) if rows[0].person else frozenset()
    checked = check_roster(rows, rules, known)
    assert checked[0].is_good
    assert [fault.code for fault in checked[1].faults] == ["roster.registration_closed"]


def test_a_row_is_judged_with_what_is_known_of_its_person_and_not_spoken_of() -> None:
    row = check_row(2, {name: GOOD[name] for name in ("category", "name_latin", "document_number")}, RULES)
    assert {fault.code for fault in row.faults} == {"roster.expiry_missing", "roster.photo_missing"}
    assert row.spoken == {"category", "name_latin", "document_number"}
    known = {"document_expires": date(2030, 1, 1), "photo": None}
    whole = completed(row, known, RULES)
    assert (whole.is_good, whole.person) == (True, row.person)
    late = completed(row, known | {"document_expires": date(2026, 12, 1)}, RULES)
    assert [fault.code for fault in late.faults] == ["roster.document_expired"]


def test_what_a_row_says_badly_stays_bad_whatever_is_known() -> None:
    row = check_row(2, {**{name: GOOD[name] for name in ("category", "name_latin")}, "birth_date": "03/04/1971"}, RULES)
    found = completed(row, {"document_number": "X1", "document_expires": date(2030, 1, 1), "photo": None}, RULES)
    assert [fault.code for fault in found.faults] == ["roster.date_ambiguous"]


def test_a_name_that_went_to_its_own_script_says_nothing_of_the_other() -> None:
    row = check_row(2, named_by_script(GOOD | {"name_latin": "أمينة فاروق"}), RULES)
    assert "name_arabic" in row.spoken
    assert "name_latin" not in row.spoken
    empty = check_row(2, named_by_script(GOOD | {"photo_name": None, "phone": ""}), RULES)
    assert {"photo", "phone"} <= empty.spoken
