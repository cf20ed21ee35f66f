"""What a badge shows, put together from the badge, its holder and the conference."""

from __future__ import annotations

from services.accreditation.domain.badge import Badge
from services.accreditation.domain.blank import Blank
from services.accreditation.domain.conference_rules import CategoryRules, ConferenceRules, Words
from services.accreditation.domain.errors import PersonErasedError, PersonUnknownError
from services.accreditation.domain.ports import BadgeFace
from shared.security.personal_data import Answer, Erased, PersonalRecord


def holder(answer: Answer | None) -> PersonalRecord:
    """Raises PersonErasedError, PersonUnknownError."""
    if isinstance(answer, Erased):
        raise PersonErasedError
    if not isinstance(answer, PersonalRecord):
        raise PersonUnknownError
    return answer


def blank_face(blank: Blank, conference: ConferenceRules) -> BadgeFace:
    """A blank's: no person yet, the name is written by hand."""
    category = conference.category(blank.category)
    nobody = dict.fromkeys(("ar", "fr", "en"), "")
    return _face(blank, PersonalRecord(), conference, category, delegation=nobody, is_blank=True)


def badge_face(badge: Badge, person: PersonalRecord, conference: ConferenceRules) -> BadgeFace:
    category = conference.category(badge.category)
    code = badge.subject.delegation
    delegation = conference.delegations.get(code)
    name = delegation.name if delegation else dict.fromkeys(("ar", "fr", "en"), code)
    return _face(badge, person, conference, category, delegation=name)


def _face(
    badge: Badge | Blank,
    person: PersonalRecord,
    conference: ConferenceRules,
    category: CategoryRules,
    *,
    delegation: Words,
    is_blank: bool = False,
) -> BadgeFace:
    opened = sorted({day for grant in badge.access for day in grant.days})
    return BadgeFace(
        conference=conference.name,
        motto=conference.motto,
        name_arabic=person.name_arabic,
        name_latin=person.name_latin,
        rank=person.rank,
        title=person.title,
        delegation=delegation,
        category=category.name,
        category_index=category.index,
        colour=category.colour,
        grants=tuple((conference.zones[item.zone], item) for item in badge.access if item.zone in conference.zones),
        days=conference.days,
        number=badge.number,
        photo=person.photo if category.photo_printed else None,
        credential=badge.credential,
        is_blank=is_blank,
        only_days=tuple(opened) if len(opened) < conference.days else (),
    )
