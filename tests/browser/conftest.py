from __future__ import annotations

import contextlib
import os
import shutil
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

from deploy.demo.accounts import ACCOUNTS, OTHERS, passwords
from deploy.demo.conference import demonstration
from deploy.demo.office import Office
from deploy.demo.report import Places, Report
from deploy.local import processes
from deploy.local.secret_files import secret
from services.operations.application.publish_conference import parse_conference
from services.supervisor import Supervisor
from services.topology import ports_from
from shared.world import SYSTEM
from tests.support.backend import ROOT

FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
]
BENGHAZI = ROOT / "deploy" / "conference" / "benghazi.toml"


@dataclass(frozen=True)
class Venue:
    """A running installation with the main job done, and a browser before it."""

    main: str
    entrance: str
    lists: Path
    passwords: dict[str, str]
    browser: Browser
    registrations_kafka: dict[str, Any]

    def page(self, account: str, *, language: str = "en", width: int = 1280, height: int = 900) -> Page:
        """A page of somebody who has signed in through the sign-in page."""
        # Without motion: what axe and a test look at is not on its way from one colour or place to another.
        size: ViewportSize = {"width": width, "height": height}
        context = self.browser.new_context(viewport=size, locale=language, reduced_motion="reduce")
        context.add_cookies([{"name": "bawaba_language", "value": language, "url": self.main}])
        page = context.new_page()
        page.goto(f"{self.main}/identity/sign-in")
        page.fill("#email", next(each.email for each in (*ACCOUNTS, *OTHERS) if each.name == account))
        page.fill("#password", self.passwords[account])
        page.click("form[action='/identity/sign-in'] button")
        page.wait_for_url(f"{self.main}/")
        return page


@contextlib.contextmanager
def installation(data: Path, prepare: Callable[[Supervisor], object]) -> Iterator[Venue]:
    """A fresh installation, prepared, with a browser before it."""
    chromium = shutil.which("chromium")
    if chromium is None:
        pytest.skip("Debian's chromium is not installed: apt-get install chromium")
    local = Path(os.environ.get("BAWABA_LOCAL", ROOT / ".local"))
    ports = ports_from(processes.free_ports(5))
    supervisor = Supervisor(local, data, ports)
    with supervisor.started(BENGHAZI), sync_playwright() as playwright:
        prepare(supervisor)
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        places = supervisor.places
        kafka = registrations_kafka(data / "secrets", ports["kafka"])
        yield Venue(places.main, places.entrance, data / "lists", passwords(data / "secrets"), browser, kafka)
        browser.close()


def registrations_kafka(secrets: Path, port: int) -> dict[str, Any]:
    """How registration itself reaches the broker, for a record that no use case of it would write."""
    return {
        "bootstrap_servers": f"127.0.0.1:{port}",
        "security_protocol": "SASL_PLAINTEXT",
        "sasl_mechanism": "PLAIN",
        "sasl_plain_username": "registration",
        "sasl_plain_password": secret(secrets, "kafka-registration"),
    }


# Of this package, not of the run: while Playwright is open its event loop runs in this thread, and no other can.
@pytest.fixture(scope="package")
def venue(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Venue]:
    def prepare(supervisor: Supervisor) -> None:
        supervisor.demonstration(BENGHAZI).main_job()

    with installation(tmp_path_factory.mktemp("venue"), prepare) as found:
        yield found


@pytest.fixture(scope="package")
def office(venue: Venue) -> Office:
    """Everybody else at the venue, for what was done before a test's own person comes."""
    conference = parse_conference(tomllib.loads(BENGHAZI.read_text(encoding="utf-8")))
    shown = demonstration(conference, SYSTEM.now().date())
    return Office(Places(venue.main, venue.entrance), venue.passwords, Report(lambda _: None), shown)


@pytest.fixture(autouse=True)
def pages_closed(request: pytest.FixtureRequest) -> Iterator[None]:
    """What a test opened is closed after it: pages that follow a stream go on working, and each is a process."""
    yield
    if "venue" in request.fixturenames:
        for context in request.getfixturevalue("venue").browser.contexts:
            context.close()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The tutorial first, the long list last.

    The tutorial's reader has a fresh installation, where no other test has taken a delegation's places; what the long
    list makes would stand in everybody's queue.
    """
    items.sort(key=lambda item: ("test_long_list" in item.nodeid) - ("test_tutorial" in item.nodeid))
