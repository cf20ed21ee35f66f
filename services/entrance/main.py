"""Entrance in a process of its own: `uvicorn --factory services.entrance.main:create`."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from services.entrance.bootstrap import build
from services.entrance.settings import EntranceSettings
from shared.asgi import ProcessApp, alone
from shared.web.pages import static_files

STATIC: Final = Path(__file__).parent / "web" / "static"


def create() -> ProcessApp:
    return alone("entrance", EntranceSettings(), build, static=static_files([STATIC]))
