"""Session allocation's settings, from the environment with the prefix BAWABA_SESSION_ALLOCATION_."""

from __future__ import annotations

from pydantic_settings import SettingsConfigDict

from shared.settings import ServiceSettings


class SessionAllocationSettings(ServiceSettings):
    model_config = SettingsConfigDict(env_prefix="BAWABA_SESSION_ALLOCATION_")
