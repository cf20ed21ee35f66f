"""Personal data put in by every door is looked for in everything that leaves the vault; after erasure, everywhere.

One house lives through all of it, so the tests go in order: what is put in, where it may not be, and that it is gone.
"""

from __future__ import annotations

import io
import json
import logging
import secrets
import uuid
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import structlog
from aiokafka import AIOKafkaProducer
from PIL import Image
from pymongo import AsyncMongoClient

from deploy.demo.portraits import portrait
from deploy.local.mail_catcher import MailCatcher
from deploy.local.processes import free_ports
from deploy.local.provision import drop_namespace, provision, topic_prefix
from deploy.local.stack import AdminAccess
from shared.contracts.registration import ParticipantSubmitted
from shared.contracts.topics import DEAD_LETTER_SUFFIX, REGISTRATION_PARTICIPANTS
from shared.security.personal_data import Erased, HttpPersonalData, PersonalRecord, Purpose
from shared.security.principal import Role
from shared.telemetry.logs import configure_logs
from shared.world import SYSTEM
from tests.conftest import Namespace
from tests.integration.house.house import House, person, photos, workbook
from tests.integration.house.shared.test_vault import caller
from tests.integration.house.test_matrix import STREAMS, filled, operations
from tests.integration.house.test_notices import sender
from tests.integration.house.test_rebuild import MODELS, rebuilt, settled
from tests.support.canaries import Search, Sighting, flat, in_database, in_kafka, written

BASE = "/api/registration/v1"
OFFICER = Role.ACCREDITATION_OFFICER
# Nobody is called so, and nothing else in the house is written so.
TEXTS = {
    "arabic name": "زقزوقة الكنارية",
    "latin name": "Zzyzxa Kanarienvogel",
    "french name": "Éloïse Zwyczaj-Kanaar",
    "rank": "Rear Zadmiral",
    "title": "Chief of Zcanaries",
    "birth date": "1953-07-29",
    "passport": "XQ7319046",
    "e-mail": "zcanary.vogel@zz-example.org",
    "phone": "+218917774413",
    "remark": "The zphoto is darker than a kcellar",
    "note": "Zcolleague says his kcousin is known",
    "waiver reason": "Zdriver of the kminister falls ill",
    "weapon serial": "ZSN-88431-K",
    "plate": "ZPL 77431 K",
    "radio": "ZRADIO-55129",
    "account name": "Zfocal Kperson",
    "walk-up name": "Zwalker Kupton",
    "notice address": "zministry.kdesk@zz-example.org",
    "refused name": "Zrefused \u200bKhidden",
    "refused password": "zpassword-kwrong-9917",
}


@dataclass
class Living:
    """A house with everything that was heard of it: its log, the addresses that were called, and its people."""

    house: House
    access: AdminAccess
    name: str
    log: io.StringIO
    mails: Path
    urls: list[str] = field(default_factory=list)
    answers: list[bytes] = field(default_factory=list)
    people: list[str] = field(default_factory=list)
    photo: bytes = b""

    @property
    def search(self) -> Search:
        middle = len(self.photo) // 2
        return Search({**TEXTS, "photo": self.photo[middle : middle + 48]})


@pytest.fixture(scope="module")
async def living(stack: AdminAccess, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Living]:
    name, log = f"t{secrets.token_hex(4)}", io.StringIO()
    namespace = Namespace(name, await provision(stack, name), tmp_path_factory.mktemp("secrets"))
    root, before = logging.getLogger(), logging.getLogger().handlers[:]
    configure_logs(json=True, level=logging.DEBUG)
    heard = logging.StreamHandler(log)
    heard.setFormatter(root.handlers[0].formatter)
    root.handlers[:] = [*before, heard]
    house = House(namespace)
    living = Living(house, stack, name, log, tmp_path_factory.mktemp("mails"))

    async def note(request: Any) -> None:
        living.urls.append(str(request.url))

    house.http.event_hooks["request"].append(note)
    async with house.running():
        await put_in(living)
        yield living
    root.handlers[:] = before
    structlog.reset_defaults()
    await drop_namespace(stack, name)


