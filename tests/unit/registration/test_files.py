"""Files as they come: read whatever is honest, refuse the rest in words, and never run or unpack what could hurt."""

from __future__ import annotations

import contextlib
import csv
import io
import random
import zipfile
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook
from openpyxl.comments import Comment
from openpyxl.styles import PatternFill
from PIL import Image, ImageFilter

from deploy.demo.portraits import portrait
from services.registration.adapters.csv_text import decoded
from services.registration.adapters.photo import (
    PHOTO_BYTES_MAX,
    PhotoBlurredError,
    PhotoTooBrightError,
    PhotoTooDarkError,
    PhotoTooLargeError,
    PhotoTooSmallError,
    PhotoUnreadableError,
    prepare_photo,
)
from services.registration.adapters.roster_reader import ZippedPhotos
from services.registration.adapters.workbook import open_photos, read_sheet
from services.registration.adapters.workbook_annotation import Said, annotate
from services.registration.adapters.workbook_refusals import (
    FileSuspiciousError,
    FileTooLargeError,
    FileUnreadableError,
    SheetEmptyError,
    TooManyRowsError,
)
from services.registration.domain.roster_columns import OWN_REMARKS, ColumnMissingError
from services.registration.domain.roster_row import Fault, RosterRow
from shared.errors import Refusal

HEADINGS = ["Category", "Full name", "Passport number", "Expiry date", "Photo"]


def xlsx(*rows: list[Any], headings: list[str] = HEADINGS) -> bytes:
    book = Workbook()
    sheet: Any = book.active
    for row in (headings, *rows):
        sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def with_part(data: bytes, name: str, content: bytes) -> bytes:
    out = io.BytesIO(data)
    with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return out.getvalue()


def image(size: tuple[int, int], colour: str, kind: str = "JPEG") -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, colour).save(out, kind)
    return out.getvalue()


def test_a_workbook_is_read_with_its_row_numbers() -> None:
    sheet = read_sheet(xlsx(["delegate", "A", 1234567.0, date(2030, 1, 1), "a.jpg"], [None] * 5, ["delegate", "B"]))
    assert [row.number for row in sheet.rows] == [2, 4]
    assert sheet.rows[0].cells["document_number"] == 1234567


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("Category;Full name\ndelegate;Élodie", "utf-8"),
        ("Category,Full name\ndelegate,Élodie", "utf-8-sig"),
        ("Category\tFull name\ndelegate\tÉlodie", "utf-16"),
        ("Category\tFull name\ndelegate\t" + 99 * "李小龙", "utf-16"),
        ("Category\tFull name\ndelegate\tÉlodie", "utf-16-le"),
        ("الفئة،الاسم بالعربية\ndelegate،إلياس", "utf-16-le"),
        ("الفئة;الاسم بالعربية\ndelegate;إلياس", "utf-16-be"),
        ("Catégorie;Nom complet\ndelegate;Élodie", "cp1252"),
        ("الفئة;الاسم بالعربية\ndelegate;إلياس", "cp1256"),
    ],
)
def test_a_csv_is_read_in_the_encodings_that_ministries_use(text: str, encoding: str) -> None:
    (row,) = read_sheet(text.encode(encoding)).rows
    assert set(row.cells.values()) == {"delegate", text.split("\n")[1][9:]}


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("الفئة;الاسم بالعربية\ndelegate;إلياس\ndelegate;Aأحمد\nعضو;Dr.محمدB", "cp1256"),
        ("Catégorie;الاسم;Fonction\ndélégué;ليلى بن علي;Attachée de défense près la Présidence", "cp1256"),
        ("الفئة;الاسم;البريد\nعضو;مُنى;mona@example.org\nعضو;O'Brienة;x", "cp1256"),
        ("Catégorie;Nom complet\ndélégué;ÉLOÏSE MÜLLER-NÚÑEZ\ndélégué;Øyvind Ångström", "cp1252"),
        ("Catégorie;Nom complet;Fonction\ndélégué;Élie Bâ;À définir\ndélégué;Zoë;Nº 1", "cp1252"),
        ("Category;Full name\ndelegate;José Muñoz\ndelegate;Ó Súilleabháin", "cp1252"),
        ("Category;Full name\ndelegate;ÀÉ Öz\ndelegate;François d’Été – “Ñ”", "cp1252"),
    ],
)
def test_the_page_of_a_windows_csv_is_the_one_in_which_its_words_are_words(text: str, encoding: str) -> None:
    assert decoded(text.encode(encoding)) == text


