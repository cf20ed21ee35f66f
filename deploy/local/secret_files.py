"""An installation's passwords: each made the first time it is asked for, in a file that its owner alone reads."""

from __future__ import annotations

import base64
import secrets
from pathlib import Path

from shared.security.key_files import read_secret, write_secret


def secret(folder: Path, name: str) -> str:
    path = folder / name
    if not path.exists():
        write_secret(path, secrets.token_urlsafe(24).encode())
    return read_secret(path).decode()


def mongo_key_file(path: Path) -> Path:
    """What the members of a replica set know each other by."""
    if not path.exists():
        write_secret(path, base64.b64encode(secrets.token_bytes(96)))
    return path
