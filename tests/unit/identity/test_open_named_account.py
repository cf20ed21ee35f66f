"""A named account: the name that colleagues and the audit read is refused where it would mislead them."""

from __future__ import annotations

from typing import Any, cast

import pytest

from services.identity.application.open_named_account import OpenNamedAccount, OpenNamedAccountHandler
from shared.errors import NotPermittedError
from shared.messaging.cause import Cause, CommandKey
from shared.security.principal import Principal, Role
from shared.written_text import MisleadingTextError

ADMINISTRATOR = Principal("admin", "person-admin", frozenset({Role.ADMINISTRATOR}))
GUARD = Principal("guard", "person-guard", frozenset({Role.GUARD}))
CAUSE = Cause("correlation", None, None, "tester")
KEY = CommandKey("admin", "key-of-the-command", "fingerprint")


@pytest.mark.parametrize(
    ("name", "fault"),
    [
        ("Amina\u202eDlrow", "direction_mark"),
        ("Ami\u200bna", "invisible"),
        ("Amina \U0001f600", "emoji"),
        ("Amina\nFarouk", "control"),
        ("\u0410mina", "mixed_scripts"),
    ],
)
async def test_a_name_that_misleads_is_refused_at_its_field(name: str, fault: str) -> None:
    open_account = OpenNamedAccountHandler(cast(Any, None))
    asked = OpenNamedAccount("egypt", name, "amina", "ministry@example.org")
    with pytest.raises(MisleadingTextError) as refused:
        await open_account(ADMINISTRATOR, asked, CAUSE, KEY)
    assert refused.value.data == {"field": "full_name", "fault": fault}
    with pytest.raises(NotPermittedError):
        await open_account(GUARD, asked, CAUSE, KEY)
