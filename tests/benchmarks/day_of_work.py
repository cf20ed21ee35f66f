"""`make bench-day`: an officer decides 420 dossiers in Chromium by keyboard alone; how long each takes.

A decision is timed as the officer feels it: from its first key until the next dossier is there, claimed and ready for a
key. Nine in ten are approved; every tenth goes back with a remark or is rejected with its two reasons, typing included.
"""

from __future__ import annotations

import json
import statistics
import time
import tomllib
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any, Final

import pytest
from playwright.sync_api import Page, TimeoutError

from deploy.demo.accounts import ACCOUNTS, OTHERS
from deploy.demo.client import Person, wait_until
from deploy.demo.conference import demonstration
from deploy.demo.office import Office
from deploy.demo.portraits import portrait
from deploy.demo.report import Places, Report
from deploy.demo.rosters import make_rosters
from services.operations.application.publish_conference import parse_conference
from shared.contracts.conference import Conference, Review, Stage, StageKind
from shared.world import SYSTEM
from tests.browser.conftest import BENGHAZI, Venue, installation

DOSSIERS: Final = 420
READY: Final = """before => {
  const dossier = document.querySelector("#dossier");
  return document.readyState === "complete" && dossier && dossier.dataset.participant !== before
    && document.querySelector("#decide") !== null && document.querySelector("#claim").hidden;
}"""


@pytest.fixture(scope="module")
def venue(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """An installation whose people are all registered, and nobody decided on."""
    with installation(tmp_path_factory.mktemp("day"), lambda supervisor: None) as found:
        yield found


def test_an_officer_decides_420_dossiers_by_keyboard_alone(venue: Venue) -> None:
    waiting = register_everybody(venue)
    page = venue.page("officer")
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(f"{venue.main}/accreditation/queue")
    page.keyboard.press("Enter")
    page.wait_for_function(READY, arg="")
    decided: dict[str, str] = {}
    took: dict[str, list[float]] = {"approve": [], "return": [], "reject": []}
    began = time.perf_counter()
    for number in range(DOSSIERS):
        participant = page.get_attribute("#dossier", "data-participant")
        assert participant is not None
        assert participant not in decided
        how = {9: "return", 19: "reject"}.get(number % 20, "approve")
        started = time.perf_counter()
        press(page, how)
        if number < DOSSIERS - 1:
            until_next(page, participant, number, how)
        took[how].append((time.perf_counter() - started) * 1000)
        decided[participant] = how
    seconds = time.perf_counter() - began
    say(took, seconds, waiting)
    assert len(decided) == DOSSIERS
    assert errors == []


def until_next(page: Page, participant: str, number: int, how: str) -> None:
    """Raises AssertionError with what the page says when the next dossier does not come."""
    try:
        page.wait_for_function(READY, arg=participant, timeout=60_000)
    except TimeoutError:
        said = [page.locator(each).all_inner_texts() for each in ("#message", "#claim-text")]
        raise AssertionError(f"decision {number} ({how}) leads to {page.url}: {said}") from None


def press(page: Page, how: str) -> None:
    keys = page.keyboard
    match how:
        case "approve":
            keys.press("a")
        case "return":
            keys.press("m")
            keys.press("ArrowDown")
            keys.press("Tab")
            keys.type("Please correct this")
            keys.press("Enter")
        case _:
            keys.press("r")
            keys.press("ArrowDown")
            keys.press("Tab")
            keys.press("ArrowDown")
            keys.press("Tab")
            keys.press("Enter")


def say(took: dict[str, list[float]], seconds: float, waiting: int) -> None:
    everything = [each for times in took.values() for each in times]
    lines = [f"{len(everything)} of {waiting} dossiers decided in {seconds:.0f} s"]
    for name, times in (*took.items(), ("all", everything)):
        times = sorted(times)
        p50, p95 = statistics.median(times), times[int(len(times) * 0.95) - 1]
        lines.append(f"{name:<8} {len(times):>4}  p50 {p50:6.0f} ms  p95 {p95:6.0f} ms  max {times[-1]:6.0f} ms")
    print("\n" + "\n".join(lines))


def register_everybody(venue: Venue) -> int:
    """Every delegation's list, and as many unannounced people as make 420; answers how many wait for an officer."""
    conference = all_by_officers(
        demonstration(parse_conference(tomllib.loads(BENGHAZI.read_text())), SYSTEM.now().date())
    )
    office = Office(Places(venue.main, venue.entrance), venue.passwords, Report(lambda line: None), conference)
    office.publish_conference()
    administrator = office.sign_in("administrator")
    accounts = (*ACCOUNTS, *OTHERS)
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(partial(office.open_account, administrator), accounts))
    rosters = make_rosters(conference, SYSTEM.now().date())
    for roster in rosters:
        office.import_roster(office.sign_in(roster.delegation, roster.language), roster, is_fresh=True)
    officer = office.sign_in("officer")
    registered = sum(roster.good for roster in rosters)
    for number in range(max(0, DOSSIERS - registered)):
        walk_up(venue, officer, number)
    wanted = max(DOSSIERS, registered)

    def all_there() -> int | None:
        total: int = officer.get(f"{venue.main}/api/accreditation/v1/queue")["total"]
        return total if total >= wanted else None

    return wait_until("everybody's checks", all_there, seconds=120)


def walk_up(venue: Venue, officer: Person, number: int) -> None:
    url = f"{venue.main}/api/registration/v1/delegations/libya/walk-ups"
    names = ("Salem", "Omar", "Idris", "Hana", "Nura", "Karim", "Sami", "Laila", "Yunes", "Mona")
    fields = {"name_latin": f"{names[number % 10]} {names[number // 10 % 10]} Werfalli", "nationality": "LBY"}
    fields |= {"birth_date": f"19{60 + number % 40}-03-{1 + number % 28:02}", "document_number": f"LW{number:06}"}
    fields |= {"document_expires": "2035-01-31", "rank": "Colonel"}
    form = json.dumps({"category": "delegate", "fields": fields, "over_quota": True})
    officer.send(url, data={"form": form}, files={"photo": ("face.jpg", portrait(f"walk-up {number}"))})


def all_by_officers(conference: Conference) -> Conference:
    """The same conference where every dossier waits for an officer, and some for a second one."""
    review = Stage(kind=StageKind.REVIEW)
    by_officers = [
        each.model_copy(
            update={
                "stages": (review,),
                "review": Review.ONE_OFFICER if each.review is Review.AUTOMATIC else each.review,
            }
        )
        for each in conference.categories
    ]
    return conference.model_copy(update={"categories": tuple(by_officers)})