_ARABIC_WORDS = st.text("ابتثجحخدذرزسشصضطظعغفقكلمنهويةأإآءئؤى", min_size=2, max_size=9)
_FRENCH_WORDS = st.sampled_from(["délégué", "Général", "naïve", "Jérôme", "Hélène", "de", "Zoë", "ç", "Français"])
_GLUED = st.builds(lambda one, other: other + one, _ARABIC_WORDS, st.sampled_from(["A", "Dr", "x"]))
_CAPITALS = st.text("ÉÀÈÊÎÔÜÖÑÁÍÓÚØÅäñóú", min_size=1, max_size=2)
_WESTERN = st.builds(lambda word, high: word + high, st.text("abcdeXYZ", min_size=2, max_size=6), _CAPITALS)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(_ARABIC_WORDS, st.one_of(_FRENCH_WORDS, _GLUED, _ARABIC_WORDS)), min_size=1, max_size=8))
def test_mixed_rows_of_an_arabic_windows_csv_keep_every_word(rows: list[tuple[str, str]]) -> None:
    text = "\n".join(["الفئة;الاسم بالعربية", *(f"{one};{other}" for one, other in rows)])
    assert decoded(text.encode("cp1256")) == text


@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(_WESTERN, st.one_of(_FRENCH_WORDS, _WESTERN, st.just("À"))), min_size=1, max_size=8))
def test_mixed_rows_of_a_western_windows_csv_keep_every_word(rows: list[tuple[str, str]]) -> None:
    text = "\n".join(["Category;Full name", *(f"{one};{other}" for one, other in rows)])
    assert decoded(text.encode("cp1252")) == text


_ENCODINGS = ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"]


@settings(max_examples=200, deadline=None)
@given(
    st.lists(st.tuples(_ARABIC_WORDS, st.one_of(_FRENCH_WORDS, _WESTERN, _GLUED, st.just("李小龙"))), max_size=8),
    st.sampled_from(["الفئة;الاسم بالعربية", "Category;Full name", "Delegation of Egypt\n\nCatégorie;الاسم", "?;?"]),
    st.sampled_from(["\n", "\r\n"]),
)
def test_a_csv_reads_the_same_in_every_encoding(rows: list[tuple[str, str]], headings: str, end: str) -> None:
    text = end.join([headings, *(f"{one};{other}" for one, other in rows)]) + end
    assert {encoding: decoded(text.encode(encoding)) for encoding in _ENCODINGS} == dict.fromkeys(_ENCODINGS, text)


@pytest.mark.parametrize("encoding", ["utf-8", "cp1252", "cp1256", "utf-16", "utf-16-le", "utf-16-be"])
def test_a_csv_that_is_broken_is_no_text_in_another_encoding(encoding: str) -> None:
    text = "Catégorie;Nom complet\r\ndélégué;François\r\n"
    broken = text.encode(encoding)[:-1] if "16" in encoding else text.replace(";F", ";\0F").encode(encoding)
    with pytest.raises(FileUnreadableError):
        decoded(broken)


@pytest.mark.parametrize(
    "text",
    [
        "sep=;\r\nCategory;Full name\r\ndelegate;Amina\r\n",
        "Category:Full name\ndelegate:Amina\n",
        "الفئة،الاسم بالعربية\nعضو،أمينة\n",
        "الفئة؛الاسم بالعربية\nعضو؛أمينة\n",
        "Délégation de l'Égypte, liste du 3 mai, version 2\n\nCatégorie;Nom complet\ndelegate;Amina\n",
        'Category:;Full Name:\ndelegate;"Amina; the second"\n',
    ],
)
def test_a_list_is_read_by_whatever_separator_and_under_whatever_title(text: str) -> None:
    sheet = read_sheet(text.encode())
    (row,) = sheet.rows
    assert len(row.cells) == 2
    assert row.number == sheet.heading_row + 1


