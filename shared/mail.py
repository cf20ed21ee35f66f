"""Messages handed to a mail server (RFC 5321), one connection a message, off the event loop."""

from __future__ import annotations

import asyncio
import smtplib
import ssl
from collections.abc import Sequence
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Final

from pydantic import Field, SecretStr

from shared.errors import InfrastructureError
from shared.outgoing_mail import OutgoingMail, RecipientsRefusedError
from shared.settings import ServiceSettings

TIMEOUT_S: Final = 15.0


class MailSettings(ServiceSettings):
    """Of a service that sends e-mail; without a `mail_host` it sends none."""

    mail_host: str | None = None
    mail_port: int = Field(default=25, ge=1, le=65535)
    mail_starttls: bool = False
    mail_username: str | None = None
    mail_password: SecretStr | None = None
    mail_from: str = Field(default="bawaba@localhost", pattern=r"^[^@\s<>]+@[^@\s<>]+$")


def plain_message(
    mail: OutgoingMail,
    lines: Sequence[str],
    *,
    subject: str,
    at: datetime,
    language: str,
    sender: str,
    recipients: Sequence[str],
) -> EmailMessage:
    """A message of text that no machine should answer (RFC 3834), the same to the byte at every try."""
    message = EmailMessage()
    message["From"] = sender
    message["To"] = ", ".join(recipients)
    message["Date"] = format_datetime(at)
    message["Message-ID"] = f"<{mail.mail_id}@{sender.rpartition('@')[2]}>"
    message["Subject"] = subject
    message["Auto-Submitted"] = "auto-generated"
    message.set_content("\n".join(lines))
    message["Content-Language"] = language
    return message


class MailServer:
    def __init__(self, settings: MailSettings) -> None:
        self._settings = settings

    async def send(self, message: EmailMessage, addresses: Sequence[str]) -> None:
        """Raises RecipientsRefusedError, or InfrastructureError to try again."""
        await asyncio.to_thread(self._send, message, addresses)

    def _send(self, message: EmailMessage, addresses: Sequence[str]) -> None:
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
