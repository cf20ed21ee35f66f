"""A message on its way to a mail server: one id whatever becomes of its tries, and what became of them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final, Self, TypeVar

from shared.errors import InfrastructureError

M = TypeVar("M", bound="OutgoingMail")
FIRST_WAIT: Final = timedelta(seconds=5)
WAIT_MAX: Final = timedelta(hours=1)


class RecipientsRefusedError(Exception):
    """The mail server refuses this message to every address, for good."""


@dataclass(frozen=True, kw_only=True)
class OutgoingMail:
    """`mail_id` is the Message-ID (RFC 5322 section 3.6.4) of every try.

    `failed` says that the mail server refused it for good; anything less is tried again, ever more slowly, an hour
    apart at most.
    """

    mail_id: str
    next_at: datetime
    tries: int = 0
    sent_at: datetime | None = None
    failed: bool = False

    def sent(self, at: datetime) -> Self:
        return replace(self, tries=self.tries + 1, sent_at=at)

    def refused(self) -> Self:
        return replace(self, tries=self.tries + 1, failed=True)

    def postponed(self, now: datetime) -> Self:
        wait = min(FIRST_WAIT * (1 << min(self.tries, 12)), WAIT_MAX)
        return replace(self, tries=self.tries + 1, next_at=now + wait)

    def document(self) -> dict[str, Any]:
        """As it is kept: `is_open` finds what is still to be tried."""
        document = asdict(self)
        document["_id"] = document.pop("mail_id")
        document["is_open"] = self.sent_at is None and not self.failed
        return document


def tries_of(document: Mapping[str, Any]) -> dict[str, Any]:
    """The fields that every message has, of one that was kept."""
    return {"mail_id": document["_id"], **{name: document[name] for name in ("next_at", "tries", "sent_at", "failed")}}


async def tried(mail: M, deliver: Callable[[], Awaitable[None]], now: datetime) -> M:
    """The message after a try. `deliver` raises RecipientsRefusedError, or InfrastructureError to try again."""
    try:
        await deliver()
    except RecipientsRefusedError:
        return mail.refused()
    except InfrastructureError:
        return mail.postponed(now)
    return mail.sent(now)
