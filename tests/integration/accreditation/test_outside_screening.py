"""The outside authority: by API, by page, and by sealed file, on real Kafka and MongoDB."""

from __future__ import annotations

import csv
import re
import uuid
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from deploy.local.stack import AdminAccess
from services.accreditation.adapters import mongo
from services.accreditation.domain import ports
from services.accreditation.main import STATIC
from services.cli import parser
from shared.security.principal import Principal, Role
from shared.security.sealed_exchange import make_keys, read_keys
from shared.testing.conference import small_conference
from shared.web.pages import static_files
from tests.integration.accreditation.desk import ADMINISTRATOR, API, OFFICER, SECOND_OFFICER, Desk
from tests.integration.accreditation.standing import StandingDesk, standing
from tests.integration.accreditation.test_reminders import passed, sent

static_files([STATIC])

AUTHORITY = Principal("account-authority", "person-authority", frozenset({Role.SCREENING_AUTHORITY}))
STAGES = [{"kind": "review"}, {"kind": "screening", "hours": 24}, {"kind": "decision"}]


@pytest.fixture(scope="module")
async def standing_screened(
    stack: AdminAccess, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[StandingDesk]:
    plain = small_conference().model_dump(mode="json")
    categories = [
        {**category, "stages": STAGES} if category["code"] == "delegate" else category
        for category in plain["categories"]
    ]
    conference = small_conference(categories=categories)
    async with standing(stack, tmp_path_factory.mktemp("secrets"), conference) as opened:
        yield opened


@pytest.fixture
async def screened(standing_screened: StandingDesk) -> Desk:
    """A desk whose delegates are screened by the authority, as it stands after opening."""
    await standing_screened.put_back()
    return standing_screened.desk


async def in_screening(desk: Desk, *participant_ids: str) -> None:
    for participant_id in participant_ids:
        await desk.submit(participant_id)
        await desk.until_told(participant_id, "DossierChecked")
        assert (await desk.decide("approve", participant_id))[0]["outcome"] == "passed_on"


async def answer(desk: Desk, *answers: dict[str, Any], as_: Principal = AUTHORITY) -> httpx.Response:
    return await desk.call("POST", f"{API}/screening/answers", {"answers": answers}, as_=as_)


async def test_the_authority_sees_who_waits_and_answers_and_nothing_else(screened: Desk) -> None:
    await in_screening(screened, "p-1", "p-2")
    shown = (await screened.call("GET", f"{API}/screening", as_=AUTHORITY)).json()
    assert [(row["reference"], row["name_latin"]) for row in shown["rows"]] == [
        ("p-1", "Mohamed Ahmed Ali"),
        ("p-2", "Mohamed Ahmed Ali"),
    ]
    assert screened.outside.reads[-1][0] == "screening"
    assert "Mohamed Ahmed Ali" in (await screened.call("GET", "/accreditation/screening", as_=AUTHORITY)).text
    for path in ("queue", "dossiers/p-1", "alerts", "watchlists", "screening/file"):
        assert (await screened.call("GET", f"{API}/{path}", as_=AUTHORITY)).status_code == 403
    assert (await screened.call("GET", f"{API}/screening", as_=OFFICER)).status_code == 403


async def test_clear_goes_to_the_decision_and_not_clear_to_two_officers(screened: Desk) -> None:
    await in_screening(screened, "p-1", "p-2")
    rows = (
        await answer(
            screened,
            {"reference": "p-1", "revision": 1, "clear": True},
            {"reference": "p-2", "revision": 1, "clear": False},
            {"reference": "p-none", "revision": 1, "clear": True},
        )
    ).json()["rows"]
    assert [row["code"] or row["outcome"] for row in rows] == [
        "answered",
        "answered",
        "accreditation.dossier_not_found",
    ]
    for participant_id, said, words in (("p-1", "clear", "Clear"), ("p-2", "not_clear", "Not clear")):
        view = (await screened.call("GET", f"{API}/dossiers/{participant_id}")).json()["dossier"]
        assert view["screening"] == said
        page = (await screened.call("GET", f"/accreditation/dossiers/{participant_id}", accept="text/html")).text
        assert re.search(rf'id="screening"><span class="mark [a-z-]+">{words}<', page)
        assert f'the outside authority answered — <bdi class="ltr">person-authority</bdi> · {words}<' in page
    assert (await screened.decide("approve", "p-1"))[0]["outcome"] == "decided"
    assert (await screened.decide("approve", "p-2"))[0]["outcome"] == "awaits_second_officer"
    assert (await screened.decide("approve", "p-2", as_=SECOND_OFFICER))[0]["outcome"] == "decided"
    again = (await answer(screened, {"reference": "p-1", "revision": 1, "clear": False})).json()["rows"]
    assert again[0]["code"] == "accreditation.already_decided"


async def test_who_is_the_authority_does_not_decide_under_another_role(screened: Desk) -> None:
    await in_screening(screened, "p-1")
    twice = Principal("account-x", OFFICER.person_id, frozenset({Role.SCREENING_AUTHORITY}))
    await answer(screened, {"reference": "p-1", "revision": 1, "clear": True}, as_=twice)
    assert (await screened.decide("approve", "p-1"))[0]["code"] == "accreditation.same_person"
    assert (await screened.decide("approve", "p-1", as_=SECOND_OFFICER))[0]["outcome"] == "decided"


async def test_an_answer_about_an_earlier_revision_is_refused(screened: Desk) -> None:
    await in_screening(screened, "p-1")
    await screened.correct("p-1", revision=2)
    told = await screened.told_types("p-1")
    await screened.until_told("p-1", *told[:2], "DossierChecked")
    rows = (await answer(screened, {"reference": "p-1", "revision": 1, "clear": True})).json()["rows"]
    assert rows[0]["code"] == "accreditation.dossier_changed"


async def test_a_sealed_file_goes_out_and_a_sealed_answer_comes_back(screened: Desk, tmp_path: Path) -> None:
    await in_screening(screened, "p-1", "p-2")
    refused = await screened.call("GET", f"{API}/screening/file")
    assert (refused.status_code, refused.json()["code"]) == (409, "accreditation.no_authority")
    authority = make_keys(tmp_path / "keys")
    folder = screened.secrets / "screening"
    (folder / "authority-card").write_text(authority.card, encoding="ascii")
    ours = read_keys(folder / "own-keys").card

    file = await screened.call("GET", f"{API}/screening/file", as_=ADMINISTRATOR)
    assert b"Mohamed" not in file.content
    (tmp_path / "requests").write_bytes(file.content)
    keys = ["--keys", str(tmp_path / "keys"), "--card", ours]
    assert command("screening", "open", str(tmp_path / "requests"), *keys, "--to", str(tmp_path / "people.csv")) == 0
    with (tmp_path / "people.csv").open(encoding="utf-8", newline="") as people:
        rows = list(csv.DictReader(people))
    assert [row["name_latin"] for row in rows] == ["Mohamed Ahmed Ali"] * 2
    rows[0]["clear"], rows[1]["clear"] = "yes", "no"
    with (tmp_path / "people.csv").open("w", encoding="utf-8", newline="") as people:
        writer = csv.DictWriter(people, rows[0])
        writer.writeheader()
        writer.writerows(rows)
    assert command("screening", "answer", str(tmp_path / "people.csv"), *keys, "--to", str(tmp_path / "answers")) == 0

    sealed = (tmp_path / "answers").read_bytes()
    bent = await upload(screened, sealed[:-1] + bytes([sealed[-1] ^ 1]))
    assert bent.json()["code"] == "accreditation.screening_file_refused"
    taken = (await upload(screened, sealed)).json()["rows"]
    assert [(row["participant_id"], row["outcome"]) for row in taken] == [("p-1", "answered"), ("p-2", "answered")]
    replayed = (await upload(screened, sealed)).json()["rows"]
    assert {row["outcome"] for row in replayed} == {"refused"}
    view = (await screened.call("GET", f"{API}/dossiers/p-2")).json()["dossier"]
    assert (view["state"], view["stage"], view["risk"]) == ("in_review", "decision", "hit")


async def test_who_is_answered_leaves_the_list_and_nobody_behind_is_passed_over(
    screened: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (ports, mongo):
        monkeypatch.setattr(module, "PAGE_ROWS", 2)
    people = [f"p-{number}" for number in range(1, 6)]
    await in_screening(screened, *people)
    seen: list[str] = []
    path: str | None = f"{API}/screening"
    while path is not None:
        shown = (await screened.call("GET", path, as_=AUTHORITY)).json()
        here = [row["reference"] for row in shown["rows"]]
        await answer(screened, *({"reference": each, "revision": 1, "clear": True} for each in here))
        seen += here
        path = f"{API}/screening?after={shown['next']}" if shown["next"] else None
    assert seen == people


async def test_the_authoritys_page_leads_on_by_place_and_names_delegations(
    screened: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (ports, mongo):
        monkeypatch.setattr(module, "PAGE_ROWS", 1)
    await in_screening(screened, "p-1", "p-2")
    french = {"Accept-Language": "fr"}
    asked = await screened.call(
        "GET", "/accreditation/screening", as_=AUTHORITY, accept="text/html", more_headers=french
    )
    first = asked.text
    assert ("En attente : 2" in first, "<span>egypt f</span>" in first) == (True, True)
    assert 'rel="first"' not in first
    (following,) = re.findall(r'rel="next" href="(\?after=[^"]+)"', first)
    await answer(screened, {"reference": "p-1", "revision": 1, "clear": True})
    path = f"/accreditation/screening{following}"
    behind = (await screened.call("GET", path, as_=AUTHORITY, accept="text/html")).text
    assert ('data-reference="p-2"' in behind, 'rel="next"' in behind) == (True, False)
    assert 'rel="first" href="?"' in behind
    bent = await screened.call("GET", "/accreditation/screening?after=x", as_=AUTHORITY, accept="text/html")
    assert bent.status_code == 422


async def test_officers_and_couriers_see_who_is_with_the_authority_and_what_is_overdue(
    screened: Desk, tmp_path: Path
) -> None:
    await in_screening(screened, "p-1", "p-2")
    await passed(screened, "p-1")
    mails = await sent(screened, tmp_path)
    assert "/accreditation/authority" in mails["head@example.org"]
    assert "/accreditation/queue" not in mails["head@example.org"]
    assert "L'autorité n'a pas encore répondu." in mails["head@example.org"]
    queue = (await screened.call("GET", "/accreditation/queue", accept="text/html")).text
    assert "With the authority: 2" in queue
    assert "Overdue: 1" in queue
    pages = {
        who.account_id: await screened.call("GET", "/accreditation/authority", as_=who, accept="text/html")
        for who in (OFFICER, ADMINISTRATOR)
    }
    for page in pages.values():
        assert page.status_code == 200
        assert 'id="answers"' in page.text
        assert page.text.count('<span class="mark mark-bad">Overdue</span>') == 1
    assert "Mohamed Ahmed Ali" in pages[OFFICER.account_id].text
    assert "Mohamed" not in pages[ADMINISTRATOR.account_id].text
    listed = (await screened.call("GET", f"{API}/screening/dossiers?delegation=egypt", as_=ADMINISTRATOR)).json()
    assert [(row["participant_id"], row["is_overdue"]) for row in listed["rows"]] == [("p-1", True), ("p-2", False)]
    assert (await screened.call("GET", f"{API}/screening/dossiers?delegation=chad")).json()["total"] == 0
    for path in (f"{API}/screening/dossiers", "/accreditation/authority"):
        assert (await screened.call("GET", path, as_=AUTHORITY, accept="text/html")).status_code == 403


def command(*arguments: str) -> int:
    asked = parser().parse_args(arguments)
    status: int = asked.run(asked)
    return status


async def upload(desk: Desk, content: bytes) -> httpx.Response:
    transport = httpx.ASGITransport(app=desk.service.app)
    headers = {
        "Authorization": f"Bearer {desk.outside.token(OFFICER)}",
        "Idempotency-Key": str(uuid.uuid4()),  # another upload, be it of the same file
    }
    async with httpx.AsyncClient(transport=transport, base_url="http://desk") as http:
        return await http.post(f"{API}/screening/file/answers", files={"file": ("a", content)}, headers=headers)
