from __future__ import annotations

import pytest

from shared.settings import ServiceSettings
from tests.conftest import Namespace
from tests.integration.messaging.lab import Lab


@pytest.fixture
def lab(namespace: Namespace) -> Lab:
    return Lab(*(namespace.settings(ServiceSettings, name) for name in ("registration", "accreditation", "operations")))
