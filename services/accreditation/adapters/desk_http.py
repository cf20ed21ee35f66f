"""The life of badges over HTTP: the issuance desk, cards, receipts, blanks, suspension."""

from __future__ import annotations

import base64
from datetime import datetime
from typing import Annotated, Final, Self

from fastapi import APIRouter, Path, Request
from pydantic import BaseModel, Field

from services.accreditation.adapters.answers import (
    Asked,
    BadgeAnswer,
    BadgeStateAnswer,
    ParticipantId,
    ParticipantIds,
    PreparedBadgeAnswer,
    RowsAnswer,
)
from services.accreditation.adapters.http import BadgeId, DelegationFilter, PageNumber, rows_answer
from services.accreditation.application import Application
from services.accreditation.application.bind_blank import BindBlank
from services.accreditation.application.find_at_desk import AtDesk
from services.accreditation.application.make_blanks import MakeBlanks
from services.accreditation.application.make_receipt import MakeReceipt
from services.accreditation.application.receive_stock import ReceiveStock
from services.accreditation.application.record_cards import CardEntry
from services.accreditation.application.sign_receipt import SignReceipt
from services.accreditation.domain.badge import Badge
from services.accreditation.domain.blank import BLANKS_AT_ONCE_MAX, Blank, BlankState
from services.accreditation.domain.card import StockReport
from services.accreditation.domain.events import CardOutcome
from services.accreditation.domain.ports import Page
from services.accreditation.domain.receipt import Receipt, ReceiptState
from shared.security.principal import Role
from shared.web.languages import language_of
from shared.web.requests import Caller, TheCause, TheCommand, roles
from shared.web.texts import Texts

Code = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,39}$")]
PathCode = Annotated[str, Path(pattern=r"^[a-z0-9][a-z0-9_-]{0,39}$")]
ReceiptId = Annotated[str, Path(pattern=r"^[0-9a-f-]{36}$")]
Number = Annotated[str, Field(min_length=1, max_length=40)]
PathNumber = Annotated[str, Path(min_length=1, max_length=40)]

_OFFICERS: Final = roles(Role.ACCREDITATION_OFFICER)
_READS_STOCK: Final = roles(Role.ACCREDITATION_OFFICER, Role.ADMINISTRATOR)
_SIGNS: Final = roles(Role.ACCREDITATION_OFFICER, Role.FOCAL_POINT)


class DeskAsked(Asked):
    """What was scanned or typed: the symbol's text, or the printed number."""

    read: Annotated[str, Field(min_length=1, max_length=600)]


class CardAsked(Asked):
    badge_number: Number
    card: Number
    outcome: CardOutcome


class CardsAsked(Asked):
    cards: Annotated[tuple[CardAsked, ...], Field(min_length=1, max_length=500)]


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
            has_expired=found.has_expired,
            badges=[BadgeAnswer.of(each) for each in found.badges],
        )


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


def desk_routes(application: Application, texts: Texts) -> APIRouter:
    router = APIRouter(prefix="/api/accreditation/v1", tags=["badges"])
    _add_desk(router, application, texts)
    _add_cards(router, application, texts)
    _add_receipts(router, application, texts)
    _add_blanks(router, application)
    return router


def _add_desk(router: APIRouter, application: Application, texts: Texts) -> None:
    @router.post("/desk/lookups", openapi_extra=_OFFICERS)
    async def lookup(request: Request, principal: Caller, asked: DeskAsked) -> DeskAnswer:
        """Whose badge this is. What was scanned comes in the body: addresses are written to logs."""
        found = await application.find_at_desk(principal, asked.read)
        return DeskAnswer.of(found, texts, language_of(request))

    @router.post("/badges/{badge_id}/suspension", openapi_extra=_OFFICERS)
    async def suspension(
        principal: Caller, badge_id: BadgeId, cause: TheCause, command: TheCommand
    ) -> BadgeStateAnswer:
        found = await application.suspend_badge(principal, badge_id, cause, command)
        return BadgeStateAnswer.model_validate(found)

    @router.post("/badges/{badge_id}/resumption", openapi_extra=_OFFICERS)
    async def resumption(
        principal: Caller, badge_id: BadgeId, cause: TheCause, command: TheCommand
    ) -> BadgeStateAnswer:
        found = await application.resume_badge(principal, badge_id, cause, command)
        return BadgeStateAnswer.model_validate(found)


