"""The status list: two bits for each serial, so that a gate without a network knows which badges hold.

After the IETF's Token Status List (draft-ietf-oauth-status-list, approved in June 2026, not yet an RFC): a CWT (RFC
8392) in COSE_Sign1 whose `status_list` claim has the bits, deflated by zlib, the first serial in the least significant
bits. Serials start suspended: what nobody was given opens nothing. Beside the draft's claims it carries a version that
only grows, so that a gate never goes back to an older list. Signed by the keys that sign credentials.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import IntEnum
from typing import Any, Final

import cbor2
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from shared.errors import BawabaError
from shared.security.cose import (
    ALGORITHM,
    ALGORITHM_ED25519,
    KEY_ID,
    SIGNATURE_BYTES,
    TYPE,
    canonical,
    strict,
    to_be_signed,
)
from shared.security.credential import KeyId

MEDIA_TYPE: Final = "application/statuslist+cwt"
BITS: Final = 2
SERIALS_MAX: Final = 1 << 20
TOKEN_BYTES_MAX: Final = 1 << 20
COSE_SIGN1: Final = 18

_PER_BYTE: Final = 8 // BITS
_ALL_SUSPENDED: Final = 0b10101010
_SUBJECT, _EXPIRES, _ISSUED_AT = 2, 4, 6  # CWT claims (RFC 8392 section 4)
_TTL, _STATUS_LIST = 65534, 65533  # the draft's claims
_VERSION: Final = -70_002  # a private claim
_CLAIMS: Final = {_SUBJECT, _EXPIRES, _ISSUED_AT, _TTL, _STATUS_LIST, _VERSION}


class Status(IntEnum):
    """The draft's values; 3 is the application's own: valid once the guard has compared the first bearer's face."""

    VALID = 0
    INVALID = 1
    SUSPENDED = 2
    FACE_CHECK = 3