async def put_in(living: Living) -> None:
    """Every door: the spreadsheet, the form, the desk, remarks, requests, accounts; and what is refused, too."""
    house = living.house
    row = {
        "Name in Arabic": TEXTS["arabic name"],
        "Full name": TEXTS["latin name"],
        "Rank": TEXTS["rank"],
        "Title": TEXTS["title"],
        "Date of birth": TEXTS["birth date"],
        "Passport number": TEXTS["passport"],
        "E-mail": TEXTS["e-mail"],
        "Phone": TEXTS["phone"],
    }
    refused = {**person(Category="Astronaut"), **row, "Full name": TEXTS["refused name"], "Passport number": "1"}
    (imported,) = await house.register("egypt", {**person(), **row}, refused)
    form = {
        "category": "delegate",
        "submit": True,
        "fields": {
            "name_latin": TEXTS["french name"],
            "nationality": "EGY",
            "birth_date": TEXTS["birth date"],
            "document_number": "XQ5550001",
            "document_expires": "2035-01-31",
        },
    }
    files = {"photo": ("p.jpg", portrait("a canary"))}
    path = f"{BASE}/delegations/egypt/participants"
    made = await house.call("egypt", "POST", path, data={"form": json.dumps(form)}, files=files)
    assert made.status_code == 201, made.text
    wrong = form | {"fields": form["fields"] | {"name_latin": TEXTS["refused name"], "document_number": "XQ5550002"}}  # type: ignore[operator]
    assert (await house.call("egypt", "POST", path, data={"form": json.dumps(wrong)}, files=files)).status_code == 422
    staff = {"category": "staff", "fields": {"name_latin": TEXTS["walk-up name"], "nationality": "EGY"}}
    walked = await house.call(
        OFFICER, "POST", f"{BASE}/delegations/egypt/walk-ups", data={"form": json.dumps(staff)}, files=files
    )
    assert walked.status_code == 201, walked.text
    living.people += [imported, made.json()["participant_id"], walked.json()["participant_id"]]
    for kind, mark in (("weapon_permit", "weapon serial"), ("vehicle_permit", "plate"), ("radio_permit", "radio")):
        body: dict[str, Any] = {"kind": kind, "mark": TEXTS[mark]}
        if kind == "vehicle_permit":
            body["manifest"] = [imported]
        asked = await house.call("egypt", "POST", f"{BASE}/participants/{imported}/permit-requests", json=body)
        assert asked.status_code == 201, asked.text
    waiver = {"category": "head", "places": 1, "reason": TEXTS["waiver reason"]}
    assert (await house.call("egypt", "POST", f"{BASE}/delegations/egypt/waivers", json=waiver)).status_code == 201
    addresses = {"addresses": [TEXTS["notice address"]]}
    assert (
        await house.call("egypt", "PUT", f"{BASE}/delegations/egypt/notice-addresses", json=addresses)
    ).status_code == 200
    account = {"full_name": TEXTS["account name"], "sign_in_name": "zz", "email": "ministry@example.org"}
    opened = await house.call(Role.ADMINISTRATOR, "POST", "/api/identity/v1/delegations/egypt/accounts", json=account)
    assert opened.status_code == 201, opened.text
    nobody = {"email": TEXTS["e-mail"], "password": TEXTS["refused password"]}
    assert (await house.call(None, "POST", "/api/identity/v1/sign-in", json=nobody)).status_code == 401
    await decided(living, imported)


