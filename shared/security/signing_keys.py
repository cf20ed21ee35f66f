"""The keys that sign credentials: in a folder with one file a key, or in a PKCS #11 token with one label a key."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, Protocol

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from shared.security.credential import KeyId
from shared.security.key_files import KeyFileError, create_private_key, read_private_key

_SUFFIX: Final = ".pem"
_ED25519_OID: Final = bytes.fromhex("06032b6570")
"""The curve's object identifier, 1.3.101.112, in DER (RFC 8410 section 3)."""


class SigningKey(Protocol):
    """A private key that need not be here: it signs, and shows its public half."""

    def sign(self, message: bytes, /) -> bytes: ...

    def public_key(self) -> Ed25519PublicKey: ...


class KeySource(Protocol):
    """Where the keys of a conference are. Read anew at each call, so that a new key is found."""

    def keys(self, conference: int) -> Mapping[KeyId, SigningKey]:
        """Raises KeyFileError when there is none, or the place cannot be read."""
        ...


class KeyFolder:
    """Files named by their key id, readable by their owner alone."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def keys(self, conference: int) -> Mapping[KeyId, SigningKey]:
        found: dict[KeyId, SigningKey] = {}
        for path in sorted(self._folder.glob(f"{conference:04x}*{_SUFFIX}")):
            found[_parsed(path.stem, path)] = read_private_key(path)
        if not found:
            raise KeyFileError(f"{self._folder} holds no signing key of conference {conference}")
        return found


class Pkcs11Token:
    """Keys that never leave a hardware module (PKCS #11 3.0, mechanism CKM_EDDSA): labels are key ids in hex.

    One session for all, opened when it is first wanted; the module serialises what it is asked.
    """

    def __init__(self, module: Path, token_label: str, pin: str) -> None:
        self._module = module
        self._token_label = token_label
        self._pin = pin
        self._session: Any = None

    def keys(self, conference: int) -> Mapping[KeyId, SigningKey]:
        import pkcs11  # only who has such a module needs its library

        try:
            session = self._opened()
            found: dict[KeyId, SigningKey] = {}
            # A session has one search at a time: the list is whole before the next search begins.
            for key in list(session.get_objects({pkcs11.Attribute.CLASS: pkcs11.ObjectClass.PRIVATE_KEY})):
                if key.label.startswith(f"{conference:04x}"):
                    public = session.get_key(object_class=pkcs11.ObjectClass.PUBLIC_KEY, label=key.label)
                    found[_parsed(key.label, self._module)] = _TokenKey(key, public)
        except (pkcs11.PKCS11Error, RuntimeError) as error:
            self._session = None
            raise KeyFileError(f"token {self._token_label}: {type(error).__name__}") from error
        if not found:
            raise KeyFileError(f"token {self._token_label} holds no signing key of conference {conference}")
        return found

    def create(self, conference: int) -> KeyId:
        """Make the conference's next key inside the module, never to be extracted. Raises KeyFileError."""
        import pkcs11

        try:
            numbers = [key_id.number for key_id in self.keys(conference)]
        except KeyFileError:
            numbers = []
        key_id = KeyId(conference, max(numbers, default=0) + 1)
        session = self._opened()
        curve = session.create_domain_parameters(
            pkcs11.KeyType.EC_EDWARDS, {pkcs11.Attribute.EC_PARAMS: _ED25519_OID}, local=True
        )
        curve.generate_keypair(mechanism=pkcs11.Mechanism.EC_EDWARDS_KEY_PAIR_GEN, store=True, label=str(key_id))
        return key_id

    def _opened(self) -> Any:
        import pkcs11

        if self._session is None:
            token = pkcs11.lib(str(self._module)).get_token(token_label=self._token_label)
            try:
                self._session = token.open(rw=True, user_pin=self._pin)
            except pkcs11.exceptions.UserAlreadyLoggedIn:  # a sign-in is the process's, for all its sessions
                self._session = token.open(rw=True)
        return self._session


class _TokenKey:
    def __init__(self, private: Any, public: Any) -> None:
        self._private = private
        self._public = public

    def sign(self, message: bytes, /) -> bytes:
        import pkcs11

        return bytes(self._private.sign(message, mechanism=pkcs11.Mechanism.EDDSA))

    def public_key(self) -> Ed25519PublicKey:
        import pkcs11

        # CKA_EC_POINT is an OCTET STRING in DER around the 32 bytes of RFC 8032; some modules give them bare.
        return Ed25519PublicKey.from_public_bytes(bytes(self._public[pkcs11.Attribute.EC_POINT])[-32:])


def create_signing_key(folder: Path, conference: int) -> KeyId:
    """Make the conference's next key; the service finds it, tells its public half, and signs with it a minute later."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    numbers = [KeyId.parse(path.stem).number for path in folder.glob(f"{conference:04x}*{_SUFFIX}")]
    key_id = KeyId(conference, max(numbers, default=0) + 1)
    create_private_key(folder / f"{key_id}{_SUFFIX}")
    return key_id


def _parsed(name: str, place: Path) -> KeyId:
    try:
        return KeyId.parse(name)
    except ValueError:
        raise KeyFileError(f"{place}: {name} is no key id") from None
