"""Every service's dead letters, by cause and blast radius."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from services.operations.application.ask_services import Answer, AskServices, OnBehalf, part
from services.operations.application.watch_stream import WATCHERS
from shared.security.principal import Principal


@dataclass(frozen=True)
class CauseOfLetters:
    """Letters that failed alike. Blast radius: how many keys are blocked, and how many records wait behind them.

    `letters` are those among the five hundred of their service that are blocked longest.
    """

    service: str
    group: str
    code: str
    detail: str
    keys: int
    held: int
    since: str
    letters: list[dict[str, Any]]


@dataclass(frozen=True)
class DeadLettersView:
    """`away` are the services that did not answer: nothing is known of theirs."""

    causes: list[CauseOfLetters]
    quarantined: list[dict[str, Any]]
    discards: list[dict[str, Any]]
    away: list[str]


class ShowDeadLetters:
    def __init__(self, ask: AskServices) -> None:
        self._ask = ask

    async def listed(self, principal: Principal, behalf: OnBehalf) -> DeadLettersView:
        """The causes that hold back most first."""
        principal.require(*WATCHERS)
        answers = await self._ask.everyone("/dead-letters", behalf)
        known = {service: answer for service, answer in answers.items() if answer is not None}
        return DeadLettersView(
            causes=by_cause(known),
            quarantined=[
                {"service": service, **item} for service, each in known.items() for item in each["quarantined"]
            ],
            discards=[{"service": service, **item} for service, each in known.items() for item in each["discards"]],
            away=[service for service, answer in answers.items() if answer is None],
        )

    async def one(self, principal: Principal, service: str, letter: str, behalf: OnBehalf) -> Answer:
        """A letter with `elsewhere`: how far other services have applied its stream, who had the original record.

        Raises NoSuchServiceError, InfrastructureError.
        """
        principal.require(*WATCHERS)
        answer = await self._ask.one(service, "GET", f"/dead-letters/{part(letter)}", behalf)
        failed = answer.body["letter"]["failed"] if answer.status == 200 else None
        if failed is None:
            return answer
        key = answer.body["letter"]["key"]
        answers = await self._ask.everyone(f"/positions/{part(failed['topic'])}/{part(key)}", behalf)
        elsewhere = [
            {"service": name, **position, "is_past": position["sequence"] >= failed["sequence"]}
            for name, found in answers.items()
            for position in (found or {"positions": []})["positions"]
            if position["group"] != answer.body["letter"]["group"]
        ]
        return Answer(answer.status, {**answer.body, "elsewhere": elsewhere})


def by_cause(answers: Mapping[str, dict[str, Any]]) -> list[CauseOfLetters]:
    """The services' causes, each with those of its letters that the service has listed."""
    listed: dict[tuple[str, ...], list[dict[str, Any]]] = defaultdict(list)
    for service, answer in answers.items():
        for letter in answer["letters"]:
            listed[service, letter["group"], letter["code"], letter["detail"]].append(letter)
    causes = [
        CauseOfLetters(service, **cause, letters=listed[service, cause["group"], cause["code"], cause["detail"]])
        for service, answer in answers.items()
        for cause in answer["causes"]
    ]
    return sorted(causes, key=lambda cause: (-cause.held, -cause.keys, cause.since))
