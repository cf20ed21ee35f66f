"""Keys are kept apart and for their owner alone; who was erased since is not brought back with them."""

from __future__ import annotations

from pathlib import Path

import pytest

from services.backup.keys import copy_keys, put_back_keys, require_apart
from services.backup.manifest import NoBackupError
from shared.security.key_files import write_secret
from shared.security.person_keys import ErasedPersonError, PersonKeys
from shared.settings import SETTINGS_FILE
from shared.world import SYSTEM


@pytest.mark.parametrize(("documents", "keys"), [("a", "a"), ("a", "a/keys"), ("a/b", "a"), ("a", "b/../a/c")])
def test_keys_beside_their_documents_are_refused(tmp_path: Path, documents: str, keys: str) -> None:
    with pytest.raises(NoBackupError):
        require_apart(tmp_path / documents, tmp_path / keys)


def test_keys_elsewhere_are_taken(tmp_path: Path) -> None:
    require_apart(tmp_path / "documents", tmp_path / "keys")


async def test_who_was_erased_after_the_copy_stays_erased(tmp_path: Path) -> None:
    secrets, copy = tmp_path / "secrets", tmp_path / "copy"
    keys = PersonKeys.open(secrets / "persons", SYSTEM)
    before = await keys.get_or_create(["stays", "gone"])
    copy_keys(secrets, copy)
    await keys.erase(["gone"])
    keys.close()
    put_back_keys(copy, secrets)
    again = PersonKeys.open(secrets / "persons", SYSTEM)
    assert again.get("stays") == before["stays"]
    with pytest.raises(ErasedPersonError):
        again.get("gone")
    again.close()


async def test_keys_come_back_to_an_empty_folder_for_their_owner_alone(tmp_path: Path) -> None:
    secrets, copy = tmp_path / "secrets", tmp_path / "copy"
    keys = PersonKeys.open(secrets / "persons", SYSTEM)
    before = await keys.get_or_create(["somebody"])
    copy_keys(secrets, copy)
    keys.close()
    put_back_keys(copy, tmp_path / "elsewhere")
    again = PersonKeys.open(tmp_path / "elsewhere" / "persons", SYSTEM)
    assert again.get("somebody") == before["somebody"]
    again.close()
    files = [path for folder in (copy, tmp_path / "elsewhere") for path in folder.rglob("*") if path.is_file()]
    assert {oct(path.stat().st_mode & 0o777) for path in files if path.name != "lock"} == {"0o600"}


def test_what_is_not_there_is_not_put_back(tmp_path: Path) -> None:
    with pytest.raises(NoBackupError):
        put_back_keys(tmp_path / "nothing", tmp_path / "secrets")


def test_settings_are_the_installations_own(tmp_path: Path) -> None:
    """An installation that a backup's keys come back to has passwords of its own."""
    secrets, copy = tmp_path / "secrets", tmp_path / "copy"
    secrets.mkdir()
    for name in (SETTINGS_FILE, "serial-key"):
        write_secret(secrets / name, b"before")
    copy_keys(secrets, copy)
    assert not (copy / SETTINGS_FILE).exists()
    for name in (SETTINGS_FILE, "serial-key"):
        (secrets / name).write_bytes(b"after")
    put_back_keys(copy, secrets)
    assert [(secrets / name).read_bytes() for name in (SETTINGS_FILE, "serial-key")] == [b"after", b"before"]
