"""Registration in a process of its own: `uvicorn --factory services.registration.main:create`."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from services.registration.bootstrap import build
from services.registration.settings import RegistrationSettings
from shared.asgi import ProcessApp, alone
from shared.web.pages import static_files

STATIC: Final = Path(__file__).parent / "web" / "static"


def create() -> ProcessApp:
    return alone("registration", RegistrationSettings(), build, static=static_files([STATIC]))
