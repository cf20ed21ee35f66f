"""At the gate, over HTTP: one scan once, two gates at once, a guard's language, and nothing green by mistake."""

from __future__ import annotations

import asyncio
import io
import itertools
from collections.abc import Mapping, Sequence
from typing import Any

import httpx
import pytest
from PIL import Image

from services.accreditation.adapters.badge_symbol import read_symbol
from services.entrance.adapters.scan_log import SCANS
from services.registration.vault.store import READS
from shared.errors import InfrastructureError
from shared.security.personal_data import Answer, Purpose
from shared.security.principal import Role
from tests.integration.house.house import House, person

SEQUENCE = itertools.count(1)
SCAN = "/api/entrance/v1/gates/{}/scans"


async def badge_of(house: House, *, activate: bool = True) -> tuple[str, str, str]:
    """A registered, approved delegate of Chad: participant, badge, credential as read from the drawn page."""
    (who,) = await house.newcomers("chad", person(Nationality="TCD"))
    officer = Role.ACCREDITATION_OFFICER

    async def in_review() -> bool:
        dossier = await house.call(officer, "GET", f"/api/accreditation/v1/dossiers/{who}")
        return dossier.status_code == 200 and dossier.json()["dossier"]["state"] == "in_review"

    await house.until(in_review)
    body = {"decision": "approve", "participant_ids": [who]}
    assert (await house.call(officer, "POST", "/api/accreditation/v1/decisions", json=body)).status_code == 200
    mine = next(row for row in await badges(house) if row["participant_id"] == who)
    page = await house.call(officer, "GET", f"/api/accreditation/v1/badges/{mine['badge_id']}/page.png")
    credential = read_symbol(Image.open(io.BytesIO(page.content)))
    assert credential is not None
    if activate:
        ids = {"participant_ids": [mine["participant_id"]]}
        await house.call(officer, "POST", "/api/accreditation/v1/badges/activations", json=ids)

        async def known() -> bool:
            answer = await scan(house, "lounge", credential)
            return answer["reason"] == "wrong_zone"

        await house.until(known)
    return mine["participant_id"], mine["badge_id"], credential


async def badges(house: House) -> list[dict[str, Any]]:
    path = "/api/accreditation/v1/badges?delegation=chad"
    rows: list[dict[str, Any]] = (await house.call(Role.ACCREDITATION_OFFICER, "GET", path)).json()["rows"]
    return rows


async def scan(
    house: House, gate: str, credential: str, *, number: int | None = None, language: str = "en", **more: Any
) -> dict[str, Any]:
    body = {"device": "test", "device_sequence": number or next(SEQUENCE), "credential": credential, **more}
    answer = await house.call(Role.GUARD, "POST", SCAN.format(gate), json=body, language=language)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def test_a_scan_sent_twice_has_one_effect_and_one_answer(house: House) -> None:
    participant, _, credential = await badge_of(house)
    number = next(SEQUENCE)
    answers = await asyncio.gather(*(scan(house, "hall-a", credential, number=number) for _ in range(5)))
    assert len({answer["scan_id"] for answer in answers}) == 1
    assert answers[0]["decision"] == "admit"
    log = house.app.services["entrance"].kernel.database.collection(SCANS)
    assert await log.count({"scan.device_sequence": number}) == 1
    body = {"device": "test", "device_sequence": number, "credential": "something else"}
    other = await house.call(Role.GUARD, "POST", SCAN.format("hall-a"), json=body)
    assert other.status_code == 409
    assert other.json()["code"] == "entrance.scan_number_reused"
    assert participant == answers[0]["participant_id"]


async def test_of_two_gates_at_the_same_moment_one_admits(house: House) -> None:
    _, _, credential = await badge_of(house)
    gates = ["hall-a", "hall-b"] * 4
    answers = await asyncio.gather(*(scan(house, gate, credential) for gate in gates))
    first = [(a["gate"], a["decision"]) for a in answers if a["decision"] == "admit" and not a["repeated"]]
    assert len(first) == 1
    admitted_at = first[0][0]
    assert all((a["decision"] == "admit") == (a["gate"] == admitted_at) for a in answers)


