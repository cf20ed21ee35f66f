"""Notices as e-mail: one message in the delegation's language without anything personal, over SMTP (RFC 5321)."""

from __future__ import annotations

from collections import Counter
from email.message import EmailMessage

from services.registration.domain.notice import Mail
from services.registration.settings import RegistrationSettings
from shared.contracts.conference import Conference, Delegation
from shared.mail import MailServer, plain_message
from shared.web.texts import Texts


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
    opening, closing = texts.say("notice.opening", language), texts.say("notice.closing", language)
    return plain_message(
        mail,
        [name, "", opening, *lines, "", f"{url}/registration/notices", "", closing, ""],
        subject=texts.say("notice.subject", language, delegation=delegation.name.in_language(language)),
        at=mail.notices[-1].at,
        language=language,
        sender=sender,
        recipients=recipients,
    )


class SmtpMail:
    """Hands messages to the mail server of the settings, one connection a message, off the event loop."""

    def __init__(self, settings: RegistrationSettings, texts: Texts) -> None:
        self._settings = settings
        self._texts = texts
        self._server = MailServer(settings)

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
        await self._server.send(message, addresses)
