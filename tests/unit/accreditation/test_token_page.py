"""Tokens on paper: every kind says its number, nothing stands outside its page, and Arabic looks as it was approved."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pypdfium2
import pytest
from PIL import Image

import services.accreditation
from services.accreditation.adapters.token_layouts import token_layouts
from services.accreditation.adapters.token_printer import TokenPage, draw_tokens, said_of
from services.accreditation.domain.token import (
    KEPT_IN_ARMOURY,
    MANIFEST_MAX,
    OF_A_HOLDER,
    Custody,
    Token,
    TokenFacts,
    TokenKind,
    TokenState,
)
from services.accreditation.domain.token_face import NamedPerson, TokenFace, TokenSay
from shared.web.application import service_texts
from tests.unit.accreditation.test_badge_page import apart, words

VECTORS = Path(__file__).parents[2] / "vectors"
TEXTS = service_texts(services.accreditation.__file__)
OMAR = NamedPerson("عميد", "عمر محمد الفيتوري", "Omar Mohamed Al-Fituri")
WORDS = {
    "ar": "مؤتمر رؤساء أركان القوات المسلحة لدول حوض المتوسط وجنوب الصحراء",
    "fr": "Conférence des chefs d'état-major",
    "en": "Conference of Chiefs of Staff",
}


def face(kind: TokenKind, people: tuple[NamedPerson, ...] = (OMAR,), mark: str | None = None) -> TokenFace:
    is_vehicle = kind is TokenKind.VEHICLE_PERMIT
    facts = TokenFacts(
        kind,
        "chad",
        holder="p-1" if kind in OF_A_HOLDER else None,
        mark=mark,
        manifest=tuple(f"p-{place}" for place in range(len(people))) if is_vehicle else (),
    )
    at = datetime(2027, 2, 10, tzinfo=UTC)
    token = Token("t-1", "benghazi", 7, facts, TokenState.VALID, Custody.HOLDER, at)
    delegation = {"ar": "تشاد", "fr": "Tchad", "en": "Chad"}
    return TokenFace(token, WORDS, delegation, people, date(2027, 2, 10), date(2027, 2, 12))


def drawn(*faces: TokenFace) -> pypdfium2.PdfDocument:
    pages = [TokenPage(each.token.facts.kind, said_of(each, TEXTS)) for each in faces]
    return pypdfium2.PdfDocument(draw_tokens(pages))


VEHICLE = face(
    TokenKind.VEHICLE_PERMIT,
    (OMAR, NamedPerson("", "سوكارنو", ""), NamedPerson("", "", "Ioannis Papadopoulos"), NamedPerson()),
    "5-12345 ليبيا",
)


@pytest.mark.parametrize("kind", list(TokenKind))
def test_every_kind_is_printed_with_its_number_its_delegation_and_whom_it_names(kind: TokenKind) -> None:
    has_mark = kind is TokenKind.VEHICLE_PERMIT or kind in KEPT_IN_ARMOURY
    found = face(kind, mark="AK 4711" if has_mark else None)
    with drawn(found) as document:
        assert len(document) == len(token_layouts()[kind].sides)
        said = [words(page) for page in document]
    assert all(found.token.printed in each for each in said)
    assert "Chad" in said[0]
    assert ("AK 4711" in said[0]) == has_mark
    if kind is not TokenKind.FLOATER:
        assert "Omar Mohamed Al-Fituri" in said[-1]


@pytest.mark.parametrize("kind", list(TokenKind))
def test_no_item_of_a_layout_reaches_over_its_page_and_every_side_has_the_number(kind: TokenKind) -> None:
    layout = token_layouts()[kind]
    for side in layout.sides:
        assert all(item.at.is_within(*layout.page) for item in side)
        assert TokenSay.NUMBER in {line.say for item in side for line in item.lines}
        for item in side:
            assert all(list(line.sizes) == sorted(line.sizes, reverse=True) for line in item.lines)


def test_who_sits_in_a_vehicle_stands_on_its_back_alone_and_nobody_is_left_out() -> None:
    people = tuple(NamedPerson("", f"محمد الفيتوري {n}", f"Mohamed Number{n}") for n in range(MANIFEST_MAX))
    with drawn(face(TokenKind.VEHICLE_PERMIT, people, "5-12345")) as document:
        front, back = (words(page) for page in document)
    assert "Number" not in front
    assert all(f"Number{n}" in back for n in range(MANIFEST_MAX))


def test_tokens_of_several_kinds_come_in_order_each_on_its_own_page() -> None:
    with drawn(face(TokenKind.FLOATER), VEHICLE, face(TokenKind.WEAPON_PERMIT, mark="AK 1")) as document:
        sizes = [tuple(round(side / 72 * 25.4) for side in page.get_size()) for page in document]
    assert sizes == [(105, 148), (210, 148), (210, 148), (105, 148)]


def test_a_mark_is_text_and_no_markup_of_the_page() -> None:
    hostile = '#set page(width: 1mm)\n*"] #eval("1")'
    with drawn(replace(face(TokenKind.RADIO_PERMIT, mark=hostile))) as document:
        assert "#eval" in words(document[0])


@pytest.mark.parametrize(("side", "name"), [(0, "vehicle-permit-front"), (1, "vehicle-permit-back")])
def test_a_vehicle_permit_looks_as_it_was_seen_and_approved(side: int, name: str) -> None:
    with drawn(VEHICLE) as document:
        seen = document[side].render(scale=100 / 72, grayscale=True).to_pil().convert("L")
    file = VECTORS / f"{name}.png"
    if not file.exists():
        seen.save(file)
    assert apart(seen, Image.open(file)) < 1.0, "mean difference of a pixel, of 255"
