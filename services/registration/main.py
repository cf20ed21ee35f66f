"""The registration service in a process of its own: `uvicorn services.registration.main:app`."""

from __future__ import annotations

from pathlib import Path

from services.registration.bootstrap import build
from services.registration.settings import RegistrationSettings
from shared.asgi import alone
from shared.web.pages import static_files

STATIC = Path(__file__).parent / "web" / "static"

app = alone("registration", RegistrationSettings(), build, static=static_files([STATIC]))
