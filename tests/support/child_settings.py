"""A test's settings handed to a process of its own, through its environment."""

from __future__ import annotations

import os
from typing import Final

from shared.settings import ServiceSettings

PREFIX: Final = "CHILD_"


class ChildSettings(ServiceSettings, env_prefix=PREFIX):
    """What the child reads back."""


def environment(settings: ServiceSettings) -> dict[str, str]:
    """Our own environment with the settings in it, secrets too."""
    plain = settings.model_dump(mode="json", exclude={"internal_urls", "mongo_url", "kafka_password"})
    plain["mongo_url"] = settings.mongo_url.get_secret_value()
    plain["kafka_password"] = settings.kafka_password.get_secret_value()
    return {**os.environ, **{f"{PREFIX}{name.upper()}": str(value) for name, value in plain.items()}}
