"""Write down what became of many numbered cards at once: of a print job's badges, and of cards by their numbers."""

from __future__ import annotations

from typing import Final

from services.accreditation.application.bulk import Row
from services.accreditation.application.print_badges import PART_BADGES, PrintBadges
from services.accreditation.application.record_cards import CardEntry, RecordCardsHandler
from services.accreditation.domain.badge_ports import DeskViews
from services.accreditation.domain.card import Batch, CardNumber
from services.accreditation.domain.desk_errors import CardRangeError
from services.accreditation.domain.events import CardOutcome
from services.accreditation.domain.ports import Views
from shared.messaging.cause import Cause, CommandKey
from shared.security.principal import Principal, Role
from shared.world import World

CARDS_MAX: Final = 500


class RecordCardRanges:
    def __init__(
        self,
        record_cards: RecordCardsHandler,
        print_badges: PrintBadges,
        views: Views,
        desk_views: DeskViews,
        world: World,
    ) -> None:
        self._record_cards = record_cards
        self._print_badges = print_badges
        self._views = views
        self._desk_views = desk_views
        self._world = world

    async def printed(self, principal: Principal, job_id: str, first: str, cause: Cause, key: CommandKey) -> list[Row]:
        """The badges of an own print job came out on cards from this number on, in the order of the file.

        Raises RoleRequiredError, PrintJobNotFoundError, CardRangeError for a job of over 500 badges or of blanks,
        CardNotInStockError.
        """
        principal.require(Role.ACCREDITATION_OFFICER)
        job = await self._print_badges.progress(principal, job_id)
        if job.are_blanks or job.total > CARDS_MAX:
            raise CardRangeError(CARDS_MAX)
        numbers = {badge.badge_id: badge.number for badge in await self._views.badges_by_id(job.badge_ids)}
        drawn = [numbers[badge] for badge, _ in job.last_pages(numbers, PART_BADGES)]
        cards = CardNumber.parse(first).onward(len(drawn))
        entries = [CardEntry(badge, str(card), CardOutcome.PRINTED) for badge, card in zip(drawn, cards, strict=True)]
        return await self._record_cards(principal, entries, cause, key)

    async def became(
        self, principal: Principal, first: str, last: str, outcome: CardOutcome, cause: Cause, key: CommandKey
    ) -> list[Row]:
        """A row for each person of whose cards between two numbers this is told.

        Cards that carry no badge are left, and those of which it was told, or that are spoiled: the bad ones first,
        then the rest of the range is good.

        Raises RoleRequiredError, CardRangeError for over 500 numbers, CardNotInStockError for what is no range.
        """
        principal.require(Role.ACCREDITATION_OFFICER)
        of_range = Batch.of(CardNumber.parse(first), CardNumber.parse(last), self._world.now())
        if of_range.cards > CARDS_MAX:
            raise CardRangeError(CARDS_MAX)
        cards = await self._desk_views.cards_between(of_range)
        badges = await self._views.badges_by_id(list(dict.fromkeys(card.badge_id for card in cards)))
        numbers = {badge.badge_id: badge.number for badge in badges}
        entries = [
            CardEntry(numbers[card.badge_id], card.number, outcome) for card in cards if card.may_become(outcome)
        ]
        return await self._record_cards(principal, entries, cause, key)
