"""Tokens in MongoDB."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from services.accreditation.adapters.documents import Document
from services.accreditation.adapters.mongo import page_of, save_version
from services.accreditation.adapters.serials import COUNTERS
from services.accreditation.domain.ports import Page
from services.accreditation.domain.token import Custody, ManifestChange, Token, TokenFacts, TokenKind, TokenState
from shared.messaging.unit_of_work import Transaction
from shared.storage import Database, Index

TOKENS: Final = "tokens"
OF_ONE_MAX: Final = 100
_ORDER: Final = (("kind", 1), ("number", 1))

INDEXES: Final = (
    Index(TOKENS, _ORDER, unique=True),
    Index(TOKENS, (("delegation", 1), *_ORDER)),
    Index(TOKENS, (("holder", 1),)),
)


class MongoTokens:
    """The tokens inside a transaction."""

    def __init__(self, tx: Transaction) -> None:
        self._tokens = tx.collection(TOKENS)
        self._counters = tx.collection(COUNTERS)

    async def one(self, token_id: str) -> Token | None:
        found = await self._tokens.find_one({"_id": token_id})
        return _from(found) if found else None

    async def save(self, token: Token) -> None:
        await save_version(self._tokens, _document(token))

    async def of_holder(self, participant_id: str) -> Sequence[Token]:
        return [_from(item) for item in await self._tokens.find({"holder": participant_id}, limit=OF_ONE_MAX)]

    async def valid_ones(self, kind: TokenKind, delegation: str) -> int:
        return await self._tokens.count({"kind": kind.value, "delegation": delegation, "state": TokenState.VALID.value})

    async def next_count(self, kind: TokenKind) -> int:
        counter = await self._counters.find_one_and_update(counter_of(kind), {"$inc": {"next": 1}}, upsert=True)
        assert counter is not None, "an upsert answers the document"
        return int(counter["next"])


class MongoTokenViews:
    def __init__(self, database: Database) -> None:
        self._tokens = database.collection(TOKENS)

    async def one(self, token_id: str) -> Token | None:
        found = await self._tokens.find_one({"_id": token_id})
        return _from(found) if found else None

    async def listed(
        self, *, delegation: str | None, kind: TokenKind | None, number: int | None, page: int
    ) -> Page[Token]:
        wanted: dict[str, Any] = {"delegation": delegation, "kind": kind.value if kind else None, "number": number}
        query = {name: value for name, value in wanted.items() if value is not None}
        found, total = await page_of(self._tokens, query, _ORDER, page)
        return Page([_from(item) for item in found], page, total)


def counter_of(kind: TokenKind) -> Document:
    """Where the tokens of a kind are counted."""
    return {"_id": f"token:{kind.value}"}


def _document(token: Token) -> Document:
    facts = token.facts
    return {
        "_id": token.token_id,
        "conference_id": token.conference_id,
        "number": token.number,
        "kind": facts.kind.value,
        "delegation": facts.delegation,
        "holder": facts.holder,
        "mark": facts.mark,
        "manifest": list(facts.manifest),
        "state": token.state.value,
        "custody": token.custody.value,
        "since": token.since,
        "changed": vars(token.changed) if token.changed is not None else None,
        "version": token.version + 1,
    }


def _from(document: Document) -> Token:
    facts = TokenFacts(
        TokenKind(document["kind"]),
        document["delegation"],
        document["holder"],
        document["mark"],
        tuple(document["manifest"]),
    )
    return Token(
        token_id=document["_id"],
        conference_id=document["conference_id"],
        number=document["number"],
        facts=facts,
        state=TokenState(document["state"]),
        custody=Custody(document["custody"]),
        since=document["since"],
        changed=ManifestChange(**changed) if (changed := document.get("changed")) else None,
        version=document["version"],
    )
