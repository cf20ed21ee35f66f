"""A folder is a backup when its manifest and every file are what was written."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from services.backup.manifest import MANIFEST, File, Log, Manifest, NoBackupError, add_to_ledger, read_ledger
from shared.storage.bson_files import BsonWriter

NOON = datetime(2027, 2, 10, 12, tzinfo=UTC)


def backup(folder: Path) -> Manifest:
    path = "identity/own/accounts.bson.gz"
    writer = BsonWriter(folder / path)
    writer.add(b"\x05\0\0\0\0")
    log = Log(ends={"conference": [1, 0]}, last={"conference": ["ab", ""]})
    file = File(path=path, **vars(writer.close()))
    manifest = Manifest(id="b-1", at=NOON, services=("identity",), log=log, groups={}, files=(file,))
    manifest.write(folder)
    return manifest


def test_a_backup_is_read_as_it_was_written(tmp_path: Path) -> None:
    written = backup(tmp_path)
    assert Manifest.read(tmp_path) == written
    written.check(tmp_path)
    assert [(database, name) for database, name, _ in written.files_of("identity")] == [("own", "accounts")]


def test_a_file_that_was_touched_is_found(tmp_path: Path) -> None:
    manifest = backup(tmp_path)
    path = tmp_path / manifest.files[0].path
    path.write_bytes(path.read_bytes()[:-1] + b"\1")
    with pytest.raises(NoBackupError, match="is not what was written"):
        manifest.check(tmp_path)


def test_a_file_that_is_missing_is_found(tmp_path: Path) -> None:
    manifest = backup(tmp_path)
    (tmp_path / manifest.files[0].path).unlink()
    with pytest.raises(NoBackupError):
        manifest.check(tmp_path)


def test_a_folder_without_a_manifest_is_no_backup(tmp_path: Path) -> None:
    with pytest.raises(NoBackupError, match="is no backup"):
        Manifest.read(tmp_path)


@pytest.mark.parametrize("path", ["../secrets/x/y", "/etc/passwd", "a/../../b", "identity/own/a/b", "../../x"])
def test_a_manifest_names_nothing_outside_its_folder(tmp_path: Path, path: str) -> None:
    manifest = backup(tmp_path)
    text = manifest.model_dump_json().replace(manifest.files[0].path, path)
    (tmp_path / MANIFEST).write_text(text)
    with pytest.raises(NoBackupError):
        Manifest.read(tmp_path)


def test_a_ledger_remembers_every_epoch(tmp_path: Path) -> None:
    assert read_ledger(tmp_path) == set()
    for epoch in (7, 9):
        add_to_ledger(tmp_path, epoch, "b-1", NOON)
    assert read_ledger(tmp_path) == {7, 9}
