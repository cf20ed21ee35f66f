"""Registration's settings, from the environment with the prefix BAWABA_REGISTRATION_."""

from __future__ import annotations

from pydantic import Field, SecretStr
from pydantic_settings import SettingsConfigDict

from shared.settings import ServiceSettings


class RegistrationSettings(ServiceSettings):
    """`secrets_folder` holds `vault-hmac` (32 bytes in hex), `persons/` (the person keys) and `services/`.

    Without a `mail_host` notices are on the delegations' pages only.
    """

    model_config = SettingsConfigDict(env_prefix="BAWABA_REGISTRATION_")

    vault_database: str = Field(pattern=r"^[A-Za-z0-9_]{1,60}$")
    mail_host: str | None = None
    mail_port: int = Field(default=25, ge=1, le=65535)
    mail_starttls: bool = False
    mail_username: str | None = None
    mail_password: SecretStr | None = None
    mail_from: str = Field(default="bawaba@localhost", pattern=r"^[^@\s<>]+@[^@\s<>]+$")

    @property
    def databases(self) -> dict[str, str]:
        return super().databases | {"vault": self.vault_database}
