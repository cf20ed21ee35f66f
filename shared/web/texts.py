"""Texts by code, in Arabic, French and English side by side.

One file a service, so that a missing one is seen at once.
"""

from __future__ import annotations

import string
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

LANGUAGES: Final = ("ar", "fr", "en")
_AND: Final = {"fr": "et", "en": "and"}
SHARED_TEXTS: Final = Path(__file__).parent / "texts.toml"


class TextsError(Exception):
    """A text is missing a language, or its languages disagree about the placeholders. Raised at start, never later."""


class Texts:
    """Every text of a service. Placeholders are the fields of the refusal or the arguments of the page."""

    def __init__(self, texts: Mapping[str, Mapping[str, str]]) -> None:
        self._texts = texts

    @classmethod
    def load(cls, *paths: Path) -> Texts:
        """Read the shared texts and these. Raises TextsError."""
        found: dict[str, dict[str, str]] = {}
        for path in (SHARED_TEXTS, *paths):
            for code, languages in tomllib.loads(path.read_text(encoding="utf-8")).items():
                _check(path, code, languages)
                found[code] = languages
        return cls(found)

    def __contains__(self, code: object) -> bool:
        return code in self._texts

    def codes(self) -> list[str]:
        return sorted(self._texts)

    def placeholders(self, code: str) -> set[str]:
        return _placeholders(self._texts[code]["en"])

    def say(self, code: str, language: str, /, **data: Any) -> str:
        """The text in this language. A code without a text is a mistake of ours and raises KeyError.

        A value that has a text of its own, `<code>.<value>`, is said by it; several values are joined as people list.
        """
        said = {name: self._worded(code, value, language) for name, value in data.items()}
        return self._texts[code][language].format(**said)

    def _worded(self, code: str, value: Any, language: str) -> Any:
        if isinstance(value, (list, tuple)):
            return listed([str(self._worded(code, each, language)) for each in value], language)
        if isinstance(value, str) and (own := self._texts.get(f"{code}.{value}")) is not None:
            return own[language]
        return value


def listed(items: Sequence[str], language: str) -> str:
    """Some things as people list them: "a, b and c"; in Arabic "and" stands before each, what is not Arabic apart."""
    if language == "ar":
        return "".join(_in_arabic(each, is_first=place == 0) for place, each in enumerate(items))
    *most, last = items or ("",)
    return f"{', '.join(most)} {_AND[language]} {last}" if most else last


def _in_arabic(text: str, *, is_first: bool) -> str:
    if "\u0600" <= text[:1] <= "\u06ff":
        return text if is_first else f" و{text}"
    apart = f"\u2068{text}\u2069"
    return apart if is_first else f" و {apart}"


def _check(path: Path, code: str, languages: Mapping[str, str]) -> None:
    if set(languages) != set(LANGUAGES):
        raise TextsError(f"{path.name}: {code} has {', '.join(sorted(languages))}; wanted {', '.join(LANGUAGES)}")
    if len({frozenset(_placeholders(text)) for text in languages.values()}) != 1:
        raise TextsError(f"{path.name}: the languages of {code} differ in their placeholders")


def _placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}
