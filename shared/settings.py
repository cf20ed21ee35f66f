"""Settings that every service has. A service's own `settings.py` subclasses this and is the only reader of its
environment.

No secret has a default: a service that misses one says which and does not start.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from shared.messaging.kafka import KafkaAccess
from shared.storage import DriverName, Store

SETTINGS_FILE: Final = "settings"
"""What a container's folder of secrets has its settings in, beside the keys."""


class ServiceSettings(BaseSettings):
    """Environment variables with the service's prefix, `BAWABA_<SERVICE>_`; `secrets_folder` holds key files.

    Of `relay_count` processes of one service, each publishes the streams of its `relay_index`, counted from 0.
    `internal_urls` gives the base URL of each other service that this one asks something of; `public_url` is what
    a person's browser uses.
    """

    model_config = SettingsConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    mongo_url: SecretStr
    database: str = Field(pattern=r"^[A-Za-z0-9_]{1,60}$")
    mongo_driver: DriverName = "motor"
    mongo_pool_size_max: int = Field(default=50, ge=1, le=500)
    kafka_bootstrap: str
    kafka_username: str
    kafka_password: SecretStr
    topic_prefix: str = ""
    relay_index: int = Field(default=0, ge=0)
    relay_count: int = Field(default=1, ge=1, le=64)
    instance: str = "bawaba"
    secrets_folder: Path
    public_url: str = "http://localhost:8480"
    entrance_public_url: str = "http://localhost:8481"
    internal_urls: dict[str, str] = Field(default_factory=dict)

    @property
    def databases(self) -> dict[str, str]:
        """The service's databases, by what each is called in a backup."""
        return {"own": self.database}

    def store(self) -> Store:
        """A connection to the service's MongoDB, to be closed."""
        return Store(
            self.mongo_url.get_secret_value(), pool_size_max=self.mongo_pool_size_max, driver=self.mongo_driver
        )

    @property
    def kafka(self) -> KafkaAccess:
        return KafkaAccess(
            bootstrap=self.kafka_bootstrap,
            username=self.kafka_username,
            password=self.kafka_password.get_secret_value(),
            topic_prefix=self.topic_prefix,
            instance=self.instance,
        )

    @property
    def secure_cookies(self) -> bool:
        """Cookies go over HTTPS only, except where the installation itself is plain HTTP on one machine."""
        return self.public_url.startswith("https://")


def settings_file(path: Path) -> dict[str, str]:
    """The variables of a file of settings: NAME=value, one a line. Raises OSError."""
    lines = (line.partition("=") for line in path.read_text(encoding="utf-8").splitlines() if "=" in line)
    return {name: value for name, _, value in lines}
