"""Accreditation on real Kafka and MongoDB, with a vault and an identity that a test decides."""

from __future__ import annotations

import asyncio
import contextlib
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import httpx
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from fastapi import FastAPI, Request
from starlette.responses import Response

from services.accreditation.adapters.mongo import BADGES
from services.accreditation.bootstrap import build
from services.accreditation.settings import AccreditationSettings
from shared.contracts import REGISTRY
from shared.contracts.accreditation import SigningKeyPublished
from shared.contracts.conference import Conference, ConferencePublished
from shared.contracts.event import IntegrationEvent
from shared.contracts.registration import ParticipantCorrected, ParticipantSubmitted, ParticipantWithdrawn
from shared.messaging.cause import Cause
from shared.messaging.kernel import Kernel
from shared.messaging.outbox import OUTBOX
from shared.messaging.unit_of_work import Transaction
from shared.security.credential import Credential, KeyId, verify
from shared.security.key_files import write_secret
from shared.security.personal_data import PersonalRecord
from shared.security.principal import Principal, Role
from shared.security.sealed_exchange import make_keys
from shared.security.service_identity import ServiceDirectory, create_service_keys
from shared.security.signing_keys import create_signing_key
from shared.security.tokens import Session, TokenIssuer
from shared.service import Parts, Service
from shared.settings import ServiceSettings
from shared.world import SYSTEM
from tests.conftest import Namespace

API = "/api/accreditation/v1"
PERSON = PersonalRecord(
    name_arabic="محمد أحمد علي",
    name_latin="Mohamed Ahmed Ali",
    rank="Colonel",
    nationality="EGY",
    birth_date=date(1975, 6, 1),
    document_expires=date(2030, 1, 1),
)
OFFICER = Principal("account-amira", "person-amira", frozenset({Role.ACCREDITATION_OFFICER}))
OFFICERS_OTHER_ACCOUNT = Principal("account-amira-2", "person-amira", frozenset({Role.ACCREDITATION_OFFICER}))
SECOND_OFFICER = Principal("account-bashir", "person-bashir", frozenset({Role.ACCREDITATION_OFFICER}))
ADMINISTRATOR = Principal("account-admin", "person-admin", frozenset({Role.ADMINISTRATOR}))
FOCAL_POINT = Principal("account-egypt", "person-egypt", frozenset({Role.FOCAL_POINT}), "egypt")


class Outside:
    """The vault's internal API and identity's keys. `people` is what the vault knows; None is an erased person.

    `same` is who registration says may be the same person.
    """

    def __init__(self, secrets: Path) -> None:
        self.people: dict[str, PersonalRecord | None] = {}
        self.reads: list[tuple[str, tuple[str, ...]]] = []
        self.away = False
        self.same: dict[str, list[dict[str, Any]]] = {}
        key = Ed25519PrivateKey.generate()
        self.issuer = TokenIssuer("http://localhost:8480", "bawaba", key, "k1", SYSTEM, lifetime_s=600)
        self.app = FastAPI()
        directory = ServiceDirectory.open(secrets / "services", SYSTEM)

        @self.app.post("/internal/registration/v1/personal-data/read", response_model=None)
        async def read(request: Request) -> Any:
            if self.away:
                return Response(status_code=503)
            token = request.headers["authorization"].removeprefix("Bearer ")
            assert directory.verify(token, "registration").account_id == "service:accreditation"
            asked = await request.json()
            self.reads.append((asked["purpose"], tuple(asked["participant_ids"])))
            return {"people": {person: self._answer(person) for person in asked["participant_ids"]}}

        @self.app.post("/internal/registration/v1/same-people", response_model=None)
        async def same_people(request: Request) -> Any:
            asked = await request.json()
            people = self.same.get(asked["participant_id"], [])
            return Response(status_code=503) if self.away else {"people": people}

        @self.app.get("/identity/jwks.json")
        async def jwks() -> dict[str, Any]:
            return self.issuer.jwks()

    def _answer(self, person: str) -> dict[str, Any]:
        if person not in self.people:
            return {"state": "unknown"}
        record = self.people[person]
        return {"state": "known", "fields": record.to_json()} if record else {"state": "erased"}

    def client(self, name: str) -> httpx.AsyncClient:
        return httpx.AsyncClient(transport=httpx.ASGITransport(app=self.app), base_url=f"http://{name}.internal")

    def token(self, principal: Principal) -> str:
        return self.issuer.issue(principal, Session("s-1", 0))


