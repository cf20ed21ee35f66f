"""Session allocation in a process of its own: `uvicorn --factory services.session_allocation.main:create`."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from services.session_allocation.bootstrap import build
from services.session_allocation.settings import SessionAllocationSettings
from shared.asgi import ProcessApp, alone
from shared.web.pages import static_files

STATIC: Final = Path(__file__).parent / "web" / "static"


def create() -> ProcessApp:
    return alone("session_allocation", SessionAllocationSettings(), build, static=static_files([STATIC]))
