"""Every service's lost window after a restore, and what a person says of it, in the operator's own name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from services.operations.application.ask_services import Answer, AskServices, OnBehalf
from services.operations.application.watch_stream import WATCHERS
from shared.messaging.settle_lost_stream import SETTLERS
from shared.security.principal import Principal


@dataclass(frozen=True)
class LostWindowView:
    """`waiting` are streams that want a person, `settled` those that were dealt with, `well` those that want nobody.

    `marked` and `open` count all that there are, shown or not. `away` are the services that did not answer.
    """

    waiting: list[dict[str, Any]]
    settled: list[dict[str, Any]]
    well: list[dict[str, Any]]
    marked: int
    open: int
    away: list[str]


class WorkThroughLostWindow:
    def __init__(self, ask: AskServices) -> None:
        self._ask = ask

    async def listed(self, principal: Principal, behalf: OnBehalf) -> LostWindowView:
        principal.require(*WATCHERS)
        answers = await self._ask.everyone("/lost-window", behalf)
        known = {service: answer for service, answer in answers.items() if answer is not None}
        streams = [{"service": service, **each} for service, answer in known.items() for each in answer["streams"]]
        return LostWindowView(
            waiting=[each for each in streams if each["waits"]],
            settled=[each for each in streams if each["settled_at"]],
            well=[each for each in streams if not each["waits"] and not each["settled_at"]],
            marked=sum(answer["marked"] for answer in known.values()),
            open=sum(answer["open"] for answer in known.values()),
            away=[service for service, answer in answers.items() if answer is None],
        )

    async def settle(
        self, principal: Principal, service: str, settlement: Mapping[str, Any], behalf: OnBehalf
    ) -> Answer:
        """Say of one stream that it is dealt with. Raises NoSuchServiceError, InfrastructureError."""
        principal.require(*SETTLERS)
        return await self._ask.one(service, "POST", "/lost-window/settlements", behalf, settlement)