@dataclass
class Desk:
    """What a test does and sees: tells registration's events, calls the API, reads what accreditation told."""

    service: Service
    registration: Kernel
    operations: Kernel
    outside: Outside
    secrets: Path
    namespace: Namespace
    published_keys: list[dict[str, Any]] = field(default_factory=list)

    async def publish(self, conference: Conference, version: int = 1) -> None:
        await tell(self.operations, ConferencePublished(version=version, conference=conference))

    async def submit(
        self,
        participant_id: str,
        *,
        category: str = "delegate",
        delegation: str = "egypt",
        revision: int = 1,
        has_photo: bool = True,
        person: PersonalRecord | None = PERSON,
    ) -> None:
        self.outside.people[participant_id] = person
        event = ParticipantSubmitted(
            conference_id="small",
            participant_id=participant_id,
            delegation=delegation,
            category=category,
            revision=revision,
            has_photo=has_photo,
        )
        await tell(self.registration, event)

    async def correct(
        self, participant_id: str, *, revision: int, category: str = "delegate", has_photo: bool = True
    ) -> None:
        event = ParticipantCorrected(
            conference_id="small",
            participant_id=participant_id,
            delegation="egypt",
            category=category,
            revision=revision,
            has_photo=has_photo,
            fields=("name_latin",),
        )
        await tell(self.registration, event)

    async def withdraw(self, participant_id: str) -> None:
        event = ParticipantWithdrawn(conference_id="small", participant_id=participant_id, delegation="egypt")
        await tell(self.registration, event)

    async def call(
        self,
        method: str,
        path: str,
        body: Mapping[str, Any] | None = None,
        *,
        as_: Principal | None = OFFICER,
        key: str | None = None,
        accept: str = "application/json",
        more_headers: Mapping[str, str] | None = None,
    ) -> httpx.Response:
        headers = {"Idempotency-Key": key or str(uuid.uuid4()), "Accept": accept, "Accept-Language": "en"}
        headers |= more_headers or {}
        if as_ is not None:
            headers["Authorization"] = f"Bearer {self.outside.token(as_)}"
        transport = httpx.ASGITransport(app=self.service.app)
        async with httpx.AsyncClient(transport=transport, base_url="http://desk") as http:
            return await http.request(method, path, json=body, headers=headers)

    async def decide(
        self, decision: str, *participant_ids: str, as_: Principal = OFFICER, key: str | None = None, **more: Any
    ) -> list[dict[str, Any]]:
        body = {"decision": decision, "participant_ids": participant_ids, **more}
        response = await self.call("POST", f"{API}/decisions", body, as_=as_, key=key)
        assert response.status_code == 200, response.text
        rows: list[dict[str, Any]] = response.json()["rows"]
        return rows

    async def activate(self, *participant_ids: str) -> list[str]:
        response = await self.call("POST", f"{API}/badges/activations", {"participant_ids": participant_ids})
        assert response.status_code == 200, response.text
        return [row["code"] or row["outcome"] for row in response.json()["rows"]]

    async def told(self, participant_id: str) -> list[IntegrationEvent]:
        """What accreditation told of a participant, in the order of the stream."""
        rows = self.service.kernel.database.collection(OUTBOX)
        found = await rows.find({"key": participant_id}, sort=[("sequence", 1)], limit=1000)
        assert [row["sequence"] for row in found] == list(range(1, len(found) + 1))
        return [_event(row) for row in found]

    async def told_types(self, participant_id: str) -> list[str]:
        return [type(event).__name__ for event in await self.told(participant_id)]

    async def until_told(self, participant_id: str, *types: str) -> None:
        async def same() -> bool:
            return await self.told_types(participant_id) == list(types)

        await until(same, lambda: self.told_types(participant_id))

    async def badges(self, participant_id: str) -> list[dict[str, Any]]:
        """The newest first."""
        collection = self.service.kernel.database.collection(BADGES)
        return await collection.find({"participant_id": participant_id}, sort=[("profile_version", -1)], limit=100)

    def verified(self, text: str) -> Credential:
        keys = {
            KeyId.parse(item["key_id"]): Ed25519PublicKey.from_public_bytes(bytes.fromhex(item["public_key"]))
            for item in self.published_keys
        }
        return verify(text, keys, 2027)


async def until(
    condition: Callable[[], Awaitable[bool]], seen: Callable[[], Awaitable[object]], *, seconds: float = 15
) -> None:
    deadline = asyncio.get_running_loop().time() + seconds
    while not await condition():
        assert asyncio.get_running_loop().time() < deadline, f"did not come within {seconds} s: {await seen()!r}"
        await asyncio.sleep(0.02)


def make_secrets(folder: Path) -> None:
    create_service_keys(folder / "services", ["accreditation", "registration"])
    create_signing_key(folder / "signing", 2027)
    write_secret(folder / "serial-key", bytes(range(16)).hex().encode())
    write_secret(folder / "watchlist-key", bytes(range(32)).hex().encode())
    (folder / "screening").mkdir(mode=0o700)
    make_keys(folder / "screening" / "own-keys")


async def built(namespace: Namespace, outside: Outside, pool: ThreadPoolExecutor, **more: object) -> Service:
    settings = namespace.settings(AccreditationSettings, "accreditation", **more)
    return await build(settings, Parts(client=outside.client, pool=pool))


@contextlib.asynccontextmanager
async def open_desk(namespace: Namespace, conference: Conference | None, **more: object) -> AsyncIterator[Desk]:
    """A desk whose conference is in force and whose keys are told of, unless there is no conference.

    `more` are settings.
    """
    make_secrets(namespace.secrets)
    outside = Outside(namespace.secrets)
    registration = Kernel(namespace.settings(ServiceSettings, "registration"), SYSTEM, service="registration")
    operations = Kernel(namespace.settings(ServiceSettings, "operations"), SYSTEM, service="operations")
    with ThreadPoolExecutor(1) as pool:
        service = await built(namespace, outside, pool, **more)
        async with service.running(), registration.running(indexes=()), operations.running(indexes=()):
            desk = Desk(service, registration, operations, outside, namespace.secrets, namespace)
            if conference is not None:
                await desk.publish(conference)
                await until_keys_told(desk)
            yield desk


async def until_keys_told(desk: Desk) -> None:
    async def told() -> bool:
        told = await desk.told("small")
        desk.published_keys = [event.model_dump() for event in told if isinstance(event, SigningKeyPublished)]
        return bool(desk.published_keys)

    await until(told, lambda: desk.told("small"))


async def tell(kernel: Kernel, event: IntegrationEvent) -> None:
    async def work(tx: Transaction) -> None:
        tx.emit(event)

    await kernel.unit_of_work.run(work, cause=Cause("correlation", None, None, "tester"))


def _event(row: dict[str, Any]) -> IntegrationEvent:
    headers: dict[str, bytes] = dict(row["headers"])
    return REGISTRY.events[headers["ce_type"].decode()].parse(row["data"])
