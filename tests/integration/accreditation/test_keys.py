"""Signing keys over time: rotation with overlap, and a compromised key whose badges are made anew."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from services.accreditation.adapters.told_again import told_again
from services.accreditation.application import Application
from shared.contracts.accreditation import SigningKeyRevoked
from shared.messaging.cause import Cause
from shared.security.credential import KeyId, UnknownKeyError, verify
from shared.security.signing_keys import create_signing_key
from shared.security.status_list import Status
from shared.world import SYSTEM
from tests.integration.accreditation.desk import ADMINISTRATOR, API, Desk, until, until_keys_told
from tests.integration.accreditation.test_badge_life import post
from tests.integration.accreditation.test_badges import prepared, states
from tests.integration.accreditation.test_status_list import until_status


@pytest.fixture
def desk(own_desk: Desk) -> Desk:
    """Its own: keys come to stay."""
    return own_desk


async def key_states(desk: Desk) -> dict[str, str]:
    answer = await desk.call("GET", f"{API}/signing-keys", as_=ADMINISTRATOR)
    return {row["key_id"]: row["state"] for row in answer.json()["rows"]}


async def new_key(desk: Desk) -> None:
    create_signing_key(desk.secrets / "signing", 2027)

    async def told() -> bool:
        return "07eb02" in await key_states(desk)

    await until(told, lambda: key_states(desk))
    await until_keys_told(desk)


async def revoke(desk: Desk, key_id: str) -> dict[str, str]:
    return await post(desk, f"/signing-keys/{key_id}/revocation", as_=ADMINISTRATOR)


async def test_a_new_key_is_told_before_it_signs_and_what_was_signed_still_holds(desk: Desk) -> None:
    await prepared(desk, "p-1")
    await new_key(desk)
    assert await key_states(desk) == {"07eb01": "signing", "07eb02": "waiting"}
    await prepared(desk, "p-2")
    assert [(await desk.badges(person))[0]["key_id"] for person in ("p-1", "p-2")] == ["07eb01", "07eb01"]


async def test_the_only_key_is_not_revoked(desk: Desk) -> None:
    await prepared(desk, "p-1")
    assert (await revoke(desk, "07eb01"))["code"] == "accreditation.no_other_key"
    assert (await revoke(desk, "07eb07"))["code"] == "accreditation.signing_key_not_found"


async def test_what_a_compromised_key_signed_ends_and_is_made_anew(desk: Desk) -> None:
    await prepared(desk, "p-1", "p-2")
    await desk.activate("p-1")
    blank = (await post(desk, "/blanks", {"category": "staff", "count": 1}))["numbers"][0]
    old = (await desk.badges("p-1"))[0]
    await new_key(desk)
    assert (await revoke(desk, "07eb01"))["state"] == "revoked"

    async def made_anew() -> bool:
        found = [await states(desk, person) for person in ("p-1", "p-2")]
        return found == [["prepared", "revoked"], ["prepared", "revoked"]]

    await until(made_anew, lambda: states(desk, "p-1"))
    new = (await desk.badges("p-1"))[0]
    assert (new["key_id"], new["replaces"]) == ("07eb02", old["_id"])
    assert (await post(desk, f"/blanks/{blank}/binding", {"participant_id": "p-1"}))["code"] in (
        "accreditation.blank_state",
        "accreditation.blank_not_found",
    )
    await until_status(desk, "p-2", Status.SUSPENDED)
    told = [event for event in await desk.told("small") if isinstance(event, SigningKeyRevoked)]
    assert [event.key_id for event in told] == ["07eb01"]
    trusted = {
        KeyId.parse(item["key_id"]): Ed25519PublicKey.from_public_bytes(bytes.fromhex(item["public_key"]))
        for item in desk.published_keys
        if item["key_id"] != "07eb01"
    }
    with pytest.raises(UnknownKeyError):
        verify(old["credential"], trusted, 2027)
    assert (await revoke(desk, "07eb01"))["code"] == "accreditation.signing_key_state"


async def test_a_revocation_that_a_restore_finds_on_the_log_holds_in_the_books(desk: Desk) -> None:
    await prepared(desk, "p-1")
    await new_key(desk)
    application = desk.service.application
    assert isinstance(application, Application)
    (on_revoked,) = (found for each in told_again(application) if (found := each.reactions.get(SigningKeyRevoked)))
    revoked = SigningKeyRevoked(conference_id="small", conference_number=2027, key_id="07eb01")
    received = SimpleNamespace(data=revoked, time=SYSTEM.now())
    await desk.service.kernel.unit_of_work.run(
        lambda tx: on_revoked.apply(tx, cast(Any, received), None), cause=Cause("restore", None, None, "machine")
    )
    assert (await key_states(desk))["07eb01"] == "revoked"

    async def made_anew() -> bool:
        return await states(desk, "p-1") == ["prepared", "revoked"]

    await until(made_anew, lambda: states(desk, "p-1"))
