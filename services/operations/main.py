"""The operations service in a process of its own: `uvicorn services.operations.main:app`."""

from __future__ import annotations

from pathlib import Path

from services.operations.bootstrap import build
from services.operations.settings import OperationsSettings
from shared.asgi import alone
from shared.web.pages import static_files

STATIC = Path(__file__).parent / "web" / "static"

app = alone("operations", OperationsSettings(), build, static=static_files([STATIC]))
