"""Which installation a backup is of."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from services.backup.settings import settings_from_secrets
from services.composition import SERVICES
from shared.settings import SETTINGS_FILE


def test_each_services_settings_stand_beside_its_secrets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "environ", dict(os.environ))
    for name in SERVICES:
        place = f"BAWABA_{name.upper()}_"
        values = {
            "MONGO_URL": f"mongodb://mongo/{name}",
            "DATABASE": name,
            "KAFKA_BOOTSTRAP": "kafka:9092",
            "KAFKA_USERNAME": name,
            "KAFKA_PASSWORD": "p=w",
            "SECRETS_FOLDER": "/run/bawaba",
            **({"VAULT_DATABASE": "vault"} if name == "registration" else {}),
        }
        (tmp_path / name).mkdir()
        text = "".join(f"{place}{key}={value}\n" for key, value in values.items())
        (tmp_path / name / SETTINGS_FILE).write_text(text)
    found = settings_from_secrets(tmp_path)
    assert {name: own.database for name, own in found.items()} == {name: name for name in SERVICES}
    assert {own.kafka_password.get_secret_value() for own in found.values()} == {"p=w"}
    assert {name: own.secrets_folder for name, own in found.items()} == {name: tmp_path / name for name in SERVICES}


def test_a_service_without_settings_is_named(tmp_path: Path) -> None:
    with pytest.raises(OSError, match=f"{next(iter(SERVICES))}/settings"):
        settings_from_secrets(tmp_path)
