"""Reminders as e-mail to officers, their office and its head: counts and times in its language, nobody's name."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from email.message import EmailMessage
from zoneinfo import ZoneInfo

from services.accreditation.domain.conference_rules import ConferenceRules
from services.accreditation.domain.reminder import HEAD, ReminderKind, ReminderMail, officer_of
from services.accreditation.domain.workflow import StageKind
from services.accreditation.settings import AccreditationSettings
from shared.mail import MailServer, plain_message
from shared.outgoing_mail import RecipientsRefusedError
from shared.security.officer_addresses import OfficerAddresses
from shared.web.texts import Texts


def message_of(
    mail: ReminderMail,
    addresses: Sequence[str],
    conference: ConferenceRules,
    texts: Texts,
    settings: AccreditationSettings,
) -> EmailMessage:
    """How many dossiers of which category are due, until when, why this reader is told, and where to work on them."""
    language = settings.office_language
    overdue = sum(each.kind is ReminderKind.OVERDUE for each in mail.reminders)
    subject = "accreditation.reminders.subject_overdue" if overdue else "accreditation.reminders.subject_due_soon"
    lines = _lines(mail, conference, texts, language)
    why = texts.say(f"accreditation.reminders.to_{'officer' if officer_of(mail.to) else mail.to}", language)
    return plain_message(
        mail,
        [conference.name[language], "", why, *lines, "", *_places(mail, settings.public_url), ""],
        subject=texts.say(subject, language, count=overdue or len(mail.reminders)),
        at=mail.reminders[-1].at,
        language=language,
        sender=settings.mail_from,
        recipients=addresses,
    )


def _places(mail: ReminderMail, url: str) -> list[str]:
    """The queue's page, and where the dossiers are that wait for the outside authority."""
    stages = {each.stage == StageKind.SCREENING.value for each in mail.reminders}
    return [f"{url}/accreditation/{'authority' if outside else 'queue'}" for outside in sorted(stages)]


def _text(kind: ReminderKind, stage: str) -> str:
    """What is overdue at the authority is open to no officer: it is not theirs to answer."""
    outside = "_outside" if kind is ReminderKind.OVERDUE and stage == StageKind.SCREENING.value else ""
    return f"accreditation.reminders.{kind.value}{outside}"


def _lines(mail: ReminderMail, conference: ConferenceRules, texts: Texts, language: str) -> list[str]:
    zone: ZoneInfo = conference.timezone
    counted = Counter((each.kind, each.stage, each.category) for each in mail.reminders)
    lines = []
    for (kind, stage, category), count in sorted(counted.items(), key=lambda item: (item[0][0] != "overdue", item[0])):
        rules = conference.categories.get(category)
        first = min(
            each.due for each in mail.reminders if (each.kind, each.stage, each.category) == (kind, stage, category)
        )
        lines.append(
            texts.say(
                _text(kind, stage),
                language,
                stage=texts.say(f"accreditation.stage.{stage}", language),
                category=rules.name[language] if rules else category,
                count=count,
                due=first.astimezone(zone).strftime("%Y-%m-%d %H:%M"),
            )
        )
    return lines


class OfficeMail:
    def __init__(self, settings: AccreditationSettings, texts: Texts, officers: OfficerAddresses) -> None:
        self._settings = settings
        self._texts = texts
        self._officers = officers
        self._server = MailServer(settings)

    async def __call__(self, mail: ReminderMail, conference: ConferenceRules) -> None:
        """Raises RecipientsRefusedError, also where nobody has an address, InfrastructureError."""
        addresses = await self._addresses(mail.to)
        if not addresses:
            raise RecipientsRefusedError
        message = message_of(mail, addresses, conference, self._texts, self._settings)
        await self._server.send(message, addresses)

    async def _addresses(self, to: str) -> Sequence[str]:
        """What was an officer's who has no account any more is the office's."""
        if to == HEAD:
            return self._settings.head
        person_id = officer_of(to)
        officer = await self._officers.of(person_id) if person_id else ()
        return officer or self._settings.office
