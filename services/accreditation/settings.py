"""Accreditation's settings, from the environment with the prefix BAWABA_ACCREDITATION_."""

from __future__ import annotations

from pathlib import Path

from pydantic_settings import SettingsConfigDict

from shared.settings import ServiceSettings


class AccreditationSettings(ServiceSettings):
    """`secrets_folder` holds `signing/` (the keys that sign credentials), `serial-key` (16 bytes in
    hex), `watchlist-key` (32 bytes in hex, which seal the lists) and `services/`.
    """

    pkcs11_module: Path | None = None
    pkcs11_token: str = "bawaba"  # noqa: S105  a label

    model_config = SettingsConfigDict(env_prefix="BAWABA_ACCREDITATION_")