async def decided(living: Living, imported: str) -> None:
    """Returned with a remark, corrected, approved with a note, its badge drawn into a file; a mail sent."""
    house = living.house

    async def state(*wanted: str) -> bool:
        dossier = await house.call(OFFICER, "GET", f"/api/accreditation/v1/dossiers/{imported}")
        return dossier.status_code == 200 and dossier.json()["dossier"]["state"] in wanted

    async def decide(decision: str, **more: Any) -> None:
        await house.until(lambda: state("in_review"))
        body = {"decision": decision, "participant_ids": [imported], **more}
        done = await house.call(OFFICER, "POST", "/api/accreditation/v1/decisions", json=body)
        assert done.status_code == 200, done.text

    await decide("return", remark=TEXTS["remark"], fields=["photo"])
    corrected = {
        **person(Category="delegate"),
        "Full name": TEXTS["latin name"],
        "Name in Arabic": TEXTS["arabic name"],
        "Date of birth": TEXTS["birth date"],
        "Passport number": TEXTS["passport"],
        "Phone": TEXTS["phone"],
        "E-mail": TEXTS["e-mail"],
        "Title": TEXTS["title"],
        "Rank": TEXTS["rank"],
        "Expiry date": "2036-01-31",
    }
    files = {"workbook": ("a.xlsx", workbook(corrected)), "photos": ("p.zip", photos("a.jpg"))}
    checked = await house.call("egypt", "POST", f"{BASE}/delegations/egypt/imports", files=files)
    assert checked.status_code == 201, checked.text
    await house.register("egypt", corrected)
    await decide("approve", note=TEXTS["note"])

    async def badge() -> list[Any]:
        rows = (await house.call(OFFICER, "GET", "/api/accreditation/v1/badges?delegation=egypt")).json()["rows"]
        return [row for row in rows if row["participant_id"] == imported]

    await house.until(badge)
    job = (await house.call(OFFICER, "POST", "/api/accreditation/v1/print-jobs", json={"delegation": "egypt"})).json()

    async def drawn() -> bool:
        seen = await house.call(OFFICER, "GET", f"/api/accreditation/v1/print-jobs/{job['job_id']}")
        return bool(seen.json()["state"] != "drawing")

    await house.until(drawn, seconds=60)
    living.people.append(job["job_id"])
    found = await HttpPersonalData(*caller(house, "accreditation")).read([imported], purpose=Purpose.BADGE)
    record = found[imported]
    assert isinstance(record, PersonalRecord)
    assert record.photo is not None
    living.photo = record.photo
    assert Image.open(io.BytesIO(record.photo)).format == "JPEG"
    port = free_ports(1)
    async with await MailCatcher(living.mails).serve(port):
        assert await sender(house, port)() >= 1
    await house.settled()


def kafka(living: Living) -> dict[str, Any]:
    """How the administrator reaches the broker."""
    return {
        "bootstrap_servers": living.access.kafka_bootstrap,
        "security_protocol": "SASL_PLAINTEXT",
        "sasl_mechanism": "PLAIN",
        "sasl_plain_username": "admin",
        "sasl_plain_password": living.access.kafka_password,
    }


async def everything_that_leaves(living: Living, *, vault: bool) -> tuple[dict[str, int], list[Sighting]]:
    """What was looked at, by place, and each sighting. The vault's own database holds sealed values."""
    house, search = living.house, living.search
    looked_at, seen = {}, []
    for name, service in house.app.services.items():
        databases = [service.kernel.database.name]
        if vault and name == "registration":
            databases.append(databases[0].replace("_registration", "_vault"))
        for database in databases:
            looked_at[database], found = await in_database(search, service.kernel.store, database)
            seen += found
    by_topic, found = await in_kafka(search, topic_prefix(living.name), **kafka(living))
    assert any(topic.endswith(DEAD_LETTER_SUFFIX) for topic in by_topic)
    looked_at["kafka"] = sum(by_topic.values())
    seen += found
    async with AsyncMongoClient[dict[str, Any]](living.access.mongo_url) as client:
        cursor = client["local"]["oplog.rs"].find(
            {"ns": {"$regex": f"^(admin|{living.name})", "$not": {"$regex": "planted$"}}}
        )
        looked_at["oplog"] = 0
        async for entry in cursor:
            looked_at["oplog"] += 1
            seen += search("oplog", b"\x1e".join(flat(entry)))
    metrics = await house.http.get("/metrics")
    audit = await house.call(Role.AUDITOR, "GET", "/api/operations/v1/audit/log")
    mails = b"".join(path.read_bytes() for path in living.mails.glob("*.eml"))
    rest = {
        "log": living.log.getvalue().encode(),
        "metrics": metrics.content,
        "audit log": audit.content,
        "addresses": "\n".join(living.urls).encode(),
        # Whom a message goes to is what it is for.
        "mail": mails.replace(TEXTS["notice address"].encode(), b""),
    }
    for place, content in rest.items():
        looked_at[place] = len(content)
        seen += search(place, content)
    return looked_at, seen


