"""What a telephone's wallet shows of a badge: the same as its print, beside its symbol."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Protocol

from services.accreditation.domain.ports import BadgeFace


@dataclass(frozen=True)
class WalletFace:
    """`first_day` and `last_day` are the conference's; `valid_until` is the credential's end, aware UTC."""

    face: BadgeFace
    badge_id: str
    conference_id: str
    first_day: date
    last_day: date
    valid_until: datetime

    @property
    def names(self) -> dict[str, str]:
        """The holder's name for a reader of each language; no script is ever made from the other."""
        arabic, latin = self.face.name_arabic or "", self.face.name_latin or ""
        return {"ar": arabic or latin, "fr": latin or arabic, "en": latin or arabic}


@dataclass(frozen=True)
class AppleFile:
    """A .pkpass; one that is not signed is for looking at and says so, no telephone takes it."""

    content: bytes
    is_signed: bool


@dataclass(frozen=True)
class GooglePass:
    """The object as Google Wallet has it and its class; `link` saves the object, None without a service account."""

    ticket_class: dict[str, Any]
    ticket_object: dict[str, Any]
    link: str | None


class Wallets(Protocol):
    """Makes passes, with the keys that this installation was given."""

    @property
    def signs_apple(self) -> bool: ...

    @property
    def signs_google(self) -> bool: ...

    async def apple(self, face: WalletFace) -> AppleFile:
        """Raises WalletCertificateExpiredError, SymbolUnreadableError."""
        ...

    async def google(self, face: WalletFace) -> GooglePass: ...

    async def symbol(self, face: WalletFace) -> bytes:
        """The credential's symbol as PNG, read back like a printed one. Raises SymbolUnreadableError."""
        ...
