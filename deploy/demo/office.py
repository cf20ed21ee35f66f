"""What the demonstration's people do through the public API, one step a method, each with its promises checked."""

from __future__ import annotations

import io
from functools import partial
from typing import Any, Final

import httpx
import pypdfium2
from openpyxl import load_workbook

from deploy.demo.accounts import ACCOUNTS, OTHERS, DemoAccount
from deploy.demo.client import Person, RefusedError, settled_import, wait_until
from deploy.demo.report import Places, Report
from deploy.demo.rosters import Roster
from shared.contracts.conference import Conference

OFFICER_CATEGORIES: Final = ("head_of_delegation", "security_detail")
ROWS_AT_ONCE: Final = 200


class Office:
    def __init__(self, places: Places, passwords: dict[str, str], report: Report, conference: Conference) -> None:
        self.places = places
        self.report = report
        self.conference = conference
        self._passwords = passwords
        self._http = httpx.Client(timeout=60)
        self._signed_in: dict[tuple[str, str], Person] = {}

    def url(self, path: str) -> str:
        return self.places.main + path

    def sign_in(self, name: str, language: str = "en") -> Person:
        """Signed in once, as a person is who stays at their desk: a session lasts longer than the demonstration."""
        if (name, language) not in self._signed_in:
            self._signed_in[name, language] = self._sign_in(name, language)
        return self._signed_in[name, language]

    def _sign_in(self, name: str, language: str) -> Person:
        account = next(each for each in (*ACCOUNTS, *OTHERS) if each.name == name)
        return Person.sign_in(self._http, self.places.main, account.email, self._passwords[name], language)

    def publish_conference(self) -> None:
        administrator = self.sign_in("administrator")
        file = self.conference.model_dump(mode="json")
        done = administrator.send(self.url("/api/operations/v1/conference"), method="PUT", json=file)
        self.report.say(f"conference {self.conference.id}, version {done['version']}, first day today")

    def open_account(self, administrator: Person, account: DemoAccount) -> None:
        """Open it unless it is there already."""
        body = {
            "email": account.email,
            "password": self._passwords[account.name],
            "person_id": f"person-{account.name}",
            "roles": [account.role.value],
            "delegation": account.delegation,
            "head": account.delegation is not None,
        }
        try:
            administrator.send(self.url("/api/identity/v1/accounts"), json=body)
        except RefusedError as refused:
            if refused.code != "identity.account_exists":
                raise

    def import_roster(self, focal_point: Person, roster: Roster, *, is_fresh: bool) -> None:
        url = self.url(f"/api/registration/v1/delegations/{roster.delegation}")
        wait_until("the conference at registration", lambda: self._knows(focal_point, f"{url}/quota"))
        mailbox = next(each.email for each in (*ACCOUNTS, *OTHERS) if each.name == roster.delegation)
        focal_point.send(f"{url}/notice-addresses", method="PUT", json={"addresses": [mailbox]})
        checked = self._upload(focal_point, url, roster)
        found = {fault["row"]: fault["code"] for fault in checked["faults"] if fault["severity"] == "error"}
        name = roster.delegation
        self.report.check("the dry run finds exactly the faults that are there", found == dict(roster.faults), of=name)
        self.report.check("all other rows are good", checked["good"] == roster.good, of=name)
        self._check_annotated(focal_point, roster, checked)
        done = self._commit(focal_point, checked)
        expected = roster.good if is_fresh else 0
        self.report.check("good rows register, bad rows stay behind", done["registered"] == expected, of=name)
        if is_fresh:
            again = self._commit(focal_point, self._upload(focal_point, url, roster))
            nothing = again["registered"] == again["corrected"] == 0 and again["unchanged"] == roster.good
            self.report.check("the same file again changes nothing", nothing, of=name)
        self.report.say(f"{name}: {done['registered']} registered, {done['left_behind']} left behind, explained")

    def _upload(self, focal_point: Person, url: str, roster: Roster) -> dict[str, Any]:
        files = {"workbook": ("list.xlsx", roster.workbook), "photos": ("photos.zip", roster.photos)}
        import_id = focal_point.send(f"{url}/imports", files=files)["import_id"]
        return settled_import(focal_point, self.url(f"/api/registration/v1/imports/{import_id}"))

    def _commit(self, focal_point: Person, checked: dict[str, Any]) -> dict[str, Any]:
        url = self.url(f"/api/registration/v1/imports/{checked['import_id']}/commit")
        focal_point.send(url)
        result: dict[str, Any] = settled_import(focal_point, url.removesuffix("/commit"))["result"]
        return result

    def _check_annotated(self, focal_point: Person, roster: Roster, checked: dict[str, Any]) -> None:
        sent: Any = load_workbook(io.BytesIO(roster.workbook)).active
        back: Any = load_workbook(io.BytesIO(focal_point.get_bytes(self.url(checked["workbook_url"])))).active
        remarks = range(sent.max_column + 1, back.max_column + 1)
        remarked = {row for row in range(2, back.max_row + 1) for column in remarks if back.cell(row, column).value}
        promise = "the annotated workbook explains every row with a fault or a warning, and no other"
        self.report.check(promise, remarked == {each["row"] for each in checked["faults"]}, of=roster.delegation)

    @staticmethod
    def _knows(focal_point: Person, url: str) -> bool:
        try:
            return bool(focal_point.get(url)["categories"])
        except RefusedError:
            return False

    def decide(self, delegations: dict[str, int]) -> int:
        """Decide on these delegations' people, all that wait for an officer; answers how many needed two."""
        officer, second = self.sign_in("officer"), self.sign_in("second_officer")
        self._screen(officer, delegations)
        queue: list[dict[str, Any]] = []
        for delegation, people in delegations.items():
            path = f"/api/accreditation/v1/queue?delegation={delegation}"
            queue += wait_until(f"{delegation}'s dossiers", partial(self._when, officer, path, people))
        self.report.check("every dossier was checked automatically", all(item["checks"] for item in queue))
        first = self._decided(officer, [item["participant_id"] for item in queue])
        waiting = [item["participant_id"] for item in first if item["outcome"] == "awaits_second_officer"]
        sensitive = [item["participant_id"] for item in queue if item["category"] in OFFICER_CATEGORIES]
        self.report.check("sensitive categories wait for a second officer", sorted(waiting) == sorted(sensitive))
        if waiting:
            alone = self._decided(officer, waiting[:1])
            same = alone[0]["code"] == "accreditation.same_person"
            self.report.check("the second officer must be another person", same)
        approved = self._decided(second, waiting)
        self.report.check("the second officer approves", all(item["outcome"] == "decided" for item in approved))
        return len(waiting)

    def _screen(self, officer: Person, delegations: dict[str, int]) -> None:
        """The outside authority clears whom the conference file sends to it before an officer decides."""
        authority = self.sign_in("authority")
        path = "/api/accreditation/v1/screening"

        def all_there() -> dict[str, Any] | None:
            asked = [row for row in self._rows(authority, path) if row["delegation"] in delegations]
            queue = [self._rows(officer, f"/api/accreditation/v1/queue?delegation={each}") for each in delegations]
            is_whole = len(asked) + sum(len(rows) for rows in queue) == sum(delegations.values())
            return {"asked": asked} if is_whole else None

        found = wait_until("everybody's checks", all_there)
        answers = [
            {"reference": row["reference"], "revision": row["revision"], "clear": True} for row in found["asked"]
        ]
        if answers:
            rows = authority.send(self.url(f"{path}/answers"), json={"answers": answers})["rows"]
            answered = all(row["outcome"] == "answered" for row in rows)
            self.report.check("the outside authority clears press and security detail", answered)

    def badges(self, delegations: dict[str, int]) -> list[dict[str, Any]]:
        """Everybody's badge, when all are signed."""
        officer = self.sign_in("officer")
        found: list[dict[str, Any]] = []
        for delegation, people in delegations.items():
            path = f"/api/accreditation/v1/badges?delegation={delegation}"
            found += wait_until(f"{delegation}'s badges", partial(self._when, officer, path, people))
        numbers = {badge["number"] for badge in found}
        self.report.check("everybody has a badge of their own number", len(numbers) == sum(delegations.values()))
        return found

    def issue(self, badges: list[dict[str, Any]]) -> None:
        """Hand badges out, activated."""
        officer = self.sign_in("officer")
        for start in range(0, len(badges), ROWS_AT_ONCE):
            ids = [badge["participant_id"] for badge in badges[start : start + ROWS_AT_ONCE]]
            url = self.url("/api/accreditation/v1/badges/activations")
            rows = officer.send(url, json={"participant_ids": ids})["rows"]
            self.report.check("badges are handed out in bulk", all(row["outcome"] != "refused" for row in rows))

    def print_badges(self, delegation: str | None, people: int) -> bytes:
        """The badges of a delegation, or of everybody, as one file, front and back."""
        officer = self.sign_in("officer")
        url = self.url("/api/accreditation/v1/print-jobs")
        job = officer.send(url, json={"delegation": delegation} if delegation else {})

        def over() -> Any:
            found = officer.get(f"{url}/{job['job_id']}")
            return found if found["state"] != "drawing" else None

        done = wait_until("the badges' file", over, seconds=120)
        whole = done["state"] == "ready" and done["done"] == people and not done["left_out"]
        self.report.check("every badge is drawn, its symbol read back", whole)
        content = officer.send_for_bytes(f"{url}/{job['job_id']}/file", json={"key": job["key"]})
        self.report.check("the file has front and back of every badge", pages_of(content) == 2 * people)
        return content

    def live_badges(self) -> list[dict[str, Any]]:
        """Every badge that is not revoked."""
        officer = self.sign_in("officer")
        found: list[dict[str, Any]] = []
        for state in ("prepared", "active"):
            path = self.url(f"/api/accreditation/v1/badges?state={state}")
            first = officer.get(path)
            found += first["rows"]
            for page in range(2, first["pages"] + 1):
                found += officer.get(f"{path}&page={page}")["rows"]
        return found

    def participants(self, focal_point: Person, delegation: str) -> list[Any]:
        url = self.url(f"/api/registration/v1/delegations/{delegation}")
        wait_until("the conference at registration", lambda: self._knows(focal_point, f"{url}/quota"))
        found: list[Any] = focal_point.get(f"{url}/participants")["participants"]
        return found

    def _when(self, person: Person, path: str, rows: int) -> list[dict[str, Any]]:
        """All rows of a paged list, once there are that many."""
        found = self._rows(person, path)
        return found if len(found) == rows else []

    def _rows(self, person: Person, path: str) -> list[dict[str, Any]]:
        """All rows of a paged list."""
        first = person.get(self.url(path))
        found: list[dict[str, Any]] = first["rows"]
        for page in range(2, first["pages"] + 1):
            found += person.get(self.url(f"{path}{'&' if '?' in path else '?'}page={page}"))["rows"]
        return found

    def _decided(self, officer: Person, ids: list[str]) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = []
        for start in range(0, len(ids), ROWS_AT_ONCE):
            body = {"decision": "approve", "participant_ids": ids[start : start + ROWS_AT_ONCE]}
            rows += officer.send(self.url("/api/accreditation/v1/decisions"), json=body)["rows"]
        return rows


def pages_of(content: bytes) -> int:
    with pypdfium2.PdfDocument(content) as document:
        return len(document)
