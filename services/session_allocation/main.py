"""The session allocation service in a process of its own: `uvicorn services.session_allocation.main:app`."""

from __future__ import annotations

from pathlib import Path

from services.session_allocation.bootstrap import build
from services.session_allocation.settings import SessionAllocationSettings
from shared.asgi import alone
from shared.web.pages import static_files

STATIC = Path(__file__).parent / "web" / "static"

app = alone("session_allocation", SessionAllocationSettings(), build, static=static_files([STATIC]))
