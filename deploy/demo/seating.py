"""Seats: delegations say what they wish, the programme officer runs and publishes, everybody has a seat or a reason."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any, Final

from deploy.demo.client import Person, wait_until
from deploy.demo.office import Office

API: Final = "/api/session-allocation/v1"
# Heads of delegation wish one thing, their people mostly another: as it is.
HEADS: Final = ("security-challenges", "maritime", "intelligence", "training", "crisis")
OTHERS: Final = ("maritime", "security-challenges", "training", "crisis")


class Seating:
    def __init__(self, office: Office) -> None:
        self._office = office
        self._report = office.report

    def run(self, delegations: Sequence[str]) -> dict[str, Any]:
        """State these delegations' wishes, then allocate for everybody; answers what was published."""
        for delegation in delegations:
            self._wish(delegation)
        officer = self._office.sign_in("programme")
        draft = officer.send(self._office.url(f"{API}/drafts"), json={})
        published: dict[str, Any] = officer.send(
            self._office.url(f"{API}/versions"), json={"draft_id": draft["draft_id"]}
        )
        programme: dict[str, Any] = officer.get(self._office.url(f"{API}/programme"))
        self._check(programme, [self._of(officer, delegation) for delegation in delegations])
        seats = sum(item["seated"] for item in draft["sessions"])
        waiting = sum(item["waiting"] for item in draft["sessions"])
        self._report.say(f"allocation version {published['version']}: {seats} seats given, {waiting} wishes wait")
        return programme

    def leave(self, programme: dict[str, Any]) -> None:
        """Somebody with a seat in a full session withdraws, and who waits first moves in."""
        officer = self._office.sign_in("programme")
        full = next(item for item in programme["sessions"] if item["waiting"])
        url = self._office.url(f"{API}/sessions/{full['code']}/seats")
        before = officer.get(url)
        leaving, next_one = before["seated"][0], before["waiting"][0]["participant_id"]
        focal_point = self._office.sign_in(leaving["delegation"])
        focal_point.send(self._office.url(f"/api/registration/v1/participants/{leaving['participant_id']}/withdrawal"))

        def moved_in() -> bool:
            return next_one in {each["participant_id"] for each in officer.get(url)["seated"]}

        wait_until("who waited first to move in", moved_in)
        self._report.check("a withdrawal seats who waited first", moved_in())

    def _wish(self, delegation: str) -> None:
        focal_point = self._office.sign_in(delegation)

        def entitled() -> Any:
            people = self._of(focal_point, delegation)["people"]
            return people if all(person["entitled"] for person in people if person["category"] == "delegate") else []

        people = wait_until(f"who of {delegation} may attend what", entitled)
        heads = {each["participant_id"]: HEADS for each in people if each["category"] == "head_of_delegation"}
        body = {"default": OTHERS, "participants": heads}
        focal_point.send(self._office.url(f"{API}/delegations/{delegation}/preferences"), method="PUT", json=body)

    def _of(self, person: Person, delegation: str) -> dict[str, Any]:
        found: dict[str, Any] = person.get(self._office.url(f"{API}/delegations/{delegation}/seats"))
        return found

    def _check(self, programme: dict[str, Any], delegations: list[dict[str, Any]]) -> None:
        allocated = [item for item in programme["sessions"] if item["capacity"] is not None]
        within = all(item["seated"] <= item["capacity"] for item in allocated)
        self._report.check("no session has more people than seats", within)
        slot = {code: number for number, codes in enumerate(programme["slots"]) for code in codes}
        people = [person for delegation in delegations for person in delegation["people"]]
        clashes = [max(Counter(slot[code] for code in person["seats"]).values(), default=0) for person in people]
        self._report.check("nobody has two seats at one time", max(clashes, default=0) <= 1)
        entitled = all(set(person["seats"]) <= set(person["entitled"]) for person in people)
        self._report.check("nobody has a seat in a session that they may not attend", entitled)
        answered = all(
            set(person["wishes"]) == set(person["seats"]) | {item["session"] for item in person["unmet"]}
            for person in people
        )
        explained = all(item["sentence"] for person in people for item in person["unmet"])
        self._report.check("every wish has a seat or a reason in words", answered and explained)
