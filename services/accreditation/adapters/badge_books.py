"""Cards, receipts and blanks in MongoDB, and what the issuance desk looks up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from services.accreditation.adapters.documents import Document, access_from, access_list, badge_from
from services.accreditation.adapters.mongo import (
    BADGES,
    KEYS_MAX,
    PUBLISHED_KEYS,
    page_of,
    save_version,
    signing_keys_in,
)
from services.accreditation.domain.badge import Badge, BadgeState
from services.accreditation.domain.badge_ports import BLANKS_SHOWN_MAX
from services.accreditation.domain.blank import Blank, BlankState
from services.accreditation.domain.card import Batch, Card, Stock, StockReport, reports
from services.accreditation.domain.events import CardOutcome
from services.accreditation.domain.ports import Page
from services.accreditation.domain.receipt import BADGES_MAX, Receipt, ReceiptLine, ReceiptState
from services.accreditation.domain.signing_key import SigningKeyLife
from shared.messaging.unit_of_work import Transaction
from shared.storage import Collection, Database, Index

CARDS: Final = "cards"
STOCK: Final = "card_stock"
RECEIPTS: Final = "receipts"
BLANKS: Final = "blanks"
_STOCK_ID: Final = "stock"
_NEWEST: Final = (("made_at", -1), ("_id", 1))

INDEXES: Final = (
    Index(CARDS, (("badge_id", 1),)),
    Index(CARDS, (("prefix", 1), ("digits", 1), ("value", 1))),
    Index(STOCK, ()),
    Index(RECEIPTS, (("delegation", 1), *_NEWEST)),
    Index(RECEIPTS, _NEWEST),
    Index(BLANKS, (("serial", 1),), unique=True),
    Index(BLANKS, (("category", 1), ("state", 1), ("number", 1))),
)


class MongoBadgeBooks:
    """The books inside a transaction."""

    def __init__(self, tx: Transaction) -> None:
        self._cards = tx.collection(CARDS)
        self._stock = tx.collection(STOCK)
        self._receipts = tx.collection(RECEIPTS)
        self._blanks = tx.collection(BLANKS)

    async def stock(self) -> Stock:
        return await _stock(self._stock)

    async def save_stock(self, stock: Stock) -> None:
        batches = [vars(batch) for batch in stock.batches]
        await save_version(self._stock, {"_id": _STOCK_ID, "batches": batches, "version": stock.version + 1})

    async def card(self, number: str) -> Card | None:
        found = await self._cards.find_one({"_id": number})
        return _card_from(found) if found else None

    async def save_card(self, card: Card) -> None:
        await save_version(self._cards, _card_document(card))

    async def receipt(self, receipt_id: str) -> Receipt | None:
        return await _receipt(self._receipts, receipt_id)

    async def save_receipt(self, receipt: Receipt) -> None:
        await save_version(self._receipts, _receipt_document(receipt))

    async def blank(self, badge_id: str) -> Blank | None:
        found = await self._blanks.find_one({"_id": badge_id})
        return _blank_from(found) if found else None

    async def save_blanks(self, blanks: Sequence[Blank]) -> None:
        for blank in blanks:
            await save_version(self._blanks, _blank_document(blank))


class MongoDeskViews:
    def __init__(self, database: Database) -> None:
        self._badges = database.collection(BADGES)
        self._blanks = database.collection(BLANKS)
        self._cards = database.collection(CARDS)
        self._stock = database.collection(STOCK)
        self._receipts = database.collection(RECEIPTS)
        self._keys = database.collection(PUBLISHED_KEYS)

    async def by_serial(self, serial: int) -> Badge | Blank | None:
        return await self._one({"serial": serial})

    async def by_badge_id(self, badge_id: str) -> Badge | Blank | None:
        return await self._one({"_id": badge_id})

    async def to_issue(self, delegation: str) -> Sequence[Badge]:
        query = {"delegation": delegation, "state": BadgeState.PREPARED.value}
        found = await self._badges.find(query, sort=[("number", 1)], limit=BADGES_MAX)
        return [badge_from(item) for item in found]

    async def receipt(self, receipt_id: str) -> Receipt | None:
        return await _receipt(self._receipts, receipt_id)

    async def receipts(self, *, delegation: str | None, page: int) -> Page[Receipt]:
        query: dict[str, Any] = {} if delegation is None else {"delegation": delegation}
        found, total = await page_of(self._receipts, query, _NEWEST, page)
        return Page([_receipt_from(item) for item in found], page, total)

    async def blanks(self, *, category: str | None, state: BlankState | None) -> Sequence[Blank]:
        wanted = {"category": category, "state": state.value if state else None}
        query = {name: value for name, value in wanted.items() if value is not None}
        found = await self._blanks.find(query, sort=[("category", 1), ("number", 1)], limit=BLANKS_SHOWN_MAX)
        return [_blank_from(item) for item in found]

    async def signing_keys(self) -> Sequence[SigningKeyLife]:
        return await signing_keys_in(self._keys)

    async def live_badges_by_key(self) -> Mapping[str, int]:
        pipeline: list[dict[str, Any]] = [
            {"$match": {"live": True}},
            {"$group": {"_id": "$key_id", "badges": {"$sum": 1}}},
        ]
        found = await self._badges.aggregate(pipeline, limit=KEYS_MAX)
        return {item["_id"]: item["badges"] for item in found}

    async def signed_by_revoked_keys(self, *, limit: int) -> Sequence[Badge]:
        if not (keys := await self._revoked_keys()):
            return []
        found = await self._badges.find({"live": True, "key_id": {"$in": keys}}, limit=limit)
        return [badge_from(item) for item in found]

    async def blanks_by_revoked_keys(self, *, limit: int) -> Sequence[Blank]:
        if not (keys := await self._revoked_keys()):
            return []
        found = await self._blanks.find({"state": BlankState.READY.value, "key_id": {"$in": keys}}, limit=limit)
        return [_blank_from(item) for item in found]

    async def _revoked_keys(self) -> list[str]:
        return [key.key_id for key in await self.signing_keys() if not key.is_trusted]

    async def stock_reports(self) -> Sequence[StockReport]:
        stock = await _stock(self._stock)
        counts: list[tuple[Batch, CardOutcome, int]] = []
        for batch in stock.batches:
            of_batch = {
                "prefix": batch.prefix,
                "digits": batch.digits,
                "value": {"$gte": batch.first, "$lte": batch.last},
            }
            for outcome in CardOutcome:
                counts.append((batch, outcome, await self._cards.count({**of_batch, "outcome": outcome.value})))
        return reports(stock, counts)

    async def cards_between(self, of_range: Batch) -> Sequence[Card]:
        numbers = {"$gte": of_range.first, "$lte": of_range.last}
        query = {"prefix": of_range.prefix, "digits": of_range.digits, "value": numbers}
        return [_card_from(item) for item in await self._cards.find(query, sort=[("value", 1)], limit=500)]

    async def _one(self, query: dict[str, Any]) -> Badge | Blank | None:
        if badge := await self._badges.find_one(query):
            return badge_from(badge)
        blank = await self._blanks.find_one(query)
        return _blank_from(blank) if blank else None


async def _stock(collection: Collection) -> Stock:
    found = await collection.find_one({"_id": _STOCK_ID})
    if found is None:
        return Stock()
    return Stock(tuple(Batch(**item) for item in found["batches"]), found["version"])


async def _receipt(collection: Collection, receipt_id: str) -> Receipt | None:
    found = await collection.find_one({"_id": receipt_id})
    return _receipt_from(found) if found else None


def _card_from(found: Document) -> Card:
    return Card(found["_id"], found["badge_id"], CardOutcome(found["outcome"]), found["at"], found["version"])


def _card_document(card: Card) -> Document:
    """Prefix, digits and value are what a batch is counted by."""
    prefix = card.number.rstrip("0123456789")
    digits = card.number.removeprefix(prefix)
    return {
        "_id": card.number,
        "prefix": prefix,
        "digits": len(digits),
        "value": int(digits),
        "badge_id": card.badge_id,
        "outcome": card.outcome.value,
        "at": card.at,
        "version": card.version + 1,
    }


def _receipt_document(receipt: Receipt) -> Document:
    return {
        "_id": receipt.receipt_id,
        "delegation": receipt.delegation,
        "lines": [vars(line) for line in receipt.lines],
        "made_by": receipt.made_by,
        "made_at": receipt.made_at,
        "state": receipt.state.value,
        "signed_by": receipt.signed_by,
        "signed_at": receipt.signed_at,
        "paper": receipt.paper,
        "digest": receipt.digest,
        "version": receipt.version + 1,
    }


def _receipt_from(document: Document) -> Receipt:
    return Receipt(
        receipt_id=document["_id"],
        delegation=document["delegation"],
        lines=tuple(ReceiptLine(**line) for line in document["lines"]),
        made_by=document["made_by"],
        made_at=document["made_at"],
        state=ReceiptState(document["state"]),
        signed_by=document["signed_by"],
        signed_at=document["signed_at"],
        paper=document["paper"],
        version=document["version"],
    )


def _blank_document(blank: Blank) -> Document:
    return {
        **{name: value for name, value in vars(blank).items() if name != "badge_id"},
        "_id": blank.badge_id,
        "access": access_list(blank.access),
        "state": blank.state.value,
        "version": blank.version + 1,
    }


def _blank_from(document: Document) -> Blank:
    fields = {name: value for name, value in document.items() if name not in ("_id", "access", "state")}
    return Blank(
        badge_id=document["_id"],
        access=access_from(document["access"]),
        state=BlankState(document["state"]),
        **fields,
    )
