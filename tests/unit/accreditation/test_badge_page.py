"""The badge on paper: its symbol reads back from the drawn page, and no name is cut."""

from __future__ import annotations

import io
import json
import unicodedata
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pypdfium2
import pytest
import qrcode
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageChops, ImageStat
from qrcode.util import MODE_ALPHA_NUM, QRData

from deploy.demo.portraits import portrait
from services.accreditation.adapters import badge_page, badge_symbol
from services.accreditation.adapters.badge_page import BadgePage, Grant, Ground, draw_file, draw_front
from services.accreditation.adapters.badge_sheets import PhotoUnreadableError, joined, rest_of
from services.accreditation.adapters.badge_symbol import (
    SymbolUnreadableError,
    read_symbol,
    symbol_modules,
)
from services.accreditation.adapters.layout_files import default_layout
from services.accreditation.domain.badge_layout import Say

VECTORS = Path(__file__).parents[2] / "vectors"
CREDENTIAL = json.loads((VECTORS / "credential.json").read_text())["text"]
GROUND = Ground(
    layout=default_layout(),
    says=(
        (Say.CONFERENCE_AR, "مؤتمر تجريبي"),
        (Say.CONFERENCE_EN, "Trial conference"),
        (Say.MOTTO_AR, "معاً"),
        (Say.NOTE_AR, "بطاقة شخصية"),
        (Say.NOTE_FR, "Badge personnel"),
        (Say.NOTE_EN, "Personal badge"),
    ),
    category_ar="عضو وفد",
    category_en="Delegate",
    colour="#1b4965",
    pattern=1,
    grants=(
        Grant("ساحة المؤتمر", "Venue perimeter", (1, 2, 3), "07:00–22:00"),
        Grant("القاعة الكبرى", "Plenary hall", (1, 3), "08:00–20:00"),
    ),
    days=3,
)
CONFERENCE_2026 = replace(GROUND, says=((Say.CONFERENCE_AR, "مؤتمر 2026"), *GROUND.says[1:]))
PAGE = BadgePage(
    ground=GROUND,
    name_arabic="محمد عبد الرحمن إبراهيم",
    name_latin="Mohamed Abdelrahman Ibrahim",
    rank="عميد",
    title="Director 2026",
    delegation_ar="مصر",
    delegation_en="Egypt",
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
        replace(PAGE, name_latin="Ιωάννης Καποδίστριας", ground=replace(GROUND, pattern=2)),
        replace(PAGE, name_arabic="عبد الرحمن بن محمد بن عبد الله بن إبراهيم آل الشيخ المنصوري الهاشمي" * 2),
    ],
    ids=["both scripts", "Arabic alone", "long Latin", "Greek", "very long Arabic"],
)
def test_the_symbol_reads_back_from_the_drawn_page(page: BadgePage) -> None:
    picture = Image.open(io.BytesIO(draw_front(page)))
    assert picture.size == (1240, 1748)
    assert read_symbol(picture) == CREDENTIAL


def test_a_file_has_front_and_back_of_each_badge_in_order() -> None:
    pages = [replace(PAGE, number=f"AAA{n}-A", name_latin=f"Person Number{n}") for n in range(5)]
    with pypdfium2.PdfDocument(draw_file(pages, sample=2, seed="x")) as document:
        assert len(document) == 10
        assert [round(side) for side in document[0].get_size()] == [298, 420], "A6 in points"
        for number in range(5):
            for page in (document[2 * number], document[2 * number + 1]):
                assert f"AAA{number}-A" in page.get_textpage().get_text_range()
            assert f"Person Number{number}" in words(document[2 * number])


MONONYM = replace(PAGE, name_arabic="سوكارنو", name_latin="Sukarno", rank="", title="")
LONG = replace(PAGE, name_arabic="عبد الرحمن بن محمد بن عبد الله بن إبراهيم آل الشيخ المنصوري الهاشمي")
BLANK = replace(PAGE, name_arabic="", name_latin="", rank="", title="", photo=None, is_blank=True, number="BBBB-B")
DAY = replace(PAGE, ground=replace(GROUND, only_days="2"), number="CCCC-C", photo=None)


@pytest.mark.parametrize(("sheet", "size"), [("a4", (595, 842)), ("card", (243, 153)), ("a6", (298, 420))])
def test_every_sheet_has_every_number_and_every_symbol(sheet: str, size: tuple[int, int]) -> None:
    pages = [MONONYM, LONG, BLANK, DAY, replace(PAGE, number="EEEE-E")]
    with pypdfium2.PdfDocument(draw_file(pages, sample=5, seed="x", sheet=sheet)) as document:
        assert tuple(round(side) for side in document[0].get_size()) == size
        text = " ".join(words(page) for page in document)
    for page in pages:
        assert text.count(page.number) >= 2, "on the front and on the back"
    assert "Sukarno" in text
    assert "Name" in text
    assert "Delegation" in text, "both lines of a blank are there to write on"
    assert "DAY" in text


