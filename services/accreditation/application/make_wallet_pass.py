"""Make the pass of one active badge for a telephone's wallet, and show what it will look like."""

from __future__ import annotations

from dataclasses import dataclass

from services.accreditation.application.face_badge import FaceBadge
from services.accreditation.domain.wallet import AppleFile, GooglePass, WalletFace, Wallets
from shared.security.principal import Principal, Role


@dataclass(frozen=True)
class ShownPass:
    """`symbol` is PNG; a wallet that is not signed for is shown as a preview."""

    pass_face: WalletFace
    symbol: bytes
    google: GooglePass
    is_apple_signed: bool
    is_google_signed: bool


class MakeWalletPass:
    """For accreditation officers, and for the focal point of the holder's delegation.

    Each raises RoleRequiredError, BadgeNotFoundError for another delegation's badge too, BadgeStateError unless the
    badge is active: before that nobody outside the office has its symbol.
    """

    def __init__(self, faced: FaceBadge, wallets: Wallets) -> None:
        self._faced = faced
        self._wallets = wallets

    async def apple(self, principal: Principal, badge_id: str) -> AppleFile:
        """Raises WalletCertificateExpiredError as well."""
        return await self._wallets.apple(await self._face(principal, badge_id))

    async def google(self, principal: Principal, badge_id: str) -> GooglePass:
        return await self._wallets.google(await self._face(principal, badge_id))

    async def shown(self, principal: Principal, badge_id: str) -> ShownPass:
        found = await self._face(principal, badge_id)
        wallets = self._wallets
        return ShownPass(
            found,
            await wallets.symbol(found),
            await wallets.google(found),
            is_apple_signed=wallets.signs_apple,
            is_google_signed=wallets.signs_google,
        )

    async def _face(self, principal: Principal, badge_id: str) -> WalletFace:
        principal.require(Role.ACCREDITATION_OFFICER, Role.FOCAL_POINT)
        found = await self._faced(principal, badge_id, leaves_office=True)
        conference = found.conference
        return WalletFace(
            face=found.face,
            badge_id=found.badge.badge_id,
            conference_id=conference.id,
            first_day=conference.first_day,
            last_day=conference.last_day,
            valid_until=found.badge.valid_until,
        )
