"""The life of badges over HTTP: the issuance desk, cards, receipts, blanks, suspension."""

from __future__ import annotations

from typing import Annotated, Final

from fastapi import APIRouter, Path, Request

from services.accreditation.adapters.answers import (
    BadgeStateAnswer,
    PreparedBadgeAnswer,
    RowsAnswer,
)
from services.accreditation.adapters.desk_answers import (
    BatchAnswer,
    BindingAsked,
    BlankAnswer,
    BlankNumbersAnswer,
    BlanksAnswer,
    BlanksAsked,
    BlankStateAnswer,
    CardRangeAsked,
    CardsAsked,
    CardsReceivedAnswer,
    DeskAnswer,
    DeskAsked,
    FoundByNameAnswer,
    JobCardsAsked,
    ReceiptAsked,
    ReceiptMadeAnswer,
    ReceiptsAnswer,
    ReceiptStateAnswer,
    SearchAsked,
    SignatureAsked,
    StockAnswer,
    StockAsked,
)
from services.accreditation.adapters.http import BadgeId, DelegationFilter, JobId, PageNumber, rows_answer
from services.accreditation.application import Application
from services.accreditation.application.bind_blank import BindBlank
from services.accreditation.application.make_blanks import MakeBlanks
from services.accreditation.application.make_receipt import MakeReceipt
from services.accreditation.application.receive_stock import ReceiveStock
from services.accreditation.application.record_cards import CardEntry
from services.accreditation.application.sign_receipt import SignReceipt
from services.accreditation.domain.blank import BlankState
from shared.security.principal import Role
from shared.web.languages import language_of
from shared.web.requests import Caller, TheCause, TheCommand, roles
from shared.web.texts import Texts

PathCode = Annotated[str, Path(pattern=r"^[a-z0-9][a-z0-9_-]{0,39}$")]
ReceiptId = Annotated[str, Path(pattern=r"^[0-9a-f-]{36}$")]
PathNumber = Annotated[str, Path(min_length=1, max_length=40)]

_OFFICERS: Final = roles(Role.ACCREDITATION_OFFICER)
_READS_STOCK: Final = roles(Role.ACCREDITATION_OFFICER, Role.ADMINISTRATOR)
_SIGNS: Final = roles(Role.ACCREDITATION_OFFICER, Role.FOCAL_POINT)


def desk_routes(application: Application, texts: Texts) -> APIRouter:
    router = APIRouter(prefix="/api/accreditation/v1", tags=["badges"])
    _add_desk(router, application, texts)
    _add_cards(router, application, texts)
    _add_card_ranges(router, application, texts)
    _add_receipts(router, application, texts)
    _add_blanks(router, application)
    return router


def _add_desk(router: APIRouter, application: Application, texts: Texts) -> None:
    @router.post("/desk/lookups", openapi_extra=_OFFICERS)
    async def lookup(request: Request, principal: Caller, asked: DeskAsked) -> DeskAnswer:
        """Whose badge this is. What was scanned comes in the body: addresses are written to logs."""
        found = await application.find_at_desk(principal, asked.read)
        return DeskAnswer.of(found, texts, language_of(request))

    @router.post("/desk/searches", openapi_extra=_OFFICERS)
    async def search(request: Request, principal: Caller, asked: SearchAsked) -> FoundByNameAnswer:
        """Whose badge it may be, by name. A name that is looked for is in no address, hence a POST."""
        found = await application.search_at_desk(principal, asked.delegation, asked.text)
        return FoundByNameAnswer.of(found, texts, language_of(request))

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


def _add_card_ranges(router: APIRouter, application: Application, texts: Texts) -> None:
    record = application.record_card_ranges

    @router.post("/cards/ranges", openapi_extra=_OFFICERS)
    async def ranges(
        request: Request, principal: Caller, asked: CardRangeAsked, cause: TheCause, command: TheCommand
    ) -> RowsAnswer:
        """What became of all printed cards between two numbers; cards that carry no badge are left as they are."""
        rows = await record.became(principal, asked.first, asked.last, asked.outcome, cause, command)
        return rows_answer(rows, texts, request)

    @router.post("/print-jobs/{job_id}/cards", openapi_extra=_OFFICERS)
    async def of_job(
        request: Request, principal: Caller, job_id: JobId, asked: JobCardsAsked, cause: TheCause, command: TheCommand
    ) -> RowsAnswer:
        """The badges of a print job came out on numbered cards from this one on, in the order of the file."""
        return rows_answer(await record.printed(principal, job_id, asked.first, cause, command), texts, request)


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
