"""Several services in one process: the embedded start's two processes, and the tests', are made here."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from services.accreditation.bootstrap import build as build_accreditation
from services.accreditation.settings import AccreditationSettings
from services.entrance.bootstrap import build as build_entrance
from services.entrance.settings import EntranceSettings
from services.identity.bootstrap import build as build_identity
from services.identity.settings import IdentitySettings
from services.operations.bootstrap import build as build_operations
from services.operations.settings import OperationsSettings
from services.registration.bootstrap import build as build_registration
from services.registration.settings import RegistrationSettings
from services.session_allocation.bootstrap import build as build_session_allocation
from services.session_allocation.settings import SessionAllocationSettings
from shared.asgi import Build, Part, ProcessApp, alone
from shared.settings import ServiceSettings
from shared.web.pages import static_files
from shared.world import SYSTEM, World

SERVICES: Final[dict[str, tuple[type[ServiceSettings], Build]]] = {
    "identity": (IdentitySettings, build_identity),
    "registration": (RegistrationSettings, build_registration),
    "accreditation": (AccreditationSettings, build_accreditation),
    "session_allocation": (SessionAllocationSettings, build_session_allocation),
    "operations": (OperationsSettings, build_operations),
    "entrance": (EntranceSettings, build_entrance),
}
ROOT: Final = Path(__file__).parent


def process_app(names: Sequence[str], *, world: World = SYSTEM, **settings: ServiceSettings) -> ProcessApp:
    """The app of a process with these services; settings that are not given come from the environment."""
    parts = [
        Part(name, settings.get(name) or _from_environment(SERVICES[name][0]), SERVICES[name][1], name == "identity")
        for name in names
    ]
    static = static_files([ROOT / name / "web" / "static" for name in SERVICES])
    return ProcessApp(parts, static=static, world=world)


def single_app(name: str) -> ProcessApp:
    """The app of a process of one service, settings from the environment: as its own `main.py` makes it."""
    kind, build = SERVICES[name]
    static = static_files([ROOT / name / "web" / "static"])
    return alone(name, _from_environment(kind), build, static=static, serves_root=name == "identity")


def _from_environment(kind: type[Any]) -> ServiceSettings:
    made: ServiceSettings = kind()
    return made
