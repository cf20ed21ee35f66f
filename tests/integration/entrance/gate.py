"""The entrance on real Kafka and MongoDB, with an accreditation that a test tells for."""

from __future__ import annotations

import contextlib
import itertools
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import time, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

import httpx

from services.entrance.adapters.mongo import BADGES
from services.entrance.adapters.scan_log import SCANS
from services.entrance.bootstrap import build
from services.entrance.settings import EntranceSettings
from shared.contracts.accreditation import (
    AccessGrant,
    BadgeActivated,
    BadgePrepared,
    BadgeRevoked,
    RevocationReason,
)
from shared.contracts.conference import Conference, ConferencePublished
from shared.contracts.entrance import ScanRecorded
from shared.messaging.kernel import Kernel
from shared.security.principal import Principal, Role
from shared.security.service_identity import create_service_keys
from shared.service import Parts, Service
from shared.settings import ServiceSettings
from shared.testing.conference import small_conference
from shared.world import SYSTEM
from tests.conftest import Namespace
from tests.integration.accreditation.desk import Outside, tell, until

API: Final = "/api/entrance/v1"
SUPERVISOR: Final = Principal("account-huda", "person-huda", frozenset({Role.SUPERVISOR}))
"""Whom a printed number is enough for, so that a test needs no credential."""
DAYS: Final = (1, 2, 3)


@dataclass
class Gate:
    """What a test does and sees: tells accreditation's events of badges, scans, reads the log of scans."""

    service: Service
    accreditation: Kernel
    outside: Outside
    _serials: itertools.count[int] = field(default_factory=lambda: itertools.count(1))

    async def give(self, participant_id: str) -> str:
        """An active badge that opens the venue, known to the gate; its printed number."""
        serial, now = next(self._serials), SYSTEM.now()
        whose = {"conference_id": "small", "participant_id": participant_id, "delegation": "egypt"}
        badge_id = f"badge-{serial}"
        await self._tell(
            BadgePrepared(
                **whose,
                badge_id=badge_id,
                serial=serial,
                number=f"{serial:04}-1",
                key_id="07eb01",
                category="delegate",
                access=(AccessGrant(zone="venue", days=DAYS, opens=time(0), closes=time(0)),),
                profile_version=1,
                valid_from=now - timedelta(hours=1),
                valid_until=now + timedelta(days=1),
            )
        )
        await self._tell(BadgeActivated(**whose, badge_id=badge_id, serial=serial))
        await self.until_folded(badge_id, "active")
        return f"{serial:04}-1"

    async def revoke(self, participant_id: str, number: str) -> None:
        """The gate knows of it when this ends."""
        serial = int(number.split("-")[0])
        badge_id = f"badge-{serial}"
        await self._tell(
            BadgeRevoked(
                conference_id="small",
                participant_id=participant_id,
                delegation="egypt",
                badge_id=badge_id,
                serial=serial,
                reason=RevocationReason.WITHDRAWN,
            )
        )
        await self.until_folded(badge_id, "withdrawn")

    async def until_folded(self, badge_id: str, state: str) -> None:
        badges = self.service.kernel.database.collection(BADGES)

        async def folded() -> bool:
            found = await badges.find_one({"_id": badge_id})
            return found is not None and found["state"] == state

        await until(folded, lambda: badges.find({}, limit=10))

    async def call(self, method: str, path: str, **more: Any) -> httpx.Response:
        headers = {"Authorization": f"Bearer {self.outside.token(SUPERVISOR)}", "Accept-Language": "en"}
        transport = httpx.ASGITransport(app=self.service.app)
        async with httpx.AsyncClient(transport=transport, base_url="http://gate") as http:
            return await http.request(method, path, headers=headers, **more)

    async def scan(self, number: str, *, device: str, sequence: int) -> dict[str, Any]:
        body = {"device": device, "device_sequence": sequence, "number": number}
        response = await self.call("POST", f"{API}/gates/perimeter/scans", json=body)
        assert response.status_code == 200, response.text
        answer: dict[str, Any] = response.json()
        return answer

    async def log(self) -> list[ScanRecorded]:
        """Every scan that was written down, in the order of writing."""
        rows = await self.service.kernel.database.collection(SCANS).find({}, sort=[("_id", 1)], limit=1_000)
        return [ScanRecorded.parse(row["data"]) for row in rows]

    async def _tell(self, event: BadgePrepared | BadgeActivated | BadgeRevoked) -> None:
        await tell(self.accreditation, event)


def conference_today() -> Conference:
    """The small one, whose days are yesterday, today and tomorrow."""
    first = SYSTEM.now().astimezone(ZoneInfo("Africa/Tripoli")).date() - timedelta(days=1)
    return small_conference(first_day=first, days=len(DAYS), registration_closes=first - timedelta(days=9))


@contextlib.asynccontextmanager
async def open_gate(namespace: Namespace) -> AsyncIterator[Gate]:
    """A gate whose conference is in force. It has no status list: it decides by what it was told."""
    create_service_keys(namespace.secrets / "services", ["accreditation", "entrance", "registration"])
    outside = Outside(namespace.secrets)
    accreditation = Kernel(namespace.settings(ServiceSettings, "accreditation"), SYSTEM, service="accreditation")
    operations = Kernel(namespace.settings(ServiceSettings, "operations"), SYSTEM, service="operations")
    with ThreadPoolExecutor(1) as pool:
        settings = namespace.settings(EntranceSettings, "entrance")
        service = await build(settings, Parts(client=outside.client, pool=pool))
        async with service.running(), accreditation.running(indexes=()), operations.running(indexes=()):
            gate = Gate(service, accreditation, outside)
            await tell(operations, ConferencePublished(version=1, conference=conference_today()))
            await _until_open(gate)
            yield gate


async def _until_open(gate: Gate) -> None:
    async def is_open() -> bool:
        return (await gate.call("GET", f"{API}/gates")).status_code == 200

    async def seen() -> str:
        return (await gate.call("GET", f"{API}/gates")).text

    await until(is_open, seen)
