"""The main job, from three spreadsheets to a green light, through the public API, with every promise of it checked."""

from __future__ import annotations

import io
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

import httpx
import zxingcpp
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from openpyxl import load_workbook
from PIL import Image

from deploy.demo.accounts import ACCOUNTS, DemoAccount
from deploy.demo.client import Person, RefusedError, wait_until
from deploy.demo.rosters import Roster, make_rosters
from shared.contracts.conference import Conference
from shared.security.credential import Credential, KeyId, encode

OFFICER_CATEGORIES: Final = ("head_of_delegation", "security_detail")


@dataclass
class Report:
    """Says what goes on, and keeps what was checked."""

    say: Callable[[str], None]
    checked: list[str] = field(default_factory=list)

    def check(self, promise: str, holds: object) -> None:
        """Raises AssertionError with the promise when it does not hold."""
        if not holds:
            raise AssertionError(f"not kept: {promise}")
        self.checked.append(promise)


@dataclass(frozen=True)
class Places:
    """Where the two processes answer."""

    main: str
    entrance: str


class MainJob:
    def __init__(self, places: Places, passwords: dict[str, str], report: Report, conference: Conference) -> None:
        self._places = places
        self._passwords = passwords
        self._report = report
        self._conference = conference
        self._http = httpx.Client(timeout=60)
        self._device = f"demo-{uuid.uuid4().hex[:8]}"
        self._scans = 0

    def run(self, made_on: date) -> None:
        """All of it. On an installation that did it before, only what must change nothing is done again."""
        self.publish_conference()
        self.open_accounts()
        rosters = make_rosters(made_on)
        people = {roster.delegation: self._sign_in(roster.delegation, roster.language) for roster in rosters}
        is_fresh = not self._participants(people["egypt"], "egypt")
        for roster in rosters:
            self.import_roster(people[roster.delegation], roster, is_fresh=is_fresh)
        if is_fresh:
            self.decide(sum(roster.good for roster in rosters))
            badges = self.wait_for_badges(sum(roster.good for roster in rosters))
            self.hand_out(badges)
            self.at_the_gate(people)
        self.entitlements()
        self.live_stream()

    # --- 0. the conference and its accounts

    def publish_conference(self) -> None:
        administrator = self._sign_in("administrator")
        file = self._conference.model_dump(mode="json")
        done = administrator.send(self._main("/api/operations/v1/conference"), method="PUT", json=file)
        self._report.say(f"conference {self._conference.id}, version {done['version']}, first day today")

    def open_accounts(self) -> None:
        administrator = self._sign_in("administrator")
        for account in ACCOUNTS:
            self._open(administrator, account)
        self._report.say(f"{len(ACCOUNTS)} demonstration accounts")

    def _open(self, administrator: Person, account: DemoAccount) -> None:
        body = {
            "email": account.email,
            "password": self._passwords[account.name],
            "person_id": f"person-{account.name}",
            "roles": [account.role.value],
            "delegation": account.delegation,
        }
        try:
            administrator.send(self._main("/api/identity/v1/accounts"), json=body)
        except RefusedError as refused:
            if refused.code != "identity.account_exists":
                raise

    # --- 1. each delegation imports its file

    def import_roster(self, focal_point: Person, roster: Roster, *, is_fresh: bool) -> None:
        url = self._main(f"/api/registration/v1/delegations/{roster.delegation}")
        wait_until("the conference at registration", lambda: self._knows(focal_point, f"{url}/quota"))
        checked = self._upload(focal_point, url, roster)
        found = {fault["row"]: fault["code"] for fault in checked["faults"] if fault["severity"] == "error"}
        name = roster.delegation
        self._report.check(f"{name}: the dry run finds exactly the faults that are there", found == dict(roster.faults))
        self._report.check(f"{name}: {roster.good} rows are good", checked["good"] == roster.good)
        self._check_annotated(focal_point, roster, checked)
        done = self._commit(focal_point, checked)
        expected = roster.good if is_fresh else 0
        self._report.check(f"{name}: good rows register, bad rows stay behind", done["registered"] == expected)
        if is_fresh:
            again = self._commit(focal_point, self._upload(focal_point, url, roster))
            nothing = again["registered"] == again["corrected"] == 0 and again["unchanged"] == roster.good
            self._report.check(f"{name}: the same file again changes nothing", nothing)
        self._report.say(f"{name}: {done['registered']} registered, {done['left_behind']} left behind, explained")

    def _upload(self, focal_point: Person, url: str, roster: Roster) -> dict[str, Any]:
        files = {"workbook": ("list.xlsx", roster.workbook), "photos": ("photos.zip", roster.photos)}
        checked: dict[str, Any] = focal_point.send(f"{url}/imports", files=files)
        return checked

    def _commit(self, focal_point: Person, checked: dict[str, Any]) -> dict[str, Any]:
        url = self._main(f"/api/registration/v1/imports/{checked['import_id']}/commit")
        result: dict[str, Any] = focal_point.send(url)["result"]
        return result

    def _check_annotated(self, focal_point: Person, roster: Roster, checked: dict[str, Any]) -> None:
        content = focal_point.get_bytes(self._main(checked["workbook_url"]))
        sheet: Any = load_workbook(io.BytesIO(content)).active
        remarked = {row for row in range(2, sheet.max_row + 1) if sheet.cell(row, sheet.max_column).value}
        promise = f"{roster.delegation}: the annotated workbook explains every bad row and no good one"
        self._report.check(promise, remarked == set(roster.faults) if roster.faults else not roster.faults)

    @staticmethod
    def _knows(focal_point: Person, url: str) -> bool:
        try:
            return bool(focal_point.get(url)["categories"])
        except RefusedError:
            return False

    # --- 2. automatic checks, then officers

    def decide(self, people: int) -> None:
        officer, second = self._sign_in("officer"), self._sign_in("second_officer")
        queue = wait_until("every dossier in the queue", lambda: self._queue(officer, people))
        self._report.check("every dossier was checked automatically", all(item["checks"] for item in queue))
        ids = [item["participant_id"] for item in queue]
        first = self._decide(officer, ids)
        waiting = [item["participant_id"] for item in first if item["outcome"] == "awaits_second_officer"]
        sensitive = [item["participant_id"] for item in queue if item["category"] in OFFICER_CATEGORIES]
        self._report.check("sensitive categories wait for a second officer", sorted(waiting) == sorted(sensitive))
        alone = self._decide(officer, waiting[:1])
        same = alone[0]["code"] == "accreditation.same_person"
        self._report.check("the second officer must be another person", same)
        approved = self._decide(second, waiting)
        self._report.check("the second officer approves", all(item["outcome"] == "decided" for item in approved))
        self._report.say(f"{people} dossiers checked and decided, {len(waiting)} of them by two officers")

    def _queue(self, officer: Person, people: int) -> list[dict[str, Any]]:
        found = self._all_pages(officer, "/api/accreditation/v1/queue")
        return found if len(found) == people else []

    def _all_pages(self, person: Person, path: str) -> list[dict[str, Any]]:
        first = person.get(self._main(path))
        rows: list[dict[str, Any]] = first["rows"]
        for page in range(2, first["pages"] + 1):
            rows += person.get(self._main(f"{path}?page={page}"))["rows"]
        return rows

    def _decide(self, officer: Person, ids: list[str]) -> list[dict[str, Any]]:
        body = {"decision": "approve", "participant_ids": ids}
        answer = officer.send(self._main("/api/accreditation/v1/decisions"), json=body)
        rows: list[dict[str, Any]] = answer["rows"]
        return rows

    # --- 3. badges

    def wait_for_badges(self, people: int) -> list[dict[str, Any]]:
        officer = self._sign_in("officer")

        def all_there() -> list[dict[str, Any]]:
            found = self._all_pages(officer, "/api/accreditation/v1/badges")
            return found if len(found) == people else []

        badges: list[dict[str, Any]] = wait_until("a badge for everybody", all_there)
        numbers = {badge["number"] for badge in badges}
        self._report.check("everybody has a badge of their own number", len(numbers) == people)
        return badges

    def hand_out(self, badges: list[dict[str, Any]]) -> None:
        """Activate every badge but one, which the gate is to refuse."""
        officer = self._sign_in("officer")
        self._kept_back = next(badge for badge in badges if badge["category"] == "delegate")
        ids = [badge["participant_id"] for badge in badges if badge is not self._kept_back]
        url = self._main("/api/accreditation/v1/badges/activations")
        rows = officer.send(url, json={"participant_ids": ids})["rows"]
        self._report.check("badges are handed out in bulk", all(row["outcome"] != "refused" for row in rows))
        self._badges = badges
        self._report.say(f"{len(ids)} badges signed, drawn and handed out; one kept back")

    # --- 4. the gate

    def at_the_gate(self, people: dict[str, Person]) -> None:
        officer, guard = self._sign_in("officer"), self._sign_in("guard")
        delegates = [each for each in self._badges if each["category"] == "delegate" and each is not self._kept_back]
        one, revoked = delegates[0], delegates[1]
        press = next(each for each in self._badges if each["category"] == "press")
        credential = self._from_page(officer, one)
        wait_until("the badge at the gate", lambda: self._scan(guard, "north", credential)["reason"] != "not_activated")
        answers = {
            "admitted": self._scan(guard, "plenary-east", credential),
            "the same gate again": self._scan(guard, "plenary-east", credential),
            "already_inside": self._scan(guard, "plenary-west", credential),
            "not_activated": self._scan(guard, "north", self._from_page(officer, self._kept_back)),
            "wrong_zone": self._scan(guard, "operations", credential),
            "wrong_day": self._scan(guard, "plenary-east", self._from_page(officer, press)),
            "forged": self._scan(guard, "north", self._forged()),
            "other_conference": self._scan(guard, "north", self._forged(conference=1)),
            "not_ours": self._scan(guard, "north", "https://example.org/ticket/1"),
        }
        revoked_credential = self._from_page(officer, revoked)
        self._revoke(officer, revoked)
        answers["revoked"] = wait_until(
            "the revocation at the gate", lambda: self._when_refused(guard, "south", revoked_credential, "revoked")
        )
        self._check_answers(answers)
        self._check_words(guard, credential)
        left = self._scan(guard, "plenary-east", credential, direction="out")
        self._report.check("the way out is free", left["decision"] == "admit" and left["reason"] == "left")
        self._check_roster(people[one["delegation"]], one)
        self._report.say("at the gate: admitted once, refused for every reason in its own words")

    def _check_answers(self, answers: dict[str, dict[str, Any]]) -> None:
        admitted, again = answers.pop("admitted"), answers.pop("the same gate again")
        self._report.check("a badge read from its page is admitted", admitted["decision"] == "admit")
        repeated = again["decision"] == "admit" and again["repeated"]
        self._report.check("the same gate within 15 s gives the same answer", repeated)
        for reason, answer in answers.items():
            refused = answer["decision"] == "refuse" and answer["reason"] == reason
            self._report.check(f"refused at the gate: {reason.replace('_', ' ')}", refused)

    def _check_words(self, guard: Person, credential: str) -> None:
        said = {
            language: self._scan(guard, "plenary-west", credential, language=language)["headline"]
            for language in ("ar", "fr", "en")
        }
        self._report.check("the gate speaks Arabic, French and English", len(set(said.values())) == 3)

    def _check_roster(self, focal_point: Person, badge: dict[str, Any]) -> None:
        url = self._main(f"/api/registration/v1/participants/{badge['participant_id']}")
        active = wait_until("the status at registration", lambda: focal_point.get(url)["badge"] == "active")
        self._report.check("the delegation sees its person's badge is active", active)

    def _from_page(self, officer: Person, badge: dict[str, Any]) -> str:
        """The credential, read by an independent decoder from the page as it is drawn."""
        page = f"/api/accreditation/v1/badges/{badge['badge_id']}/page.png"
        picture = Image.open(io.BytesIO(officer.get_bytes(self._main(page))))
        found = zxingcpp.read_barcodes(picture)
        self._report.check("a badge's symbol reads back from its page", len(found) == 1)
        return str(found[0].text)

    def _forged(self, *, conference: int | None = None) -> str:
        now = datetime.now(UTC)
        credential = Credential(uuid.uuid4().bytes, 1, 0, 63, 7, 1, now, now + timedelta(days=9))
        number = self._conference.number if conference is None else conference
        return encode(credential, KeyId(number, 1), Ed25519PrivateKey.generate().sign)

    def _revoke(self, officer: Person, badge: dict[str, Any]) -> None:
        url = self._main(f"/api/accreditation/v1/badges/{badge['badge_id']}/revocation")
        officer.send(url, json={"reason": "withdrawn"})

    def _when_refused(self, guard: Person, gate: str, credential: str, reason: str) -> dict[str, Any] | None:
        answer = self._scan(guard, gate, credential)
        return answer if answer["reason"] == reason else None

    def _scan(
        self, guard: Person, gate: str, credential: str, *, direction: str = "in", language: str = ""
    ) -> dict[str, Any]:
        self._scans += 1
        body = {
            "direction": direction,
            "device": self._device,
            "device_sequence": self._scans,
            "credential": credential,
        }
        url = f"{self._places.entrance}/api/entrance/v1/gates/{gate}/scans"
        answer: dict[str, Any] = guard.send(url, json=body, language=language)
        return answer

    # --- 5. who may attend, and the stream

    def entitlements(self) -> None:
        officer = self._sign_in("programme")
        url = self._main("/api/session-allocation/v1/sessions/opening/entitled")
        found = wait_until("entitlements", lambda: officer.get(url)["participants"])
        self._report.check("session allocation knows who may attend the opening", found)

    def live_stream(self) -> None:
        operator = self._sign_in("operator")
        line = operator.first_event(self._main("/api/operations/v1/stream"))
        self._report.check("the operators' stream shows events", "org.bawaba." in line)

    def _participants(self, focal_point: Person, delegation: str) -> list[Any]:
        url = self._main(f"/api/registration/v1/delegations/{delegation}")
        wait_until("the conference at registration", lambda: self._knows(focal_point, f"{url}/quota"))
        found: list[Any] = focal_point.get(f"{url}/participants")["participants"]
        return found

    def _sign_in(self, name: str, language: str = "en") -> Person:
        account = next(each for each in ACCOUNTS if each.name == name)
        return Person.sign_in(self._http, self._places.main, account.email, self._passwords[name], language)

    def _main(self, path: str) -> str:
        return self._places.main + path


def demonstration(conference: Conference, first_day: date) -> Conference:
    """The same conference from this day on, its gates open at any hour: so that it can be tried at any time."""
    open_all_day = [
        category.model_copy(
            update={
                "access": tuple(
                    rule.model_copy(update={"opens": datetime.min.time(), "closes": datetime.min.time()})
                    for rule in category.access
                )
            }
        )
        for category in conference.categories
    ]
    return conference.model_copy(update={"first_day": first_day, "categories": tuple(open_all_day)})
