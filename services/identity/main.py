"""The identity service in a process of its own: `uvicorn services.identity.main:app`."""

from __future__ import annotations

from pathlib import Path

from services.identity.bootstrap import build
from services.identity.settings import IdentitySettings
from shared.asgi import alone
from shared.web.pages import static_files

STATIC = Path(__file__).parent / "web" / "static"

app = alone("identity", IdentitySettings(), build, static=static_files([STATIC]), serves_root=True)
