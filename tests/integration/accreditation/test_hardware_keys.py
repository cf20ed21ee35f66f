"""Badges whose credentials are signed inside a hardware module: the service never sees the private key."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from services.accreditation.use_cases import PIN_FILE
from shared.security.key_files import write_secret
from shared.security.signing_keys import Pkcs11Token
from shared.testing.conference import small_conference
from tests.conftest import Namespace
from tests.integration.accreditation.desk import Desk, open_desk, until
from tests.integration.accreditation.test_badges import prepared
from tests.integration.accreditation.test_keys import key_states
from tests.support.softhsm import PIN, soft_label, soft_module, soft_token


@pytest.fixture
def token(tmp_path: Path) -> Pkcs11Token:
    made = soft_token(tmp_path)
    made.create(2027)
    return made


@pytest.fixture
async def desk(namespace: Namespace, token: Pkcs11Token, tmp_path: Path) -> AsyncIterator[Desk]:
    write_secret(namespace.secrets / PIN_FILE, PIN.encode())
    settings = {"pkcs11_module": soft_module(), "pkcs11_token": soft_label(tmp_path)}
    async with open_desk(namespace, small_conference(), **settings) as opened:
        shutil.rmtree(namespace.secrets / "signing")  # the folder that every desk is given is not looked into
        yield opened


async def test_a_badge_is_signed_by_the_token_and_verified_by_what_was_told(desk: Desk, token: Pkcs11Token) -> None:
    (badge_id,) = await prepared(desk, "p-1")
    (badge,) = await desk.badges("p-1")
    assert (badge["_id"], badge["key_id"]) == (badge_id, "07eb01")
    assert desk.verified(badge["credential"]).serial == badge["serial"]
    told = {item["key_id"]: item["public_key"] for item in desk.published_keys}
    (public,) = (key.public_key().public_bytes_raw().hex() for key in token.keys(2027).values())
    assert told == {"07eb01": public}


async def test_the_next_key_of_the_token_is_taken_up(desk: Desk, token: Pkcs11Token) -> None:
    token.create(2027)

    async def told() -> bool:
        return await key_states(desk) == {"07eb01": "signing", "07eb02": "waiting"}

    await until(told, lambda: key_states(desk))
