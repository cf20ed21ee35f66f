"""Where a delegation's notices go by e-mail: the addresses that its focal points gave, sealed."""

from __future__ import annotations

import json
from typing import Any

from services.registration.application.scope import delegation_of, require_scope
from services.registration.domain.notice import checked_addresses
from services.registration.vault.store import Vault
from services.registration.vault.texts import SealedTexts
from shared.conference import ConferenceCopy
from shared.messaging.unit_of_work import Cause, CommandKey, Transaction, UnitOfWork
from shared.security.principal import Principal, Role


class NoticeAddresses:
    def __init__(self, conference: ConferenceCopy, vault: Vault, texts: SealedTexts, unit_of_work: UnitOfWork) -> None:
        self._conference = conference
        self._vault = vault
        self._texts = texts
        self._unit_of_work = unit_of_work

    async def of(self, delegation: str) -> tuple[str, ...]:
        text_id = _owner(delegation)
        kept = (await self._texts.read([text_id])).get(text_id)
        return tuple(json.loads(kept)) if kept else ()

    async def shown(self, principal: Principal, delegation: str) -> tuple[str, ...]:
        """Raises UnknownDelegationError."""
        principal.require(Role.FOCAL_POINT)
        require_scope(principal, delegation)
        return await self.of(delegation)

    async def set(
        self, principal: Principal, delegation: str, addresses: list[str], cause: Cause, key: CommandKey
    ) -> dict[str, Any]:
        """Replace them; none means no e-mail. Raises UnknownDelegationError, AddressInvalidError."""
        principal.require(Role.FOCAL_POINT)
        require_scope(principal, delegation)
        await delegation_of(self._conference, delegation)
        checked = checked_addresses(addresses)
        owner = _owner(delegation)
        await self._vault.ensure_keys([owner])

        async def work(tx: Transaction) -> dict[str, Any]:
            await self._texts.put(tx, owner, owner, json.dumps(checked))
            return {"addresses": len(checked)}

        return await self._unit_of_work.run_command(work, cause=cause, command=key)


def _owner(delegation: str) -> str:
    """The vault's owner of what is a delegation's and nobody's; also the id of its only text."""
    return f"notice-addresses/{delegation}"
