"""The badge on paper: its symbol reads back from the drawn page, and no name is cut."""

from __future__ import annotations

import io
import json
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

from deploy.demo.portraits import portrait
from services.accreditation.adapters import badge_symbol
from services.accreditation.adapters.badge_page import BadgePage, draw
from services.accreditation.adapters.badge_symbol import (
    SymbolUnreadableError,
    read_symbol,
    symbol_modules,
)

CREDENTIAL = json.loads((Path(__file__).parents[2] / "vectors" / "credential.json").read_text())["text"]
PAGE = BadgePage(
    conference_ar="مؤتمر تجريبي",
    conference_en="Trial conference",
    motto_ar="معاً",
    name_arabic="محمد عبد الرحمن إبراهيم",
    name_latin="Mohamed Abdelrahman Ibrahim",
    rank="عميد",
    title="Director 2026",
    delegation_ar="مصر",
    delegation_en="Egypt",
    category_ar="عضو وفد",
    category_en="Delegate",
    colour="#1b4965",
    pattern=1,
    zones="Venue · Hall",
    number="7K3Q-W",
    photo=portrait("x"),
    credential=CREDENTIAL,
)


@pytest.mark.parametrize(
    "page",
    [
        PAGE,
        replace(PAGE, photo=None, name_latin=""),
        replace(PAGE, name_arabic="", name_latin="Ioannis-Konstantinos Papadopoulos-Theodorakopoulos"),
        replace(PAGE, name_latin="Ιωάννης Καποδίστριας", pattern=2),
        replace(PAGE, name_arabic="عبد الرحمن بن محمد بن عبد الله بن إبراهيم آل الشيخ المنصوري الهاشمي" * 2),
    ],
    ids=["both scripts", "Arabic alone", "long Latin", "Greek", "very long Arabic"],
)
def test_the_symbol_reads_back_from_the_drawn_page(page: BadgePage) -> None:
    picture = Image.open(io.BytesIO(draw(page, "png")))
    assert picture.size == (1240, 1748)
    assert read_symbol(picture) == CREDENTIAL


def test_the_pdf_is_one_a6_page_with_the_names_as_text(tmp_path: Path) -> None:
    content = draw(PAGE, "pdf")
    assert content.startswith(b"%PDF")
    path = tmp_path / "badge.pdf"
    path.write_bytes(content)
    try:
        text = subprocess.run(["pdftotext", str(path), "-"], capture_output=True, text=True, check=True).stdout
    except FileNotFoundError:
        pytest.skip("poppler-utils is not installed")
    assert "Mohamed Abdelrahman Ibrahim" in " ".join(text.split())
    assert text.count("\f") == 1


def test_the_symbol_is_within_its_budget() -> None:
    assert len(symbol_modules(CREDENTIAL)) <= 17 + 4 * badge_symbol.VERSION_MAX


def test_a_symbol_that_does_not_read_back_is_never_given_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(badge_symbol, "_read", lambda _modules: "something else")
    with pytest.raises(SymbolUnreadableError):
        symbol_modules(CREDENTIAL)


def test_a_credential_over_the_budget_is_refused() -> None:
    with pytest.raises(SymbolUnreadableError):
        symbol_modules("BWB1:" + "A" * 300)
