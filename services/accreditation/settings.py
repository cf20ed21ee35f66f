"""Accreditation's settings, from the environment with the prefix BAWABA_ACCREDITATION_."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field
from pydantic_settings import SettingsConfigDict

from shared.mail import MailSettings


class AccreditationSettings(MailSettings):
    """`secrets_folder` holds `signing/` (the keys that sign credentials), `serial-key` (16 bytes in
    hex), `watchlist-key` (32 bytes in hex, which seal the lists), `services/`, and in `wallet/` what signs passes of
    telephones' wallets, if anything does; `wallet_google_issuer` is the number of the issuer's account at Google.

    `office_mail` is where reminders go that are no single officer's, `head_mail` is the head of accreditation's, to
    whom what is overdue escalates: addresses separated by commas. Officers are reached where their accounts say. All of
    it is in the queue only while there is no `mail_host`.
    """

    office_mail: str = Field(default="", pattern=r"^[^\s<>]*$", max_length=500)
    head_mail: str = Field(default="", pattern=r"^[^\s<>]*$", max_length=500)
    office_language: str = Field(default="ar", pattern=r"^(ar|fr|en)$")
    pkcs11_module: Path | None = None
    pkcs11_token: str = "bawaba"  # noqa: S105  a label

    wallet_google_issuer: str = Field(default="", pattern=r"^[0-9]{0,20}$")

    model_config = SettingsConfigDict(env_prefix="BAWABA_ACCREDITATION_")

    @property
    def office(self) -> tuple[str, ...]:
        """The office's addresses."""
        return _addresses(self.office_mail)

    @property
    def head(self) -> tuple[str, ...]:
        """The addresses of the head of accreditation."""
        return _addresses(self.head_mail)


def _addresses(listed: str) -> tuple[str, ...]:
    return tuple(each for each in listed.split(",") if each)
