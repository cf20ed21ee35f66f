"""A notice: a change of status that a delegation waits for; shown on its page once, and sent by e-mail."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar, Final

from services.registration.domain.list_change import ChangeKind
from shared.errors import InvalidError
from shared.outgoing_mail import OutgoingMail

NOTICED: Final = frozenset(
    {
        ChangeKind.REGISTERED_AT_DESK,
        ChangeKind.RETURNED,
        ChangeKind.ACCEPTED,
        ChangeKind.REJECTED,
        ChangeKind.BADGE_PREPARED,
        ChangeKind.BADGE_ACTIVE,
        ChangeKind.BADGE_SUSPENDED,
        ChangeKind.BADGE_RESUMED,
        ChangeKind.BADGE_ENDED,
        ChangeKind.WAIVER_GRANTED,
        ChangeKind.WAIVER_REFUSED,
        ChangeKind.PERMIT_GRANTED,
        ChangeKind.PERMIT_REFUSED,
    }
)
ADDRESSES_MAX: Final = 5
GATHER: Final = timedelta(seconds=5)


@dataclass(eq=False)
class AddressInvalidError(InvalidError):
    """An e-mail address is not one, or there are more of them than are kept; `line` is the first that is wrong."""

    code: ClassVar[str] = "registration.address_invalid"

    line: int
    maximum: int = ADDRESSES_MAX
    field: str = "addresses"


@dataclass(frozen=True)
class Notice:
    """`notice_id` is that of the event or change behind it, so that the same one again is the same notice."""

    notice_id: str
    delegation: str
    kind: ChangeKind
    at: datetime
    participant_id: str | None = None


@dataclass(frozen=True)
class Mail(OutgoingMail):
    """Notices of one delegation that go in one message."""

    delegation: str
    notices: tuple[Notice, ...]


def checked_addresses(addresses: Sequence[str]) -> tuple[str, ...]:
    """Addresses as they will be written to: ASCII, one @, no blanks or line ends. Raises AddressInvalidError."""
    given: dict[str, None] = {}
    for line, each in enumerate((address.strip() for address in addresses), start=1):
        if not each:
            continue
        name, at, host = each.rpartition("@")
        whole = bool(name and at and "." in host) and each.isascii() and each.isprintable()
        if not whole or len(each) > 254 or any(char in each for char in ' ,;:<>()[]\\"'):
            raise AddressInvalidError(line)
        given[each] = None
        if len(given) > ADDRESSES_MAX:
            raise AddressInvalidError(line)
    return tuple(given)
