"""Machine-readable zones: the standard's own specimens hold, and any wrong character is found."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.registration.domain.mrz import MrzCheckDigitError, MrzError, MrzShapeError, check_digit, parse

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
