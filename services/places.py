"""Where the commands find the project's own files."""

from __future__ import annotations

from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[1]
BENGHAZI: Final = ROOT / "deploy" / "conference" / "benghazi.toml"
REFERENCE: Final = ROOT / "docs" / "reference"
