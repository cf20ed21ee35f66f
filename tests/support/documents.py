"""The documents' own examples, for the tests that run them."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from tests.support.backend import ROOT

DOCUMENTS = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]


def blocks(document: Path, language: str) -> list[str]:
    """The document's fenced blocks of one language, in order."""
    return re.findall(rf"^```{language}\n(.*?)^```", document.read_text(encoding="utf-8"), re.S | re.M)


def run_examples(document: Path, **names: Any) -> None:
    """Run a document's Python blocks, one after the other as a reader would, with these names given."""
    for block in blocks(document, "python"):
        exec(compile(block, str(document), "exec"), names)  # our own documents
