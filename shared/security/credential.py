"""The badge credential: what the QR carries, all that a gate needs without a network.

A CWT (RFC 8392) in an untagged COSE_Sign1 (RFC 9052 section 4.2), signed with Ed25519 (algorithm -19, RFC 9864), in
base45 (RFC 9285) behind an upper-case prefix that keeps the symbol in alphanumeric mode. It holds no name: correcting a
spelling never kills a badge. Key ids carry the conference's number, so that another conference's badge is refused as
that and not as forged. A static symbol proves that it was issued, not who holds it: that is what the guard's eyes are
for.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import ClassVar, Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from shared.errors import InvalidError
from shared.security import base45
from shared.security.cose import ALGORITHM, ALGORITHM_ED25519, KEY_ID, SIGNATURE_BYTES, canonical, strict, to_be_signed

PREFIX: Final = "BWB1:"
TEXT_CHARS_MAX: Final = 400

_EXPIRES, _NOT_BEFORE, _CWT_ID = 4, 5, 7  # CWT claims (RFC 8392 section 4)
_BADGE: Final = -70_001  # a private claim: [serial, category, zones, days, profile version]
_BOUNDS: Final = (2**32, 256, 2**32, 2**31, 2**16)


@dataclass(eq=False)
class CredentialError(InvalidError):
    """The text is no credential that holds."""

    code: ClassVar[str] = "credential.malformed"


@dataclass(eq=False)
class NotACredentialError(CredentialError):
    """Something else was read: a web address, a boarding pass, another system's code."""

    code: ClassVar[str] = "credential.not_ours"


@dataclass(eq=False)
class MalformedCredentialError(CredentialError):
    """It begins like a credential but is not built as one."""

    code: ClassVar[str] = "credential.malformed"


@dataclass(eq=False)
class OtherConferenceError(CredentialError):
    """It names a key of another conference."""

    code: ClassVar[str] = "credential.other_conference"


@dataclass(eq=False)
class UnknownKeyError(CredentialError):
    """It names a key of this conference that is not known here, or was revoked."""

    code: ClassVar[str] = "credential.unknown_key"


@dataclass(eq=False)
class ForgedCredentialError(CredentialError):
    """The signature does not hold."""

    code: ClassVar[str] = "credential.forged"


@dataclass(frozen=True)
class KeyId:
    """Which key of which conference signed: three bytes, the conference's number (1–65535) and the key's (0–255)."""

    conference: int
    number: int

    def to_bytes(self) -> bytes:
        return self.conference.to_bytes(2, "big") + bytes([self.number])

    @classmethod
    def from_bytes(cls, data: bytes) -> KeyId:
        if len(data) != 3:
            raise ValueError("a key id has three bytes")
        return cls(int.from_bytes(data[:2], "big"), data[2])

    def __str__(self) -> str:
        return self.to_bytes().hex()

    @classmethod
    def parse(cls, text: str) -> KeyId:
        return cls.from_bytes(bytes.fromhex(text))


@dataclass(frozen=True)
class Credential:
    """What is signed. `badge_id` is 16 bytes; zones and days are bit sets by the conference file's order (bit 0 first).

    Times are whole seconds, aware UTC. They are facts here: the access decision judges them.
    """

    badge_id: bytes
    serial: int
    category: int
    zones: int
    days: int
    profile_version: int
    valid_from: datetime
    valid_until: datetime


def encode(credential: Credential, key_id: KeyId, sign: Callable[[bytes], bytes]) -> str:
    """The text for the QR symbol. `sign` signs with the private key of `key_id`."""
    protected = canonical({ALGORITHM: ALGORITHM_ED25519, KEY_ID: key_id.to_bytes()})
    payload = canonical(
        {
            _EXPIRES: int(credential.valid_until.timestamp()),
            _NOT_BEFORE: int(credential.valid_from.timestamp()),
            _CWT_ID: credential.badge_id,
            _BADGE: [
                credential.serial,
                credential.category,
                credential.zones,
                credential.days,
                credential.profile_version,
            ],
        }
    )
    signature = sign(to_be_signed(protected, payload))
    return PREFIX + base45.encode(canonical([protected, {}, payload, signature]))


def verify(text: str, keys: Mapping[KeyId, Ed25519PublicKey], conference_number: int) -> Credential:
    """The credential, if its signature holds under a known key of this conference.

    Raises the subclass of CredentialError that says why not. Whatever the text is, nothing else is raised, and the
    work is bounded by its length, 400 characters at most.
    """
    protected, payload, signature = _parts(text)
    key_id = _key_id(protected)
    if key_id.conference != conference_number:
        raise OtherConferenceError
    key = keys.get(key_id)
    if key is None:
        raise UnknownKeyError
    try:
        key.verify(signature, to_be_signed(protected, payload))
    except InvalidSignature:
        raise ForgedCredentialError from None
    return _claims(payload)


def _parts(text: str) -> tuple[bytes, bytes, bytes]:
    if not text.startswith(PREFIX):
        raise NotACredentialError
    if len(text) > TEXT_CHARS_MAX:
        raise MalformedCredentialError
    try:
        message = strict(base45.decode(text[len(PREFIX) :]))
    except ValueError:
        raise MalformedCredentialError from None
    match message:
        case [bytes() as protected, {} as unprotected, bytes() as payload, bytes() as signature] if (
            isinstance(unprotected, dict) and not unprotected and len(signature) == SIGNATURE_BYTES
        ):
            return protected, payload, signature
    raise MalformedCredentialError


def _key_id(protected: bytes) -> KeyId:
    try:
        header = strict(protected)
        if not isinstance(header, dict) or set(header) != {ALGORITHM, KEY_ID}:
            raise MalformedCredentialError
        if header[ALGORITHM] != ALGORITHM_ED25519 or not isinstance(header[KEY_ID], bytes):
            raise MalformedCredentialError
        return KeyId.from_bytes(header[KEY_ID])
    except ValueError:
        raise MalformedCredentialError from None


def _claims(payload: bytes) -> Credential:
    """Read the signed claims.

    What we signed ourselves is still read strictly: another version of us may have signed it.
    """
    try:
        claims = strict(payload)
        if not isinstance(claims, dict) or set(claims) != {_EXPIRES, _NOT_BEFORE, _CWT_ID, _BADGE}:
            raise MalformedCredentialError
        badge_id, numbers = claims[_CWT_ID], claims[_BADGE]
        if not (isinstance(badge_id, bytes) and len(badge_id) == 16 and isinstance(numbers, list)):
            raise MalformedCredentialError
        if len(numbers) != 5 or not all(
            type(number) is int and 0 <= number < bound for number, bound in zip(numbers, _BOUNDS, strict=True)
        ):
            raise MalformedCredentialError
        serial, category, zones, days, profile_version = numbers
        valid_from, valid_until = _moment(claims[_NOT_BEFORE]), _moment(claims[_EXPIRES])
        return Credential(badge_id, serial, category, zones, days, profile_version, valid_from, valid_until)
    except ValueError:
        raise MalformedCredentialError from None


def _moment(value: object) -> datetime:
    if type(value) is not int or not 0 <= value < 2**33:
        raise MalformedCredentialError
    return datetime.fromtimestamp(value, UTC)