def test_the_backs_of_a_sheet_stand_behind_their_fronts() -> None:
    pages = [replace(PAGE, number=f"AAA{n}-A") for n in range(4)]
    with pypdfium2.PdfDocument(draw_file(pages, sample=4, seed="x", sheet="a4")) as document:
        sides = [{text: places(document[side], text) for text in ("AAA0-A", "AAA1-A")} for side in (0, 1)]
    left = [min(side, key=lambda text: side[text]) for side in sides]
    assert left == ["AAA0-A", "AAA1-A"], "mirrored, so that turning the sheet along its long edge brings them together"


def places(page: Any, text: str) -> float:
    """How far from the left a text stands, in points."""
    textpage = page.get_textpage()
    start, _ = textpage.search(text).get_next()
    return float(textpage.get_charbox(start)[0])


@pytest.mark.parametrize("sheet", ["a6", "card"])
def test_a_long_name_is_fitted_and_whole_on_every_sheet(sheet: str) -> None:
    with pypdfium2.PdfDocument(draw_file([LONG], sample=1, seed="x", sheet=sheet)) as document:
        front = words(document[0])
    assert all(part in front for part in LONG.name_arabic.split()), front


def test_the_rest_of_a_file_begins_at_its_page() -> None:
    file = draw_file([replace(PAGE, number=number) for number in ("AAAA-A", "BBBB-B")], sample=1, seed="x")
    rest = rest_of(file, 3)
    assert rest is not None
    with pypdfium2.PdfDocument(rest) as document:
        assert ["BBBB-B" in words(page) for page in document] == [True, True]
    assert rest_of(file, 5) is None


def words(page: Any) -> str:
    """A page's text as another program reads it, presentation forms as letters."""
    return " ".join(unicodedata.normalize("NFKC", page.get_textpage().get_text_range()).split())


def test_arabic_is_text_in_reading_order_and_mixed_with_digits() -> None:
    page = replace(PAGE, ground=CONFERENCE_2026, name_arabic="محمد عبد الرحمن", title="مدير فرع 12")
    with pypdfium2.PdfDocument(draw_file([page], sample=1, seed="x")) as document:
        front, back = words(document[0]), words(document[1])
    for text in ("مؤتمر 2026", "محمد عبد الرحمن", "مدير فرع 12", "عضو وفد"):
        assert text in front, front
    for text in ("بطاقة شخصية", "Badge personnel", "Plenary hall", "08:00–20:00"):
        assert text in back, back


BARE = replace(PAGE, ground=CONFERENCE_2026, photo=None)
SEEN = {
    "badge-front": ("a6", 0, [replace(BARE, name_latin="")]),
    "badge-latin": ("a6", 0, [replace(BARE, name_arabic="", rank="Brigadier", title="")]),
    "badge-long-arabic": ("a6", 0, [replace(LONG, ground=CONFERENCE_2026, photo=None)]),
    "badge-two-bodies": (
        "a6",
        0,
        [
            replace(
                BARE,
                delegation_ar="الأمم المتحدة والاتحاد الأفريقي",
                delegation_en="United Nations and African Union joint mission",
            )
        ],
    ),
    "badge-photo": ("a6", 0, [replace(BARE, photo=portrait("x"))]),
    "badge-exempt": ("a6", 0, [BARE]),
    "badge-back": ("a6", 1, [BARE]),
    "card-front": ("card", 0, [BARE]),
    "card-back": ("card", 1, [replace(DAY, photo=None)]),
    "sheet-a4": ("a4", 0, [BARE, LONG, BLANK, DAY]),
    "sheet-a4-back": ("a4", 1, [BARE, LONG, BLANK, DAY]),
}


@pytest.mark.parametrize("name", SEEN)
def test_a_page_looks_as_it_was_seen_and_approved(name: str) -> None:
    """Against pictures in tests/vectors that a person looked at: letters joined, lines in place."""
    sheet, side, pages = SEEN[name]
    drawn, file = seen(pages, sheet, side), VECTORS / f"{name}.png"
    if not file.exists():
        drawn.save(file)
        pytest.fail(f"{file.name} is new: look at it, and keep it if it is right")
    assert apart(drawn, Image.open(file)) < 1.0, "mean difference of a pixel, of 255"


def test_the_measure_of_pictures_sees_letters_that_are_not_joined() -> None:
    sheet, side, (page,) = SEEN["badge-front"]
    broken = replace(page, name_arabic="\u200c".join(page.name_arabic))
    assert apart(seen([broken], sheet, side), Image.open(VECTORS / "badge-front.png")) > 1.0


