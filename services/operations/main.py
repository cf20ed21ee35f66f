"""Operations in a process of its own: `uvicorn --factory services.operations.main:create`."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from services.operations.bootstrap import build
from services.operations.settings import OperationsSettings
from shared.asgi import ProcessApp, alone
from shared.web.pages import static_files

STATIC: Final = Path(__file__).parent / "web" / "static"


def create() -> ProcessApp:
    return alone("operations", OperationsSettings(), build, static=static_files([STATIC]))
