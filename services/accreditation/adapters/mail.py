"""Reminders as e-mail to the accreditation office: counts and times in its language, nobody's name."""

from __future__ import annotations

from collections import Counter
from email.message import EmailMessage
from email.utils import format_datetime
from zoneinfo import ZoneInfo

from services.accreditation.domain.conference_rules import ConferenceRules
from services.accreditation.domain.reminder import ReminderKind, ReminderMail
from services.accreditation.settings import AccreditationSettings
from shared.mail import MailServer, message_id
from shared.web.texts import Texts


def message_of(
    mail: ReminderMail, conference: ConferenceRules, texts: Texts, settings: AccreditationSettings
) -> EmailMessage:
    """How many dossiers of which category are due, until when, and where to work on them."""
    language = settings.office_language
    overdue = sum(each.kind is ReminderKind.OVERDUE for each in mail.reminders)
    subject = "accreditation.reminders.subject_overdue" if overdue else "accreditation.reminders.subject_due_soon"
    message = EmailMessage()
    message["From"] = settings.mail_from
    message["To"] = ", ".join(settings.office)
    message["Date"] = format_datetime(mail.reminders[-1].at)
    message["Message-ID"] = message_id(mail.mail_id, settings.mail_from)
    message["Subject"] = texts.say(subject, language, count=overdue or len(mail.reminders))
    message["Auto-Submitted"] = "auto-generated"
    lines = _lines(mail, conference, texts, language)
    url = f"{settings.public_url}/accreditation/queue"
    message.set_content("\n".join([conference.name[language], "", *lines, "", url, ""]))
    message["Content-Language"] = language
    return message


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
                f"accreditation.reminders.{kind.value}",
                language,
                stage=texts.say(f"accreditation.stage.{stage}", language),
                category=rules.name[language] if rules else category,
                count=count,
                due=first.astimezone(zone).strftime("%Y-%m-%d %H:%M"),
            )
        )
    return lines


class OfficeMail:
    def __init__(self, settings: AccreditationSettings, texts: Texts) -> None:
        self._settings = settings
        self._texts = texts
        self._server = MailServer(settings)

    async def __call__(self, mail: ReminderMail, conference: ConferenceRules) -> None:
        """Raises RecipientsRefusedError, InfrastructureError."""
        message = message_of(mail, conference, self._texts, self._settings)
        await self._server.send(message, self._settings.office)
