"""A token beside the badge as the gates know it: folded from accreditation's events, and what it says of its bearer."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from services.entrance.domain.badge import Badge
from shared.token_numbers import token_number

VALID: Final = "valid"
WITH_HOLDER: Final = "holder"
IN_ARMOURY: Final = "armoury"


@dataclass(frozen=True)
class Token:
    """Floater, pin, media-pool pass, vehicle, weapon or radio permit.

    `holder` is whose it is, where it is a person's; `manifest` is who may sit in a vehicle. `state` and `custody` are
    accreditation's words. `mark` is the plate or serial, None once the token has ended.
    """

    token_id: str
    kind: str
    number: int
    delegation: str
    holder: str | None
    manifest: tuple[str, ...]
    state: str = VALID
    custody: str = WITH_HOLDER
    mark: str | None = None

    @property
    def printed(self) -> str:
        return token_number(self.kind, self.number)

    def ended(self, state: str) -> Token:
        """It stands for nothing any more; its mark is forgotten."""
        return replace(self, state=state, mark=None)

    def handed(self, custody: str) -> Token:
        return replace(self, custody=custody)

    def with_manifest(self, manifest: tuple[str, ...]) -> Token:
        return replace(self, manifest=manifest)


def fault_of(token: Token | None, badge: Badge) -> str | None:
    """Why a token that is shown with this badge does not hold, None when it does.

    In this order, the first that applies: unknown; ended; another's; not on the manifest; not handed out.
    """
    if token is None:
        return "token_unknown"
    if token.state != VALID:
        return "token_ended"
    if token.delegation != badge.delegation or token.holder not in (None, badge.participant_id):
        return "token_of_others"
    if token.manifest and badge.participant_id not in token.manifest:
        return "not_on_manifest"
    if token.custody != WITH_HOLDER:
        return "weapon_in_armoury" if token.custody == IN_ARMOURY else "token_at_desk"
    return None
