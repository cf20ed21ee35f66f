"""All services of the house in one process, over HTTP as the world sees them."""

from __future__ import annotations

import contextlib
import dataclasses
import io
import itertools
import uuid
import zipfile
from collections.abc import AsyncIterator
from typing import Any

import httpx
from openpyxl import Workbook

from deploy.demo.portraits import portrait
from deploy.local.installation import make_secrets
from services.composition import SERVICES, process_app, settings_of
from shared.asgi import ProcessApp
from shared.contracts.conference import Conference
from shared.security.principal import Role
from shared.testing.conference import small_conference
from shared.world import SYSTEM, World
from tests.conftest import Namespace
from tests.support.callers import Callers, values_of

URL = "http://bawaba.test"
BY_HAND = frozenset({"identity.failed_sign_ins", "registration.vault_reads"})
"""What is summed up every so often: a test that counts the sums says itself when, or the clock splits one in two."""

_NUMBERS = itertools.count(1)
CONFERENCE = small_conference(first_day=SYSTEM.now().date())


class House(Callers):
    def __init__(self, namespace: Namespace, *, world: World = SYSTEM, conference: Conference = CONFERENCE) -> None:
        self.conference, self.world = conference, world
        self.secrets = namespace.secrets
        make_secrets(namespace.secrets, conference)
        values = values_of(namespace, SERVICES, URL)
        settings = {name: settings_of(name)(**own) for name, own in values.items()}
        self.app: ProcessApp = process_app(list(SERVICES), world=world, **settings)
        for service in self.app.services.values():
            service.repeats = [
                dataclasses.replace(each, every_s=86_400.0) if each.name in BY_HAND else each
                for each in service.repeats
            ]
        http = httpx.AsyncClient(transport=httpx.ASGITransport(app=self.app), base_url=URL, timeout=30)
        super().__init__(namespace, URL, http, world=world)

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        async with self.app.running():
            answer = await self.call(
                Role.ADMINISTRATOR, "PUT", "/api/operations/v1/conference", json=self.conference.model_dump(mode="json")
            )
            assert answer.status_code == 200, answer.text

            async def known() -> bool:
                quota = await self.call("egypt", "GET", "/api/registration/v1/delegations/egypt/quota")
                gates = await self.call(Role.GUARD, "GET", "/api/entrance/v1/gates")
                return quota.status_code == gates.status_code == 200

            await self.until(known)
            yield
        await self.http.aclose()

    async def settled(self) -> None:
        """Until every service has published what it had to tell, and read what it was told."""

        async def quiet() -> bool:
            health = (await self.call(Role.OPERATOR, "GET", "/api/operations/v1/overview")).json()["services"]
            return all(
                report is not None
                and not report["unpublished"]
                and not any(records for topics in report["lag"].values() for records in topics.values())
                for report in health.values()
            )

        await self.until(quiet, seconds=60)

    async def register(self, delegation: str, *people: dict[str, Any]) -> list[str]:
        """Import people through the API; answers the participants' ids of the delegation."""
        base = "/api/registration/v1"
        files = {"workbook": ("a.xlsx", workbook(*people)), "photos": ("p.zip", photos("a.jpg"))}
        checked = await self.call(delegation, "POST", f"{base}/delegations/{delegation}/imports", files=files)
        assert checked.status_code == 201, checked.text
        await self.imported(delegation, checked.json())
        done = await self.call(delegation, "POST", f"{base}/imports/{checked.json()['import_id']}/commit")
        assert done.status_code == 202, done.text
        await self.imported(delegation, done.json())
        found = await self.call(delegation, "GET", f"{base}/delegations/{delegation}/participants")
        return [each["participant_id"] for each in found.json()["participants"]]

    async def newcomers(self, delegation: str, *people: dict[str, Any]) -> list[str]:
        """Import people who are not on the list yet; answers their ids alone."""
        path = f"/api/registration/v1/delegations/{delegation}/participants"
        before = {each["participant_id"] for each in (await self.call(delegation, "GET", path)).json()["participants"]}
        return [each for each in await self.register(delegation, *people) if each not in before]

    def forget_attempts(self) -> None:
        """Every caller here has one address, which is held off after ten failures of whomever."""
        identity: Any = self.app.services["identity"].application
        identity.sign_in._check._attempts.succeeded("address:127.0.0.1")

    async def imported(
        self, delegation: str, shown: dict[str, Any], *, language: str = "en", seconds: float = 20
    ) -> dict[str, Any]:
        """The import when it is under way no more."""
        found = shown

        async def settled() -> bool:
            nonlocal found
            path = f"/api/registration/v1/imports/{shown['import_id']}"
            answer = await self.call(delegation, "GET", path, language=language)
            assert answer.status_code == 200, answer.text
            found = answer.json()
            return found["progress"] is None

        await self.until(settled, seconds=seconds)
        return found

    def openapi(self) -> dict[str, dict[str, Any]]:
        """Each service's OpenAPI document."""
        return {name: service.app.openapi() for name, service in self.app.services.items()}


def person(**changes: Any) -> dict[str, Any]:
    """A row of a spreadsheet that is good as it is; two of one name would be one person to a list."""
    row = {
        "Category": "delegate",
        "Full name": f"Amina Farouk {next(_NUMBERS)}",
        "Date of birth": "1980-05-13",
        "Nationality": "EGY",
        "Passport number": f"X{uuid.uuid4().hex[:7].upper()}",
        "Expiry date": "2035-01-31",
        "Photo": "a.jpg",
    }
    return row | changes


def workbook(*people: dict[str, Any]) -> bytes:
    book = Workbook()
    sheet: Any = book.active
    sheet.append(list(people[0]))
    for each in people:
        sheet.append(list(each.values()))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def photos(*names: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name in names:
            archive.writestr(name, portrait(name))
    return out.getvalue()
