"""The life of a signing key: published, signing a minute later, verifying for ever after, unless it is revoked.

The minute is the overlap: every gate knows a key before the first credential that it signed can come.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from services.accreditation.domain.badge_errors import NoOtherKeyError, SigningKeyStateError

OVERLAP: Final = timedelta(seconds=60)


class KeyState(StrEnum):
    WAITING = "waiting"
    SIGNING = "signing"
    VERIFYING = "verifying"
    REVOKED = "revoked"


@dataclass(frozen=True)
class SigningKeyLife:
    """A key that was told of. Ids of one conference are in the order in which its keys were made."""

    key_id: str
    published_at: datetime
    revoked_at: datetime | None = None

    @property
    def is_trusted(self) -> bool:
        return self.revoked_at is None


def signing_key(known: Sequence[SigningKeyLife], at_hand: Collection[str], at: datetime) -> str | None:
    """Which key signs now, of those whose private half is at hand.

    The newest that gates have known for a minute; when none is that old, the oldest there is. None without any.
    """
    usable = sorted((key for key in known if key.is_trusted and key.key_id in at_hand), key=lambda key: key.key_id)
    settled = [key for key in usable if at - key.published_at >= OVERLAP]
    if settled:
        return settled[-1].key_id
    return usable[0].key_id if usable else None


def state_of(key: SigningKeyLife, signing: str | None) -> KeyState:
    if not key.is_trusted:
        return KeyState.REVOKED
    if key.key_id == signing:
        return KeyState.SIGNING
    return KeyState.WAITING if signing is None or key.key_id > signing else KeyState.VERIFYING


def revoked(
    key_id: str, known: Sequence[SigningKeyLife], at_hand: Collection[str], at: datetime
) -> SigningKeyLife | None:
    """The key as it is when it may not be trusted any more; None when there is none of that id.

    Raises SigningKeyStateError when it is revoked already, NoOtherKeyError when nothing could sign in its place.
    """
    found = next((key for key in known if key.key_id == key_id), None)
    if found is None:
        return None
    if not found.is_trusted:
        raise SigningKeyStateError(KeyState.REVOKED.value)
    others = [key for key in known if key.is_trusted and key.key_id != key_id and key.key_id in at_hand]
    if not others:
        raise NoOtherKeyError
    return replace(found, revoked_at=at)
