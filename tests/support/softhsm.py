"""A PKCS #11 token in software, where SoftHSM is installed; a test that wants one is skipped where it is not."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pkcs11
import pytest

from shared.security.signing_keys import Pkcs11Token

MODULES = ("/usr/lib/softhsm/libsofthsm2.so", "/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so")
PIN = "271828"


def soft_module() -> Path:
    module = next((Path(each) for each in MODULES if Path(each).exists()), None)
    if module is None or shutil.which("softhsm2-util") is None:
        pytest.skip("SoftHSM is not installed: apt-get install softhsm2")
    return module


def soft_label(path: Path) -> str:
    return f"t{path.name}"[:32]


def soft_token(path: Path) -> Pkcs11Token:
    """A token of its own, named after the folder."""
    module = soft_module()
    # The module reads its configuration once a process, so all tests share one store, with a token each.
    store = Path(os.environ.setdefault("SOFTHSM2_CONF", str(path / "softhsm2.conf")))
    if not store.exists():
        (path / "tokens").mkdir()
        store.write_text(f"directories.tokendir = {path / 'tokens'}\nlog.level = ERROR\n")
    command = ["softhsm2-util", "--init-token", "--free", "--label", soft_label(path), "--so-pin", PIN, "--pin", PIN]
    subprocess.run(command, check=True, capture_output=True)
    pkcs11.lib(str(module)).reinitialize()  # a module that is loaded knows the tokens of that moment
    return Pkcs11Token(module, soft_label(path), PIN)
