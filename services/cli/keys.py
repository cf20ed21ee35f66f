"""Commands about the keys that sign credentials: one is made where they are kept; a running one lists and revokes."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

from services.cli.plain import columns
from services.cli.signed_in import CallRefusedError, SignedIn, add_account, run_as

_KEYS: Final = "/api/accreditation/v1/signing-keys"
Subparsers = Any  # argparse gives its kind of sub-parsers no public name


def add_to(commands: Subparsers) -> None:
    key = commands.add_parser(
        "signing-key", help="make the conference's next signing key; it signs a minute after the service found it"
    )
    key.add_argument("--conference", type=int, required=True, help="the conference's number, 1 to 65535")
    place = key.add_mutually_exclusive_group(required=True)
    place.add_argument("--folder", type=Path, help="the service's folder of signing keys, a file a key")
    place.add_argument(
        "--module", type=Path, help="a PKCS #11 library: the key is made in the token and never leaves it"
    )
    key.add_argument("--token", default="bawaba", help="the token's label")
    key.add_argument("--pin-file", type=Path, help="a file with the token's PIN, readable by its owner alone")
    key.set_defaults(run=_signing_key)

    keys = commands.add_parser("signing-keys", help="the keys that a running installation signs with: list, revoke")
    parts = keys.add_subparsers(required=True, metavar="PART")
    listed = parts.add_parser("list", help="a line for each key: id, state, since when it is known, its live badges")
    add_account(listed, "an accreditation officer's, operator's or administrator's")
    listed.set_defaults(run=lambda asked: run_as(asked, list_keys))
    revoke = parts.add_parser("revoke", help="a key is compromised: no gate trusts it, its badges are made anew")
    revoke.add_argument("key_id", metavar="KEY", help="its id, as `signing-keys list` says it")
    revoke.add_argument("--yes", action="store_true", help="do it, for ever; else nothing is revoked")
    add_account(revoke, "an administrator's")
    revoke.set_defaults(run=lambda asked: run_as(asked, lambda by: revoke_key(by, asked.key_id, asked.yes)))


def list_keys(by: SignedIn) -> int:
    """Raises CallRefusedError."""
    for key in by.get(_KEYS)["rows"]:
        print(columns(key["key_id"], key["state"], key["published_at"][:19], key["live_badges"]))
    return 0


def revoke_key(by: SignedIn, key_id: str, yes: bool) -> int:
    """Raises CallRefusedError."""
    found = next((key for key in by.get(_KEYS)["rows"] if key["key_id"] == key_id), None)
    if found is not None and found["state"] != "revoked" and not yes:
        raise CallRefusedError(
            f"{found['live_badges']} badges would end and be made anew; to revoke it, say so with --yes"
        )
    by.post(f"{_KEYS}/{quote(key_id, safe='')}/revocation", {})
    print(f"{key_id} revoked; {found['live_badges'] if found else 0} badges are made anew")
    return 0


def _signing_key(asked: argparse.Namespace) -> int:
    from shared.security.key_files import KeyFileError, read_secret
    from shared.security.signing_keys import Pkcs11Token, create_signing_key

    if not 1 <= asked.conference <= 65535:
        print("a conference's number is 1 to 65535", file=sys.stderr)
        return 1
    try:
        if asked.folder is not None:
            print(create_signing_key(asked.folder, asked.conference))
        elif asked.pin_file is None:
            print("a token wants its PIN: give --pin-file", file=sys.stderr)
            return 1
        else:
            pin = read_secret(asked.pin_file).decode().strip()
            print(Pkcs11Token(asked.module, asked.token, pin).create(asked.conference))
    except (KeyFileError, OSError) as error:
        print(f"no key was made: {error}", file=sys.stderr)
        return 1
    return 0
