"""The documents keep their word: their commands run, their links lead somewhere, the files they name are there."""

from __future__ import annotations

import json
import re
import shlex
import subprocess
from pathlib import Path

import pytest

from tests.support.backend import ROOT

DOCUMENTS = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
# `make run` and `make test` are too large to run inside a test: the first is tests/e2e, the second is this run.
ELSEWHERE = {"make run", "make test"}


def commands() -> list[str]:
    found: list[str] = []
    for document in DOCUMENTS:
        for block in re.findall(r"```sh\n(.*?)```", document.read_text(), re.S):
            found += [line.split("  #")[0].strip() for line in block.splitlines() if line.strip()]
    return list(dict.fromkeys(found))


@pytest.mark.parametrize("command", [each for each in commands() if each not in ELSEWHERE])
def test_a_documented_command_runs(command: str) -> None:
    done = subprocess.run(shlex.split(command), cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr


def test_the_readmes_make_targets_exist() -> None:
    listed = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    for name in set(re.findall(r"`?make ([a-z-]+)", (ROOT / "README.md").read_text())) - {"help"}:
        assert f"make {name} " in listed


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_links_and_files_that_are_named_are_there(document: Path) -> None:
    text = document.read_text()
    for link in re.findall(r"\]\(([^)#:]+)\)", text):
        assert (document.parent / link).exists(), link
    for path in re.findall(r"`((?:services|shared|deploy|tests)/[A-Za-z0-9_/.-]+\.[a-z]+)`", text):
        assert (ROOT / path).exists(), path


def test_the_asyncapi_document_names_every_event_once() -> None:
    from shared.contracts import REGISTRY, asyncapi

    document = asyncapi.document(version="1")
    assert document["asyncapi"] == "3.0.0"
    assert {each["name"] for each in document["components"]["messages"].values()} == set(REGISTRY.events)
    carried = [name for channel in document["channels"].values() for name in channel["messages"]]
    assert sorted(carried) == sorted(document["components"]["messages"])
    json.dumps(document)
