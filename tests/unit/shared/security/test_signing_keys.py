"""Signing keys in files and in a PKCS #11 token: the same promises, whichever it is."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from services.cli import main
from shared.security.credential import KeyId
from shared.security.key_files import KeyFileError
from shared.security.signing_keys import KeyFolder, KeySource, Pkcs11Token, create_signing_key
from tests.support.softhsm import PIN, soft_module, soft_token

Made = tuple[KeySource, Callable[[int], KeyId]]


def folder(path: Path) -> Made:
    return KeyFolder(path), lambda conference: create_signing_key(path, conference)


def token(path: Path) -> Made:
    found = soft_token(path)
    return found, found.create


@pytest.fixture(params=[folder, token], ids=["files", "pkcs11"])
def made(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Made:
    found: Made = request.param(tmp_path_factory.mktemp("k", numbered=True))
    return found


def test_keys_are_numbered_and_each_signs_for_its_public_half(made: Made) -> None:
    source, create = made
    assert [create(2027), create(2027), create(2028)] == [KeyId(2027, 1), KeyId(2027, 2), KeyId(2028, 1)]
    keys = source.keys(2027)
    assert sorted(keys, key=str) == [KeyId(2027, 1), KeyId(2027, 2)]
    for key in keys.values():
        key.public_key().verify(key.sign(b"message"), b"message")


def test_a_conference_without_a_key_is_said(made: Made) -> None:
    source, create = made
    create(2028)
    with pytest.raises(KeyFileError, match="no signing key of conference 2027"):
        source.keys(2027)


def test_a_new_key_is_found_at_the_next_look(made: Made) -> None:
    source, create = made
    create(2027)
    assert len(source.keys(2027)) == 1
    create(2027)
    assert len(source.keys(2027)) == 2


def test_a_token_that_is_not_there_is_an_error_of_its_own(tmp_path: Path) -> None:
    soft_token(tmp_path)
    with pytest.raises(KeyFileError):
        Pkcs11Token(soft_module(), "no such token", PIN).keys(2027)


def test_the_command_makes_the_next_key_and_says_its_id(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for expected in ("07eb01", "07eb02"):
        with pytest.raises(SystemExit) as ended:
            main(["signing-key", "--conference", "2027", "--folder", str(tmp_path)])
        assert (ended.value.code, capsys.readouterr().out.strip()) == (0, expected)
    with pytest.raises(SystemExit) as refused:
        main(["signing-key", "--conference", "70000", "--folder", str(tmp_path)])
    assert refused.value.code == 1
