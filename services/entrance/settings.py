"""The entrance's settings, from the environment with the prefix BAWABA_ENTRANCE_."""

from __future__ import annotations

from pydantic import Field
from pydantic_settings import SettingsConfigDict

from shared.settings import ServiceSettings


class EntranceSettings(ServiceSettings):
    model_config = SettingsConfigDict(env_prefix="BAWABA_ENTRANCE_")

    conference_id: str = Field(min_length=1, max_length=40)