class StatusListError(BawabaError):
    """What came is no status list that may be used. `reason` is a stable word."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class StatusBits:
    """The bits while they are being changed. `serials` is how many there is room for."""

    def __init__(self, serials: int = SERIALS_MAX) -> None:
        self._bytes = bytearray([_ALL_SUSPENDED]) * -(-serials // _PER_BYTE)

    def set(self, serial: int, status: Status) -> None:
        place, shift = divmod(serial, _PER_BYTE)
        shift *= BITS
        self._bytes[place] = self._bytes[place] & ~(0b11 << shift) & 0xFF | status << shift

    def update(self, statuses: Iterable[tuple[int, Status]]) -> None:
        for serial, status in statuses:
            self.set(serial, status)

    def raw(self) -> bytes:
        return bytes(self._bytes)


@dataclass(frozen=True)
class StatusList:
    """A list as it was issued. Times are whole seconds, aware UTC; `ttl` is how long to keep it before asking again."""

    subject: str
    version: int
    issued_at: datetime
    expires_at: datetime
    ttl: timedelta
    bits: bytes

    def status(self, serial: int) -> Status:
        """A serial beyond the list is suspended, like any that nobody was given."""
        place, shift = divmod(serial, _PER_BYTE)
        if not 0 <= place < len(self.bits):
            return Status.SUSPENDED
        return Status(self.bits[place] >> shift * BITS & 0b11)


def encode_status_list(found: StatusList, key_id: KeyId, sign: Callable[[bytes], bytes]) -> bytes:
    protected = canonical({ALGORITHM: ALGORITHM_ED25519, KEY_ID: key_id.to_bytes(), TYPE: MEDIA_TYPE})
    payload = canonical(
        {
            _SUBJECT: found.subject,
            _ISSUED_AT: int(found.issued_at.timestamp()),
            _EXPIRES: int(found.expires_at.timestamp()),
            _TTL: int(found.ttl.total_seconds()),
            _VERSION: found.version,
            _STATUS_LIST: {"bits": BITS, "lst": zlib.compress(found.bits, 9)},
        }
    )
    signature = sign(to_be_signed(protected, payload))
    return canonical(cbor2.CBORTag(COSE_SIGN1, [protected, {}, payload, signature]))


def verify_status_list(
    token: bytes,
    keys: Mapping[KeyId, Ed25519PublicKey],
    conference_number: int,
    *,
    now: datetime,
    known_version: int = 0,
) -> StatusList:
    """The list, if a known key of this conference signed it, it has not expired, and is not older than what is known.

    Raises StatusListError with its reason: malformed, other_conference, unknown_key, forged, expired, older. The work
    is bounded: a megabyte of token, 2^20 serials after inflating.
    """
    protected, payload, signature = _parts(token)
    key_id = _key_id(protected)
    if key_id.conference != conference_number:
        raise StatusListError("other_conference")
    key = keys.get(key_id)
    if key is None:
        raise StatusListError("unknown_key")
    try:
        key.verify(signature, to_be_signed(protected, payload))
    except InvalidSignature:
        raise StatusListError("forged") from None
    found = _claims(payload)
    if now >= found.expires_at:
        raise StatusListError("expired")
    if found.version < known_version:
        raise StatusListError("older")
    return found


def _parts(token: bytes) -> tuple[bytes, bytes, bytes]:
    if len(token) > TOKEN_BYTES_MAX:
        raise StatusListError("malformed")
    message = _read(token)
    if not isinstance(message, cbor2.CBORTag) or message.tag != COSE_SIGN1:
        raise StatusListError("malformed")
    match message.value:
        case [bytes() as protected, {} as unprotected, bytes() as payload, bytes() as signature] if (
            not unprotected and len(signature) == SIGNATURE_BYTES
        ):
            return protected, payload, signature
    raise StatusListError("malformed")


def _key_id(protected: bytes) -> KeyId:
    header = _read(protected)
    if not isinstance(header, dict) or set(header) != {ALGORITHM, KEY_ID, TYPE}:
        raise StatusListError("malformed")
    if header[ALGORITHM] != ALGORITHM_ED25519 or header[TYPE] != MEDIA_TYPE or not isinstance(header[KEY_ID], bytes):
        raise StatusListError("malformed")
    try:
        return KeyId.from_bytes(header[KEY_ID])
    except ValueError:
        raise StatusListError("malformed") from None


def _claims(payload: bytes) -> StatusList:
    claims = _read(payload)
    if not isinstance(claims, dict) or set(claims) != _CLAIMS or not isinstance(claims[_SUBJECT], str):
        raise StatusListError("malformed")
    numbers = [claims[name] for name in (_ISSUED_AT, _EXPIRES, _TTL, _VERSION)]
    if not all(type(number) is int and 0 <= number < 2**33 for number in numbers):
        raise StatusListError("malformed")
    issued_at, expires_at, ttl, version = numbers
    return StatusList(
        subject=claims[_SUBJECT],
        version=version,
        issued_at=datetime.fromtimestamp(issued_at, UTC),
        expires_at=datetime.fromtimestamp(expires_at, UTC),
        ttl=timedelta(seconds=ttl),
        bits=_inflated(claims[_STATUS_LIST]),
    )


def _inflated(claim: object) -> bytes:
    if not isinstance(claim, dict) or set(claim) != {"bits", "lst"}:
        raise StatusListError("malformed")
    if claim["bits"] != BITS or not isinstance(claim["lst"], bytes):
        raise StatusListError("malformed")
    inflate = zlib.decompressobj()
    try:
        bits = inflate.decompress(claim["lst"], SERIALS_MAX // _PER_BYTE)
    except zlib.error:
        raise StatusListError("malformed") from None
    if not inflate.eof or inflate.unused_data:
        raise StatusListError("malformed")
    return bits


def _read(data: bytes) -> Any:
    try:
        return strict(data)
    except ValueError:
        raise StatusListError("malformed") from None
