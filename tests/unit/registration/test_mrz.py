"""Machine-readable zones: the standard's own specimens hold, and any wrong character is found."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.registration.application.person_record import record_of
from services.registration.domain.person import Person
from shared.travel_documents.mrz import MrzCheckDigitError, MrzError, MrzShapeError, check_digit, parse
from shared.travel_documents.mrz_names import by_table, names_agree

TODAY = date(2026, 11, 24)
# The specimens of ICAO Doc 9303: part 4 appendix B (TD3), part 5 appendix B (TD1), part 6 appendix B (TD2).
TD3 = "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F1204159ZE184226B<<<<<10"
TD2 = "I<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<\nD231458907UTO7408122F1204159<<<<<<<6"
TD1 = "I<UTOD231458907<<<<<<<<<<<<<<<\n7408122F1204159UTO<<<<<<<<<<<6\nERIKSSON<<ANNA<MARIA<<<<<<<<<<"


@pytest.mark.parametrize(
    ("zone", "kind", "number"), [(TD3, "TD3", "L898902C3"), (TD2, "TD2", "D23145890"), (TD1, "TD1", "D23145890")]
)
def test_the_standards_specimens_are_read(zone: str, kind: str, number: str) -> None:
    read = parse(zone, today=TODAY)
    assert (read.format, read.document_number, read.issuer, read.nationality) == (kind, number, "UTO", "UTO")
    assert read.names == ("ERIKSSON", "ANNA MARIA")
    assert (read.birth_date, read.expires, read.sex) == (date(1974, 8, 12), date(2012, 4, 15), "F")


def test_a_zone_without_line_breaks_or_with_spaces_is_the_same_zone() -> None:
    assert parse(TD3.replace("\n", ""), today=TODAY) == parse(TD3, today=TODAY)
    assert parse(TD3.replace("UTO", " UTO").lower(), today=TODAY) == parse(TD3, today=TODAY)


def test_the_standards_check_digit() -> None:
    assert check_digit("520727") == 3
    assert check_digit("AB2134<<<") == 5


@given(st.integers(0, 43), st.sampled_from("0123456789"))
def test_one_wrong_digit_in_the_second_line_is_found(place: int, digit: str) -> None:
    first, second = TD3.split("\n")
    if not second[place].isdigit() or second[place] == digit:
        return
    wrong = second[:place] + digit + second[place + 1 :]
    if place in (0, 10, 11, 12, 20):
        return  # letters, nationality and sex have no check digit
    with pytest.raises((MrzCheckDigitError, MrzShapeError)):
        parse(f"{first}\n{wrong}", today=TODAY)


@given(st.text(max_size=200))
def test_no_text_brings_anything_but_its_own_errors(text: str) -> None:
    with pytest.raises(MrzError):
        parse(text, today=TODAY)


def test_a_birth_year_is_the_last_one_that_is_not_ahead_of_us() -> None:
    young = TD3.replace("7408122F", "2508122F").replace("2508122", f"250812{check_digit('250812')}")
    second = young.split("\n")[1]
    composite = check_digit(second[0:10] + second[13:20] + second[21:43])
    assert parse(young[:-1] + str(composite), today=TODAY).birth_date == date(2025, 8, 12)


LETTERS = st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=1, max_size=12)
NUMBERS = st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", min_size=1, max_size=9)
DAYS = st.dates(date(1930, 1, 1), date(2010, 12, 31))
ENDS = st.dates(date(2026, 1, 1), date(2099, 12, 31))


def td3(family: str, given_name: str, number: str, born: date, ends: date, issuer: str = "UTO") -> str:
    """A passport's zone made by the standard's rules, digit by digit."""
    first = f"P<{issuer:<3}{family}<<{given_name}".replace(" ", "<").ljust(44, "<")[:44]
    number, birth, expiry, optional = number.ljust(9, "<"), f"{born:%y%m%d}", f"{ends:%y%m%d}", "<" * 14
    second = f"{number}{check_digit(number)}{issuer:<3}{birth}{check_digit(birth)}F{expiry}{check_digit(expiry)}"
    second = f"{second}{optional}<".replace(" ", "<")
    return f"{first}\n{second}{check_digit(second[0:10] + second[13:20] + second[21:43])}"


@given(LETTERS, LETTERS, NUMBERS, DAYS, ENDS, st.sampled_from(["UTO", "D", "UNO", "XOM", "XEC", "LBY"]))
def test_every_zone_made_by_the_rules_is_read_as_what_it_says(
    family: str, given_name: str, number: str, born: date, ends: date, issuer: str
) -> None:
    read = parse(td3(family, given_name, number, born, ends, issuer), today=TODAY)
    assert (read.names, read.document_number, read.issuer) == ((family, given_name), number, issuer)
    assert (read.birth_date, read.expires) == (born, ends)


@given(NUMBERS, DAYS, ENDS, st.data())
def test_any_one_digit_changed_is_found(number: str, born: date, ends: date, data: st.DataObject) -> None:
    zone = td3("ERIKSSON", "ANNA", number, born, ends)
    places = [place for place, char in enumerate(zone) if char.isdigit() and place >= 45]
    place = data.draw(st.sampled_from(places))
    other = data.draw(st.sampled_from([digit for digit in "0123456789" if digit != zone[place]]))
    with pytest.raises((MrzCheckDigitError, MrzShapeError)):
        parse(zone[:place] + other + zone[place + 1 :], today=TODAY)


@pytest.mark.parametrize("sent", ["\x02{}\x03\r", "{}\r\n\r\n", "\t{}\t", "\ufeff{}"])
def test_what_a_wedge_reader_adds_is_left_out(sent: str) -> None:
    assert parse(sent.format(TD3), today=TODAY) == parse(TD3, today=TODAY)


def test_guillemets_that_a_word_processor_made_of_two_fillers_are_read() -> None:
    assert parse(TD3.replace("<<", "«"), today=TODAY) == parse(TD3, today=TODAY)


def test_a_number_longer_than_nine_goes_on_in_the_optional_data() -> None:
    """Doc 9303 part 5: D23145890734 with its check digit 9, behind a filler in the digit's own place."""
    first = "I<UTOD23145890<7349<<<<<<<<<<<"
    second = "7408122F1204159UTO<<<<<<<<<<<"
    composite = check_digit(first[5:30] + second[0:7] + second[8:15] + second[18:29])
    zone = f"{first}\n{second}{composite}\nERIKSSON<<ANNA<MARIA<<<<<<<<<<"
    assert parse(zone, today=TODAY).document_number == "D23145890734"
    with pytest.raises(MrzCheckDigitError):
        parse(zone.replace("7349", "7348"), today=TODAY)


