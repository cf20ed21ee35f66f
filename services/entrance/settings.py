"""The entrance's settings, from the environment with the prefix BAWABA_ENTRANCE_."""

from __future__ import annotations

from pydantic_settings import SettingsConfigDict

from shared.settings import ServiceSettings


class EntranceSettings(ServiceSettings):
    model_config = SettingsConfigDict(env_prefix="BAWABA_ENTRANCE_")
