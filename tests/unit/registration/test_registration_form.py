"""A form asks what the conference file says; a later version asks only for what is new."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from services.registration.adapters.list_mongo import rules_of
from services.registration.domain.registration_form import Form, Rule
from shared.testing.conference import small_conference

FIRST = Form("delegate", 1, {"document_number": Rule.REQUIRED, "photo": Rule.REQUIRED, "phone": Rule.ABSENT})
SECOND = Form("delegate", 2, {**FIRST.rules, "rank": Rule.REQUIRED, "email": Rule.OPTIONAL})


def test_one_name_in_either_script_is_enough() -> None:
    assert FIRST.missing({"document_number", "photo"}) == ("name_latin",)
    assert FIRST.missing({"document_number", "photo", "name_arabic"}) == ()


def test_a_required_field_that_is_not_there_is_missing_and_an_absent_one_is_superfluous() -> None:
    assert FIRST.missing({"name_latin"}) == ("document_number", "photo")
    assert FIRST.superfluous(("name_latin", "phone")) == ("phone",)


def test_somebody_of_an_older_form_is_asked_only_for_what_is_new() -> None:
    assert SECOND.asked_anew({"name_latin", "document_number", "photo"}, FIRST) == ("rank",)
    assert SECOND.asked_anew({"name_latin", "document_number", "photo", "rank"}, FIRST) == ()
    assert SECOND.asked_anew({"name_latin"}, SECOND) == ()


def test_two_forms_that_ask_the_same_are_one_version() -> None:
    assert SECOND.is_like(Form("delegate", 9, {**SECOND.rules, "title": Rule.OPTIONAL}))
    assert not SECOND.is_like(FIRST)


def test_the_conference_file_says_what_a_form_asks() -> None:
    categories = [each.model_dump() for each in small_conference().categories]
    categories[0]["form"] = {"rank": "required", "phone": "absent"}
    category = small_conference(categories=categories).categories[0]
    assert rules_of(category) == {
        "rank": Rule.REQUIRED,
        "phone": Rule.ABSENT,
        "document_number": Rule.REQUIRED,
        "photo": Rule.REQUIRED,
    }


def test_a_form_field_that_nobody_knows_is_refused_when_the_file_is_checked() -> None:
    categories = [each.model_dump() for each in small_conference().categories]
    categories[0]["form"] = {"shoe_size": "required"}
    with pytest.raises(ValidationError, match="shoe_size"):
        small_conference(categories=categories)
