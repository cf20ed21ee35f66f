"""The conference in force, read as accreditation's rules."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from services.accreditation.domain.access import AccessGrant
from services.accreditation.domain.conference_rules import CategoryRules, ConferenceRules, DelegationRules
from services.accreditation.domain.workflow import Review, Stage, StageKind, Workflow
from shared.conference import ConferenceCopy
from shared.contracts.conference import Category, Conference, Text


class CurrentRules:
    """The rules of the service's copy of the conference file, computed once for each version of it."""

    def __init__(self, copy: ConferenceCopy) -> None:
        self._copy = copy
        self._conference: Conference | None = None
        self._rules: ConferenceRules | None = None

    async def current(self) -> ConferenceRules | None:
        """At most a second old; None until a conference is loaded."""
        conference = await self._copy.current()
        if conference is not None and conference is not self._conference:
            self._conference, self._rules = conference, rules_of(conference)
        return self._rules


def rules_of(conference: Conference) -> ConferenceRules:
    return ConferenceRules(
        id=conference.id,
        number=conference.number,
        name=_words(conference.name),
        motto=_words(conference.motto),
        timezone=ZoneInfo(conference.timezone),
        first_day=conference.first_day,
        last_day=conference.last_day,
        credentials_valid_days_after=conference.credentials_valid_days_after,
        zones={zone.code: _words(zone.name) for zone in conference.zones},
        categories={category.code: _category(category, index) for index, category in enumerate(conference.categories)},
        delegations={
            item.code: DelegationRules(item.code, _words(item.name), item.nationality)
            for item in conference.delegations
        },
        numbered_cards=conference.numbered_cards,
        tokens_per_delegation={rule.kind: rule.per_delegation for rule in conference.tokens},
        rejections_released_every_minutes=conference.rejections_released_every_minutes,
    )


def _category(category: Category, index: int) -> CategoryRules:
    return CategoryRules(
        code=category.code,
        index=index,
        name=_words(category.name),
        colour=category.colour,
        workflow=_workflow(category),
        photo_required=category.photo_required,
        photo_printed=category.photo_printed,
        passport_required=category.passport_required,
        access=tuple(
            AccessGrant(rule.zone, rule.days, rule.opens, rule.closes, rule.only_with) for rule in category.access
        ),
    )


def _workflow(category: Category) -> Workflow:
    stages = tuple(Stage(StageKind(item.kind.value), item.hours, item.remind_hours) for item in category.stages)
    return Workflow(Review(category.review.value), stages)


def _words(text: Text) -> dict[str, str]:
    return {"ar": text.ar, "fr": text.fr, "en": text.en}
