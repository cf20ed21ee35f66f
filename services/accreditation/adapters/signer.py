"""The signing keys of the conference, read from where they are when they are wanted."""

from __future__ import annotations

import uuid
from collections.abc import Mapping

import structlog

from services.accreditation.domain.ports import CredentialFacts, SignedText
from shared.errors import InfrastructureError
from shared.security.credential import Credential, KeyId, encode, verify
from shared.security.key_files import KeyFileError, raw_public_key
from shared.security.signing_keys import KeySource, SigningKey
from shared.security.status_list import StatusList, encode_status_list

_log = structlog.get_logger(__name__)


class CredentialSigner:
    """A key that is missing is an operator's to mend: what needs it waits, and is never taken for a bad record."""

    def __init__(self, source: KeySource) -> None:
        self._source = source
        self._keys: Mapping[KeyId, SigningKey] = {}
        self._conference: int | None = None
        self._in_use: KeyId | None = None

    @property
    def in_use(self) -> str | None:
        return str(self._in_use) if self._in_use else None

    def use(self, key_id: str) -> None:
        self._in_use = KeyId.parse(key_id)

    def sign(self, facts: CredentialFacts, conference_number: int, *, key_id: str | None = None) -> SignedText:
        chosen, key = self._signing(conference_number, key_id)
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
        return SignedText(encode(credential, chosen, key.sign), str(chosen))

    def sign_status_list(self, found: StatusList, conference_number: int) -> tuple[bytes, str]:
        key_id, key = self._signing(conference_number)
        return encode_status_list(found, key_id, key.sign), str(key_id)

    def badge_id_of(self, text: str, conference_number: int) -> str:
        keys = {key_id: key.public_key() for key_id, key in self._read(conference_number).items()}
        return str(uuid.UUID(bytes=verify(text, keys, conference_number).badge_id))

    def public_keys(self, conference_number: int) -> Mapping[str, str]:
        """Reads the source anew: this is how a new key is found."""
        try:
            self._keys, self._conference = self._source.keys(conference_number), conference_number
        except KeyFileError as error:
            _log.error("signing_key_missing", conference=conference_number)
            raise InfrastructureError(f"signing keys: {error}") from error
        return {str(key_id): raw_public_key(key.public_key()).hex() for key_id, key in self._keys.items()}

    def _signing(self, conference_number: int, named: str | None = None) -> tuple[KeyId, SigningKey]:
        keys = self._read(conference_number)
        chosen = KeyId.parse(named) if named else self._in_use
        if chosen is None or chosen not in keys:
            raise InfrastructureError(f"signing keys: {chosen or 'none'} is not here to sign with")
        return chosen, keys[chosen]

    def _read(self, conference_number: int) -> Mapping[KeyId, SigningKey]:
        if self._conference != conference_number:
            self.public_keys(conference_number)
        return self._keys
