"""What the issuance desk's API takes and answers: cards, stock, receipts, blanks."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Self

from pydantic import BaseModel, Field

from services.accreditation.adapters.answers import (
    Asked,
    BadgeAnswer,
    ParticipantId,
    ParticipantIds,
)
from services.accreditation.application.find_at_desk import AtDesk
from services.accreditation.application.search_at_desk import FoundByName, NamedBadge
from services.accreditation.domain.badge import Badge
from services.accreditation.domain.blank import BLANKS_AT_ONCE_MAX, Blank, BlankState
from services.accreditation.domain.card import StockReport
from services.accreditation.domain.events import CardOutcome
from services.accreditation.domain.ports import Page
from services.accreditation.domain.receipt import Receipt, ReceiptState
from shared.web.data_url import jpeg_url
from shared.web.texts import Texts

Code = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,39}$")]
Number = Annotated[str, Field(min_length=1, max_length=40)]


class DeskAsked(Asked):
    """What was scanned or typed: the symbol's text, or the printed number."""

    read: Annotated[str, Field(min_length=1, max_length=600)]


class SearchAsked(Asked):
    """A name or a part of one, in any script or spelling, among one delegation's badges."""

    delegation: Code
    text: Annotated[str, Field(min_length=2, max_length=100)]


class CardAsked(Asked):
    badge_number: Number
    card: Number
    outcome: CardOutcome


class CardsAsked(Asked):
    cards: Annotated[tuple[CardAsked, ...], Field(min_length=1, max_length=500)]


class CardRangeAsked(Asked):
    """The first and the last of some printed cards, 500 at most, and what became of all of them."""

    first: Number
    last: Number
    outcome: CardOutcome


class JobCardsAsked(Asked):
    """The number on the card that came out first."""

    first: Number


class StockAsked(Asked):
    """The first and the last number of a pack, as they stand on the cards."""

    first: Number
    last: Number


class ReceiptAsked(Asked):
    delegation: Code
    participant_ids: ParticipantIds | None = None


class SignatureAsked(Asked):
    """`paper` is the number of the paper that was signed by hand; a focal point signs without one."""

    paper: Annotated[str, Field(pattern=r"^[A-Za-z0-9/._-]{1,40}$")] | None = None


class BlanksAsked(Asked):
    category: Code
    count: Annotated[int, Field(ge=1, le=BLANKS_AT_ONCE_MAX)]


class BindingAsked(Asked):
    participant_id: ParticipantId


class FaceAnswer(BaseModel):
    """What the desk compares; `photo` is a data URL."""

    name_arabic: str | None
    name_latin: str | None
    rank: str | None
    title: str | None
    photo: str | None


class DeskAnswer(BaseModel):
    """`state` is the badge's or the blank's. `cards` counts every card printed for this person."""

    badge_id: str
    number: str
    state: str
    state_name: str
    category: str
    category_name: str
    colour: str
    delegation: str | None
    delegation_name: str | None
    participant_id: str | None
    dossier_state: str | None
    person: FaceAnswer | None
    card: str | None
    cards: int
    has_expired: bool
    badges: list[BadgeAnswer]

    @classmethod
    def of(cls, found: AtDesk, texts: Texts, language: str) -> Self:
        badge, person = found.badge, found.person
        category = found.conference.category(badge.category)
        own = badge if isinstance(badge, Badge) else None
        delegation = found.conference.delegations.get(own.subject.delegation) if own else None
        kind = "badge_state" if own else "blank_state"
        return cls(
            badge_id=badge.badge_id,
            number=badge.number,
            state=badge.state.value,
            state_name=texts.say(f"accreditation.{kind}.{badge.state.value}", language),
            category=badge.category,
            category_name=category.name[language],
            colour=category.colour,
            delegation=own.subject.delegation if own else None,
            delegation_name=delegation.name[language] if delegation else None,
            participant_id=own.subject.participant_id if own else None,
            dossier_state=found.dossier.state.value if found.dossier else None,
            person=_face(found) if person else None,
            card=own.card if own else None,
            cards=found.cards,
            has_expired=badge.has_expired(found.at),
            badges=[BadgeAnswer.of(each, found.at) for each in found.badges],
        )


