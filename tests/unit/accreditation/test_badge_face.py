"""What a badge shows of its holder: the portrait of a category that is exempt from printing it is not on the badge."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from services.accreditation.adapters.layout_files import default_layout
from services.accreditation.application.badge_face import badge_face, blank_face, holder
from services.accreditation.domain.badge import Badge, BadgeState
from services.accreditation.domain.blank import Blank, BlankState
from services.accreditation.domain.conference_rules import CategoryRules, ConferenceRules
from services.accreditation.domain.dossier_errors import PersonErasedError, PersonUnknownError
from services.accreditation.domain.events import Subject
from services.accreditation.domain.workflow import Review, Workflow
from shared.security.personal_data import Erased, Missing, PersonalRecord

AT = datetime(2027, 5, 1, tzinfo=UTC)
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
BADGE = Badge(
    badge_id="badge",
    subject=Subject("small", "p-1", "egypt"),
    serial=1,
    number="0001-1",
    credential="BWB1:X",
    key_id="07eb99",
    category="delegate",
    access=(),
    profile_version=1,
    valid_from=AT,
    valid_until=AT,
    state=BadgeState.ACTIVE,
    since=AT,
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
