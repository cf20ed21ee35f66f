"""Large imports: answered at once, watched, and gone on with after a kill; each row once, and none missing."""

from __future__ import annotations

import io
import secrets
import time
from collections import Counter
from collections.abc import AsyncIterator
from typing import Any

import pytest
from openpyxl import load_workbook

from deploy.local.provision import drop_namespace, provision
from deploy.local.stack import AdminAccess
from shared.contracts.conference import Conference
from shared.contracts.sequence import NUMBERS
from shared.storage import Store
from shared.testing.conference import small_conference
from shared.world import SYSTEM
from tests.conftest import Namespace
from tests.integration.house.apart import Apart

BASE = "/api/registration/v1"
ROWS = 1_200
HEADINGS = "Category,Full name,Date of birth,Nationality,Passport number,Expiry date\n"


def conference() -> Conference:
    """The small one with places for everybody, and no photo asked."""
    values = small_conference(first_day=SYSTEM.now().date()).model_dump(mode="json")
    for category in values["categories"]:
        category["photo_required"] = False
    for delegation in values["delegations"]:
        delegation["quotas"] = [{"category": "delegate", "places": 10_000}]
    return Conference.model_validate(values)


def csv_of(rows: int, *, changed: int = 0) -> bytes:
    """People all different; the names of the first `changed` of them are spelt anew."""
    names = (f"Person {'Corrected' if number < changed else 'Number'} {number}" for number in range(rows))
    lines = (f"delegate,{name},1980-05-13,EGY,X{number:07d},2035-01-31" for number, name in enumerate(names))
    return (HEADINGS + "\n".join(lines)).encode()


@pytest.fixture(scope="module")
async def apart(stack: AdminAccess, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Apart]:
    name = f"t{secrets.token_hex(4)}"
    folder = tmp_path_factory.mktemp("apart")
    namespace = Namespace(name, await provision(stack, name), folder / "secrets")
    apart = Apart(namespace, conference(), folder / "log")
    await apart.start()
    await apart.publish()
    yield apart
    await apart.stop()
    await drop_namespace(stack, name)


async def shown(apart: Apart, import_id: str) -> dict[str, Any]:
    answer = await apart.call("egypt", "GET", f"{BASE}/imports/{import_id}")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def settled(apart: Apart, import_id: str) -> dict[str, Any]:
    found: dict[str, Any] = {}

    async def is_settled() -> bool:
        found.update(await shown(apart, import_id))
        return found["progress"] is None

    await apart.until(is_settled, seconds=120)
    return found


async def sent(apart: Apart, content: bytes) -> str:
    files = {"workbook": ("list.csv", content)}
    answer = await apart.call("egypt", "POST", f"{BASE}/delegations/egypt/imports", files=files)
    assert answer.status_code == 201, answer.text
    import_id: str = answer.json()["import_id"]
    return import_id


async def registered(apart: Apart, import_id: str) -> dict[str, Any]:
    answer = await apart.call("egypt", "POST", f"{BASE}/imports/{import_id}/commit")
    assert answer.status_code == 202, answer.text
    return await settled(apart, import_id)


async def test_an_import_goes_on_after_a_kill_and_no_row_is_double_or_missing(apart: Apart) -> None:
    import_id = await sent(apart, csv_of(ROWS))
    apart.kill()
    await apart.start()
    checked = await settled(apart, import_id)
    assert (checked["state"], checked["good"]) == ("checked", ROWS)
    begun = time.monotonic()
    answer = await apart.call("egypt", "POST", f"{BASE}/imports/{import_id}/commit")
    assert (answer.status_code, answer.json()["state"]) == (202, "committing")
    answered_s = time.monotonic() - begun
    kills = 0
    for mark in (ROWS // 5, ROWS // 2):

        async def is_past(mark: int = mark) -> bool:
            return ((await shown(apart, import_id))["progress"] or {"done": ROWS})["done"] >= mark

        await apart.until(is_past, seconds=60)
        kills += (await shown(apart, import_id))["progress"] is not None
        apart.kill()
        await apart.start()
    done = await settled(apart, import_id)
    assert kills == 2, "it was over before it could be killed"
    assert (done["state"], done["refusal"]) == ("committed", None)
    assert done["result"] == {"registered": ROWS, "corrected": 0, "unchanged": 0, "left_behind": 0}
    assert answered_s < 5, answered_s
    await everybody_once(apart)


async def test_the_same_file_again_changes_nothing_and_a_corrected_one_what_was_corrected(apart: Apart) -> None:
    again = await registered(apart, await checked(apart, csv_of(ROWS)))
    assert again["result"] == {"registered": 0, "corrected": 0, "unchanged": ROWS, "left_behind": 0}
    await everybody_once(apart)
    corrected = await registered(apart, await checked(apart, csv_of(ROWS, changed=7)))
    assert corrected["result"] == {"registered": 0, "corrected": 7, "unchanged": ROWS - 7, "left_behind": 0}


async def checked(apart: Apart, content: bytes) -> str:
    import_id = await sent(apart, content)
    assert (await settled(apart, import_id))["state"] == "checked"
    return import_id


async def everybody_once(apart: Apart) -> None:
    """In the database, in the quota, in the vault, in the history, and one event each, the first of its stream."""
    access = apart.namespace.services["registration"]
    store = Store(access.mongo_url)
    database, vault = (
        store.database(access.database),
        store.database(access.database.replace("_registration", "_vault")),
    )
    quota = (await apart.call("egypt", "GET", f"{BASE}/delegations/egypt/quota")).json()["categories"]["delegate"]
    assert quota["used"] == ROWS
    assert await database.collection("participants").count({}) == ROWS
    assert await vault.collection("people").count({}) == ROWS
    assert await database.collection("list_changes").count({"kind": "submitted"}) == ROWS
    told: Counter[str] = Counter()
    async for rows in database.collection("outbox").stream({}, sort=[("_id", 1)], chunk=500):
        for row in rows:
            told[row["key"]] += 1
            assert row["sequence"] % NUMBERS == 1, row["sequence"]
    assert (len(told), set(told.values())) == (ROWS, {1})
    await store.close()


async def test_a_long_roster_comes_a_page_at_a_time_and_goes_out_whole(apart: Apart) -> None:
    path = f"{BASE}/delegations/egypt/roster/search"
    found = (await apart.call("egypt", "POST", path, json={"page": ROWS // 50})).json()
    assert (found["matching"], found["pages"], len(found["rows"])) == (ROWS, ROWS // 50, 50)
    named = (await apart.call("egypt", "POST", path, json={"text": f"number {ROWS - 1}"})).json()
    assert [each["name"][1] for each in named["rows"]] == [f"Person Number {ROWS - 1}"]
    html = {"headers": {"Accept": "text/html"}}
    for page in ("overview", "roster", "notices", "reconciliation", "person", "import"):
        answer = await apart.call("egypt", "GET", f"/registration/{page}", **html)
        assert answer.status_code == 200, (page, answer.text[:300])
        assert len(answer.content) < 150_000, (page, len(answer.content))
    answer = await apart.call("egypt", "GET", f"{BASE}/delegations/egypt/roster.xlsx")
    sheet: Any = load_workbook(io.BytesIO(answer.content), read_only=True).active
    assert sum(1 for _ in sheet.iter_rows()) == ROWS + 1