class NamedBadgeAnswer(BaseModel):
    number: str
    state: str
    state_name: str
    has_expired: bool
    category_name: str
    name_arabic: str | None
    name_latin: str | None
    rank: str | None

    @classmethod
    def of(cls, row: NamedBadge, found: FoundByName, texts: Texts, language: str) -> Self:
        badge, person = row.badge, row.person
        return cls(
            number=badge.number,
            state=badge.state.value,
            state_name=texts.say(f"accreditation.badge_state.{badge.state.value}", language),
            has_expired=badge.has_expired(found.at),
            category_name=found.conference.category(badge.category).name[language],
            name_arabic=person.name_arabic,
            name_latin=person.name_latin,
            rank=person.rank,
        )


class FoundByNameAnswer(BaseModel):
    """The likest first, 20 at most; `more` says that a longer text would find fewer."""

    rows: list[NamedBadgeAnswer]
    more: bool

    @classmethod
    def of(cls, found: FoundByName, texts: Texts, language: str) -> Self:
        rows = [NamedBadgeAnswer.of(row, found, texts, language) for row in found.rows]
        return cls(rows=rows, more=found.more)


class BatchAnswer(BaseModel):
    first: str
    last: str
    cards: int
    in_stock: int
    printed: int
    confirmed: int
    spoiled: int

    @classmethod
    def of(cls, report: StockReport) -> Self:
        batch = report.batch
        return cls(
            first=batch.number(batch.first),
            last=batch.number(batch.last),
            cards=batch.cards,
            in_stock=report.in_stock,
            printed=report.printed,
            confirmed=report.confirmed,
            spoiled=report.spoiled,
        )


class StockAnswer(BaseModel):
    batches: list[BatchAnswer]


class CardsReceivedAnswer(BaseModel):
    cards: int


class ReceiptMadeAnswer(BaseModel):
    receipt_id: str
    badges: int
    digest: str


class ReceiptAnswer(BaseModel):
    """`digest` is over the delegation and the numbers listed: the signature is a signature of that."""

    receipt_id: str
    delegation: str
    state: ReceiptState
    numbers: list[str]
    digest: str
    made_at: datetime
    signed_at: datetime | None
    paper: str | None

    @classmethod
    def of(cls, receipt: Receipt) -> Self:
        return cls(
            receipt_id=receipt.receipt_id,
            delegation=receipt.delegation,
            state=receipt.state,
            numbers=[line.number for line in receipt.lines],
            digest=receipt.digest,
            made_at=receipt.made_at,
            signed_at=receipt.signed_at,
            paper=receipt.paper,
        )


class ReceiptsAnswer(BaseModel):
    rows: list[ReceiptAnswer]
    page: int
    pages: int
    total: int

    @classmethod
    def of(cls, found: Page[Receipt]) -> Self:
        rows = [ReceiptAnswer.of(receipt) for receipt in found.rows]
        return cls(rows=rows, page=found.page, pages=found.pages, total=found.total)


class ReceiptStateAnswer(BaseModel):
    receipt_id: str
    state: ReceiptState


class BlankNumbersAnswer(BaseModel):
    numbers: list[str]


class BlankAnswer(BaseModel):
    number: str
    category: str
    state: BlankState
    key_id: str

    @classmethod
    def of(cls, blank: Blank) -> Self:
        return cls(number=blank.number, category=blank.category, state=blank.state, key_id=blank.key_id)


class BlanksAnswer(BaseModel):
    rows: list[BlankAnswer]


class BlankStateAnswer(BaseModel):
    number: str
    state: BlankState


def _face(found: AtDesk) -> FaceAnswer | None:
    person = found.person
    if person is None:
        return None
    return FaceAnswer(
        name_arabic=person.name_arabic,
        name_latin=person.name_latin,
        rank=person.rank,
        title=person.title,
        photo=jpeg_url(person.photo),
    )