def _add_cards(router: APIRouter, application: Application, texts: Texts) -> None:
    @router.get("/card-stock", openapi_extra=_READS_STOCK)
    async def stock(principal: Caller) -> StockAnswer:
        """Where the numbered cards are: what was received, minus what was told of, is in stock."""
        return StockAnswer(batches=[BatchAnswer.of(report) for report in await application.report_stock(principal)])

    @router.post("/card-stock", status_code=201, openapi_extra=_OFFICERS)
    async def receive(
        principal: Caller, asked: StockAsked, cause: TheCause, command: TheCommand
    ) -> CardsReceivedAnswer:
        found = await application.receive_stock(principal, ReceiveStock(asked.first, asked.last), cause, command)
        return CardsReceivedAnswer.model_validate(found)

    @router.post("/cards", openapi_extra=_OFFICERS)
    async def cards(
        request: Request, principal: Caller, asked: CardsAsked, cause: TheCause, command: TheCommand
    ) -> RowsAnswer:
        """What became of numbered cards. All cards of one person are one commit."""
        entries = [CardEntry(item.badge_number, item.card, item.outcome) for item in asked.cards]
        return rows_answer(await application.record_cards(principal, entries, cause, command), texts, request)


def _add_receipts(router: APIRouter, application: Application, texts: Texts) -> None:
    @router.get("/receipts", openapi_extra=_OFFICERS)
    async def receipts(principal: Caller, delegation: DelegationFilter = None, page: PageNumber = 1) -> ReceiptsAnswer:
        return ReceiptsAnswer.of(await application.list_receipts(principal, delegation=delegation, page=page))

    @router.post("/receipts", status_code=201, openapi_extra=_OFFICERS)
    async def make(principal: Caller, asked: ReceiptAsked, cause: TheCause, command: TheCommand) -> ReceiptMadeAnswer:
        """List a delegation's prepared badges for its signature, all or the chosen ones."""
        wanted = MakeReceipt(asked.delegation, asked.participant_ids or ())
        return ReceiptMadeAnswer.model_validate(await application.make_receipt(principal, wanted, cause, command))

    @router.post("/receipts/{receipt_id}/cancellation", openapi_extra=_OFFICERS)
    async def cancel(
        principal: Caller, receipt_id: ReceiptId, cause: TheCause, command: TheCommand
    ) -> ReceiptStateAnswer:
        found = await application.cancel_receipt(principal, receipt_id, cause, command)
        return ReceiptStateAnswer.model_validate(found)

    @router.get("/delegations/{delegation}/receipts", openapi_extra=_SIGNS)
    async def of_delegation(principal: Caller, delegation: PathCode, page: PageNumber = 1) -> ReceiptsAnswer:
        """A delegation's receipts, for its focal point to sign."""
        return ReceiptsAnswer.of(await application.list_receipts(principal, delegation=delegation, page=page))

    @router.post("/delegations/{delegation}/receipts/{receipt_id}/signature", openapi_extra=_SIGNS)
    async def sign(
        request: Request,
        principal: Caller,
        delegation: PathCode,
        receipt_id: ReceiptId,
        asked: SignatureAsked,
        cause: TheCause,
        command: TheCommand,
    ) -> RowsAnswer:
        """Sign for the badges listed: they are issued, and active once a guard has compared each face."""
        wanted = SignReceipt(delegation, receipt_id, asked.paper)
        return rows_answer(await application.sign_receipt(principal, wanted, cause, command), texts, request)


def _add_blanks(router: APIRouter, application: Application) -> None:
    @router.get("/blanks", openapi_extra=_OFFICERS)
    async def blanks(
        principal: Caller, category: DelegationFilter = None, state: BlankState | None = None
    ) -> BlanksAnswer:
        found = await application.list_blanks(principal, category=category, state=state)
        return BlanksAnswer(rows=[BlankAnswer.of(blank) for blank in found])

    @router.post("/blanks", status_code=201, openapi_extra=_OFFICERS)
    async def make(principal: Caller, asked: BlanksAsked, cause: TheCause, command: TheCommand) -> BlankNumbersAnswer:
        """Sign badges ahead for nobody."""
        found = await application.make_blanks(principal, MakeBlanks(asked.category, asked.count), cause, command)
        return BlankNumbersAnswer.model_validate(found)

    @router.post("/blanks/{number}/binding", openapi_extra=_OFFICERS)
    async def bind(
        principal: Caller, number: PathNumber, asked: BindingAsked, cause: TheCause, command: TheCommand
    ) -> PreparedBadgeAnswer:
        """Give a blank to a person: it is their active badge from now on."""
        found = await application.bind_blank(principal, BindBlank(number, asked.participant_id), cause, command)
        return PreparedBadgeAnswer.model_validate(found)

    @router.post("/blanks/{number}/voidance", openapi_extra=_OFFICERS)
    async def void(principal: Caller, number: PathNumber, cause: TheCause, command: TheCommand) -> BlankStateAnswer:
        """Take a blank out of use."""
        return BlankStateAnswer.model_validate(await application.void_blank(principal, number, cause, command))


def _face(found: AtDesk) -> FaceAnswer | None:
    person = found.person
    if person is None:
        return None
    photo = f"data:image/jpeg;base64,{base64.b64encode(person.photo).decode()}" if person.photo else None
    return FaceAnswer(
        name_arabic=person.name_arabic,
        name_latin=person.name_latin,
        rank=person.rank,
        title=person.title,
        photo=photo,
    )
