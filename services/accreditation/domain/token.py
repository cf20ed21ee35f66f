"""The tokens beside the badge: floater, pin, media-pool pass, vehicle permit, weapon and radio permits.

    valid → returned, lost, revoked

A token is besides in its holder's hands or where its kind is kept: a weapon or radio in the armoury, all others at the
desk; it leaves that place only while it is valid. A floater belongs to a delegation and goes from hand to hand; all
others name a holder, but the vehicle permit, which has a manifest of who may sit in it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Final

from services.accreditation.domain.dossier_facts import Officer
from services.accreditation.domain.events import TokenCustodyChanged, TokenEnded, TokenIssued, TokenManifestChanged
from services.accreditation.domain.token_errors import TokenChangedError, TokenFactsError, TokenStateError
from shared.token_numbers import token_number

MANIFEST_MAX: Final = 60


class TokenKind(StrEnum):
    FLOATER = "floater"
    PIN = "pin"
    MEDIA_POOL_PASS = "media_pool_pass"  # noqa: S105  a kind of token, no secret
    VEHICLE_PERMIT = "vehicle_permit"
    WEAPON_PERMIT = "weapon_permit"
    RADIO_PERMIT = "radio_permit"


class TokenState(StrEnum):
    VALID = "valid"
    RETURNED = "returned"
    LOST = "lost"
    REVOKED = "revoked"


class Custody(StrEnum):
    HOLDER = "holder"
    ARMOURY = "armoury"
    DESK = "desk"


KEPT_IN_ARMOURY: Final = (TokenKind.WEAPON_PERMIT, TokenKind.RADIO_PERMIT)
OF_A_HOLDER: Final = (TokenKind.PIN, TokenKind.MEDIA_POOL_PASS, *KEPT_IN_ARMOURY)


@dataclass(frozen=True)
class TokenFacts:
    """What is asked for. `mark` is the plate of a vehicle, or the serial of a weapon or radio.

    It is the thing's and no person's, and stays in accreditation's books: no event tells it.
    """

    kind: TokenKind
    delegation: str
    holder: str | None = None
    mark: str | None = None
    manifest: tuple[str, ...] = ()

    def require(self) -> None:
        """Raises TokenFactsError naming what is missing or too much."""
        if (self.holder is not None) != (self.kind in OF_A_HOLDER):
            raise TokenFactsError("holder")
        if (self.mark is not None) != (self.kind is TokenKind.VEHICLE_PERMIT or self.kind in KEPT_IN_ARMOURY):
            raise TokenFactsError("mark")
        if bool(self.manifest) != (self.kind is TokenKind.VEHICLE_PERMIT) or len(self.manifest) > MANIFEST_MAX:
            raise TokenFactsError("manifest")


@dataclass(frozen=True)
class ManifestChange:
    """Who changed a manifest last; `version` is the token's that this led to."""

    by: str
    at: datetime
    version: int


@dataclass(frozen=True)
class Token:
    token_id: str
    conference_id: str
    number: int
    facts: TokenFacts
    state: TokenState
    custody: Custody
    since: datetime
    changed: ManifestChange | None = None
    version: int = 0

    @property
    def printed(self) -> str:
        """What stands on it."""
        return token_number(self.facts.kind.value, self.number)

    @property
    def people(self) -> tuple[str, ...]:
        """Whom it names: its holder, or who may sit in the vehicle."""
        return self.facts.manifest if self.facts.holder is None else (self.facts.holder,)

    @property
    def kept(self) -> Custody:
        """Where it is when nobody has it."""
        return Custody.ARMOURY if self.facts.kind in KEPT_IN_ARMOURY else Custody.DESK

    @classmethod
    def issue(
        cls, token_id: str, conference_id: str, number: int, facts: TokenFacts, at: datetime
    ) -> tuple[Token, TokenIssued]:
        """Raises TokenFactsError."""
        facts.require()
        token = cls(token_id, conference_id, number, facts, TokenState.VALID, Custody.HOLDER, at)
        told = TokenIssued(
            conference_id, facts.delegation, token_id, facts.kind.value, number, facts.holder, facts.manifest
        )
        return token, told

    def end(self, state: TokenState, at: datetime) -> tuple[Token, TokenEnded]:
        """Raises TokenStateError when it has ended already."""
        self._require_valid()
        if state is TokenState.VALID:
            raise TokenStateError(state.value)
        told = TokenEnded(self.conference_id, self.facts.delegation, self.token_id, state.value)
        return replace(self, state=state, since=at), told

    def hand(self, custody: Custody, at: datetime) -> tuple[Token, TokenCustodyChanged]:
        """To where its kind is kept, or out to its holder. What has ended may still be put in, and never be taken out.

        Raises TokenStateError when it is there already or may not leave, TokenFactsError for the place of other kinds.
        """
        if custody not in (Custody.HOLDER, self.kept):
            raise TokenFactsError("custody")
        if custody is self.custody:
            raise TokenStateError(custody.value)
        if custody is Custody.HOLDER:
            self._require_valid()
        told = TokenCustodyChanged(self.conference_id, self.facts.delegation, self.token_id, custody.value)
        return replace(self, custody=custody, since=at), told

    def forgotten(self) -> Token:
        """Without its mark: its bearer was erased."""
        return replace(self, facts=replace(self.facts, mark=None))

    def with_manifest(
        self, manifest: tuple[str, ...], officer: Officer, at: datetime, *, seen: int | None = None
    ) -> tuple[Token, TokenManifestChanged]:
        """With `seen`, the version that the officer looked at. Raises TokenStateError, TokenFactsError, and
        TokenChangedError when the manifest was changed since.
        """
        self._require_valid()
        if seen is not None and self.changed is not None and seen < self.changed.version:
            raise TokenChangedError(self.changed.by, f"{self.changed.at:%Y-%m-%d %H:%M}")
        facts = replace(self.facts, manifest=manifest)
        facts.require()
        told = TokenManifestChanged(self.conference_id, facts.delegation, self.token_id, manifest)
        changed = ManifestChange(officer.person_id, at, self.version + 1)
        return replace(self, facts=facts, since=at, changed=changed), told

    def _require_valid(self) -> None:
        if self.state is not TokenState.VALID:
            raise TokenStateError(self.state.value)
