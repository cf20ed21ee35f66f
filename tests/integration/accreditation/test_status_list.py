"""The status list as a gate gets it: built from the books, versions that only grow."""

from __future__ import annotations

import asyncio

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from services.accreditation.adapters.status_lists import STATUS_LISTS
from services.accreditation.application import Application
from shared.contracts.accreditation import StatusListPublished
from shared.errors import BusyError
from shared.security.credential import KeyId
from shared.security.status_list import Status, StatusList, verify_status_list
from shared.world import SYSTEM
from tests.integration.accreditation.desk import ADMINISTRATOR, API, Desk, until
from tests.integration.accreditation.test_badge_life import post, receipt, sign
from tests.integration.accreditation.test_badges import prepared

PATH = f"{API}/status-list"


async def fetched(desk: Desk, *, known: int = 0) -> StatusList:
    answer = await desk.call("GET", PATH, as_=None)
    assert answer.headers["content-type"] == "application/statuslist+cwt"
    keys = {
        KeyId.parse(item["key_id"]): Ed25519PublicKey.from_public_bytes(bytes.fromhex(item["public_key"]))
        for item in desk.published_keys
    }
    return verify_status_list(answer.content, keys, 2027, now=SYSTEM.now(), known_version=known)


async def until_status(desk: Desk, participant_id: str, status: Status) -> None:
    (badge, *_) = await desk.badges(participant_id)

    async def same() -> bool:
        if (await desk.call("GET", PATH, as_=None)).status_code == 404:  # before the first version
            return False
        return (await fetched(desk)).status(badge["serial"]) is status

    await until(same, lambda: fetched(desk))


async def test_each_state_of_a_badge_is_in_the_list(desk: Desk) -> None:
    (badge,) = await prepared(desk, "p-1")
    await until_status(desk, "p-1", Status.SUSPENDED)
    await sign(desk, await receipt(desk))
    await until_status(desk, "p-1", Status.FACE_CHECK)
    await desk.activate("p-1")
    await until_status(desk, "p-1", Status.VALID)
    await post(desk, f"/badges/{badge}/suspension")
    await until_status(desk, "p-1", Status.SUSPENDED)
    await post(desk, f"/badges/{badge}/revocation", {"reason": "lost"})
    await until_status(desk, "p-1", Status.INVALID)


async def test_a_gate_that_has_the_version_gets_nothing_again(desk: Desk) -> None:
    await prepared(desk, "p-1")
    await desk.activate("p-1")
    await until_status(desk, "p-1", Status.VALID)
    first = await desk.call("GET", PATH, as_=None)
    again = await desk.call("GET", PATH, as_=None, more_headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


async def test_versions_only_grow_whoever_publishes(desk: Desk) -> None:
    await prepared(desk, "p-1", "p-2", "p-3")
    await until_status(desk, "p-3", Status.SUSPENDED)
    application = desk.service.application
    assert isinstance(application, Application)
    seen: list[int] = []

    async def looks() -> None:
        for _ in range(6):
            try:
                await application.publish_status_list.look()
            except BusyError:
                pass
            seen.append((await fetched(desk)).version)

    await asyncio.gather(looks(), looks(), desk.activate("p-1"), desk.activate("p-2"), desk.activate("p-3"))
    stored = await desk.service.kernel.database.collection(STATUS_LISTS).find({}, limit=10)
    assert len(stored) == 1
    assert max(seen) <= stored[0]["version"]
    await until_status(desk, "p-3", Status.VALID)


async def test_a_change_is_told_with_the_lists_size_and_the_report_shows_its_latency(desk: Desk) -> None:
    await prepared(desk, "p-1")
    await desk.activate("p-1")
    await until_status(desk, "p-1", Status.VALID)
    told = [event for event in await desk.told("small") if isinstance(event, StatusListPublished)]
    assert [event.version for event in told] == sorted({event.version for event in told})
    report = (await desk.call("GET", f"{PATH}/report", as_=ADMINISTRATOR)).json()
    assert report["size_bytes"] == told[-1].size_bytes
    assert 0 <= report["latency_ms"] < 5_000
