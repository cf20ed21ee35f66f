"""Notices and the messages that carry them, in MongoDB."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Any, Final

from services.registration.domain.list_change import ChangeKind
from services.registration.domain.notice import Mail, Notice
from shared.messaging.unit_of_work import Transaction
from shared.outgoing_mail import tries_of
from shared.storage import Database, Document, Index

NOTICES: Final = "notices"
MAILS: Final = "mails"
SEEN: Final = "notices_seen"
NOTICES_A_MAIL: Final = 50
INDEXES: Final = (
    Index(NOTICES, (("delegation", 1), ("at", -1), ("_id", -1))),
    Index(NOTICES, (("at", 1),), partial={"mail_id": ""}),
    Index(MAILS, (("next_at", 1),), partial={"is_open": True}),
    Index(SEEN, ()),
)


class MongoNotices:
    """A notice whose `mail_id` is empty waits to be gathered into a message."""

    def __init__(self, database: Database) -> None:
        self._notices = database.collection(NOTICES)
        self._mails = database.collection(MAILS)
        self._seen = database.collection(SEEN)

    async def add(self, tx: Transaction, notice: Notice) -> None:
        fields = asdict(notice)
        fields.pop("notice_id")
        new = {"$setOnInsert": {**fields, "mail_id": ""}}
        await tx.collection(NOTICES).update_one({"_id": notice.notice_id}, new, upsert=True)

    async def one(self, delegation: str, notice_id: str) -> Notice | None:
        found = await self._notices.find_one({"_id": notice_id, "delegation": delegation})
        return _notice(found) if found else None

    async def older(self, delegation: str, than: Notice | None, *, limit: int) -> list[Notice]:
        query = {"delegation": delegation, **(_beside(than, "$lt") if than else {})}
        return [_notice(item) for item in await self._notices.find(query, sort=[("at", -1), ("_id", -1)], limit=limit)]

    async def newer(self, delegation: str, than: Notice, *, limit: int) -> list[Notice]:
        query = {"delegation": delegation, **_beside(than, "$gt")}
        return [_notice(item) for item in await self._notices.find(query, sort=[("at", 1), ("_id", 1)], limit=limit)]

    async def seen_until(self, delegation: str, account_id: str) -> datetime | None:
        document = await self._seen.find_one({"_id": f"{delegation}/{account_id}"})
        return document["at"] if document else None

    async def mark_seen(self, tx: Transaction, delegation: str, account_id: str) -> None:
        identity = {"_id": f"{delegation}/{account_id}"}
        await tx.collection(SEEN).update_one(identity, {"$set": {"at": tx.now}}, upsert=True)

    async def unmailed(self, before: datetime, *, limit: int) -> list[str]:
        match = {"mail_id": "", "at": {"$lte": before}}
        group = {"_id": "$delegation"}
        found = await self._notices.aggregate([{"$match": match}, {"$group": group}], limit=limit)
        return [item["_id"] for item in found]

    async def gather(self, tx: Transaction, delegation: str, mail_id: str | None) -> None:
        notices = tx.collection(NOTICES)
        query = {"delegation": delegation, "mail_id": ""}
        found = await notices.find(query, sort=[("at", 1)], limit=NOTICES_A_MAIL)
        if not found:
            return
        ids = [item["_id"] for item in found]
        await notices.update_many({"_id": {"$in": ids}}, {"$set": {"mail_id": mail_id or "none"}})
        if mail_id is not None:
            notices_of = tuple(_notice(item) for item in found)
            mail = Mail(mail_id=mail_id, delegation=delegation, notices=notices_of, next_at=tx.now)
            await tx.collection(MAILS).insert_one(mail.document())

    async def due(self, now: datetime, *, limit: int) -> list[Mail]:
        query = {"is_open": True, "next_at": {"$lte": now}}
        return [_mail(item) for item in await self._mails.find(query, sort=[("next_at", 1)], limit=limit)]

    async def save_mail(self, tx: Transaction, mail: Mail) -> None:
        await tx.collection(MAILS).replace_one({"_id": mail.mail_id}, mail.document())


def _beside(notice: Notice, side: str) -> dict[str, Any]:
    """On one side of a notice in time; of one moment the id decides."""
    return {"$or": [{"at": {side: notice.at}}, {"at": notice.at, "_id": {side: notice.notice_id}}]}


def _notice(document: Document) -> Notice:
    kind = ChangeKind(document["kind"])
    who = document.get("participant_id")
    return Notice(document.get("notice_id") or document["_id"], document["delegation"], kind, document["at"], who)


def _mail(document: Document) -> Mail:
    notices = tuple(_notice(item) for item in document["notices"])
    return Mail(delegation=document["delegation"], notices=notices, **tries_of(document))
