"""Identity in a process of its own: `uvicorn --factory services.identity.main:create`."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from services.identity.bootstrap import build
from services.identity.settings import IdentitySettings
from shared.asgi import ProcessApp, alone
from shared.web.pages import static_files

STATIC: Final = Path(__file__).parent / "web" / "static"


def create() -> ProcessApp:
    return alone("identity", IdentitySettings(), build, static=static_files([STATIC]), serves_root=True)
