"""Edits of a record by path, and a difference that names paths and never values."""

from __future__ import annotations

import json

import pytest

from shared.messaging.record_edit import Change, Edit, EditInvalidError, difference, edited, shape

RECORD = json.dumps({"category": "x", "access": [{"zone": "hall"}, {"zone": "venue"}], "revision": 1}).encode()


@pytest.mark.parametrize(
    ("edit", "changes"),
    [
        (Edit("category", "delegate"), [Change("changed", "category")]),
        (Edit("revision", 1), []),
        (Edit("revision", True), [Change("changed", "revision")]),
        (Edit("new", "a"), [Change("added", "new")]),
        (Edit("category", remove=True), [Change("removed", "category")]),
        (Edit("access.1.zone", "lounge"), [Change("changed", "access.1.zone")]),
        (Edit("access.1", remove=True), [Change("removed", "access.1.zone")]),
        (Edit("nested.deep", 1), [Change("added", "nested.deep")]),
    ],
)
def test_an_edit_makes_the_difference_it_says(edit: Edit, changes: list[Change]) -> None:
    assert difference(RECORD, edited(RECORD, [edit])) == changes


@pytest.mark.parametrize("path", ["", ".", "a..b", "access.9.zone", "access.x", "category.deeper", "a.b.c.d.e.f.g.h.i"])
def test_a_path_that_leads_nowhere_is_refused(path: str) -> None:
    with pytest.raises(EditInvalidError):
        edited(RECORD, [Edit(path, 1)])


@pytest.mark.parametrize("broken", [None, b"", b"{", b"[1]", b"\xff", b"[" * 5_000])
def test_what_is_no_object_is_edited_from_nothing(broken: bytes | None) -> None:
    assert json.loads(edited(broken, [Edit("category", "delegate")])) == {"category": "delegate"}


def test_a_shape_has_types_and_no_value_not_even_one_that_stands_where_a_name_should() -> None:
    record = json.dumps({"category": "secret", "Amina Farouk": 1, "list": [], "n": None}).encode()
    assert shape(record) == {"category": "text", "(unknown)": "integer", "list": "list", "n": "nothing"}