def test_the_headings_are_looked_for_in_the_first_rows_and_no_further() -> None:
    titles = [["Delegation of Egypt"], [None, "List of participants"], [None]]
    book = xlsx(*titles[1:], HEADINGS, ["delegate", "Amina"], headings=titles[0])
    sheet = read_sheet(book)
    assert (sheet.heading_row, [row.number for row in sheet.rows]) == (4, [5])
    with pytest.raises(ColumnMissingError) as refused:
        read_sheet(xlsx(*[["a title"]] * 9, HEADINGS, ["delegate", "Amina"], headings=["a title"]))
    assert refused.value.columns == ["category", "name"]


def test_a_list_without_its_categories_lacks_only_them() -> None:
    with pytest.raises(ColumnMissingError) as refused:
        read_sheet(xlsx(["Full name", "Passport number"], ["Amina", "X1"], headings=["Delegation of Egypt"]))
    assert refused.value.columns == ["category"]


def test_given_name_and_surname_in_two_columns_make_one_name() -> None:
    data = xlsx(
        ["delegate", "FAROUK", " Amina ", "x"], ["delegate", "CHER", None], headings=["Category", "Nom", "Prénom", "e"]
    )
    sheet = read_sheet(data)
    assert [row.cells["name_latin"] for row in sheet.rows] == ["Amina FAROUK", "CHER"]
    formula = read_sheet(xlsx(["delegate", "=A1", "Amina"], headings=["Category", "Surname", "First name"]))
    assert [fault.code for fault in formula.rows[0].faults] == ["workbook.formula"]


def test_the_annotated_workbook_keeps_its_rows_where_they_were_under_titles_and_excels_own_line() -> None:
    titled = xlsx(["Category", "Full name"], ["Astronaut", "Bad"], headings=["Delegation of Egypt"])
    for data in (titled, b"sep=;\r\nList of May\r\nCategory;Full name\r\nAstronaut;Bad\r\n"):
        sheet = read_sheet(data)
        (row,) = sheet.rows
        rows = [RosterRow(row.number, None, (Fault("category", "roster.category_unknown"),))]
        back: Any = load_workbook(
            io.BytesIO(annotate(data, sheet, rows, Said("Remarks", {row.number: ["unknown"]}), rtl=False))
        ).active
        place = sheet.heading_row
        assert place == 2
        assert [cell.value for cell in back[place]] == ["Category", "Full name", "Remarks"]
        assert [cell.value for cell in back[place + 1]] == ["Astronaut", "Bad", "unknown"]
        assert back.cell(place + 1, 1).comment.text == "unknown"


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.text("abcdéÉñ 'ÖŞığ-ابتحمد,;|\"", min_size=1, max_size=30).map(str.strip).filter(bool), min_size=1),
    st.sampled_from([",", ";", "\t", "|"]),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"]),
)
def test_every_name_in_a_csv_is_kept_as_written(names: list[str], separator: str, encoding: str) -> None:
    out = io.StringIO()
    writer = csv.writer(out, delimiter=separator)
    writer.writerows([["Category", "Full name"], *(["delegate", name] for name in names)])
    rows = read_sheet(out.getvalue().encode(encoding)).rows
    assert [row.cells["name_latin"] for row in rows] == names


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=400))
def test_no_file_brings_anything_but_a_refusal(data: bytes) -> None:
    with contextlib.suppress(Refusal):
        read_sheet(data)


def test_a_formula_is_a_fault_of_its_cell_and_is_never_evaluated() -> None:
    (row,) = read_sheet(xlsx(["delegate", '=HYPERLINK("http://x")', "X1", None, None])).rows
    assert [fault.code for fault in row.faults] == ["workbook.formula"]
    assert "name_latin" not in row.cells


@pytest.mark.parametrize(
    ("data", "error"),
    [
        (b"", SheetEmptyError),
        (b"\x89PNG\r\n\x1a\n" + b"\x00" * 100, FileUnreadableError),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + "Category\tName\n".encode("utf-16-le"), FileUnreadableError),
        ("Category;Name\ndelegate;Amina\n".encode("utf-32-le"), FileUnreadableError),
        (b"PK\x03\x04 broken", FileUnreadableError),
        (b"x" * (10 * 1024 * 1024 + 1), FileTooLargeError),
        (with_part(xlsx(["delegate"]), "xl/vbaProject.bin", b"macro"), FileSuspiciousError),
        (with_part(xlsx(["delegate"]), "xl/media/bomb", bytes(120 * 1024 * 1024)), FileSuspiciousError),
        (with_part(b"PK\x05\x06" + bytes(18), "a.txt", b"no workbook"), FileUnreadableError),
        (("Category,Full name\n" + "delegate,x\n" * 12_001).encode(), TooManyRowsError),
    ],
    ids=["empty", "picture", "old workbook", "utf-32", "broken", "large", "macro", "bomb", "zip", "rows"],
)
def test_a_file_that_is_not_what_it_should_be_is_refused(data: bytes, error: type[Exception]) -> None:
    with pytest.raises(error):
        read_sheet(data)


