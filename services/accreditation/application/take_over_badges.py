"""Take badges that were told of, and are not in the restored books, back into them.

What is in a holder's hands goes on being what it is: the same badge, with the same credential, in the state that was
told last. Nothing is told again.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from services.accreditation.application.records import Bind, conference_of
from services.accreditation.domain.access import masks_of
from services.accreditation.domain.badge import Badge, BadgeState
from services.accreditation.domain.badge_errors import BadgeNotFoundError
from services.accreditation.domain.events import BadgePrepared
from services.accreditation.domain.ports import CredentialFacts, Signer
from shared.messaging.unit_of_work import Transaction

Change = Callable[[Badge], Badge]


class TakeOverBadges:
    def __init__(self, bind: Bind, signer: Signer) -> None:
        self._bind = bind
        self._signer = signer

    async def prepared(self, tx: Transaction, told: BadgePrepared, at: datetime) -> None:
        """The credential is signed again by the key that signed it: Ed25519 gives the same bytes (RFC 8032).

        Raises NoConferenceError, InfrastructureError without that key.
        """
        records = self._bind(tx)
        if await records.badge(told.badge_id) is not None:
            return
        conference = await conference_of(records)
        facts = CredentialFacts(
            badge_id=told.badge_id,
            serial=told.serial,
            category_index=conference.category(told.category).index,
            masks=masks_of(told.access, conference.zone_order),
            profile_version=told.profile_version,
            valid_from=told.valid_from,
            valid_until=told.valid_until,
        )
        signed = self._signer.sign(facts, conference.number, key_id=told.key_id)
        badge = Badge(**vars(told), credential=signed.text, state=BadgeState.PREPARED, since=at)
        await records.save_badges((badge,))

    async def changed(self, tx: Transaction, badge_id: str, change: Change) -> None:
        """Raises BadgeNotFoundError for a badge whose preparation is neither in the books nor was told."""
        records = self._bind(tx)
        badge = await records.badge(badge_id)
        if badge is None:
            raise BadgeNotFoundError
        await records.save_badges((change(badge),))