def test_an_unknown_birth_date_and_no_expiry_are_fillers() -> None:
    second = "L898902C36UTO<<<<<<<F<<<<<<<<<<<<<<<<<<<<<<"
    zone = TD3.split("\n")[0] + "\n" + second + str(check_digit(second[0:10] + second[13:20] + second[21:43]))
    read = parse(zone, today=TODAY)
    assert (read.birth_date, read.expires) == (None, None)


@pytest.mark.parametrize(
    ("zone", "arabic", "latin"),
    [
        (("XSHRYF", "XAEXHMD"), "أحمد شريف", None),
        (("CHERIF", "AHMED"), "أحمد شريف", None),
        (("ABDELRAHMAN ELBEHEIRY", "MAHMOUD"), "محمود عبد الرحمن البحيري", None),
        (("PAPADOPOULOS", "IOANNIS"), None, "Ioannis Papadopoulos"),
        (("MOHAMED", ""), "محمد", None),
        (("VLACHOGIANNISKARAMI", "EVANGEL"), None, None),
    ],
)
def test_a_zones_name_agrees_by_the_standards_table_or_as_it_sounds(
    zone: tuple[str, str], arabic: str | None, latin: str | None
) -> None:
    assert names_agree(replace(parse(TD3, today=TODAY), names=zone), arabic, latin)


def test_another_persons_name_does_not_agree() -> None:
    read = parse(TD3, today=TODAY)
    assert not names_agree(read, "محمود عبد الرحمن", None)
    assert not names_agree(read, None, "Ioannis Papadopoulos")


@pytest.mark.parametrize(
    ("arabic", "zone"),
    [
        ("خالد أبو الشيخ", "XKHALD XAEBW ALXSHYXKH"),
        ("فاطمة", "FAXTTMXAH"),  # teh marbuta at the end of a component
        ("آمنةالله", "XAAMNXTAALLH"),  # and inside one
        ("محمّد", "MXHMMD"),  # shadda doubles the letter before it
        ("عِزَّة", "EZZXAH"),  # where a vowel sign comes between, too
        ("مؤيد", "MUYD"),
        ("سـامي", "SAMY"),
        ("گلی چمن", "XGGLXYA XCMN"),
    ],
)
def test_the_standards_table_for_arabic_letters(arabic: str, zone: str) -> None:
    assert by_table(arabic) == zone


def test_a_zone_by_the_table_agrees_with_a_name_that_ends_in_teh_marbuta() -> None:
    read = replace(parse(TD3, today=TODAY), names=("ALXSHYXKH", "FAXTTMXAH"))
    assert names_agree(read, "فاطمة الشيخ", None)


def test_until_when_a_document_holds_is_taken_from_its_zone_where_nobody_typed_it() -> None:
    of_zone = parse(TD3, today=TODAY).expires
    assert of_zone is not None
    assert record_of(Person("delegate", mrz=TD3), None).document_expires == of_zone
    typed = Person("delegate", mrz=TD3, document_expires=date(2031, 1, 1))
    assert record_of(typed, None).document_expires == date(2031, 1, 1)
    assert record_of(Person("delegate", mrz="no zone"), None).document_expires is None
