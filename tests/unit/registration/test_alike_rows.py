"""Rows that sound like somebody: on the list or in the file, in either script, and never somebody who is the same."""

from __future__ import annotations

from datetime import date

from services.registration.domain.alike_rows import Alike, NamedRow, Somebody, alike_rows
from shared.names import Circumstances

BORN = Circumstances(date(1959, 4, 30), "EGY")


def row(
    number: int, name: str, born: Circumstances = BORN, *, same: str = "", registered: str | None = None
) -> NamedRow:
    return NamedRow(number, (name,), born, same or f"identity {number}", registered)


ON_THE_LIST = Somebody("p-1", ("Moustapha Kamil Cherif",), BORN)


def test_a_row_in_another_script_sounds_like_somebody_on_the_list() -> None:
    found = alike_rows([row(2, "مصطفى كامل شريف"), row(3, "Djimtola Ngarbe")], [ON_THE_LIST])
    assert found == {2: Alike("p-1", None)}


def test_two_rows_that_sound_alike_name_each_other() -> None:
    found = alike_rows([row(2, "Mustafa Kamel Sherif"), row(3, "Moustapha Kamil Cherif")], [])
    assert found == {2: Alike(None, 3), 3: Alike(None, 2)}


def test_who_is_the_same_for_certain_is_not_meant() -> None:
    known = row(2, "Moustapha Kamil Cherif", registered="p-1")
    assert alike_rows([known], [ON_THE_LIST]) == {}
    twins = [row(2, "Mustafa Sherif", same="x"), row(3, "Mustafa Sherif", same="x")]
    assert alike_rows(twins, []) == {}


def test_a_row_like_somebody_who_is_in_the_file_too_is_told_of_the_person_alone() -> None:
    rows = [row(2, "Moustapha Kamil Cherif", registered="p-1"), row(3, "Mustafa Kamel Sherif")]
    assert alike_rows(rows, [ON_THE_LIST])[3] == Alike("p-1", None)


def test_another_birth_date_speaks_against_it_and_none_at_all_does_not() -> None:
    later = Circumstances(date(1988, 7, 2), "EGY")
    assert alike_rows([row(2, "Mustafa Kamel Sherif", later)], [ON_THE_LIST]) == {}
    unknown = Circumstances(None, "EGY")
    assert alike_rows([row(2, "Mustafa Kamel Sherif", unknown)], [ON_THE_LIST]) == {2: Alike("p-1", None)}
