"""What a badge shows, put together from the badge, its holder and the conference."""

from __future__ import annotations

from services.accreditation.domain.badge import Badge
from services.accreditation.domain.conference_rules import ConferenceRules
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


def badge_face(badge: Badge, person: PersonalRecord, conference: ConferenceRules) -> BadgeFace:
    category = conference.category(badge.category)
    code = badge.subject.delegation
    delegation = conference.delegations.get(code)
    return BadgeFace(
        conference=conference.name,
        motto=conference.motto,
        name_arabic=person.name_arabic,
        name_latin=person.name_latin,
        rank=person.rank,
        title=person.title,
        delegation=delegation.name if delegation else dict.fromkeys(("ar", "fr", "en"), code),
        category=category.name,
        category_index=category.index,
        colour=category.colour,
        grants=tuple((conference.zones[item.zone], item) for item in badge.access if item.zone in conference.zones),
        days=conference.days,
        number=badge.number,
        photo=person.photo if category.photo_printed else None,
        credential=badge.credential,
    )
