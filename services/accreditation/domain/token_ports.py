"""Where tokens are kept."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from services.accreditation.domain.ports import Page
from services.accreditation.domain.token import Token, TokenKind


class Tokens(Protocol):
    """Bound to one transaction."""

    async def one(self, token_id: str) -> Token | None: ...

    async def save(self, token: Token) -> None:
        """Raises BusyError when another writer was faster."""
        ...

    async def of_holder(self, participant_id: str) -> Sequence[Token]:
        """All that ever named this holder, 100 at most."""
        ...

    async def valid_ones(self, kind: TokenKind, delegation: str) -> int: ...

    async def next_count(self, kind: TokenKind) -> int:
        """The how-manieth token of this kind the next one is, from 1. Counts are skipped after a restore."""
        ...


class TokenViews(Protocol):
    async def one(self, token_id: str) -> Token | None: ...

    async def listed(
        self, *, delegation: str | None, kind: TokenKind | None, number: int | None, page: int
    ) -> Page[Token]:
        """By kind and number; `number` is of a kind."""
        ...
