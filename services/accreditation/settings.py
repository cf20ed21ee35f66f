"""Accreditation's settings, from the environment with the prefix BAWABA_ACCREDITATION_."""

from __future__ import annotations

from pydantic_settings import SettingsConfigDict

from shared.settings import ServiceSettings


class AccreditationSettings(ServiceSettings):
    """`secrets_folder` holds `signing/` (the keys that sign credentials), `serial-key` (16 bytes in hex) and
    `services/`.
    """

    model_config = SettingsConfigDict(env_prefix="BAWABA_ACCREDITATION_")
