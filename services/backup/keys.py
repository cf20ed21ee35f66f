"""The keys of an installation, kept apart from its documents: whoever has both can read everything."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Final

from services.backup.manifest import LEDGER as RESTORES_LEDGER
from services.backup.manifest import NoBackupError
from shared.security.key_files import write_secret
from shared.security.person_keys import LEDGER, LOCK
from shared.settings import SETTINGS_FILE

TRIES: Final = 20
PERSONS: Final = "persons"
_NEVER_COPIED: Final = (LOCK, RESTORES_LEDGER, SETTINGS_FILE)  # those of the installation that it is put back into


def require_apart(documents: Path, keys: Path) -> None:
    """Raises NoBackupError when one folder is inside the other."""
    first, second = documents.resolve(), keys.resolve()
    if first == second or first in second.parents or second in first.parents:
        raise NoBackupError("keys are never kept beside the documents that they open: name a folder elsewhere")


def copy_keys(secrets: Path, to: Path) -> None:
    """A service's key files, readable by their owner alone. An epoch of person keys that begins meanwhile is awaited.

    Raises NoBackupError, OSError.
    """
    for _ in range(TRIES):
        before = _files(secrets)
        contents: dict[Path, bytes] = {}
        try:
            contents = {path: (secrets / path).read_bytes() for path in before}
        except FileNotFoundError:
            pass  # the epoch that it belonged to has ended
        if len(contents) == len(before) and _files(secrets) == before:
            for path, content in contents.items():
                (to / path).parent.mkdir(parents=True, exist_ok=True, mode=0o700)
                write_secret(to / path, content)
            return
        time.sleep(0.05)
    raise NoBackupError(f"{secrets} does not stand still")


def put_back_keys(copy: Path, secrets: Path) -> None:
    """A service's key files as they were copied. Who was erased since stays in the ledger of erasures.

    Raises NoBackupError, OSError.
    """
    if not copy.is_dir():
        raise NoBackupError(f"{copy} has no keys")
    ledger = Path(PERSONS) / LEDGER
    ledgers = [folder / ledger for folder in (copy, secrets) if (folder / ledger).exists()]
    erased = dict.fromkeys(line for path in ledgers for line in path.read_text(encoding="utf-8").splitlines())
    for path in _files(secrets):
        if path.parts[0] == PERSONS or (copy / path).exists():
            (secrets / path).unlink()
    for path in _files(copy):
        (secrets / path).parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        if path != ledger:
            write_secret(secrets / path, (copy / path).read_bytes())
    if erased:
        write_secret(secrets / ledger, "".join(f"{line}\n" for line in erased).encode())


def _files(folder: Path) -> list[Path]:
    found = (path for path in sorted(folder.rglob("*")) if path.is_file() and path.name not in _NEVER_COPIED)
    return [path.relative_to(folder) for path in found if path.suffix != ".unfinished"]
