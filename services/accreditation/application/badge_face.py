"""What a badge shows, put together from the badge, its holder and the conference."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from services.accreditation.domain.access import AccessGrant
from services.accreditation.domain.badge import Badge
from services.accreditation.domain.badge_layout import Layout
from services.accreditation.domain.blank import Blank
from services.accreditation.domain.conference_rules import CategoryRules, ConferenceRules, Words
from services.accreditation.domain.dossier_errors import PersonErasedError, PersonUnknownError
from services.accreditation.domain.ports import BadgeFace
from shared.security.personal_data import Answer, Erased, PersonalRecord

PROOF_NUMBER: Final = "0000-0"
PROOF_CREDENTIAL: Final = "BWB1:" + "PROOF" * 36
"""As long as most, and signed by nobody: a gate refuses it as no badge."""
INVENTED: Final = PersonalRecord(
    name_arabic="عبد الرحمن بن محمد الأنصاري",
    name_latin="Abdelrahman ben Mohamed Al-Ansari",
    rank="عميد",
    title="Director of planning",
)


def holder(answer: Answer | None) -> PersonalRecord:
    """Raises PersonErasedError, PersonUnknownError."""
    if isinstance(answer, Erased):
        raise PersonErasedError
    if not isinstance(answer, PersonalRecord):
        raise PersonUnknownError
    return answer


def blank_face(blank: Blank, conference: ConferenceRules, layout: Layout) -> BadgeFace:
    """A blank's: no person yet, the name is written by hand."""
    shown = _Shown(blank.access, blank.number, blank.credential, is_blank=True)
    nobody = dict.fromkeys(("ar", "fr", "en"), "")
    return _face(shown, PersonalRecord(), conference, conference.category(blank.category), nobody, layout)


def badge_face(badge: Badge, person: PersonalRecord, conference: ConferenceRules, layout: Layout) -> BadgeFace:
    code = badge.subject.delegation
    delegation = conference.delegations.get(code)
    name = delegation.name if delegation else dict.fromkeys(("ar", "fr", "en"), code)
    shown = _Shown(badge.access, badge.number, badge.credential)
    return _face(shown, person, conference, conference.category(badge.category), name, layout)


def proof_face(category: str, conference: ConferenceRules, layout: Layout) -> BadgeFace:
    """An invented person's, for looking at a layout: its symbol is of the usual size and opens nothing."""
    shown = _Shown(conference.access_of(category), PROOF_NUMBER, PROOF_CREDENTIAL)
    delegation = next(iter(conference.delegations.values()), None)
    name = delegation.name if delegation else dict.fromkeys(("ar", "fr", "en"), "–")
    return _face(shown, INVENTED, conference, conference.category(category), name, layout)


@dataclass(frozen=True)
class _Shown:
    """What a face has of a badge or a blank."""

    access: Sequence[AccessGrant]
    number: str
    credential: str
    is_blank: bool = False


def _face(
    shown: _Shown,
    person: PersonalRecord,
    conference: ConferenceRules,
    category: CategoryRules,
    delegation: Words,
    layout: Layout,
) -> BadgeFace:
    opened = sorted({day for grant in shown.access for day in grant.days})
    return BadgeFace(
        layout=layout,
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
        grants=tuple((conference.zones[item.zone], item) for item in shown.access if item.zone in conference.zones),
        days=conference.days,
        number=shown.number,
        photo=person.photo if category.photo_printed else None,
        credential=shown.credential,
        is_blank=shown.is_blank,
        only_days=tuple(opened) if len(opened) < conference.days else (),
    )
