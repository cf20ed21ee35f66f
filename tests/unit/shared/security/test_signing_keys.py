"""Signing keys in files and in a PKCS #11 token: the same promises, whichever it is."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pkcs11
import pytest

from services.cli import main
from shared.security.credential import KeyId
from shared.security.key_files import KeyFileError
from shared.security.signing_keys import KeyFolder, KeySource, Pkcs11Token, create_signing_key

MODULES = ("/usr/lib/softhsm/libsofthsm2.so", "/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so")
PIN = "271828"
Made = tuple[KeySource, Callable[[int], KeyId]]


def folder(path: Path) -> Made:
    return KeyFolder(path), lambda conference: create_signing_key(path, conference)


def token(path: Path) -> Made:
    module = next((each for each in MODULES if Path(each).exists()), None)
    tool = shutil.which("softhsm2-util")
    if module is None or tool is None:
        pytest.skip("SoftHSM is not installed: apt-get install softhsm2")
    # The module reads its configuration once a process, so all tests share one store, with a token each.
    store = Path(os.environ.setdefault("SOFTHSM2_CONF", str(path / "softhsm2.conf")))
    if not store.exists():
        (path / "tokens").mkdir()
        store.write_text(f"directories.tokendir = {path / 'tokens'}\nlog.level = ERROR\n")
    label = f"t{path.name}"[:32]
    command = [tool, "--init-token", "--free", "--label", label, "--so-pin", PIN, "--pin", PIN]
    subprocess.run(command, check=True, capture_output=True)
    pkcs11.lib(module).reinitialize()  # a module that is loaded knows the tokens of that moment
    found = Pkcs11Token(Path(module), label, PIN)
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
    made_token, _ = token(tmp_path)
    assert isinstance(made_token, Pkcs11Token)
    module = next(each for each in MODULES if Path(each).exists())
    with pytest.raises(KeyFileError):
        Pkcs11Token(Path(module), "no such token", PIN).keys(2027)


def test_the_command_makes_the_next_key_and_says_its_id(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for expected in ("07eb01", "07eb02"):
        with pytest.raises(SystemExit) as ended:
            main(["signing-key", "--conference", "2027", "--folder", str(tmp_path)])
        assert (ended.value.code, capsys.readouterr().out.strip()) == (0, expected)
    with pytest.raises(SystemExit) as refused:
        main(["signing-key", "--conference", "70000", "--folder", str(tmp_path)])
    assert refused.value.code == 1
