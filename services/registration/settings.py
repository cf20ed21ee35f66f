"""Registration's settings, from the environment with the prefix BAWABA_REGISTRATION_."""

from __future__ import annotations

from pydantic import Field
from pydantic_settings import SettingsConfigDict

from shared.mail import MailSettings


class RegistrationSettings(MailSettings):
    """`secrets_folder` holds `vault-hmac` (32 bytes in hex), `persons/` (the person keys) and `services/`.

    Without a `mail_host` notices are on the delegations' pages only.
    """

    model_config = SettingsConfigDict(env_prefix="BAWABA_REGISTRATION_")

    vault_database: str = Field(pattern=r"^[A-Za-z0-9_]{1,60}$")

    @property
    def databases(self) -> dict[str, str]:
        return super().databases | {"vault": self.vault_database}
