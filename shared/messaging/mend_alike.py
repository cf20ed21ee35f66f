"""Mend what failed alike in one call: retry every letter of one cause, or what is quarantined for it, or discard that.

A retry is for each letter what it is for one alone: tried dry, applied once, told in the audit log. To discard is to
drop records for ever, so one person proposes it and another puts it into force; the audit log has who, why, and each
record's place and hash. Each is bounded, and says what is left for another call.
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
from shared.messaging.dead_letter import Failure
from shared.messaging.dead_letters import DISCARDS, Alike, DeadLetters, NoDeadLetterError, shown_mending
from shared.messaging.mend_dead_letter import (
    MENDERS,
    DryRunFailedError,
    Kind,
    LetterChangedError,
    MendDeadLetter,
    NoMendingError,
    Reason,
    SecondOfficerRequiredError,
    earlier_proposal,
    stored_proposal,
)
from shared.messaging.record import RawRecord
from shared.messaging.unit_of_work import Transaction, UnitOfWork
from shared.security.principal import Principal
from shared.storage import Database, Document
from shared.world import World

RETRIED_MAX: Final = 100
DISCARDED_MAX: Final = 90  # each is named in one audit fact


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

    async def retry(
        self, principal: Principal, alike: Alike, command: CommandKey, *, after: str = ""
    ) -> dict[str, Any]:
        """Retry the letters of one cause, a hundred at most: `applied`, `failed` by code, and how many are `left`.

        Those that are left come behind `next`, which another call gives as `after`: so none is reached twice and none
        never. Called again with its key it goes on where it was. Raises NothingAlikeError, NoDeadLetterError,
        InfrastructureError.
        """
        principal.require(*MENDERS)
        letters, left = await self._letters.alike(alike, after=after, limit=RETRIED_MAX)
        if not letters and not after:
            raise NothingAlikeError
        applied, failed = 0, Counter[str]()
        for letter in letters:
            key = CommandKey(command.account_id, f"{command.key}/{letter}", command.fingerprint)
            try:
                proposal = await self._mend.propose(principal, letter, Kind.RETRY, [], Reason.CAUSE_MENDED, key)
                await self._mend.apply(principal, proposal["id"])
            except DryRunFailedError as error:
                failed[error.failure] += 1
            except (NoDeadLetterError, LetterChangedError):
                pass  # it is not blocked by this record any more
            else:
                applied += 1
        return {"applied": applied, "failed": dict(failed), "left": left, "next": letters[-1] if left else ""}

    async def retry_quarantined(self, principal: Principal, alike: Alike) -> dict[str, Any]:
        """Read again what is quarantined for one cause, once the code that reads it was mended: `applied`, `failed`.

        A record that can be read now takes its place in its stream, and what waits for it follows. All of one cause are
        read; called again it goes on where it was. Raises NothingAlikeError, InfrastructureError.
        """
        principal.require(*MENDERS)
        inbox = self._letters.inbox(alike.group)
        read, failed = 0, Counter[str]()
        async for items in self._quarantine.stream(vars(alike), sort=[("_id", 1)], chunk=RETRIED_MAX):
            for item in items:
                record = RawRecord.from_document(item)
                if (error := inbox.unreadable(record)) is not None:
                    failed[Failure.of(error).code] += 1
                else:
                    await inbox.receive(record)
                    await self._release(principal, alike, item)
                    read += 1
        if not read and not failed:
            raise NothingAlikeError
        return {"applied": read, "failed": dict(failed), "left": 0, "next": ""}

    async def _release(self, principal: Principal, alike: Alike, item: Document) -> None:
        """Out of the quarantine with the audit fact, once; its own fate is committed already."""
        place = f"{item['topic']}/{item['partition']}/{item['offset']}"
        fact = AuditFactRecorded(
            service=self._service,
            action="dead_letter.read_again",
            subject=f"{alike.group}/{place}"[:200],
            actor=principal.account_id,
            person=principal.person_id,
            reason=Reason.CAUSE_MENDED,
            details=(Detail(name="after", value=hashlib.sha256(item["value"] or b"").hexdigest()),),
        )

        async def work(tx: Transaction) -> None:
            if await tx.collection(QUARANTINE).delete_one({"_id": item["_id"]}):
                tx.emit(fact)

        await self._unit_of_work.run(work, cause=Cause(self._world.new_id(), None, None, principal.account_id))

    async def propose_discard(
        self, principal: Principal, alike: Alike, reason: Reason, command: CommandKey
    ) -> dict[str, Any]:
        """Name the records of one cause that are to be dropped, ninety at most; the same call again answers the same.

        Raises NothingAlikeError, IdempotencyKeyReusedError, InfrastructureError.
        """
        principal.require(*MENDERS)
        if (earlier := await earlier_proposal(self._discards, command)) is not None:
            return shown_mending(earlier)
        found = await self._quarantine.find(vars(alike), limit=DISCARDED_MAX, projection={"_id": 1})
        if not found:
            raise NothingAlikeError
        document = {
            "_id": command.command_id,
            "fingerprint": command.fingerprint,
            **vars(alike),
            "records": [item["_id"] for item in found],
            "count": len(found),
            "reason": reason.value,
            "proposed_by": principal.account_id,
            "proposed_person": principal.person_id,
            "proposed_at": self._world.now(),
            "state": "proposed",
        }
        return shown_mending(await stored_proposal(self._discards, command, document))

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
