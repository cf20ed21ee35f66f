"""The main job, from three spreadsheets to a green light, through the public API, with every promise of it checked."""

from __future__ import annotations

import io
from datetime import date
from typing import Any, Final

import httpx
from openpyxl import load_workbook

from deploy.demo.accounts import ACCOUNTS, DemoAccount
from deploy.demo.client import Person, RefusedError, wait_until
from deploy.demo.gate import AtTheGate
from deploy.demo.report import Places, Report
from deploy.demo.rosters import Roster, make_rosters
from shared.contracts.conference import Conference

OFFICER_CATEGORIES: Final = ("head_of_delegation", "security_detail")


class MainJob:
    def __init__(self, places: Places, passwords: dict[str, str], report: Report, conference: Conference) -> None:
        self._places = places
        self._passwords = passwords
        self._report = report
        self._conference = conference
        self._http = httpx.Client(timeout=60)

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
            at_the_gate = AtTheGate(self._places, self._report, self._conference, self._sign_in)
            at_the_gate(badges, self._kept_back, people)
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
        self._report.say(f"{len(ids)} badges signed, drawn and handed out; one kept back")

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
