"""The other delegations, once the main job is done: the whole conference, with what came of it checked."""

from __future__ import annotations

from datetime import date

from deploy.demo.accounts import OTHERS
from deploy.demo.office import Office
from deploy.demo.rosters import FIRST, make_roster
from deploy.demo.seating import Seating


class WholeConference:
    def __init__(self, office: Office) -> None:
        self._office = office
        self._report = office.report

    def run(self, made_on: date) -> None:
        """Delegation by delegation; one whose people are there already is left as it is."""
        office = self._office
        administrator = office.sign_in("administrator")
        done: dict[str, int] = {}
        for account in OTHERS:
            office.open_account(administrator, account)
            people = self._delegation(account.name, made_on)
            if people:
                done[account.name] = people
        if not done:
            return
        seated = [account.name for account in OTHERS if account.name != "organiser"]
        seating = Seating(office)
        programme = seating.run([*FIRST, *seated])
        seating.leave(programme)
        everybody = sum(len(self._people(name)) for name in (*FIRST, *(account.name for account in OTHERS)))
        self._report.say(f"the whole conference: {everybody} people of {len(FIRST) + len(OTHERS)} delegations")
        on_paper = len(office.live_badges())
        office.print_badges(None, on_paper)
        self._report.say(f"{on_paper} badges on paper in one file")

    def _delegation(self, name: str, made_on: date) -> int:
        """Import, decide and issue; answers how many people, 0 when they were there before."""
        office = self._office
        item = office.conference.delegation(name)
        assert item is not None, "an account is of a delegation of the conference"
        focal_point = office.sign_in(name, item.language)
        if office.participants(focal_point, name):
            return 0
        roster = make_roster(office.conference, name, made_on)
        office.import_roster(focal_point, roster, is_fresh=True)
        office.decide({name: roster.to_decide})
        office.issue(office.badges({name: roster.good}))
        return roster.good

    def _people(self, name: str) -> list[object]:
        return self._office.participants(self._office.sign_in(name), name)
