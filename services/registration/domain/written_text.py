"""What people write into the fields of a list: refused as everywhere, and a name in another script than its field's."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from shared import written_text


class Fault(StrEnum):
    """Why a name is refused in its field; the value is the code of its sentence."""

    NOT_ARABIC = "text.not_arabic"
    NOT_LATIN = "text.not_latin"


_SCRIPTS: Final = {"name_arabic": ("ARABIC", Fault.NOT_ARABIC), "name_latin": ("LATIN", Fault.NOT_LATIN)}


def text_fault(text: str, field: str) -> written_text.Fault | Fault | None:
    """The first thing wrong with a field's text, None when it is good."""
    fault = written_text.text_fault(text)
    wanted = _SCRIPTS.get(field)
    if fault is not None or wanted is None:
        return fault
    script, other = wanted
    return other if any(written_text.script_of(char) not in (script, "") for char in text) else None