def test_an_entity_bomb_in_a_workbook_is_refused() -> None:
    bomb = (
        b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]><worksheet>&b;</worksheet>'
    )
    source = zipfile.ZipFile(io.BytesIO(xlsx(["delegate", "A"])))
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for info in source.infolist():
            archive.writestr(info.filename, bomb if info.filename.endswith("sheet1.xml") else source.read(info))
    with pytest.raises(FileUnreadableError):
        read_sheet(out.getvalue())


def test_the_annotated_workbook_marks_the_bad_cell_and_leaves_the_rest() -> None:
    data = xlsx(["delegate", "Good", "X1", date(2030, 1, 1), "a.jpg"], ["Astronaut", "Bad", "X2", None, "a.jpg"])
    sheet = read_sheet(data)
    rows = [RosterRow(2, None, ()), RosterRow(3, None, (Fault("category", "roster.category_unknown"),))]
    out = annotate(data, sheet, rows, Said("ملاحظات بوابة", {3: ["غير معروفة"]}), rtl=True)
    back: Any = load_workbook(io.BytesIO(out)).active
    assert back["A3"].fill.fgColor.rgb.endswith("F8C9C4")
    assert back["A3"].comment.text == "غير معروفة"
    assert (back["F1"].value, back["F2"].value, back["F3"].value) == ("ملاحظات بوابة", None, "غير معروفة")
    assert back["A2"].fill.fill_type is None
    assert [cell.value for cell in back[2]][:3] == ["delegate", "Good", "X1"]
    assert back.sheet_view.rightToLeft


@pytest.mark.parametrize("remarks", sorted(OWN_REMARKS))
def test_what_was_marked_before_goes_when_the_corrected_workbook_comes_again(remarks: str) -> None:
    """Nothing of theirs goes with it: a comment, a colour and a column of their own stay."""
    data = xlsx(["Astronaut", "Bad", "X1", None, "a.jpg"], ["delegate", "Worse", "X2", None, "a.jpg"])
    first = read_sheet(data)
    bad = (Fault("category", "roster.category_unknown"), Fault(None, "roster.twice"))
    once = annotate(data, first, [RosterRow(2, None, bad)], Said(remarks, {2: ["unknown", "twice"]}), rtl=False)
    book: Any = load_workbook(io.BytesIO(once))
    page = book.active
    page["A2"] = "delegate"
    page["B2"].comment, page["B2"].fill = Comment("ask him", "Secretary"), PatternFill("solid", fgColor="00FF00")
    page["G1"] = "Remarks"
    page["G2"] = "theirs"
    page["B3"].comment = Comment("by a program that keeps no authors", "")
    page["B3"].fill = PatternFill("solid", fgColor="FFF8C9C4")
    out = io.BytesIO()
    book.save(out)
    again = read_sheet(out.getvalue())
    assert again.columns.unknown == ("Remarks",)
    worse = RosterRow(3, None, (Fault("name_latin", "roster.name"),))
    twice = annotate(out.getvalue(), again, [RosterRow(2, None, ()), worse], Said(remarks, {3: ["no"]}), rtl=False)
    back: Any = load_workbook(io.BytesIO(twice)).active
    assert [cell.value for cell in back[1]][5:] == [remarks, "Remarks"]
    assert [back[f"F{row}"].value for row in (2, 3)] == [None, "no"]
    assert (back["A2"].comment, back["A2"].fill.fill_type, back["F2"].fill.fill_type) == (None, None, None)
    assert (back["B2"].comment.text, back["B2"].fill.fgColor.rgb[-6:]) == ("ask him", "00FF00")
    assert back["G2"].value == "theirs"
    assert (back["B3"].comment.text, back["B3"].comment.author) == ("no", "Bawaba")


