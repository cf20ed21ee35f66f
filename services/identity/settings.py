"""Identity's settings, from the environment with the prefix BAWABA_IDENTITY_."""

from __future__ import annotations

from pydantic import Field
from pydantic_settings import SettingsConfigDict

from shared.settings import ServiceSettings


class IdentitySettings(ServiceSettings):
    """`secrets_folder` holds `tokens.pem`, the key that signs access tokens."""

    model_config = SettingsConfigDict(env_prefix="BAWABA_IDENTITY_")

    token_lifetime_s: int = Field(default=3600, ge=60, le=12 * 3600)
