"""The entrance service in a process of its own: `uvicorn services.entrance.main:app`."""

from __future__ import annotations

from pathlib import Path

from services.entrance.bootstrap import build
from services.entrance.settings import EntranceSettings
from shared.asgi import alone
from shared.web.pages import static_files

STATIC = Path(__file__).parent / "web" / "static"

app = alone("entrance", EntranceSettings(), build, static=static_files([STATIC]))
