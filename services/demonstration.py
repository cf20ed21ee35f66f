"""The demonstration on a running installation: the main job, then the rest of the conference."""

from __future__ import annotations

import json
import time
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import httpx

from deploy.demo.accounts import passwords
from deploy.demo.client import RefusedError
from deploy.demo.conference import demonstration
from deploy.demo.main_job import MainJob
from deploy.demo.office import Office
from deploy.demo.report import Places, Report
from deploy.demo.whole_conference import WholeConference
from shared.contracts.conference import Conference

FAILURES = (AssertionError, TimeoutError, RefusedError, httpx.HTTPError)


@dataclass(frozen=True)
class Demonstration:
    """`data` is the installation's folder, with the passwords and the day on which its people were made."""

    places: Places
    data: Path
    conference_file: Path
    say: Callable[[str], None]

    def main_job(self) -> Report:
        """Raises one of FAILURES when a promise is not kept."""
        office = self._office()
        MainJob(office, self.data / "lists").run(self._made_on())
        return office.report

    def the_rest(self) -> Report:
        """The other delegations. Raises as the main job does."""
        office = self._office()
        WholeConference(office).run(self._made_on())
        return office.report

    def _office(self) -> Office:
        shown = demonstration(self._conference, self._today)
        return Office(self.places, passwords(self.data / "secrets"), Report(self.say), shown)

    @property
    def _conference(self) -> Conference:
        return Conference.model_validate(tomllib.loads(self.conference_file.read_text(encoding="utf-8")))

    @property
    def _today(self) -> date:
        return datetime.now(ZoneInfo(self._conference.timezone)).date()

    def _made_on(self) -> date:
        """The day this installation's demonstration people were made: the same people come back at every start."""
        path = self.data / "demonstration.json"
        if not path.exists():
            path.write_text(json.dumps({"made_on": self._today.isoformat()}))
        return date.fromisoformat(json.loads(path.read_text())["made_on"])


def say_since(began: float) -> Callable[[str], None]:
    """Prints lines with the seconds since a moment of the monotonic clock, which all processes share."""

    def say(line: str) -> None:
        print(f"[{time.monotonic() - began:5.1f} s] {line}", flush=True)

    return say