async def test_the_search_finds_what_is_written_in_any_way(living: Living) -> None:
    """A search that finds nothing proves something only if it would have found it."""
    planted = living.house.app.services["operations"].kernel.database.collection("planted")
    missed = []
    for canary, value in {**TEXTS, "photo": living.photo[600:648]}.items():
        search = Search({canary: value})
        for way, seen in written(value).items():
            if len(seen) < 8:
                continue
            await planted.insert_one({"_id": f"{canary}/{way}", "deep": [{"value": b"around" + seen + b"it"}]})
            _, found = await in_database(
                search, living.house.app.services["operations"].kernel.store, planted_in(living)
            )
            missed += [] if any("planted" in each.place for each in found) else [(canary, way)]
            await planted.delete_many({})
        break  # one canary against a whole database; all of them against memory:
    assert missed == []
    for canary, value in TEXTS.items():
        for way, seen in written(value).items():
            assert len(seen) < 8 or Search({canary: value})("memory", b"x" + seen + b"y"), (canary, way)
    encoded = "".join(TEXTS["latin name"]).encode()
    import base64

    for before in (b"", b"a", b"ab"):
        inside = base64.b64encode(before + encoded + b"more of it")
        assert Search({"latin name": TEXTS["latin name"]})("memory", inside)


def planted_in(living: Living) -> str:
    return living.house.app.services["operations"].kernel.database.name


async def test_nothing_personal_leaves_the_vault(living: Living) -> None:
    looked_at, seen = await everything_that_leaves(living, vault=True)
    assert seen == []
    assert min(looked_at.values()) > 0, looked_at
    assert looked_at["kafka"] > 10, looked_at
    assert looked_at["oplog"] > 50, looked_at


async def test_after_erasure_nobody_reads_them_and_all_else_replays(living: Living) -> None:
    house = living.house
    *people, job = living.people
    before = {model: await rebuilt(house, service, model, swap=False) for service, model, _ in MODELS}
    for participant_id in people:
        gone = await house.call("egypt", "POST", f"{BASE}/participants/{participant_id}/withdrawal")
        assert gone.status_code == 200, gone.text
    erased = await house.call(Role.AUDITOR, "POST", f"{BASE}/erasures", json={"participant_ids": people})
    assert erased.status_code == 201, erased.text
    await house.settled()
    await everything_forgotten(living, people, job)
    found = await HttpPersonalData(*caller(house, "accreditation")).read(people, purpose=Purpose.REVIEW)
    assert all(isinstance(found[each], Erased) for each in people)
    living.answers = await every_answer(house, people)
    assert len(living.answers) > 100
    search = living.search
    about_people = [each for answer in living.answers for each in search("answer", answer)]
    # The delegation's own are not the persons' who were erased.
    own = {"waiver reason", "account name", "notice address"}
    assert [each for each in about_people if each.canary not in own] == []
    _, seen = await everything_that_leaves(living, vault=True)
    assert seen == []
    for service, model, _ in MODELS:
        again = await rebuilt(house, service, model, swap=False)
        assert (again["state"], again["equal"]) == ("compared", True), again
        assert before[model]["equal"]
    await settled(house, person(Category="staff", **{"Full name": "Comes Afterwards"}))


