"""Mend a dead letter where it lies: the service that has it decides, in the operator's own name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from services.operations.application.ask_services import Answer, AskServices, OnBehalf, part
from shared.messaging.mend_dead_letter import MENDERS
from shared.security.principal import Principal


class MendDeadLetterThere:
    def __init__(self, ask: AskServices) -> None:
        self._ask = ask

    async def propose(
        self, principal: Principal, service: str, letter: str, mending: Mapping[str, Any], behalf: OnBehalf
    ) -> Answer:
        """A dry run, kept as a proposal. Raises NoSuchServiceError, InfrastructureError."""
        principal.require(*MENDERS)
        return await self._ask.one(service, "POST", f"/dead-letters/{part(letter)}/mendings", behalf, mending)

    async def retry_alike(
        self, principal: Principal, service: str, alike: Mapping[str, Any], behalf: OnBehalf
    ) -> Answer:
        """Every letter of one cause, a hundred at most. Raises NoSuchServiceError, InfrastructureError."""
        principal.require(*MENDERS)
        return await self._ask.one(service, "POST", "/dead-letters/retries", behalf, alike)

    async def retry_quarantined(
        self, principal: Principal, service: str, alike: Mapping[str, Any], behalf: OnBehalf
    ) -> Answer:
        """What is quarantined for one cause, to be read again. Raises NoSuchServiceError, InfrastructureError."""
        principal.require(*MENDERS)
        return await self._ask.one(service, "POST", "/quarantine/retries", behalf, alike)

    async def propose_discard(
        self, principal: Principal, service: str, discard: Mapping[str, Any], behalf: OnBehalf
    ) -> Answer:
        """What is quarantined for one cause, to be dropped. Raises NoSuchServiceError, InfrastructureError."""
        principal.require(*MENDERS)
        return await self._ask.one(service, "POST", "/quarantine/discards", behalf, discard)

    async def apply_discard(self, principal: Principal, service: str, discard_id: str, behalf: OnBehalf) -> Answer:
        """Drop what a proposal names, once. Raises NoSuchServiceError, InfrastructureError."""
        principal.require(*MENDERS)
        return await self._ask.one(service, "POST", f"/discards/{part(discard_id)}/application", behalf)

    async def apply(self, principal: Principal, service: str, mending_id: str, behalf: OnBehalf) -> Answer:
        """Put a proposal into force, once. Raises NoSuchServiceError, InfrastructureError."""
        principal.require(*MENDERS)
        return await self._ask.one(service, "POST", f"/mendings/{part(mending_id)}/application", behalf)
