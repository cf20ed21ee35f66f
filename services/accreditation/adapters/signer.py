"""The signing keys of the conference, read from their folder when they are first wanted."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from pathlib import Path

import structlog

from services.accreditation.domain.ports import CredentialFacts, SignedText
from shared.errors import InfrastructureError
from shared.security.credential import Credential, encode, verify
from shared.security.key_files import KeyFileError, raw_public_key
from shared.security.signing_keys import SigningKeyRing
from shared.security.status_list import StatusList, encode_status_list

_log = structlog.get_logger(__name__)


class CredentialSigner:
    """A key that is missing is an operator's to mend: what needs it waits, and is never taken for a bad record."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._rings: dict[int, SigningKeyRing] = {}

    def sign(self, facts: CredentialFacts, conference_number: int) -> SignedText:
        ring = self._ring(conference_number)
        credential = Credential(
            badge_id=uuid.UUID(facts.badge_id).bytes,
            serial=facts.serial,
            category=facts.category_index,
            zones=facts.masks.zones,
            days=facts.masks.days,
            profile_version=facts.profile_version,
            valid_from=facts.valid_from,
            valid_until=facts.valid_until,
        )
        return SignedText(encode(credential, ring.key_id, ring.sign), str(ring.key_id))

    def sign_status_list(self, found: StatusList, conference_number: int) -> tuple[bytes, str]:
        ring = self._ring(conference_number)
        return encode_status_list(found, ring.key_id, ring.sign), str(ring.key_id)

    def badge_id_of(self, text: str, conference_number: int) -> str:
        keys = self._ring(conference_number).public_keys()
        return str(uuid.UUID(bytes=verify(text, keys, conference_number).badge_id))

    def public_keys(self, conference_number: int) -> Mapping[str, str]:
        keys = self._ring(conference_number).public_keys()
        return {str(key_id): raw_public_key(key).hex() for key_id, key in keys.items()}

    def _ring(self, conference_number: int) -> SigningKeyRing:
        if conference_number not in self._rings:
            try:
                self._rings[conference_number] = SigningKeyRing.open(self._folder, conference_number)
            except KeyFileError as error:
                _log.error("signing_key_missing", conference=conference_number)
                raise InfrastructureError(f"signing keys: {error}") from error
        return self._rings[conference_number]
