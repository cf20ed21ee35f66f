"""Sign badges ahead for nobody, to be bound to people at the desk when nothing can be printed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from services.accreditation.application.mint import Mint
from services.accreditation.application.records import Bind, BindBooks, conference_of
from services.accreditation.domain.blank import PROFILE_VERSION, Blank, BlankState
from shared.messaging.cause import Cause, CommandKey
from shared.messaging.unit_of_work import Transaction, UnitOfWork
from shared.security.principal import Principal, Role


@dataclass(frozen=True)
class MakeBlanks:
    """`count` is at most 200 (BLANKS_AT_ONCE_MAX)."""

    category: str
    count: int


class MakeBlanksHandler:
    def __init__(self, unit_of_work: UnitOfWork, bind: Bind, bind_books: BindBooks, mint: Mint) -> None:
        self._unit_of_work = unit_of_work
        self._bind = bind
        self._bind_books = bind_books
        self._mint = mint

    async def __call__(
        self, principal: Principal, command: MakeBlanks, cause: Cause, key: CommandKey
    ) -> dict[str, Any]:
        """Their printed numbers. Raises RoleRequiredError, NoConferenceError, UnknownCategoryError."""
        principal.require(Role.ACCREDITATION_OFFICER)

        async def work(tx: Transaction) -> dict[str, Any]:
            conference = await conference_of(self._bind(tx))
            access = conference.access_of(command.category)
            blanks = []
            for _ in range(command.count):
                made = await self._mint(
                    conference,
                    command.category,
                    access,
                    tx.now,
                    profile_version=PROFILE_VERSION,
                    valid_until=conference.credentials_valid_until,
                )
                blanks.append(
                    Blank(
                        **vars(made),
                        conference_id=conference.id,
                        category=command.category,
                        access=access,
                        state=BlankState.READY,
                        since=tx.now,
                    )
                )
            await self._bind_books(tx).save_blanks(blanks)
            return {"numbers": [blank.number for blank in blanks]}

        return await self._unit_of_work.run_command(work, cause=cause, command=key)
