"""An import as the API, the page and the workbook show it, in one language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any, Final

from services.registration.application.refused_words import place_of
from services.registration.domain.registration_form import PHOTO
from services.registration.domain.roster_import import ImportState, Progress, RosterImport, WhyNot
from services.registration.domain.roster_row import Fault
from services.registration.domain.row_change import FieldChange, RowChange
from shared.contracts.conference import Conference
from shared.web.texts import Texts

BASE: Final = "/api/registration/v1"


def fault_sentence(texts: Texts, fault: Fault, language: str) -> str:
    return texts.say(fault.code, language, **(fault.data or {}))


def change_sentence(texts: Texts, change: FieldChange, conference: Conference, language: str) -> str:
    """A change in words, each value kept apart from the direction of the rest."""
    name = texts.say("person.photo" if change.field == PHOTO else f"roster.column.{change.field}", language)
    nothing = texts.say("registration.nothing", language)
    old, new = (_apart(value or nothing) for value in change_values(change, texts, conference, language))
    return texts.say("registration.change", language, field=name, old=old, new=new)


def change_values(
    change: FieldChange, texts: Texts, conference: Conference, language: str
) -> tuple[str | None, str | None]:
    """What the field says and would say, as people read it."""
    if change.field == PHOTO:
        another = texts.say("registration.another_photo", language)
        return texts.say("registration.present_photo", language), another if change.new else None
    if change.field == "category":
        names = {each.code: each.name.in_language(language) for each in conference.categories}
        return names.get(change.old or "", change.old), names.get(change.new or "", change.new)
    if change.field == "document_type":
        return _kind(change.old, texts, language), _kind(change.new, texts, language)
    return change.old, change.new


def _kind(value: str | None, texts: Texts, language: str) -> str | None:
    return texts.say("document_type", language, type=value) if value else None


def _apart(text: str) -> str:
    return f"\u2068{text}\u2069"


def import_view(
    done: RosterImport,
    texts: Texts,
    language: str,
    changes: Sequence[RowChange] = (),
    words: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """An import as the API and the page show it, in one language.

    `changes` are of its own delegation's people, `words` what its file has where a word was refused, by place.
    """
    return {
        "import_id": done.import_id,
        "delegation": done.delegation,
        "state": done.state.value,
        "rows": done.rows,
        "good": done.good,
        "bad": done.bad,
        "faults": [
            {
                "row": item.row,
                "cell": item.cell,
                "column": item.fault.column,
                "code": item.fault.code,
                "severity": item.fault.severity.value,
                "participant_id": (item.fault.data or {}).get("participant_id"),
                "written": (words or {}).get(place_of(item.row, item.fault.column)),
                "sentence": fault_sentence(texts, item.fault, language),
            }
            for item in done.faults
        ],
        "outlook": asdict(done.outlook) if done.outlook else None,
        "changes": [asdict(each) for each in changes],
        "unknown_columns": list(done.unknown_columns),
        "workbook_url": f"{BASE}/imports/{done.import_id}/workbook",
        "asked_at": done.asked_at.isoformat(),
        "progress": progress_view(done.progress) if done.progress else None,
        "refusal": _why_not(done.why_not, texts, language) if done.why_not else None,
        "note_id": done.order.note_id if done.order else None,
        "result": vars(done.result) if done.state in (ImportState.COMMITTED, ImportState.STOPPED) else None,
    }


def progress_view(progress: Progress) -> dict[str, Any]:
    return {"phase": progress.phase.value, "done": progress.done, "of": progress.of}


def _why_not(why_not: WhyNot, texts: Texts, language: str) -> dict[str, Any]:
    return {"code": why_not.code, "sentence": texts.say(why_not.code, language, **why_not.data)}
