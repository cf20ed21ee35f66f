"""Reminders reach the assigned officer, escalations office and head: at least once, under one Message-ID, nameless."""

from __future__ import annotations

import email
from collections.abc import Sequence
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
from services.accreditation.main import STATIC
from services.accreditation.settings import AccreditationSettings
from shared.conference import ConferenceCopy
from shared.errors import InfrastructureError
from shared.security.principal import Principal
from shared.web.application import service_texts
from shared.web.pages import static_files
from shared.world import SYSTEM, World
from tests.integration.accreditation.desk import OFFICER, SECOND_OFFICER, Desk, until

static_files([STATIC])
LATER = World(now=lambda: SYSTEM.now() + timedelta(seconds=10))


class Directory:
    """Identity, with one officer's address."""

    async def of(self, person_id: str) -> Sequence[str]:
        return ("amira@example.org",) if person_id == OFFICER.person_id else ()


def sender(desk: Desk, port: int, *, fails_after: bool = False) -> SendReminders:
    """What the service runs every few seconds, some seconds from now; `fails_after`: killed before it is noted."""
    settings = AccreditationSettings.model_construct(
        mail_host="127.0.0.1", mail_port=port, mail_from="bawaba@example.org", mail_starttls=False, mail_username=None,
        mail_password=None, office_mail="office@example.org,duty@example.org", head_mail="head@example.org",
        office_language="fr", public_url="http://bawaba.test",
    )  # fmt: skip
    deliver = OfficeMail(settings, service_texts(services.accreditation.__file__), Directory())

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


async def passed(desk: Desk, *people: str, is_over: bool = True) -> None:
    """Their stage's time has passed, or comes near, and the service has seen it."""
    application = desk.service.application
    assert isinstance(application, Application)
    dossiers = desk.service.kernel.database.collection(DOSSIERS)
    hour = timedelta(hours=1)
    past, due = SYSTEM.now() - hour, SYSTEM.now() + (-hour if is_over else hour)
    for person in people:
        await dossiers.update_one({"_id": person}, {"$set": {"due": due, "remind_at": past, "wakes_at": past}})
    await application.follow_deadlines.once()
    reminders = desk.service.kernel.database.collection(REMINDERS)
    kind = "overdue" if is_over else "due_soon"

    async def there() -> bool:
        return await reminders.count({"kind": kind}) >= len(people)

    async def seen() -> object:
        return await dossiers.find({}, limit=5)

    await until(there, seen)


async def overdue(desk: Desk, *people: str) -> None:
    for person in people:
        await desk.submit(person)
        await desk.until_told(person, "DossierChecked")
    await passed(desk, *people)


async def assigned(desk: Desk, person: str, officer: Principal) -> None:
    """Returned by this officer, and corrected by the delegation."""
    await desk.submit(person)
    await desk.until_told(person, "DossierChecked")
    await desk.decide("return", person, as_=officer, fields=["name_latin"])
    await desk.correct(person, revision=2)
    await desk.until_told(person, "DossierChecked", "ParticipantReturned", "DossierChecked")


async def sent(desk: Desk, folder: Path) -> dict[str, str]:
    """What is sent now, by whom it goes to."""
    port = free_ports(1)
    send = sender(desk, port)
    async with await MailCatcher(folder).serve(port):
        while await send.once():
            pass
    return {message["To"]: body(message) for message in messages(folder)}


def body(message: Message) -> str:
    payload = message.get_payload(decode=True)
    assert isinstance(payload, bytes)
    return payload.decode()


async def test_the_assigned_officer_is_reminded_before_the_time_is_over_and_nobody_else(
    desk: Desk, tmp_path: Path
) -> None:
    await assigned(desk, "p-1", OFFICER)
    await passed(desk, "p-1", is_over=False)
    found = await sent(desk, tmp_path)
    assert list(found) == ["amira@example.org"]
    assert "vous sont attribués" in found["amira@example.org"]
    queue = await desk.call("GET", "/accreditation/queue", accept="text/html")
    for words in ("Assigned to you and due soon: 1", "Due soon", "Assigned to you"):
        assert words in queue.text
    others = await desk.call("GET", "/accreditation/queue", as_=SECOND_OFFICER, accept="text/html")
    assert "Assigned to you" not in others.text


async def test_what_is_overdue_escalates_to_the_head_the_office_and_who_had_it(desk: Desk, tmp_path: Path) -> None:
    await assigned(desk, "p-1", OFFICER)
    await passed(desk, "p-1")
    found = await sent(desk, tmp_path)
    assert set(found) == {"head@example.org", "office@example.org, duty@example.org", "amira@example.org"}
    assert "responsable de l'accréditation" in found["head@example.org"]
    for as_ in (OFFICER, SECOND_OFFICER):
        queue = await desk.call("GET", "/accreditation/queue", as_=as_, accept="text/html")
        assert "Overdue, open to every officer: 1" in queue.text


async def test_what_an_officer_without_an_account_left_is_the_offices(desk: Desk, tmp_path: Path) -> None:
    await assigned(desk, "p-1", SECOND_OFFICER)
    await passed(desk, "p-1", is_over=False)
    assert list(await sent(desk, tmp_path)) == ["office@example.org, duty@example.org"]


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
        (first,) = messages(tmp_path)
        await mails.update_many({}, {"$set": {"next_at": SYSTEM.now()}})
        assert [await send.once() for _ in range(3)] == [True, True, False]
    to_office, to_head = sorted(messages(tmp_path), key=lambda each: str(each["To"]), reverse=True)
    assert first["Message-ID"] in (to_office["Message-ID"], to_head["Message-ID"])
    message = to_office
    assert (message["To"], message["Content-Language"]) == ("office@example.org, duty@example.org", "fr")
    said = body(message)
    assert ": 2 depuis le" in said
    assert "/accreditation/queue" in said
    assert "Mohamed" not in said + str(message)
    assert "p-1" not in said + str(message)


async def test_a_mail_server_that_is_away_is_waited_out(desk: Desk) -> None:
    await overdue(desk, "p-1")
    assert await sender(desk, free_ports(1)).once() is False
    waiting, untried = await desk.service.kernel.database.collection(MAILS).find(
        {"is_open": True}, sort=[("tries", -1)], limit=10
    )
    assert untried["tries"] == 0
    assert (waiting["tries"], waiting["failed"], waiting["sent_at"]) == (1, False, None)