def test_a_change_is_marked_in_its_cell_and_said_in_the_remarks_and_no_old_value_becomes_a_formula() -> None:
    data = xlsx(["delegate", "Good", "X1", date(2030, 1, 1), "a.jpg"])
    sheet = read_sheet(data)
    changes = {2: {"name_latin": "=was", "photo": "another photo", "phone": "has no column"}}
    back: Any = load_workbook(
        io.BytesIO(annotate(data, sheet, [RosterRow(2, None, ())], Said("Remarks", {}, changes), rtl=False))
    ).active
    assert (back["B2"].comment.text, back["E2"].comment.text) == ("=was", "another photo")
    assert back["B2"].fill.fgColor.rgb.endswith("CFE2F3")
    assert (back["F2"].value, back["F2"].data_type) == ("=was\nanother photo\nhas no column", "s")


def test_an_annotated_csv_never_turns_text_into_a_formula() -> None:
    data = b"Category,Full name\ndelegate,=1+1\n"
    out = annotate(data, read_sheet(data), [], Said("Remarks", {}), rtl=False)
    cell: Any = load_workbook(io.BytesIO(out)).active["B2"]
    assert (cell.value, cell.data_type) == ("=1+1", "s")


def test_a_photo_becomes_small_upright_and_says_nothing_of_its_camera() -> None:
    exif = Image.Exif()
    exif[0x0112], exif[0x010F] = 6, "Camera of Somebody"
    out = io.BytesIO()
    Image.open(io.BytesIO(portrait("x"))).resize((1600, 1200)).save(out, "JPEG", exif=exif)
    prepared = prepare_photo(out.getvalue())
    back = Image.open(io.BytesIO(prepared))
    assert back.size == (480, 600)
    assert not back.getexif()
    assert len(prepared) <= PHOTO_BYTES_MAX


@pytest.mark.parametrize(
    ("data", "error"),
    [
        (b"no picture", PhotoUnreadableError),
        (image((600, 700), "#888", "GIF"), PhotoUnreadableError),
        (image((100, 700), "#888"), PhotoTooSmallError),
        (image((600, 700), "#000"), PhotoTooDarkError),
        (image((600, 700), "#fff"), PhotoTooBrightError),
        (image((7000, 7000), "#888", "PNG"), PhotoTooLargeError),
        (portrait("x") + bytes(12 * 1024 * 1024), PhotoTooLargeError),
    ],
)
def test_a_photo_that_does_not_do_is_refused_for_its_reason(data: bytes, error: type[Exception]) -> None:
    with pytest.raises(error):
        prepare_photo(data)


def test_a_blurred_photo_is_refused_and_the_sharp_one_taken() -> None:
    out = io.BytesIO()
    Image.open(io.BytesIO(portrait("x"))).filter(ImageFilter.GaussianBlur(8)).save(out, "JPEG")
    with pytest.raises(PhotoBlurredError):
        prepare_photo(out.getvalue())
    assert prepare_photo(portrait("x"))


async def test_each_photo_of_an_archive_is_made_ready_or_refused_by_itself() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("folder/a.jpg", portrait("a"))
        archive.writestr("b.jpg", image((600, 700), "#000"))
        archive.writestr("c.jpg", b"no picture")
        archive.writestr("d.jpg", portrait("d") + random.Random(1).randbytes(9 * 1024 * 1024))
    with ThreadPoolExecutor(1) as pool:
        photos = ZippedPhotos(*open_photos(out.getvalue()), pool)
        assert photos.names == {"a.jpg", "b.jpg", "c.jpg", "d.jpg"}
        assert (await photos.portrait("a.jpg")).startswith(b"\xff\xd8")
        for name, error in (
            ("b.jpg", PhotoTooDarkError),
            ("c.jpg", PhotoUnreadableError),
            ("d.jpg", PhotoTooLargeError),
            ("nobody.jpg", PhotoUnreadableError),
        ):
            with pytest.raises(error):
                await photos.portrait(name)


def test_a_zip_of_photos_that_explodes_is_refused() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.jpg", bytes(200 * 1024 * 1024))
    with pytest.raises(FileSuspiciousError):
        open_photos(out.getvalue())
