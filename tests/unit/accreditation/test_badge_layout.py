"""A layout's file is taken whole or refused with every place that is wrong."""

from __future__ import annotations

import pytest

from services.accreditation.adapters import layout_files
from services.accreditation.adapters.layout_files import default_layout, read_layout
from services.accreditation.domain.badge_layout import PAGES, Kind, faults_of
from services.accreditation.domain.printing_errors import LayoutInvalidError

DEFAULT = layout_files._FILE.read_text()


def faults(content: str) -> tuple[tuple[str, str], ...]:
    with pytest.raises(LayoutInvalidError) as refused:
        read_layout(content.encode(), "press", 3)
    return refused.value.faults


def test_the_layout_that_is_there_from_the_start_breaks_no_rule() -> None:
    assert faults_of(default_layout()) == []
    assert set(default_layout().sides) == set(PAGES)


def test_a_layout_says_its_code_and_version() -> None:
    assert read_layout(DEFAULT.encode(), "press", 3).stamp == "press 3"


@pytest.mark.parametrize(
    ("before", "after", "fault"),
    [
        ("at = [6, 92, 50, 50]", "at = [6, 112, 50, 50]", ("a6.front 9", "outside")),
        ("at = [6, 92, 50, 50]", "at = [6, 92, 40, 40]", ("a6.front 9", "symbol_small")),
        ("at = [6, 92, 50, 50]", "at = [6, 92, 50, 48]", ("a6.front 9", "symbol_square")),
        ("at = [6, 92, 50, 50]", "at = [20, 92, 50, 50]", ("a6.front 9", "symbol_covered")),
        ('kind = "symbol", at = [6', 'kind = "photo", at = [6', ("a6.front", "one_symbol")),
        ('say = "name_arabic", sizes = [16', 'say = "title", sizes = [16', ("a6.front", "name_missing")),
        ('say = "category", sizes = [10', 'say = "title", sizes = [10', ("a6.front", "category_missing")),
        ('say = "number", sizes = [13]', 'say = "rank", sizes = [13]', ("a6.back", "number_missing")),
        ("sizes = [16, 14", "sizes = [14, 16", ("a6.front 6", "sizes_order")),
        ('say = "rank"', 'say = "blood_group"', ("a6.front 6.lines 1.say", "unknown_word")),
        ('stand = "top"', 'stand = "left"', ("a6.front 4.stand", "unknown_word")),
        ('colour = "#ffffff"', 'colour = "white"', ("a6.front 4.colour", "value")),
        ("sizes = [9, 8, 7]", "sizes = [9, 8, 1]", ("a6.front 4.lines 1.sizes 3", "value")),
        ("at = [0, 0, 105, 25]", "at = [0, 0, nan, 25]", ("a6.front 1.at 3", "value")),
        ("weight = 600", 'wieght = "bold"', ("a6.front 4.lines 1.wieght", "unknown_field")),
        ("[card]", "[cart]", ("card", "missing")),
        ("[card]", "[card", (str(DEFAULT[: DEFAULT.index("[card]")].count("\n") + 1), "toml")),
    ],
)
def test_what_is_wrong_is_named_with_its_place(before: str, after: str, fault: tuple[str, str]) -> None:
    assert before in DEFAULT
    assert fault in faults(DEFAULT.replace(before, after, 1))


@pytest.mark.parametrize("content", [b"\xff\xfe", b"", b"[" * 5_000, b"a = " + b"[" * 5_000, b"a6 = 3\ncard = 4"])
def test_whatever_is_no_layout_is_refused(content: bytes) -> None:
    with pytest.raises(LayoutInvalidError):
        read_layout(content, "press", 1)


def test_a_symbol_stands_on_each_page_once() -> None:
    for front, back in default_layout().sides.values():
        assert [item.kind for item in (*front, *back)].count(Kind.SYMBOL) == 1
