"""Mend what failed alike in one call: retry every letter of one cause, or discard what is quarantined for one cause.

A retry is for each letter what it is for one alone: tried dry, applied once, told in the audit log. To discard is to
drop records for ever, so one person proposes it and another puts it into force; the audit log has who, why, and each
record's place and hash. Both are bounded, and say what is left for another call.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import dataclass
from typing import Any, ClassVar, Final

from shared.contracts.audit import AuditFactRecorded, Detail
from shared.errors import NotFoundError
from shared.messaging.blocked_keys import QUARANTINE
from shared.messaging.cause import Cause, CommandKey
from shared.messaging.dead_letters import DISCARDS, DeadLetters, NoDeadLetterError, shown_mending
from shared.messaging.mend_dead_letter import (
    MENDERS,
    DryRunFailedError,
    Kind,
    LetterChangedError,
    MendDeadLetter,
    NoMendingError,
    Reason,
    SecondOfficerRequiredError,
)
from shared.messaging.unit_of_work import Transaction, UnitOfWork
from shared.security.principal import Principal
from shared.storage import Database, Document
from shared.world import World

RETRIED_MAX: Final = 100
DISCARDED_MAX: Final = 90  # each is named in one audit fact


@dataclass(frozen=True)
class Alike:
    """What failed for the same reason: the group, and the failure's code and detail."""

    group: str
    code: str
    detail: str

    def query(self) -> Document:
        return {"group": self.group, "code": self.code, "detail": self.detail}


@dataclass(eq=False)
class NothingAlikeError(NotFoundError):
    """Nothing is dead-lettered or quarantined for this cause: never, or not any more."""

    code: ClassVar[str] = "dead_letter.nothing_alike"


class MendAlike:
    """For the groups of one service."""

    def __init__(
        self,
        database: Database,
        unit_of_work: UnitOfWork,
        letters: DeadLetters,
        mend: MendDeadLetter,
        world: World,
        *,
        service: str,
    ) -> None:
        self._quarantine = database.collection(QUARANTINE)
        self._discards = database.collection(DISCARDS)
        self._unit_of_work = unit_of_work
        self._letters = letters
        self._mend = mend
        self._world = world
        self._service = service

    async def retry(self, principal: Principal, alike: Alike, command: CommandKey) -> dict[str, Any]:
        """Retry the letters of one cause, a hundred at most: `applied`, `failed` by code, and how many are `left`.

        Called again with its key it goes on where it was. Raises NothingAlikeError, InfrastructureError.
        """
        principal.require(*MENDERS)
        letters = [each for each in await self._letters.listed() if (each.group, each.code, each.detail) == _of(alike)]
        if not letters:
            raise NothingAlikeError
        applied, failed = 0, Counter[str]()
        for letter in letters[:RETRIED_MAX]:
            key = CommandKey(command.account_id, f"{command.key}/{letter.id}", command.fingerprint)
            try:
                proposal = await self._mend.propose(principal, letter.id, Kind.RETRY, [], Reason.CAUSE_MENDED, key)
                await self._mend.apply(principal, proposal["id"])
            except DryRunFailedError as error:
                failed[error.failure] += 1
            except (NoDeadLetterError, LetterChangedError):
                pass  # it is not blocked by this record any more
            else:
                applied += 1
        return {"applied": applied, "failed": dict(failed), "left": max(0, len(letters) - RETRIED_MAX)}

    async def propose_discard(
        self, principal: Principal, alike: Alike, reason: Reason, command: CommandKey
    ) -> dict[str, Any]:
        """Name the records of one cause that are to be dropped, ninety at most; the same call again answers the same.

        Raises NothingAlikeError, InfrastructureError.
        """
        principal.require(*MENDERS)
        if (earlier := await self._discards.find_one({"_id": command.command_id})) is not None:
            return shown_mending(earlier)
        found = await self._quarantine.find(alike.query(), limit=DISCARDED_MAX, projection={"_id": 1})
        if not found:
            raise NothingAlikeError
        document = {
            "_id": command.command_id,
            **alike.query(),
            "records": [item["_id"] for item in found],
            "count": len(found),
            "reason": reason.value,
            "proposed_by": principal.account_id,
            "proposed_person": principal.person_id,
            "proposed_at": self._world.now(),
            "state": "proposed",
        }
        await self._discards.replace_one({"_id": command.command_id}, document, upsert=True)
        return shown_mending(await self._discards.find_one({"_id": command.command_id}) or document)

    async def apply_discard(self, principal: Principal, discard_id: str) -> dict[str, Any]:
        """Drop them, once, by another person than who proposed it. Asking again answers the same.

        Raises NoMendingError, SecondOfficerRequiredError, InfrastructureError.
        """
        principal.require(*MENDERS)
        discard = await self._discards.find_one({"_id": discard_id})
        if discard is None:
            raise NoMendingError
        if discard["state"] == "applied":
            return shown_mending(discard)
        if principal.person_id == discard["proposed_person"]:
            raise SecondOfficerRequiredError

        async def work(tx: Transaction) -> None:
            applied = {"state": "applied", "applied_by": principal.account_id, "applied_person": principal.person_id}
            proposals = tx.collection(DISCARDS)
            if not await proposals.update_one(
                {"_id": discard_id, "state": "proposed"}, {"$set": {**applied, "applied_at": tx.now}}
            ):
                return  # another call was faster
            quarantine = tx.collection(QUARANTINE)
            dropped = await quarantine.find({"_id": {"$in": discard["records"]}}, limit=DISCARDED_MAX)
            await quarantine.delete_many({"_id": {"$in": [item["_id"] for item in dropped]}})
            tx.emit(self._fact(principal, discard, dropped))

        await self._unit_of_work.run(work, cause=Cause(self._world.new_id(), None, None, principal.account_id))
        return shown_mending(await self._discards.find_one({"_id": discard_id}) or discard)

    def _fact(self, principal: Principal, discard: Document, dropped: list[Document]) -> AuditFactRecorded:
        places = [
            Detail(
                name=f"{item['topic']}/{item['partition']}/{item['offset']}"[-60:],
                value=hashlib.sha256(item["value"] or b"").hexdigest(),
            )
            for item in dropped
        ]
        return AuditFactRecorded(
            service=self._service,
            action="dead_letter.discard",
            subject=f"{discard['group']}/{discard['code']}"[:200],
            actor=discard["proposed_by"],
            person=discard["proposed_person"],
            reason=discard["reason"],
            seconded_by=principal.account_id,
            details=(Detail(name="records", value=str(len(dropped))), *places),
        )


def _of(alike: Alike) -> tuple[str, str, str]:
    return alike.group, alike.code, alike.detail
