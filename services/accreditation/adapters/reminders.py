"""Reminders and the messages that carry them, in MongoDB."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Final

from services.accreditation.adapters.documents import Document
from services.accreditation.domain.reminder import REMINDERS_A_MAIL, Reminder, ReminderKind, ReminderMail
from shared.messaging.unit_of_work import Transaction
from shared.outgoing_mail import tries_of
from shared.storage import Database, Index

REMINDERS: Final = "reminders"
MAILS: Final = "reminder_mails"
KEPT_S: Final = 30 * 24 * 3600
INDEXES: Final = (
    Index(REMINDERS, (("at", 1),), expire_after_s=KEPT_S),
    Index(REMINDERS, (("mail_id", 1), ("at", 1))),
    Index(MAILS, (("next_at", 1),), partial={"is_open": True}),
)


class MongoReminderBooks:
    """A reminder whose `mail_id` is empty waits to be gathered into a message."""

    def __init__(self, tx: Transaction) -> None:
        self._reminders = tx.collection(REMINDERS)
        self._mails = tx.collection(MAILS)

    async def add(self, reminder: Reminder) -> None:
        fields = asdict(reminder)
        name = fields.pop("reminder_id")
        await self._reminders.update_one({"_id": name}, {"$setOnInsert": {**fields, "mail_id": ""}}, upsert=True)

    async def gather(self, mail_id: str) -> None:
        first = await self._reminders.find_one({"mail_id": ""}, sort=[("at", 1)])
        if first is None:
            return
        waiting = {"mail_id": "", "to": first["to"]}
        found = await self._reminders.find(waiting, sort=[("at", 1)], limit=REMINDERS_A_MAIL)
        await self._reminders.update_many(
            {"_id": {"$in": [item["_id"] for item in found]}}, {"$set": {"mail_id": mail_id}}
        )
        mail = ReminderMail(
            mail_id=mail_id,
            to=first["to"],
            reminders=tuple(_reminder(item) for item in found),
            next_at=found[-1]["at"],
        )
        await self._mails.insert_one(mail.document())

    async def save_mail(self, mail: ReminderMail) -> None:
        await self._mails.replace_one({"_id": mail.mail_id}, mail.document())


class MongoReminderViews:
    def __init__(self, database: Database) -> None:
        self._reminders = database.collection(REMINDERS)
        self._mails = database.collection(MAILS)

    async def waiting(self, before: datetime) -> bool:
        return await self._reminders.find_one({"mail_id": "", "at": {"$lte": before}}) is not None

    async def due(self, now: datetime) -> ReminderMail | None:
        query = {"is_open": True, "next_at": {"$lte": now}}
        found = await self._mails.find_one(query, sort=[("next_at", 1)])
        return _mail(found) if found else None


def _reminder(document: Document) -> Reminder:
    name = document.get("reminder_id") or document["_id"]
    kind = ReminderKind(document["kind"])
    return Reminder(
        name, document["to"], kind, document["category"], document["stage"], document["due"], document["at"]
    )


def _mail(document: Document) -> ReminderMail:
    return ReminderMail(
        to=document["to"], reminders=tuple(_reminder(item) for item in document["reminders"]), **tries_of(document)
    )
