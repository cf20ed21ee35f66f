"""Mend a dead letter: retry it, edit and retry it, or skip it: tried dry first, applied once, told in the audit log.

A proposal is stored with what its dry run came to; applying it is one commit of the effect, the stream's position, the
release from the queue, the proposal's state and the audit fact. So two operators at once, or a process killed midway,
leave exactly one effect: that of the proposal which says "applied". The records behind it follow in their order.
"""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, ClassVar, Final, TypedDict

from shared.contracts.audit import AuditFactRecorded, Detail
from shared.contracts.envelope import parse_headers
from shared.errors import BusyError, ConflictError, InfrastructureError, InvalidError, NotFoundError
from shared.messaging.blocked_keys import BLOCKED_KEYS, HELD, PREDECESSOR_MISSING, Gap
from shared.messaging.cause import CommandKey
from shared.messaging.dead_letter import Failure
from shared.messaging.dead_letters import MENDINGS, DeadLetters, NoDeadLetterError, group_and_key, shown_mending
from shared.messaging.inbox import Inbox
from shared.messaging.record import RawRecord
from shared.messaging.record_edit import Edit, difference, edited
from shared.messaging.unit_of_work import IdempotencyKeyReusedError, Transaction, UnitOfWork
from shared.security.principal import Principal, Role
from shared.storage import Collection, Database, Document, DuplicateKeyError
from shared.world import World

MENDERS: Final = (Role.OPERATOR, Role.ADMINISTRATOR)
DIFFERENCES_TOLD_MAX: Final = 60


class Kind(StrEnum):
    RETRY = "retry"
    EDIT = "edit"
    SKIP = "skip"
    GO_ON = "go_on"
    """Apply it although its predecessor never came."""


class Reason(StrEnum):
    """Why a letter is mended: a closed list, so that nobody types a name into the audit log."""

    CAUSE_MENDED = "cause_mended"
    VALUE_CORRECTED = "value_corrected"
    SENT_TWICE = "sent_twice"
    CANNOT_APPLY = "cannot_apply"
    TEST_RECORD = "test_record"
    PREDECESSOR_LOST = "predecessor_lost"


@dataclass(eq=False)
class EditsMissingError(InvalidError):
    """An edit needs edits, and nothing else may have them."""

    code: ClassVar[str] = "dead_letter.edits_missing"


@dataclass(eq=False)
class NoMendingError(NotFoundError):
    code: ClassVar[str] = "dead_letter.mending_not_found"


@dataclass(eq=False)
class SecondOfficerRequiredError(ConflictError):
    """Who changes a record, or skips one, is not who puts it into force: another person must."""

    code: ClassVar[str] = "dead_letter.second_officer_required"


@dataclass(eq=False)
class DryRunFailedError(ConflictError):
    """The dry run failed, so that applying would too; `failure` and `detail` say why, in codes and paths."""

    code: ClassVar[str] = "dead_letter.dry_run_failed"

    failure: str = ""
    detail: str = ""


@dataclass(eq=False)
class LetterChangedError(ConflictError):
    """The record is not the one that blocks its key any more: somebody was faster, or it was applied meanwhile."""

    code: ClassVar[str] = "dead_letter.changed"


