"""Notices as e-mail: one message in the delegation's language without anything personal, over SMTP (RFC 5321)."""

from __future__ import annotations

import asyncio
import smtplib
import ssl
from collections import Counter
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Final

from services.registration.application.send_notices import RecipientsRefusedError
from services.registration.domain.notice import Mail
from services.registration.settings import RegistrationSettings
from shared.contracts.conference import Conference, Delegation
from shared.errors import InfrastructureError
from shared.web.texts import Texts

TIMEOUT_S: Final = 15.0


def message_of(
    mail: Mail,
    conference: Conference,
    delegation: Delegation,
    texts: Texts,
    *,
    sender: str,
    recipients: tuple[str, ...],
    url: str,
) -> EmailMessage:
    """What changed, in counts and dates, and where to read of whom: names stay behind the sign-in."""
    language = delegation.language
    kinds = Counter(notice.kind for notice in mail.notices)
    lines = [f"- {texts.say(f'change.{kind.value}', language)}: {count}" for kind, count in kinds.items()]
    name = conference.name.in_language(language)
    message = EmailMessage()
    message["From"] = sender
    message["To"] = ", ".join(recipients)
    message["Date"] = format_datetime(mail.notices[-1].at)
    message["Message-ID"] = f"<{mail.mail_id}@{sender.rpartition('@')[2]}>"
    message["Subject"] = texts.say("notice.subject", language, delegation=delegation.name.in_language(language))
    message["Auto-Submitted"] = "auto-generated"
    opening, closing = texts.say("notice.opening", language), texts.say("notice.closing", language)
    message.set_content("\n".join([name, "", opening, *lines, "", f"{url}/registration/notices", "", closing, ""]))
    message["Content-Language"] = language
    return message


class SmtpMail:
    """Hands messages to the mail server of the settings, one connection a message, off the event loop."""

    def __init__(self, settings: RegistrationSettings, texts: Texts) -> None:
        self._settings = settings
        self._texts = texts

    async def __call__(
        self, mail: Mail, conference: Conference, delegation: Delegation, addresses: tuple[str, ...]
    ) -> None:
        """Raises RecipientsRefusedError, InfrastructureError."""
        message = message_of(
            mail,
            conference,
            delegation,
            self._texts,
            sender=self._settings.mail_from,
            recipients=addresses,
            url=self._settings.public_url,
        )
        await asyncio.to_thread(self._send, message, addresses)

    def _send(self, message: EmailMessage, addresses: tuple[str, ...]) -> None:
        settings = self._settings
        try:
            with smtplib.SMTP(settings.mail_host or "", settings.mail_port, timeout=TIMEOUT_S) as server:
                if settings.mail_starttls:
                    server.starttls(context=ssl.create_default_context())
                if settings.mail_username and settings.mail_password:
                    server.login(settings.mail_username, settings.mail_password.get_secret_value())
                server.send_message(message, to_addrs=list(addresses))
        except smtplib.SMTPRecipientsRefused as error:
            if all(500 <= code < 600 for code, _ in error.recipients.values()):
                raise RecipientsRefusedError from None
            raise InfrastructureError("mail server: recipients postponed") from None
        except (smtplib.SMTPException, OSError) as error:
            raise InfrastructureError(f"mail server: {type(error).__name__}") from None
