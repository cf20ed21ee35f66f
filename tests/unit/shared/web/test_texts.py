"""Every refusal of every service can be said, in three languages, with what a person needs to act."""

from __future__ import annotations

import importlib
import pkgutil
from dataclasses import fields
from pathlib import Path

import pytest

import services
import shared
from shared.errors import Refusal
from shared.web.languages import best_language
from shared.web.texts import Texts, TextsError

ROOT = Path(services.__file__).parent
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
