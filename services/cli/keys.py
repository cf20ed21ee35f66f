"""Commands about the keys that sign credentials."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

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
