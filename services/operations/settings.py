"""Operations' settings, from the environment with the prefix BAWABA_OPERATIONS_."""

from __future__ import annotations

from pydantic_settings import SettingsConfigDict

from shared.settings import ServiceSettings


class OperationsSettings(ServiceSettings):
    model_config = SettingsConfigDict(env_prefix="BAWABA_OPERATIONS_")
