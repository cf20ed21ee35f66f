"""The reference says what the code does today, and every field and setting has a word on what it is for."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from services.cli import main, parser
from services.reference import meanings_in, missing_meanings, pages
from tests.support.backend import ROOT

REFERENCE = ROOT / "docs" / "reference"
MADE = pages(REFERENCE, parser())


@pytest.mark.parametrize("name", MADE)
def test_a_page_is_what_the_code_says(name: str) -> None:
    assert (REFERENCE / name).read_text(encoding="utf-8") == MADE[name], "run `make reference` and commit the page"


def test_every_field_and_setting_says_what_it_is_for() -> None:
    assert missing_meanings(REFERENCE) == []


def test_a_field_without_a_line_and_a_line_without_a_field_are_found(tmp_path: Path) -> None:
    page = tmp_path / "conference-file.md"
    shutil.copytree(REFERENCE, tmp_path, dirs_exist_ok=True)
    lines = page.read_text(encoding="utf-8").splitlines(keepends=True)
    page.write_text("".join(line for line in lines if not line.startswith("| `motto`")) + "| `mood` | | | gone |\n")
    with pytest.raises(SystemExit, match="1"):
        main(["reference", "--folder", str(tmp_path)])
    assert "conference-file.md: Conference, motto" in missing_meanings(tmp_path)
    assert not [name for _, name in meanings_in(page) if name == "mood"]


def test_what_people_wrote_above_the_tables_stays(tmp_path: Path) -> None:
    shutil.copytree(REFERENCE, tmp_path, dirs_exist_ok=True)
    page = tmp_path / "events.md"
    page.write_text(page.read_text(encoding="utf-8").replace("# Events\n", "# Events\n\nMine.\n"), encoding="utf-8")
    assert pages(tmp_path, parser())["events.md"].startswith("# Events\n\nMine.\n")
