"""The documents keep their word: their commands run, their links lead somewhere, the files they name are there."""

from __future__ import annotations

import json
import re
import shlex
import subprocess
from pathlib import Path

import pytest

from services.cli import parser
from tests.support.backend import ROOT
from tests.support.documents import DOCUMENTS, blocks

# `make run` and `make test` are too large to run inside a test: the first is tests/e2e, the second is this run.
ELSEWHERE = {"make run", "make test"}


def commands() -> list[str]:
    found: list[str] = []
    for document in DOCUMENTS:
        for block in blocks(document, "sh"):
            found += [line.split("  #")[0].strip() for line in block.splitlines() if line.strip()]
    return list(dict.fromkeys(found))


@pytest.mark.parametrize("command", [each for each in commands() if each not in ELSEWHERE])
def test_a_documented_command_runs(command: str) -> None:
    done = subprocess.run(shlex.split(command), cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr


def test_every_command_that_a_guide_shows_is_one() -> None:
    shown = [line for document in DOCUMENTS for block in blocks(document, "bash") for line in block.splitlines()]
    commands = [shlex.split(line)[1:] for line in shown if line.startswith("bawaba ")]
    assert commands
    for command in commands:
        assert callable(parser().parse_args(command).run), command


def test_make_targets_that_are_named_exist() -> None:
    listed = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    for document in DOCUMENTS:
        for name in set(re.findall(r"`make ([a-z-]+)", document.read_text())) - {"help"}:
            assert f"make {name} " in listed, document.name


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_links_and_files_that_are_named_are_there(document: Path) -> None:
    text = document.read_text()
    for link in re.findall(r"\]\(([^)#:]+)\)", text):
        assert (document.parent / link).exists(), link
    for path in re.findall(r"`((?:services|shared|deploy|tests)/[A-Za-z0-9_/.-]+\.[a-z]+)`", text):
        assert (ROOT / path).exists(), path


def english() -> set[str]:
    """Everything that a page can say in English, and the names that the conference file gives things."""
    texts = [path for folder in ("services", "shared") for path in (ROOT / folder).glob("**/web/*.toml")]
    texts.append(ROOT / "deploy" / "conference" / "benghazi.toml")
    said = [words for path in texts for words in re.findall(r'\ben = "([^"]+)"', path.read_text(encoding="utf-8"))]
    return {re.sub(r": \{.*", "", words) for words in said}


@pytest.mark.parametrize("document", [each for each in DOCUMENTS if "how-to" in each.parts or each.stem == "tutorial"])
def test_a_page_says_the_words_that_a_document_quotes_from_it(document: Path) -> None:
    prose = re.sub(r"^```.*?^```", "", document.read_text(encoding="utf-8"), flags=re.S | re.M)
    bold = {words.rstrip(".,:") for words in re.findall(r"\*\*(.+?)\*\*", prose, re.S)}
    assert bold - english() - {"bold"} == set()


def test_decisions_are_numbered_without_a_gap_or_a_double() -> None:
    numbers = [int(path.name[:4]) for path in sorted((ROOT / "docs" / "adr").glob("*.md"))]
    assert numbers == list(range(1, len(numbers) + 1))


def test_the_asyncapi_document_names_every_event_once() -> None:
    from shared.contracts import REGISTRY, asyncapi

    document = asyncapi.document(version="1")
    assert document["asyncapi"] == "3.0.0"
    assert {each["name"] for each in document["components"]["messages"].values()} == set(REGISTRY.events)
    carried = [name for channel in document["channels"].values() for name in channel["messages"]]
    assert sorted(carried) == sorted(document["components"]["messages"])
    json.dumps(document)
