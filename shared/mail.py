"""Messages handed to a mail server (RFC 5321), one connection a message, off the event loop."""

from __future__ import annotations

import asyncio
import smtplib
import ssl
from collections.abc import Sequence
from email.message import EmailMessage
from typing import Final

from pydantic import Field, SecretStr

from shared.errors import InfrastructureError
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


class RecipientsRefusedError(Exception):
    """The mail server refuses this message to every address, for good."""


def message_id(mail_id: str, sender: str) -> str:
    """The Message-ID (RFC 5322 section 3.6.4) of every try of one message."""
    return f"<{mail_id}@{sender.rpartition('@')[2]}>"


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