class MendDeadLetter:
    """Both steps, for the groups of one service."""

    def __init__(
        self, database: Database, unit_of_work: UnitOfWork, letters: DeadLetters, world: World, *, service: str
    ) -> None:
        self._keys = database.collection(BLOCKED_KEYS)
        self._mendings = database.collection(MENDINGS)
        self._unit_of_work = unit_of_work
        self._letters = letters
        self._world = world
        self._service = service

    async def propose(
        self, principal: Principal, identity: str, kind: Kind, edits: Sequence[Edit], reason: Reason, key: CommandKey
    ) -> dict[str, Any]:
        """Try it dry and store the proposal under the id of the call's key: the same call again answers the same.

        Raises NoDeadLetterError, EditsMissingError, EditInvalidError, IdempotencyKeyReusedError, InfrastructureError.
        """
        principal.require(*MENDERS)
        if (kind is Kind.EDIT) != bool(edits):
            raise EditsMissingError
        if (earlier := await earlier_proposal(self._mendings, key)) is not None:
            return shown_mending(earlier)
        group, blocked_key = group_and_key(identity)
        letter = await self._keys.find_one({"_id": {"group": group, "key": blocked_key}})
        record = await self._letters.failed_record(letter) if letter else None
        if letter is None or record is None:
            raise NoDeadLetterError
        mended = replace(record, value=edited(record.value, edits)) if kind is Kind.EDIT else record
        inbox = self._letters.inbox(group)
        document = {
            "_id": key.command_id,
            "fingerprint": key.fingerprint,
            "group": group,
            "key": blocked_key,
            "record": _place(record),
            "kind": kind.value,
            "reason": reason.value,
            "value": mended.value if kind is Kind.EDIT else None,
            "difference": [vars(change) for change in difference(record.value, mended.value)],
            "warnings": await self._warnings(record, blocked_key, kind),
            "dry_run": await self._dry_run(inbox, mended, blocked_key, kind),
            "proposed_by": principal.account_id,
            "proposed_person": principal.person_id,
            "proposed_at": self._world.now(),
            "needs_second": kind is not Kind.RETRY,
            "state": "proposed",
        }
        return shown_mending(await stored_proposal(self._mendings, key, document))

    async def apply(self, principal: Principal, mending_id: str) -> dict[str, Any]:
        """Put a proposal into force, once. Asking again answers the same.

        Raises NoMendingError, SecondOfficerRequiredError, DryRunFailedError, LetterChangedError, InfrastructureError.
        """
        principal.require(*MENDERS)
        mending = await self._mendings.find_one({"_id": mending_id})
        if mending is None:
            raise NoMendingError
        if mending["state"] == "applied":
            return shown_mending(mending)
        if mending["needs_second"] and principal.person_id == mending["proposed_person"]:
            raise SecondOfficerRequiredError
        if mending["dry_run"]["code"]:
            raise DryRunFailedError(mending["dry_run"]["code"], mending["dry_run"]["detail"])
        letter = await self._keys.find_one({"_id": {"group": mending["group"], "key": mending["key"]}})
        record = await self._letters.failed_record(letter) if letter else None
        if record is not None and _place(record) == mending["record"]:
            await self._commit(principal, mending, record)
        return await self._outcome(mending_id)

    async def _commit(self, principal: Principal, mending: Document, record: RawRecord) -> None:
        kind = Kind(mending["kind"])
        mended = replace(record, value=mending["value"]) if kind is Kind.EDIT else record

        async def within(tx: Transaction) -> None:
            held = await tx.collection(HELD).find_one({"_id": {"group": mending["group"], **mending["record"]}})
            applied = {"state": "applied", "applied_by": principal.account_id, "applied_person": principal.person_id}
            moved = await tx.collection(MENDINGS).update_one(
                {"_id": mending["_id"], "state": "proposed"}, {"$set": {**applied, "applied_at": tx.now}}
            )
            if held is None or not moved:
                raise LetterChangedError
            tx.emit(self._fact(principal, mending, record, mended))

        inbox = self._letters.inbox(mending["group"])
        try:
            await inbox.mend(mended, mending["key"], **_how(kind), within=within)
        except LetterChangedError:
            pass  # whoever was faster decided: the outcome says how
        except (InfrastructureError, BusyError):
            raise
        except Gap:
            raise DryRunFailedError(PREDECESSOR_MISSING) from None
        except Exception as error:
            failure = Failure.of(error)
            raise DryRunFailedError(failure.code, failure.detail) from None

    async def _outcome(self, mending_id: str) -> dict[str, Any]:
        mending = await self._mendings.find_one({"_id": mending_id})
        assert mending is not None, "mendings are never removed"
        if mending["state"] != "applied":
            raise LetterChangedError
        return shown_mending(mending)

    async def _dry_run(self, inbox: Inbox, record: RawRecord, key: str, kind: Kind) -> dict[str, str]:
        """What applying would come to: an empty code when it would succeed. Nothing is committed."""
        try:
            await inbox.mend(record, key, **_how(kind), dry=True)
        except (InfrastructureError, BusyError):
            raise
        except Gap:
            return {"code": PREDECESSOR_MISSING, "detail": ""}
        except Exception as error:
            failure = Failure.of(error, handler=inbox.handler_of(record))
            return {"code": failure.code, "detail": failure.detail}
        return {"code": "", "detail": ""}

    async def _warnings(self, record: RawRecord, key: str, kind: Kind) -> list[dict[str, Any]]:
        """Groups that are at or past this record in its stream: they had the original, and what came after it."""
        sequence = parse_headers(record.headers).sequence
        return [
            {"code": "applied_by_others", "group": each.group, "sequence": each.sequence}
            for each in await self._letters.positions(record.topic, key)
            if each.sequence >= sequence and kind is not Kind.RETRY
        ]

    def _fact(self, principal: Principal, mending: Document, record: RawRecord, mended: RawRecord) -> AuditFactRecorded:
        place = mending["record"]
        details = [
            Detail(name="record", value=f"{place['topic']}/{place['partition']}/{place['offset']}"),
            Detail(name="mending", value=mending["_id"]),
            Detail(name="before", value=hashlib.sha256(record.value or b"").hexdigest()),
            Detail(name="after", value=hashlib.sha256(mended.value or b"").hexdigest()),
            *(
                Detail(name=change["kind"], value=change["path"][:300])
                for change in mending["difference"][:DIFFERENCES_TOLD_MAX]
            ),
        ]
        second = principal.account_id if principal.account_id != mending["proposed_by"] else ""
        return AuditFactRecorded(
            service=self._service,
            action=f"dead_letter.{mending['kind']}",
            subject=f"{mending['group']}/{mending['key']}"[:200],
            actor=mending["proposed_by"],
            person=mending["proposed_person"],
            reason=mending["reason"],
            seconded_by=second,
            details=tuple(details),
        )


async def earlier_proposal(proposals: Collection, key: CommandKey) -> Document | None:
    """What this call proposed before. Raises IdempotencyKeyReusedError when its key came with another request."""
    earlier = await proposals.find_one({"_id": key.command_id})
    if earlier is not None and earlier.get("fingerprint", key.fingerprint) != key.fingerprint:
        raise IdempotencyKeyReusedError
    return earlier


async def stored_proposal(proposals: Collection, key: CommandKey, document: Document) -> Document:
    """Store a proposal once: of two calls with one key, both answer what the first has stored, whatever became of it.

    Raises IdempotencyKeyReusedError.
    """
    with contextlib.suppress(DuplicateKeyError):
        await proposals.insert_one(document)
    return await earlier_proposal(proposals, key) or document


class _How(TypedDict):
    without_effect: bool
    without_predecessor: bool


def _how(kind: Kind) -> _How:
    return {"without_effect": kind is Kind.SKIP, "without_predecessor": kind is Kind.GO_ON}


def _place(record: RawRecord) -> dict[str, Any]:
    return {"topic": record.topic, "partition": record.partition, "offset": record.offset}
