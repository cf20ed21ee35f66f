"""Watchlists from a file to an alert and its disposition, on real Kafka and MongoDB."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import date
from typing import Any

import httpx

from services.accreditation.adapters.mongo import DOSSIERS
from services.accreditation.adapters.watchlists import ALERTS, LIST_PARTS
from services.accreditation.application import Application
from shared.messaging.outbox import OUTBOX
from tests.integration.accreditation.desk import (
    ADMINISTRATOR,
    API,
    FOCAL_POINT,
    OFFICER,
    PERSON,
    SECOND_OFFICER,
    Desk,
    until,
)

HEADER = "reference,name,aliases,birth_date,nationality,document\n"
LISTED = HEADER + "X-1,Mohammad Ahmad Aly,محمد أحمد علي,1975-06-01,EGY,\n"
OTHERS = HEADER + "X-9,Giorgos Papadakis,,1960,GRC,\n"


async def load(desk: Desk, text: str, *, code: str = "un", as_: Any = ADMINISTRATOR) -> httpx.Response:
    transport = httpx.ASGITransport(app=desk.service.app)
    headers = {
        "Authorization": f"Bearer {desk.outside.token(as_)}",
        "Idempotency-Key": f"load-{asyncio.get_running_loop().time()}",
        "Accept-Language": "en",
    }
    async with httpx.AsyncClient(transport=transport, base_url="http://desk") as http:
        files = {"file": ("list.csv", text.encode())}
        return await http.put(f"{API}/watchlists/{code}/content", files=files, headers=headers)


def application(desk: Desk) -> Application:
    assert isinstance(desk.service.application, Application)
    return desk.service.application


async def screened(desk: Desk) -> None:
    async def nobody_left() -> bool:
        return bool((await desk.call("GET", f"{API}/watchlists", as_=ADMINISTRATOR)).json()["to_screen"] == 0)

    await application(desk).screening.once()
    await until(nobody_left, lambda: desk.call("GET", f"{API}/watchlists", as_=ADMINISTRATOR))


async def submitted(desk: Desk, participant_id: str, **more: Any) -> None:
    await desk.submit(participant_id, **more)
    await desk.until_told(participant_id, "DossierChecked")


async def alerts(desk: Desk, state: str = "open") -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = (await desk.call("GET", f"{API}/alerts?state={state}")).json()["rows"]
    return rows


async def dispose(desk: Desk, alert: dict[str, Any], disposition: str, as_: Any = OFFICER) -> httpx.Response:
    path = f"{API}/dossiers/{alert['participant_id']}/alerts/{alert['alert_id']}/disposition"
    return await desk.call("POST", path, {"disposition": disposition, "version": alert["version"]}, as_=as_)


async def dossier(desk: Desk, participant_id: str) -> dict[str, Any]:
    found: dict[str, Any] = (await desk.call("GET", f"{API}/dossiers/{participant_id}")).json()["dossier"]
    return found


async def test_who_is_on_a_list_is_stopped_at_entry_and_a_false_positive_takes_two_officers(desk: Desk) -> None:
    assert (await load(desk, LISTED)).json() == {"version": 1, "entries": 1, "changed": True}
    await screened(desk)
    await submitted(desk, "p-1", category="staff")
    (alert,) = await alerts(desk)
    assert (alert["participant_id"], alert["list"], alert["reference"]) == ("p-1", "un", "X-1")
    assert {"birth_date_equal", "nationality_equal"} == set(alert["evidence"])
    assert (await dossier(desk, "p-1"))["risk"] == "hit"
    assert (await desk.decide("approve", "p-1"))[0]["code"] == "accreditation.alerts_open"
    assert (await dispose(desk, alert, "false_positive")).status_code == 200
    assert (await dispose(desk, alert, "true_match", SECOND_OFFICER)).json()["code"] == "accreditation.alert_changed"
    assert (await desk.decide("approve", "p-1"))[0]["outcome"] == "awaits_second_officer"
    assert (await desk.decide("approve", "p-1", as_=SECOND_OFFICER))[0]["outcome"] == "decided"


async def test_a_true_match_is_rejected_like_anybody_else(desk: Desk) -> None:
    await load(desk, LISTED)
    await screened(desk)
    await submitted(desk, "p-1")
    await submitted(desk, "p-2", person=replace(PERSON, name_arabic="سعاد المنصوري", name_latin="Souad Mansouri"))
    (alert,) = await alerts(desk)
    await dispose(desk, alert, "true_match")
    assert (await desk.decide("approve", "p-1"))[0]["code"] == "accreditation.watchlisted"
    for person, why in (("p-1", "watchlist"), ("p-2", "document")):
        await desk.decide("reject", person, releasable_code="not_accredited", internal_code=why)
    told = [
        [event.to_json().replace(person.encode(), b"") for event in (await desk.told(person))[1:]]
        for person in ("p-1", "p-2")
    ]
    assert told[0] == told[1]
    rows = await desk.service.kernel.database.collection(OUTBOX).find({"key": "p-1"}, limit=100)
    assert not any(word in repr(rows) for word in ("watchlist", "X-1", "alert"))


async def test_everybody_is_screened_anew_when_a_list_changes_and_an_approval_is_looked_at_again(desk: Desk) -> None:
    await desk.submit("p-1", category="staff")
    await desk.until_told("p-1", "DossierChecked", "ParticipantApproved", "BadgePrepared")
    await load(desk, OTHERS)
    await screened(desk)
    assert await alerts(desk) == []
    await load(desk, OTHERS + LISTED.removeprefix(HEADER))
    await screened(desk)
    assert [alert["participant_id"] for alert in await alerts(desk)] == ["p-1"]
    assert (await dossier(desk, "p-1"))["state"] == "in_review"
    assert await desk.told_types("p-1") == ["DossierChecked", "ParticipantApproved", "BadgePrepared"]


async def test_a_cleared_alert_stays_cleared_until_either_side_changes(desk: Desk) -> None:
    await load(desk, LISTED)
    await screened(desk)
    await submitted(desk, "p-1")
    (alert,) = await alerts(desk)
    await dispose(desk, alert, "false_positive")
    await load(desk, LISTED + "X-2,Jean Dupont,,,FRA,\n")
    await screened(desk)
    assert [found["alert_id"] for found in await alerts(desk, "false_positive")] == [alert["alert_id"]]
    desk.outside.people["p-1"] = replace(PERSON, birth_date=date(1975, 6, 2))
    await desk.correct("p-1", revision=2)
    await desk.until_told("p-1", "DossierChecked", "DossierChecked")
    (again,) = await alerts(desk)
    await dispose(desk, again, "false_positive")
    await load(desk, LISTED.replace("Aly,", "Aly,Abu Ahmad;"))
    await screened(desk)
    (third,) = await alerts(desk)
    assert third["alert_id"] == alert["alert_id"]


async def test_a_removed_list_takes_its_alerts_along(desk: Desk) -> None:
    await load(desk, LISTED)
    await screened(desk)
    await submitted(desk, "p-1")
    assert len(await alerts(desk)) == 1
    assert (await desk.call("DELETE", f"{API}/watchlists/un", as_=ADMINISTRATOR)).status_code == 204
    await screened(desk)
    assert await alerts(desk) == []
    assert (await desk.decide("approve", "p-1"))[0]["outcome"] == "decided"
    assert await desk.service.kernel.database.collection(LIST_PARTS).count({}) == 0


async def test_a_bad_file_changes_nothing_and_the_same_file_is_no_new_version(desk: Desk) -> None:
    await load(desk, LISTED)
    assert (await load(desk, LISTED)).json() == {"version": 1, "entries": 1, "changed": False}
    refused = await load(desk, LISTED + "X-2,\n")
    assert (refused.status_code, refused.json()["code"]) == (422, "accreditation.watchlist_invalid")
    assert refused.json()["data"]["faults"] == [[2, "shape"]]
    lists = (await desk.call("GET", f"{API}/watchlists", as_=ADMINISTRATOR)).json()["lists"]
    assert [(item["code"], item["version"], item["entries"]) for item in lists] == [("un", 1, 1)]
    assert (await load(desk, LISTED, as_=FOCAL_POINT)).status_code == 403


async def test_no_name_is_in_clear_in_what_screening_keeps(desk: Desk) -> None:
    await load(desk, LISTED)
    await screened(desk)
    await submitted(desk, "p-1")
    database = desk.service.kernel.database
    kept = repr([await database.collection(name).find({}, limit=100) for name in (ALERTS, LIST_PARTS, DOSSIERS)])
    assert not any(word in kept for word in ("Mohammad", "Ahmad", "محمد", "Ahmed", "1975"))
