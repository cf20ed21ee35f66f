"""The accreditation service in a process of its own: `uvicorn services.accreditation.main:app`."""

from __future__ import annotations

from pathlib import Path

from services.accreditation.bootstrap import build
from services.accreditation.settings import AccreditationSettings
from shared.asgi import alone
from shared.web.pages import static_files

STATIC = Path(__file__).parent / "web" / "static"

app = alone("accreditation", AccreditationSettings(), build, static=static_files([STATIC]))