async def test_every_scan_is_an_event_without_a_gap(house: House) -> None:
    participant, _, credential = await badge_of(house)
    for gate in ("perimeter", "hall-a", "hall-b", "hall-a"):
        await scan(house, gate, credential)
    log = house.app.services["entrance"].kernel.database.collection(SCANS)
    found = await log.find({"key": participant}, sort=[("sequence", 1)], limit=100)
    assert [row["sequence"] for row in found] == list(range(1, len(found) + 1))

    async def published() -> bool:
        return await log.count({"published": False}) == 0

    await house.until(published)


async def test_a_badge_that_was_not_handed_out_opens_nothing(house: House) -> None:
    _, _, credential = await badge_of(house, activate=False)

    async def not_activated() -> bool:
        return (await scan(house, "perimeter", credential))["reason"] == "not_activated"

    await house.until(not_activated)


async def test_a_lost_badge_dies_and_its_replacement_lives(house: House) -> None:
    participant, badge, old = await badge_of(house)
    officer = Role.ACCREDITATION_OFFICER
    path = f"/api/accreditation/v1/badges/{badge}/replacement"
    made = await house.call(officer, "POST", path, json={"reason": "lost"})
    assert made.status_code == 200, made.text
    page = await house.call(officer, "GET", f"/api/accreditation/v1/badges/{made.json()['badge_id']}/page.png")
    new = read_symbol(Image.open(io.BytesIO(page.content)))
    assert new is not None
    ids = {"participant_ids": [participant]}
    await house.call(officer, "POST", "/api/accreditation/v1/badges/activations", json=ids)

    async def admitted() -> bool:
        return (await scan(house, "perimeter", new))["decision"] == "admit"

    await house.until(admitted)
    assert (await scan(house, "perimeter", old))["reason"] == "lost"


async def test_a_correction_that_changes_nothing_on_the_badge_keeps_it_alive(house: House) -> None:
    row = person(Nationality="TCD", **{"Full name": "Abakar Ngarbe"})
    before = {each["participant_id"] for each in await badges(house)}
    (who,) = await house.newcomers("chad", row)
    await house.register("chad", row | {"Full name": "Abakar Ngarbé"})
    found = await house.call("chad", "GET", "/api/registration/v1/delegations/chad/participants")
    assert [each["revision"] for each in found.json()["participants"] if each["participant_id"] == who] == [2]
    assert {each["participant_id"] for each in await badges(house)} == before


async def test_the_guard_reads_the_answer_in_three_languages(house: House) -> None:
    said = {language: (await scan(house, "perimeter", "BWB1:X", language=language)) for language in ("ar", "fr", "en")}
    assert len({answer["headline"] for answer in said.values()}) == 3
    assert len({answer["sentence"] for answer in said.values()}) == 3
    assert {answer["reason"] for answer in said.values()} == {"malformed"}


async def test_by_its_printed_number_a_guard_refers_and_a_supervisor_admits(house: House) -> None:
    participant, _, _ = await badge_of(house)
    number = next(row["number"] for row in await badges(house) if row["participant_id"] == participant)
    body = {"device": "test", "device_sequence": next(SEQUENCE), "number": number.lower()}
    guard = (await house.call(Role.GUARD, "POST", SCAN.format("hall-a"), json=body)).json()
    assert (guard["decision"], guard["reason"]) == ("refer", "number_only")
    body["device_sequence"] = next(SEQUENCE)
    supervisor = (await house.call(Role.SUPERVISOR, "POST", SCAN.format("hall-a"), json=body)).json()
    assert supervisor["decision"] == "admit"


async def test_occupancy_counts_who_is_inside(house: House) -> None:
    async def inside() -> int:
        answer = await house.call(Role.GUARD, "GET", "/api/entrance/v1/occupancy")
        return int(answer.json()["zones"]["hall"])

    _, _, credential = await badge_of(house)
    before = await inside()
    await scan(house, "hall-a", credential)
    assert await inside() == before + 1
    await scan(house, "hall-b", credential, direction="out")
    assert await inside() == before


