"""The signing keys, which of them signs, and how many live badges each signed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from services.accreditation.domain.badge_ports import DeskViews
from services.accreditation.domain.ports import Signer
from services.accreditation.domain.signing_key import KeyState, SigningKeyLife, state_of
from shared.security.principal import Principal, Role


@dataclass(frozen=True)
class SigningKeyView:
    key: SigningKeyLife
    state: KeyState
    live_badges: int


class ListSigningKeys:
    def __init__(self, views: DeskViews, signer: Signer) -> None:
        self._views = views
        self._signer = signer

    async def __call__(self, principal: Principal) -> Sequence[SigningKeyView]:
        """By key id. Raises RoleRequiredError."""
        principal.require(Role.ADMINISTRATOR, Role.ACCREDITATION_OFFICER, Role.OPERATOR)
        keys = await self._views.signing_keys()
        counts = await self._views.live_badges_by_key()
        signing = self._signer.in_use
        return [SigningKeyView(key, state_of(key, signing), counts.get(key.key_id, 0)) for key in keys]
