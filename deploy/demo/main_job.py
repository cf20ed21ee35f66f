"""The main job, from three spreadsheets to a green light, through the public API, with every promise of it checked."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path
from typing import Any, Final, TypeVar

from deploy.demo.accounts import ACCOUNTS
from deploy.demo.client import Person, wait_until
from deploy.demo.gate import AtTheGate
from deploy.demo.office import Office
from deploy.demo.rosters import FIRST, Roster, make_roster
from deploy.demo.seating import Seating

T = TypeVar("T")
R = TypeVar("R")
AT_ONCE: Final = 4


class MainJob:
    """What is done before "ready": three delegations. On an installation that did it before, nothing changes."""

    def __init__(self, office: Office, lists: Path) -> None:
        """`lists` is the folder where the ministries' files stay, for people who want to send one themselves."""
        self._office = office
        self._lists = lists
        self._report = office.report

    def run(self, made_on: date) -> None:
        office = self._office
        rosters = self._at_once(FIRST, lambda code: make_roster(office.conference, code, made_on))
        self._keep(rosters)
        office.publish_conference()
        administrator = office.sign_in("administrator")
        self._at_once(ACCOUNTS, lambda account: office.open_account(administrator, account))
        self._report.say(f"{len(ACCOUNTS)} demonstration accounts")
        signed_in = self._at_once(rosters, lambda roster: office.sign_in(roster.delegation, roster.language))
        people = dict(zip(FIRST, signed_in, strict=True))
        is_fresh = not office.participants(people["egypt"], "egypt")
        self._at_once(
            rosters, lambda roster: office.import_roster(people[roster.delegation], roster, is_fresh=is_fresh)
        )
        if is_fresh:
            self._accredit({roster.delegation: roster.good for roster in rosters}, people)
        self._live_stream()

    def _keep(self, rosters: Sequence[Roster]) -> None:
        self._lists.mkdir(parents=True, exist_ok=True)
        for roster in rosters:
            (self._lists / f"{roster.delegation}.xlsx").write_bytes(roster.workbook)
            (self._lists / f"{roster.delegation}.zip").write_bytes(roster.photos)

    def _accredit(self, delegations: dict[str, int], people: dict[str, Person]) -> None:
        office = self._office
        twice = office.decide(delegations)
        everybody = sum(delegations.values())
        self._report.say(f"{everybody} dossiers checked and decided, {twice} of them by two officers")
        badges = office.badges(delegations)
        kept_back = next(badge for badge in badges if badge["category"] == "delegate")
        office.issue([badge for badge in badges if badge is not kept_back])
        self._report.say(f"{everybody} badges signed, all handed out but one")
        with ThreadPoolExecutor(1) as printer:
            printed = printer.submit(office.print_badges, "egypt", delegations["egypt"])
            Seating(office).run(list(delegations))
            printed.result()
        self._report.say("Egypt's badges on paper")
        AtTheGate(office.places, self._report, office.conference, office.sign_in)(badges, kept_back, people)

    @staticmethod
    def _at_once(these: Iterable[T], do: Callable[[T], R]) -> list[R]:
        """What different people do beside each other. Raises what the first of them to fail raised."""
        with ThreadPoolExecutor(AT_ONCE) as pool:
            return list(pool.map(do, these))

    def _live_stream(self) -> None:
        operator = self._office.sign_in("operator")

        def first() -> Any:
            return operator.first_event(self._office.url("/api/operations/v1/stream"))

        line = wait_until("an event on the stream", first)
        self._report.check("the operators' stream shows events", "org.bawaba." in line)
