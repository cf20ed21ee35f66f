"""What an officer asks of single fields and a delegation answers: the same on both sides, its texts by their ids."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, Final

FIELDS_MAX: Final = 20


@dataclass(frozen=True)
class FieldRemark:
    """`remark` and `answer` are ids of sealed texts; `changed` is None until the delegation has submitted again."""

    field: str
    remark: str | None = None
    changed: bool | None = None
    answer: str | None = None

    @property
    def texts(self) -> tuple[str, ...]:
        return tuple(text for text in (self.remark, self.answer) if text)


def answered(
    remarks: Sequence[FieldRemark], changed: Collection[str], answers: Mapping[str, str]
) -> tuple[FieldRemark, ...]:
    """The remarks with what was done about each; what was answered before stays as it was."""
    return tuple(
        replace(each, changed=each.field in changed, answer=answers.get(each.field)) if each.changed is None else each
        for each in remarks
    )


def remarks_to(remarks: Iterable[FieldRemark]) -> list[dict[str, Any]]:
    """As a document keeps them."""
    return [asdict(each) for each in remarks]


def remarks_from(items: Iterable[Mapping[str, Any]]) -> tuple[FieldRemark, ...]:
    return tuple(FieldRemark(item["field"], item["remark"], item["changed"], item["answer"]) for item in items)
