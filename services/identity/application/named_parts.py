"""What the use cases around a delegation's named accounts share."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from services.identity.application.ports import Accounts, Passwords
from services.identity.domain.account import Account
from shared.messaging.unit_of_work import UnitOfWork
from shared.security.sealed_texts import ACCOUNT_OWNER_PREFIX, SealedTexts
from shared.world import World


@dataclass(frozen=True)
class NamedParts:
    """Names are sealed in the vault under a key of their person's, and are here for as long as they are shown."""

    accounts: Accounts
    passwords: Passwords
    texts: SealedTexts
    unit_of_work: UnitOfWork
    world: World

    async def keep_name(self, account: Account, full_name: str) -> None:
        """Raises InfrastructureError."""
        if account.name_text_id is not None:
            await self.texts.keep(f"{ACCOUNT_OWNER_PREFIX}{account.person_id}", account.name_text_id, full_name)

    async def names(self, accounts: Iterable[Account]) -> Mapping[str, str]:
        """What people are called, by account; who has no name, or whose was erased, is left out."""
        text_ids = {account.name_text_id: account.account_id for account in accounts if account.name_text_id}
        texts = await self.texts.read(list(text_ids))
        return {text_ids[text_id]: text for text_id, text in texts.items()}
