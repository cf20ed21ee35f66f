"""Which language a caller reads, and which way it runs. Digits are 0–9 in every language."""

from __future__ import annotations

from typing import Final

from starlette.requests import HTTPConnection

from shared.web.texts import LANGUAGES

COOKIE: Final = "bawaba_language"
DEFAULT: Final = "ar"
_RANGES_MAX: Final = 20


def language_of(connection: HTTPConnection) -> str:
    """The cookie's choice, else the best of Accept-Language (RFC 9110 section 12.5.4), else Arabic."""
    chosen = connection.cookies.get(COOKIE)
    if chosen in LANGUAGES:
        return str(chosen)
    return best_language(connection.headers.get("accept-language", ""))


def best_language(accept: str) -> str:
    ranked: list[tuple[float, str]] = []
    for part in accept.split(",")[:_RANGES_MAX]:
        tag, _, parameter = part.strip().partition(";")
        language = tag.strip().split("-")[0].lower()
        if language in LANGUAGES and (weight := _weight(parameter)) > 0:
            ranked.append((weight, language))
    return max(ranked, key=lambda item: item[0])[1] if ranked else DEFAULT


def direction_of(language: str) -> str:
    return "rtl" if language == "ar" else "ltr"


def _weight(parameter: str) -> float:
    name, _, value = parameter.strip().partition("=")
    if name.strip() != "q":
        return 1.0
    try:
        return float(value)
    except ValueError:
        return 0.0
