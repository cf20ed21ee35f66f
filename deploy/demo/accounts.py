"""The demonstration's accounts: addresses that are nobody's, passwords drawn for this installation."""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from shared.security.key_files import read_secret, write_secret
from shared.security.principal import Role

_WORDS: Final = (
    "amber", "basin", "cedar", "delta", "ember", "fjord", "grove", "harbour", "island", "jasmine", "kettle", "lagoon",
    "maple", "north", "olive", "palm", "quartz", "river", "saffron", "terrace", "umber", "valley", "willow", "zephyr",
)  # fmt: skip


@dataclass(frozen=True)
class DemoAccount:
    name: str
    email: str
    role: Role
    delegation: str | None = None


def _focal_point(delegation: str) -> DemoAccount:
    return DemoAccount(delegation, f"focal.{delegation}@example.org", Role.FOCAL_POINT, delegation)


ACCOUNTS: Final = (
    DemoAccount("administrator", "admin@example.org", Role.ADMINISTRATOR),
    *(_focal_point(code) for code in ("egypt", "chad", "greece")),
    DemoAccount("officer", "officer@example.org", Role.ACCREDITATION_OFFICER),
    DemoAccount("second_officer", "officer2@example.org", Role.ACCREDITATION_OFFICER),
    DemoAccount("authority", "authority@example.org", Role.SCREENING_AUTHORITY),
    DemoAccount("programme", "programme@example.org", Role.PROGRAMME_OFFICER),
    DemoAccount("guard", "guard@example.org", Role.GUARD),
    DemoAccount("supervisor", "supervisor@example.org", Role.SUPERVISOR),
    DemoAccount("operator", "operator@example.org", Role.OPERATOR),
    DemoAccount("auditor", "auditor@example.org", Role.AUDITOR),
)
# The other delegations' focal points, whose accounts are opened once the main job is done.
OTHERS: Final = tuple(
    _focal_point(code)
    for code in (
        "sudan", "niger", "mali", "burkina-faso", "mauritania", "morocco", "algeria", "tunisia", "turkiye", "italy",
        "france", "spain", "malta", "cyprus", "libya", "organisations", "organiser",
    )
)  # fmt: skip


def passwords(folder: Path) -> dict[str, str]:
    """This installation's password for each account, drawn the first time and kept where only its owner reads."""
    path = folder / "demo-accounts.json"
    if not path.exists():
        drawn = {account.name: _password() for account in (*ACCOUNTS, *OTHERS)}
        write_secret(path, json.dumps(drawn, indent=1).encode())
    found: dict[str, str] = json.loads(read_secret(path))
    return found


def _password() -> str:
    """Five words of 24 and four digits: 36 bits, behind a throttle of ten tries in five minutes."""
    return "-".join([*(secrets.choice(_WORDS) for _ in range(5)), f"{secrets.randbelow(10_000):04d}"])
