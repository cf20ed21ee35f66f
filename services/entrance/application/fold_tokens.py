"""Fold what accreditation tells of tokens into what the gates decide by, with their plates and serials."""

from __future__ import annotations

from typing import Final, Protocol

from services.entrance.domain.token import Token
from shared.contracts.accreditation import TokenCustodyChanged, TokenEnded, TokenIssued, TokenManifestChanged
from shared.messaging.subscription import Reaction, Received
from shared.messaging.unit_of_work import Transaction

Told = TokenIssued | TokenEnded | TokenCustodyChanged | TokenManifestChanged
FOLDED: Final[tuple[type[Told], ...]] = (TokenIssued, TokenEnded, TokenCustodyChanged, TokenManifestChanged)
MARKED: Final = frozenset({"vehicle_permit", "weapon_permit", "radio_permit"})


class Marks(Protocol):
    async def mark(self, token_id: str) -> str | None:
        """The plate or serial; None when there is none any more. Raises InfrastructureError."""
        ...


class FoldedTokens(Protocol):
    async def by_id(self, tx: Transaction, token_id: str) -> Token | None: ...

    async def save(self, tx: Transaction, token: Token) -> None: ...


class FoldTokens(Reaction[Told, str | None]):
    """A token's mark is in no event; it is fetched once, so that a gate shows it when nothing else answers."""

    def __init__(self, tokens: FoldedTokens, marks: Marks) -> None:
        self._tokens = tokens
        self._marks = marks

    async def prepare(self, received: Received[Told]) -> str | None:
        """Raises InfrastructureError."""
        event = received.data
        if isinstance(event, TokenIssued) and event.kind in MARKED:
            return await self._marks.mark(event.token_id)
        return None

    async def apply(self, tx: Transaction, received: Received[Told], prepared: str | None) -> None:
        event = received.data
        if isinstance(event, TokenIssued):
            await self._tokens.save(tx, _issued(event, prepared))
            return
        token = await self._tokens.by_id(tx, event.token_id)
        assert token is not None, "a token's events keep their order: it was issued first"
        match event:
            case TokenEnded():
                token = token.ended(event.state)
            case TokenCustodyChanged():
                token = token.handed(event.custody)
            case TokenManifestChanged():
                token = token.with_manifest(event.manifest)
        await self._tokens.save(tx, token)


def _issued(event: TokenIssued, mark: str | None) -> Token:
    return Token(event.token_id, event.kind, event.number, event.delegation, event.holder, event.manifest, mark=mark)
