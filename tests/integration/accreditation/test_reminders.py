"""Reminders and escalations reach the office by e-mail: at least once, under one Message-ID, without a name."""

from __future__ import annotations

import email
from datetime import timedelta
from email.message import Message
from pathlib import Path
from typing import Any

import services.accreditation
from deploy.local.mail_catcher import MailCatcher
from deploy.local.processes import free_ports
from services.accreditation.adapters.conference import CurrentRules
from services.accreditation.adapters.mail import OfficeMail
from services.accreditation.adapters.mongo import DOSSIERS, MongoViews
from services.accreditation.adapters.reminders import MAILS, REMINDERS, MongoReminderBooks, MongoReminderViews
from services.accreditation.application import Application
from services.accreditation.application.send_reminders import SendReminders
from services.accreditation.settings import AccreditationSettings
from shared.conference import ConferenceCopy
from shared.errors import InfrastructureError
from shared.web.application import service_texts
from shared.world import SYSTEM, World
from tests.integration.accreditation.desk import Desk, until

LATER = World(now=lambda: SYSTEM.now() + timedelta(seconds=10))


def sender(desk: Desk, port: int, *, fails_after: bool = False) -> SendReminders:
    """What the service runs every few seconds, some seconds from now; `fails_after`: killed before it is noted."""
    settings = AccreditationSettings.model_construct(
        mail_host="127.0.0.1", mail_port=port, mail_from="bawaba@example.org", mail_starttls=False, mail_username=None,
        mail_password=None, office_mail="office@example.org,duty@example.org", office_language="fr",
        public_url="http://bawaba.test",
    )  # fmt: skip
    deliver = OfficeMail(settings, service_texts(services.accreditation.__file__))

    async def delivered_unnoted(*given: Any) -> None:
        await deliver(*given)
        raise InfrastructureError("killed")

    database = desk.service.kernel.database
    views = MongoViews(database, CurrentRules(ConferenceCopy(database)))
    how = delivered_unnoted if fails_after else deliver
    work = desk.service.kernel.unit_of_work
    return SendReminders(work, MongoReminderBooks, MongoReminderViews(database), views, how, LATER)


def messages(folder: Path) -> list[Message]:
    return [email.message_from_bytes(path.read_bytes()) for path in sorted(folder.glob("*.eml"))]


async def overdue(desk: Desk, *people: str) -> None:
    """Their stage's time has passed, and the service has seen it."""
    application = desk.service.application
    assert isinstance(application, Application)
    dossiers = desk.service.kernel.database.collection(DOSSIERS)
    for person in people:
        await desk.submit(person)
        await desk.until_told(person, "DossierChecked")
        past = SYSTEM.now() - timedelta(hours=1)
        await dossiers.update_one({"_id": person}, {"$set": {"due": past, "remind_at": past, "wakes_at": past}})
    await application.follow_deadlines.once()
    reminders = desk.service.kernel.database.collection(REMINDERS)

    async def there() -> bool:
        return await reminders.count({"kind": "overdue"}) >= len(people)

    async def seen() -> object:
        return await dossiers.find({}, limit=5)

    await until(there, seen)


async def test_what_is_overdue_goes_to_the_office_once_in_its_language_and_names_nobody(
    desk: Desk, tmp_path: Path
) -> None:
    await overdue(desk, "p-1", "p-2")
    port = free_ports(1)
    catcher = await MailCatcher(tmp_path).serve(port)
    send, killed = sender(desk, port), sender(desk, port, fails_after=True)
    mails = desk.service.kernel.database.collection(MAILS)
    async with catcher:
        assert await killed.once() is False
        first = messages(tmp_path)
        await mails.update_many({}, {"$set": {"next_at": SYSTEM.now()}})
        assert await send.once() is True
        assert await send.once() is False
    (message,) = messages(tmp_path)
    assert [each["Message-ID"] for each in first] == [message["Message-ID"]]
    assert (message["To"], message["Content-Language"]) == ("office@example.org, duty@example.org", "fr")
    payload = message.get_payload(decode=True)
    assert isinstance(payload, bytes)
    body = payload.decode()
    assert ": 2 depuis le" in body
    assert "/accreditation/queue" in body
    assert "Mohamed" not in body + str(message)
    assert "p-1" not in body + str(message)


async def test_a_mail_server_that_is_away_is_waited_out(desk: Desk) -> None:
    await overdue(desk, "p-1")
    assert await sender(desk, free_ports(1)).once() is False
    (waiting,) = await desk.service.kernel.database.collection(MAILS).find({"is_open": True}, limit=10)
    assert (waiting["tries"], waiting["failed"], waiting["sent_at"]) == (1, False, None)
