"""Accreditation in a process of its own: `uvicorn --factory services.accreditation.main:create`."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from services.accreditation.bootstrap import SERVICE, build
from services.accreditation.settings import AccreditationSettings
from shared.asgi import ProcessApp, alone
from shared.web.pages import static_files

STATIC: Final = Path(__file__).parent / "web" / "static"


def create() -> ProcessApp:
    return alone(SERVICE, AccreditationSettings(), build, static=static_files([STATIC]))