async def everything_forgotten(living: Living, people: list[str], job: str) -> None:
    """What accreditation made from their data: alerts, and the file in which their badges were drawn."""
    database = living.house.app.services["accreditation"].kernel.database

    async def gone() -> bool:
        alerts = await database.collection("alerts").count({"participant_id": {"$in": people}})
        parts = await database.collection("print_parts").count({"job_id": job})
        return alerts == parts == 0

    await living.house.until(gone)
    answer = await living.house.call(OFFICER, "GET", f"/api/accreditation/v1/print-jobs/{job}")
    assert answer.status_code == 404


async def every_answer(house: House, people: list[str]) -> list[bytes]:
    """What each reading operation and page answers about these people, to everybody who may ask."""
    found = []

    async def note(answer: Any) -> None:
        assert answer.status_code < 500, (str(answer.request.url), answer.text[:300])
        found.append(answer.content)

    for method, path, operation in operations(house):
        if method != "GET" or path in STREAMS or path.startswith("/internal/"):
            continue
        for participant_id in people if "participant" in path else people[:1]:
            of_theirs = path.replace("{participant_id}", participant_id).replace("{participant}", participant_id)
            for role in operation.get("x-roles", []):
                await note(await house.call(Role(role), "GET", filled(of_theirs)))
    everybodys = (
        ("egypt", ("/registration/roster", "/registration/overview", "/session-allocation/delegation")),
        (OFFICER, ("/accreditation/queue", "/accreditation/badges")),
    )
    each_ones = (
        ("egypt", "/registration/person?id={}"),
        (OFFICER, "/accreditation/dossiers/{}"),
        (Role.OPERATOR, "/operations/story?participant={}"),
    )
    pages = [(who, page) for who, some in everybodys for page in some]
    pages += [(who, page.format(participant_id)) for who, page in each_ones for participant_id in people]
    for who, page in pages:
        headers = {"Accept": "text/html", "Cookie": f"bawaba_session={house.token(who)}"}
        await note(await house.http.get(page, headers=headers))
    return found


async def test_a_dead_letter_of_a_person_names_nobody(living: Living) -> None:
    """A record about somebody that breaks its contract, canaries in it, goes to the dead letters as codes and paths."""
    kernel = living.house.app.services["registration"].kernel
    topic = f"{topic_prefix(living.name)}{REGISTRATION_PARTICIPANTS}"
    producer = AIOKafkaProducer(**kafka(living))
    await producer.start()
    broken = json.dumps({"participant_id": TEXTS["latin name"], "category": TEXTS["passport"]}).encode()
    envelope = {"ce_specversion": "1.0", "ce_id": str(uuid.uuid4()), "ce_source": "registration"}
    envelope |= {"ce_type": ParticipantSubmitted.TYPE, "ce_sequence": "00000000000000000001"}
    envelope |= {"ce_time": SYSTEM.now().isoformat(), "ce_correlationid": str(uuid.uuid4())}
    headers = [(name, value.encode()) for name, value in envelope.items()]
    await producer.send_and_wait(topic, broken, key=str(uuid.uuid4()).encode(), headers=headers)
    await producer.stop()

    async def letters() -> bool:
        by_topic, seen = await in_kafka(living.search, f"{topic}{DEAD_LETTER_SUFFIX}", **kafka(living))
        # The value is the broken record itself, kept to be mended; what is said about it is in the headers.
        assert [each for each in seen if each.place.endswith("headers")] == []
        return sum(by_topic.values()) > 0

    await living.house.until(letters, seconds=40)
    shown = await living.house.call(Role.OPERATOR, "GET", "/api/operations/v1/console/dead-letters")
    assert shown.status_code == 200
    assert b"header_missing" not in shown.content, "its attributes are whole: it is read, and breaks its contract"
    assert living.search("shown", shown.content) == []
    log = living.log.getvalue().encode()
    assert living.search("log", log) == []
    assert kernel.problems() == {}
