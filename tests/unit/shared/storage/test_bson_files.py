"""What is written to a file of documents comes back byte by byte, or is refused."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.storage.bson_files import BsonWriter, DumpBrokenError, digest_of, read_documents


def document(content: bytes) -> bytes:
    """Anything with the length that BSON begins with."""
    return (len(content) + 4).to_bytes(4, "little") + content


@given(contents=st.lists(st.binary(min_size=1, max_size=200), max_size=20))
def test_documents_come_back_as_they_went(tmp_path_factory: pytest.TempPathFactory, contents: list[bytes]) -> None:
    path = tmp_path_factory.mktemp("dump") / "own" / "people.bson.gz"
    writer = BsonWriter(path)
    for content in contents:
        writer.add(document(content))
    written = writer.close()
    assert list(read_documents(path)) == [document(content) for content in contents]
    assert (written.documents, written.size) == (len(contents), path.stat().st_size)
    assert written.sha256 == digest_of(path)
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_file_that_is_cut_off_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "people.bson.gz"
    writer = BsonWriter(path)
    writer.add(document(b"whole"))
    writer.close()
    path.write_bytes(path.read_bytes()[:-9])
    with pytest.raises(DumpBrokenError):
        list(read_documents(path))


@pytest.mark.parametrize("content", [b"\x02\0\0\0", b"\xff\xff\xff\xff", b"\x09\0\0\0abc", b"\x09"])
def test_a_length_that_cannot_be_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "people.bson.gz"
    path.write_bytes(gzip.compress(content))
    with pytest.raises(DumpBrokenError):
        list(read_documents(path))


def test_a_file_that_is_there_is_never_written_over(tmp_path: Path) -> None:
    BsonWriter(tmp_path / "people.bson.gz").close()
    with pytest.raises(FileExistsError):
        BsonWriter(tmp_path / "people.bson.gz")
