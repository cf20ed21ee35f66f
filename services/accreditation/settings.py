"""Accreditation's settings, from the environment with the prefix BAWABA_ACCREDITATION_."""

from __future__ import annotations

from pathlib import Path

from pydantic_settings import SettingsConfigDict

from shared.settings import ServiceSettings


class AccreditationSettings(ServiceSettings):
    """`secrets_folder` holds `signing/` (the keys that sign credentials), `serial-key` (16 bytes in hex) and
    `services/`.

    With `pkcs11_module` (the path of a PKCS #11 library) the signing keys are in the token `pkcs11_token`, and its PIN
    is in the secret file `pkcs11-pin`.
    """

    pkcs11_module: Path | None = None
    pkcs11_token: str = "bawaba"  # noqa: S105  a label

    model_config = SettingsConfigDict(env_prefix="BAWABA_ACCREDITATION_")
