"""Accreditation's settings, from the environment with the prefix BAWABA_ACCREDITATION_."""

from __future__ import annotations

from pydantic import Field
from pydantic_settings import SettingsConfigDict

from shared.settings import ServiceSettings


class AccreditationSettings(ServiceSettings):
    """`secrets_folder` holds `credentials/` (signing keys), `serials` (16 bytes in hex) and `services/`."""

    model_config = SettingsConfigDict(env_prefix="BAWABA_ACCREDITATION_")

    conference_id: str = Field(min_length=1, max_length=40)
    conference_number: int = Field(ge=1, le=65535)
