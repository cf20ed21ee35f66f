"""What was printed is counted, with numbered cards and without; many cards are told of at once."""

from __future__ import annotations

import json
from typing import Any

from shared.messaging.outbox import OUTBOX
from shared.testing.conference import small_conference
from tests.conftest import Namespace
from tests.integration.accreditation.desk import ADMINISTRATOR, API, Desk, open_desk
from tests.integration.accreditation.test_badges import prepared
from tests.integration.accreditation.test_printing import asked, file, finished


async def post(desk: Desk, path: str, body: dict[str, Any], **more: Any) -> dict[str, Any]:
    found: dict[str, Any] = (await desk.call("POST", API + path, body, **more)).json()
    return found


async def prints(desk: Desk, *people: str) -> list[int]:
    return [(await desk.badges(person))[0]["prints"] for person in people]


async def test_a_print_job_and_then_a_range_of_its_cards_are_told_of_at_once(namespace: Namespace) -> None:
    async with open_desk(namespace, small_conference(numbered_cards=True)) as desk:
        await prepared(desk, "p-1", "p-2", "p-3")
        await post(desk, "/card-stock", {"first": "A001", "last": "A010"})
        job = await asked(desk)
        await finished(desk, job)
        await file(desk, job)
        assert await prints(desk, "p-1", "p-2", "p-3") == [0, 0, 0], "cards are what counts here"
        told = await post(desk, f"/print-jobs/{job['job_id']}/cards", {"first": "A001"})
        assert [row["outcome"] for row in told["rows"]] == ["recorded"] * 3
        assert await prints(desk, "p-1", "p-2", "p-3") == [1, 1, 1]
        spoiled = await post(desk, "/cards/ranges", {"first": "A002", "last": "A002", "outcome": "spoiled"})
        assert len(spoiled["rows"]) == 1
        good = await post(desk, "/cards/ranges", {"first": "A001", "last": "A010", "outcome": "confirmed"})
        assert [row["outcome"] for row in good["rows"]] == ["recorded"] * 2
        (batch,) = (await desk.call("GET", f"{API}/card-stock")).json()["batches"]
        counts = {name: batch[name] for name in ("in_stock", "printed", "confirmed", "spoiled")}
        assert counts == {"in_stock": 7, "printed": 0, "confirmed": 2, "spoiled": 1}
        numbers = [(await desk.badges(person))[0]["number"] for person in ("p-1", "p-2", "p-3")]
        on_a002 = sorted(numbers)[1]
        assert spoiled["rows"][0]["participant_id"] == f"p-{numbers.index(on_a002) + 1}", "in the order of the file"
        long = await post(desk, "/cards/ranges", {"first": "A001", "last": "A900", "outcome": "spoiled"})
        assert long["code"] == "accreditation.card_range"
        others = await post(desk, f"/print-jobs/{job['job_id']}/cards", {"first": "A004"}, as_=ADMINISTRATOR)
        assert others["code"] == "role_required"


async def test_a_file_that_is_taken_counts_its_pages_and_what_was_never_printed_is_printed_alone(desk: Desk) -> None:
    await prepared(desk, "p-1", "p-2")
    job = await asked(desk)
    await finished(desk, job)
    assert await prints(desk, "p-1", "p-2") == [0, 0]
    assert (await file(desk, job)).status_code == 200
    assert await prints(desk, "p-1", "p-2") == [1, 1]
    assert (await file(desk, job, from_page=3)).status_code == 200
    assert sorted(await prints(desk, "p-1", "p-2")) == [1, 2]
    number = (await desk.badges("p-1"))[0]["number"]
    assert (await post(desk, "/desk/lookups", {"read": number}))["cards"] in (1, 2)
    await prepared(desk, "p-3")
    assert (await asked(desk, unprinted=True))["total"] == 1
    badge_id = (await desk.badges("p-3"))[0]["_id"]
    await desk.call("GET", f"{API}/badges/{badge_id}/page.png")
    assert await prints(desk, "p-3") == [0]
    await desk.call("GET", f"{API}/badges/{badge_id}/page.pdf")
    assert await prints(desk, "p-3") == [1]
    rows = await desk.service.kernel.database.collection(OUTBOX).find({"topic": "audit"}, limit=100)
    facts = [fact for fact in (json.loads(row["data"]) for row in rows) if fact["action"] == "badges.printed"]
    assert [(fact["subject"], fact["details"][0]["value"]) for fact in facts] == [
        (job["job_id"], "2"),
        (job["job_id"], "1"),
        (badge_id, "1"),
    ]