@pytest.mark.parametrize(
    ("gate", "body", "code"),
    [
        ("nowhere", {"device": "d", "device_sequence": 1, "number": "1"}, "entrance.unknown_gate"),
        ("lounge", {"device": "d", "device_sequence": 1, "number": "1", "direction": "out"}, "entrance.exits_not_read"),
        ("lounge", {"device": "d", "device_sequence": 0, "number": "1"}, "request_invalid"),
        ("lounge", {"device": "d", "device_sequence": 1}, "request_invalid"),
        ("lounge", {"device": "d", "device_sequence": 1, "number": "1", "credential": "x"}, "request_invalid"),
        ("lounge", {"device": "no spaces", "device_sequence": 1, "number": "1"}, "request_invalid"),
        ("lounge", {"device": "d", "device_sequence": 1, "credential": "x" * 3000}, "request_invalid"),
    ],
)
async def test_a_scan_that_makes_no_sense_is_refused_in_words(
    house: House, gate: str, body: dict[str, Any], code: str
) -> None:
    answer = await house.call(Role.GUARD, "POST", SCAN.format(gate), json=body)
    assert answer.json()["code"] == code
    assert answer.json()["detail"]


async def handed_over(house: House) -> tuple[str, str, str]:
    """A badge that its delegation signed for and nobody presented yet: participant, badge, credential."""
    participant, badge_id, credential = await badge_of(house, activate=False)
    body = {"delegation": "chad", "participant_ids": [participant]}
    made = await house.call(Role.ACCREDITATION_OFFICER, "POST", "/api/accreditation/v1/receipts", json=body)
    path = f"/api/accreditation/v1/delegations/chad/receipts/{made.json()['receipt_id']}/signature"
    signed = await house.call("chad", "POST", path, json={})
    assert [row["outcome"] for row in signed.json()["rows"]] == ["issued"]

    async def asks_for_a_face() -> bool:
        return (await scan(house, "perimeter", credential))["reason"] == "face_check"

    await house.until(asks_for_a_face)
    return participant, badge_id, credential


class VaultAway:
    async def read(self, participant_ids: Sequence[str], *, purpose: Purpose) -> Mapping[str, Answer]:
        raise InfrastructureError("vault: away")


async def test_a_guard_sees_the_face_to_compare_and_decides_without_it_when_the_vault_is_away(house: House) -> None:
    participant, _, credential = await handed_over(house)
    number = next(SEQUENCE)

    async def face(gate: str = "perimeter") -> httpx.Response:
        asked = {"device": "test", "device_sequence": number}
        return await house.call(Role.GUARD, "POST", f"/api/entrance/v1/gates/{gate}/faces", json=asked)

    assert (await face()).json()["code"] == "entrance.no_face_asked"
    assert (await scan(house, "perimeter", credential, number=number))["reason"] == "face_check"
    shown = await face()
    assert set(shown.json()) == {"name_arabic", "name_latin", "rank", "title", "photo"}
    assert shown.json()["name_latin"].startswith("Amina Farouk ")
    assert shown.json()["photo"].startswith("data:image/jpeg;base64,")
    assert shown.headers["cache-control"] == "no-store"
    assert (await face("hall-a")).json()["code"] == "entrance.no_face_asked"
    kernel = house.app.services["registration"].kernel
    vault = kernel.store.database(kernel.database.name.replace("_registration", "_vault"))
    reads = await vault.collection(READS).find({"service": "entrance", "participant_ids": participant}, limit=10)
    assert [(read["purpose"], read["participant_ids"]) for read in reads] == [("face_check", [participant])]
    show_face: Any = house.app.services["entrance"].application.show_face  # type: ignore[attr-defined]
    kept, show_face._personal_data = show_face._personal_data, VaultAway()
    try:
        assert (await face()).status_code == 503
        number = next(SEQUENCE)
        admitted = await scan(house, "perimeter", credential, number=number, face_checked=True)
    finally:
        show_face._personal_data = kept
    assert admitted["decision"] == "admit"
    assert (await face()).json()["code"] == "entrance.no_face_asked"


async def test_a_badge_that_a_delegation_took_over_is_active_once_a_face_was_compared(house: House) -> None:
    officer = Role.ACCREDITATION_OFFICER
    _, badge_id, credential = await handed_over(house)
    first = await scan(house, "perimeter", credential, face_checked=True)
    assert first["decision"] == "admit"

    async def is_active() -> bool:
        return next(row["state"] for row in await badges(house) if row["badge_id"] == badge_id) == "active"

    await house.until(is_active)
    await house.call(officer, "POST", f"/api/accreditation/v1/badges/{badge_id}/suspension")

    async def is_refused() -> bool:
        return (await scan(house, "perimeter", credential, face_checked=True))["reason"] == "suspended"

    await house.until(is_refused)