def test_the_measure_of_pictures_sees_a_portrait_that_is_missing() -> None:
    sheet, side, (page,) = SEEN["badge-photo"]
    assert apart(seen([replace(page, photo=None)], sheet, side), Image.open(VECTORS / "badge-photo.png")) > 1.0


def seen(pages: list[BadgePage], sheet: str, side: int) -> Image.Image:
    with pypdfium2.PdfDocument(draw_file(pages, sample=1, seed="x", sheet=sheet)) as document:
        return document[side].render(scale=150 / 72, grayscale=True).to_pil().convert("L")


def apart(one: Image.Image, other: Image.Image) -> float:
    return ImageStat.Stat(ImageChops.difference(one, other)).mean[0]


def test_a_photo_that_is_no_picture_is_never_passed_over() -> None:
    with pytest.raises(PhotoUnreadableError):
        draw_file([replace(PAGE, photo=b"no picture")], sample=1, seed="x")


def test_a_photo_of_any_shape_fills_its_place_and_no_more() -> None:
    """In the middle of its place, and white beside it: not stretched beyond, not smaller."""
    wide = io.BytesIO()
    Image.new("RGB", (900, 300), "#ff0000").save(wide, "JPEG")
    front = Image.open(io.BytesIO(draw_front(replace(PAGE, photo=wide.getvalue())))).convert("RGB")
    dots = 300 / 25.4
    for x, y in ((8, 34), (21, 50), (34, 67)):
        red, green, _ = front.getpixel((int(x * dots), int(y * dots)))  # type: ignore[misc]
        assert red > 240 > 20 > green
    assert front.getpixel((int(4 * dots), int(50 * dots))) == (255, 255, 255)


def test_what_badges_share_is_in_the_file_once() -> None:
    pages = [replace(PAGE, number=f"AAA{n}-A", photo=None) for n in range(40)]
    one, forty = (len(draw_file(some, sample=1, seed="x")) for some in (pages[:1], pages))
    assert forty - one < 39 * 6_000, "a symbol of 3 kB, some words, and no table, pattern or font again"


def test_files_are_joined_in_order() -> None:
    files = [draw_file([replace(PAGE, number=number)], sample=1, seed="x") for number in ("AAAA-A", "BBBB-B")]
    with pypdfium2.PdfDocument(joined(files)) as document:
        numbers = [page.get_textpage().get_text_range() for page in document]
    assert ["AAAA-A" in text for text in numbers] == [True, True, False, False]


def test_a_file_whose_symbol_does_not_read_is_never_given_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(badge_page, "symbol_modules", lambda _: np.zeros((53, 53), dtype=bool))
    with pytest.raises(SymbolUnreadableError):
        draw_file([PAGE], sample=1, seed="x")


def test_the_sample_has_both_ends_and_its_size() -> None:
    drawn = badge_page._sampled(100, 10, "seed")
    assert (drawn[0], drawn[-1], len(set(drawn))) == (0, 99, 10)
    assert badge_page._sampled(3, 10, "seed") == [0, 1, 2]
    assert badge_page._sampled(1, 1, "seed") == [0]


def test_no_markup_of_a_name_reaches_the_page() -> None:
    page = replace(PAGE, name_latin='#image("/etc/passwd") $x$ *bold* <label>', number="AAAA-A")
    with pypdfium2.PdfDocument(draw_file([page], sample=1, seed="x")) as document:
        assert '#image("/etc/passwd") $x$ *bold* <label>' in words(document[0])


def test_the_symbol_is_within_its_budget() -> None:
    assert len(symbol_modules(CREDENTIAL)) <= 17 + 4 * badge_symbol.VERSION_MAX


@settings(deadline=None)
@given(st.text("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:", min_size=1, max_size=259))
def test_a_symbol_is_module_for_module_what_the_package_draws(text: str) -> None:
    code = qrcode.QRCode(error_correction=qrcode.constants.ERROR_CORRECT_Q, border=0, box_size=1, mask_pattern=4)
    code.add_data(QRData(text.encode(), mode=MODE_ALPHA_NUM), optimize=0)
    code.make(fit=True)
    try:
        assert symbol_modules(text).tolist() == code.get_matrix()
    except SymbolUnreadableError as error:
        assert "read back" in str(error)  # noqa: PT017  the reader trims spaces at the ends, which no credential has


def test_what_does_not_fit_version_eleven_is_refused() -> None:
    with pytest.raises(SymbolUnreadableError, match="over version 11"):
        symbol_modules("A" * 260)


def test_a_symbol_that_does_not_read_back_is_never_given_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(badge_symbol, "_read", lambda _modules: "something else")
    with pytest.raises(SymbolUnreadableError):
        symbol_modules(CREDENTIAL)


def test_a_credential_over_the_budget_is_refused() -> None:
    with pytest.raises(SymbolUnreadableError):
        symbol_modules("BWB1:" + "A" * 300)
