"""An alert: a person and an entry of a watchlist who might be the same, and what an officer made of it.

open → false_positive, true_match
A disposition lasts until either side changes: then the alert is open again. An alert is gone when its entry left
the list, or when the two are no longer alike and nobody had called them the same.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from services.accreditation.domain.dossier_facts import Officer
from services.accreditation.domain.hits import Hits
from services.accreditation.domain.screening_errors import AlertChangedError, AlertStateError


class AlertState(StrEnum):
    OPEN = "open"
    FALSE_POSITIVE = "false_positive"
    TRUE_MATCH = "true_match"
    GONE = "gone"


class Disposition(StrEnum):
    FALSE_POSITIVE = "false_positive"
    TRUE_MATCH = "true_match"


@dataclass(frozen=True)
class Finding:
    """One match as it is kept: by reference, rule and score; the words that met are personal and are not."""

    list_code: str
    reference: str
    score: float
    rules: tuple[str, ...]
    evidence: tuple[str, ...]
    person_mark: str
    entry_mark: str


@dataclass(frozen=True)
class Alert:
    """`since` is when it came into its state; `version` counts what was written of it, 0 for a new one.

    `lingers` says that the two were called the same before one side changed: it stays open until somebody has looked.
    """

    participant_id: str
    delegation: str
    finding: Finding
    state: AlertState
    since: datetime
    by: Officer | None = None
    lingers: bool = False
    version: int = 0

    @property
    def alert_id(self) -> str:
        return alert_id(self.participant_id, self.finding.list_code, self.finding.reference)

    def seen_again(self, finding: Finding, at: datetime) -> Alert:
        """The match was found again: what was disposed stays so while both sides are what they were."""
        same = (finding.person_mark, finding.entry_mark) == (self.finding.person_mark, self.finding.entry_mark)
        if self.state is not AlertState.GONE and same:
            return replace(self, finding=finding)
        return replace(self, finding=finding, state=AlertState.OPEN, since=at, by=None)

    def not_seen(self, at: datetime, *, in_list: bool) -> Alert:
        """The match was not found again. Who was called a true match is looked at anew while the list names them."""
        if self.state is AlertState.GONE:
            return self
        if self.state is AlertState.TRUE_MATCH and in_list:
            return replace(self, state=AlertState.OPEN, since=at, by=None, lingers=True)
        if self.lingers and in_list:
            return self
        return replace(self, state=AlertState.GONE, since=at, by=None, lingers=False)

    def disposed(self, disposition: Disposition, by: Officer, version: int, at: datetime) -> Alert:
        """Raises AlertChangedError when it is another than the officer saw, AlertStateError when it is gone."""
        if version != self.version:
            raise AlertChangedError(self.by.person_id if self.by else "", self.state.value)
        if self.state is AlertState.GONE:
            raise AlertStateError(self.state.value)
        return replace(self, state=AlertState(disposition.value), since=at, by=by, lingers=False)


def alert_id(participant_id: str, list_code: str, reference: str) -> str:
    return hashlib.sha256("\0".join((participant_id, list_code, reference)).encode()).hexdigest()[:32]


def merged(
    participant: tuple[str, str],
    known: Sequence[Alert],
    found: Sequence[Finding],
    is_listed: Mapping[str, bool],
    at: datetime,
) -> list[Alert]:
    """A participant's alerts after a screening; `participant` is the id and the delegation.

    `is_listed` says of a known alert, by its id, whether its entry still is in its list.
    """
    by_id = {alert.alert_id: alert for alert in known}
    alerts: dict[str, Alert] = {}
    for finding in found:
        key = alert_id(participant[0], finding.list_code, finding.reference)
        before = by_id.get(key)
        alerts[key] = before.seen_again(finding, at) if before else Alert(*participant, finding, AlertState.OPEN, at)
    for key, alert in by_id.items():
        if key not in alerts:
            alerts[key] = alert.not_seen(at, in_list=is_listed.get(key, False))
    return list(alerts.values())


def hits_of(alerts: Iterable[Alert]) -> Hits:
    states = [alert.state for alert in alerts]
    return Hits(
        open=states.count(AlertState.OPEN),
        cleared=states.count(AlertState.FALSE_POSITIVE),
        confirmed=states.count(AlertState.TRUE_MATCH),
    )
