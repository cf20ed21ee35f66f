"""What a badge shows of its holder: the portrait of a category that is exempt from printing it is not on the badge."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from zoneinfo import ZoneInfo

import pytest

from services.accreditation.adapters.layout_files import default_layout
from services.accreditation.application.badge_face import badge_face, blank_face, holder
from services.accreditation.domain.blank import Blank, BlankState
from services.accreditation.domain.conference_rules import CategoryRules, ConferenceRules
from services.accreditation.domain.dossier_errors import PersonErasedError, PersonUnknownError
from services.accreditation.domain.workflow import Review, Workflow
from shared.security.personal_data import Erased, Missing, PersonalRecord
from tests.support.badges import AT, BADGE

PRINTED = CategoryRules(
    code="delegate",
    index=0,
    name={"ar": "عضو وفد", "fr": "Délégué", "en": "Delegate"},
    colour="#1b4965",
    workflow=Workflow(Review.ONE_OFFICER),
    photo_required=True,
    photo_printed=True,
    passport_required=True,
    access=(),
)
EXEMPT = replace(PRINTED, code="spouse", index=1, photo_printed=False)
NOTHING = dict.fromkeys(("ar", "fr", "en"), "")
CONFERENCE = ConferenceRules(
    id="small",
    number=2027,
    name=NOTHING,
    motto=NOTHING,
    timezone=ZoneInfo("Africa/Tripoli"),
    first_day=date(2027, 5, 3),
    last_day=date(2027, 5, 5),
    credentials_valid_days_after=1,
    zones={},
    categories={each.code: each for each in (PRINTED, EXEMPT)},
    delegations={},
)
PERSON = PersonalRecord(name_latin="Amina Farouk", photo=b"jpeg")


@pytest.mark.parametrize(("category", "photo"), [("delegate", b"jpeg"), ("spouse", None)])
def test_a_portrait_is_on_the_badge_unless_its_category_is_exempt(category: str, photo: bytes | None) -> None:
    face = badge_face(replace(BADGE, category=category), PERSON, CONFERENCE, default_layout())
    assert (face.photo, face.name_latin) == (photo, "Amina Farouk")


def test_a_blank_shows_nobody() -> None:
    blank = Blank("blank", "small", "delegate", 2, "0002-2", "07eb99", "BWB1:Y", (), AT, AT, BlankState.READY, since=AT)
    face = blank_face(blank, CONFERENCE, default_layout())
    assert (face.photo, face.name_latin, face.is_blank) == (None, None, True)


def test_nobody_is_drawn_of_whom_the_vault_knows_nothing() -> None:
    with pytest.raises(PersonErasedError):
        holder(Erased())
    for nothing in (Missing(), None):
        with pytest.raises(PersonUnknownError):
            holder(nothing)
