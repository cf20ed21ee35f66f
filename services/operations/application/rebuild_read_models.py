"""Every service's read models, and their rebuilding where they lie, in the operator's own name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from services.operations.application.ask_services import Answer, AskServices, OnBehalf, part
from services.operations.application.watch_stream import WATCHERS
from shared.messaging.rebuilds import REBUILDERS
from shared.security.principal import Principal


@dataclass(frozen=True)
class ReadModelsView:
    """`away` are the services that did not answer."""

    models: list[dict[str, Any]]
    away: list[str]


class RebuildReadModels:
    def __init__(self, ask: AskServices) -> None:
        self._ask = ask

    async def listed(self, principal: Principal, behalf: OnBehalf) -> ReadModelsView:
        principal.require(*WATCHERS)
        answers = await self._ask.everyone("/read-models", behalf)
        return ReadModelsView(
            models=[model for answer in answers.values() if answer is not None for model in answer["models"]],
            away=[service for service, answer in answers.items() if answer is None],
        )

    async def start(self, principal: Principal, service: str, model: str, behalf: OnBehalf, *, swap: bool) -> Answer:
        """Raises NoSuchServiceError, InfrastructureError."""
        principal.require(*REBUILDERS)
        return await self._ask.one(service, "POST", f"/read-models/{part(model)}/rebuild", behalf, {"swap": swap})
