"""Every refusal of every service can be said, in three languages, with what a person needs to act."""

from __future__ import annotations

import importlib
import pkgutil
import re
from dataclasses import fields
from pathlib import Path

import pytest

import services
import shared
from services.registration.domain.erasure import Destroyed, HeldError
from services.registration.domain.roster_columns import ColumnMissingError
from shared.errors import Refusal
from shared.web.languages import best_language
from shared.web.texts import LANGUAGES, Texts, TextsError, listed

ROOT = Path(services.__file__).parent
MRZ_PARTS = ("document", "birth", "expiry", "optional", "composite")
TEXTS = Texts.load(*sorted(ROOT.glob("*/web/*.toml")))


def refusals() -> list[type[Refusal]]:
    for package in (services, shared):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if not module.name.endswith(("__main__", ".main")):
                importlib.import_module(module.name)
    found: list[type[Refusal]] = []
    waiting: list[type[Refusal]] = [Refusal]
    while waiting:
        kind = waiting.pop()
        found.append(kind)
        waiting += kind.__subclasses__()
    # Why a credential does not hold is an answer of the gate's, with texts of its own ("entrance.<reason>.…").
    return [
        kind
        for kind in found
        if kind.__module__.startswith(("services.", "shared.")) and not kind.code.startswith("credential.")
    ]


@pytest.mark.parametrize("kind", refusals(), ids=lambda kind: kind.__name__)
def test_a_refusal_has_its_sentence_and_the_sentence_has_its_data(kind: type[Refusal]) -> None:
    assert kind.code in TEXTS, f"{kind.code} has no text"
    assert TEXTS.placeholders(kind.code) <= {field.name for field in fields(kind)}


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("ar", "تنقص القائمة أعمدة لا بد منها: الفئة والاسم (بالعربية أو باللاتينية)."),
        ("fr", "Il manque des colonnes indispensables : catégorie et nom (arabe ou latin)."),
        ("en", "The list lacks columns that it must have: category and name (in Arabic or in Latin letters)."),
    ],
)
def test_a_list_is_said_in_the_words_and_the_way_of_its_language(language: str, sentence: str) -> None:
    refusal = ColumnMissingError(["category", "name"])
    assert TEXTS.say(refusal.code, language, **refusal.data) == sentence


def test_no_sentence_shows_a_code_or_a_list_as_the_program_writes_it() -> None:
    for language in LANGUAGES:
        held = HeldError(("a", "b", "c"))
        assert "('" not in TEXTS.say(held.code, language, **held.data)
        for part in MRZ_PARTS:
            said = TEXTS.say("roster.mrz_check_digit", language, part=part)
            assert f"({part})" not in said, said
        for way in Destroyed:
            said = TEXTS.say("erasure.incomplete", language, found=(way.value,))
            assert not said.endswith(f" {way.value}"), said
    assert listed(["x", "y", "z"], "en") == "x, y and z"
    assert listed(["x", "y"], "fr") == "x et y"
    assert listed(["أ", "x", "ب"], "ar") == "أ و \u2068x\u2069 وب"
    assert [listed(["x"], language) for language in ("fr", "en")] == ["x", "x"]


def test_every_part_of_a_zone_that_can_be_wrong_has_a_name() -> None:
    source = (ROOT.parent / "shared/travel_documents/mrz.py").read_text(encoding="utf-8")
    assert set(re.findall(r'_require\(.*?"(\w+)"', source)) == set(MRZ_PARTS)


def test_a_missing_language_stops_the_start(tmp_path: Path) -> None:
    path = tmp_path / "texts.toml"
    path.write_text('["x"]\nar = "أ"\nen = "a"\n')
    with pytest.raises(TextsError, match="x has ar, en"):
        Texts.load(path)


def test_a_placeholder_that_one_language_forgot_stops_the_start(tmp_path: Path) -> None:
    path = tmp_path / "texts.toml"
    path.write_text('["x"]\nar = "أ {n}"\nfr = "a {n}"\nen = "a"\n')
    with pytest.raises(TextsError, match="placeholders"):
        Texts.load(path)


@pytest.mark.parametrize(
    ("accept", "language"),
    [
        ("fr-FR,fr;q=0.9,en;q=0.8", "fr"),
        ("en;q=0.2, ar;q=0.7", "ar"),
        ("de, el;q=0.9", "ar"),
        ("", "ar"),
        ("en;q=0", "ar"),
        ("en;q=abc, fr;q=0.1", "fr"),
        (",;,;;q=", "ar"),
    ],
)
def test_the_language_is_the_readers(accept: str, language: str) -> None:
    assert best_language(accept) == language
