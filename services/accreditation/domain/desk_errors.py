"""What is refused at the issuance desk: numbered cards, receipts, blanks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from shared.errors import ConflictError, InvalidError, NotFoundError


@dataclass(eq=False)
class CardRequiredError(ConflictError):
    """The conference issues no badge before a numbered card of it is confirmed good."""

    code: ClassVar[str] = "accreditation.card_required"


@dataclass(eq=False)
class CardConfirmedError(ConflictError):
    """Another card of this badge is the good one; tell that it is spoiled first."""

    code: ClassVar[str] = "accreditation.card_confirmed"

    card: str = ""


@dataclass(eq=False)
class CardUsedError(ConflictError):
    """This card carries another badge."""

    code: ClassVar[str] = "accreditation.card_used"

    card: str = ""


@dataclass(eq=False)
class CardRangeError(InvalidError):
    """More cards than are written down at once, or a print of blanks, whose cards carry nobody's badge."""

    code: ClassVar[str] = "accreditation.card_range"

    cards_max: int = 0


@dataclass(eq=False)
class CardStateError(ConflictError):
    """What was told of the card before does not allow this."""

    code: ClassVar[str] = "accreditation.card_state"

    card: str = ""
    state: str = ""


@dataclass(eq=False)
class CardNotInStockError(InvalidError):
    """No stock that was received has a card of this number."""

    code: ClassVar[str] = "accreditation.card_not_in_stock"

    card: str = ""


@dataclass(eq=False)
class StockOverlapError(ConflictError):
    """Some of these cards were received before."""

    code: ClassVar[str] = "accreditation.stock_overlap"

    first: str = ""
    last: str = ""


@dataclass(eq=False)
class ReceiptNotFoundError(NotFoundError):
    code: ClassVar[str] = "accreditation.receipt_not_found"


@dataclass(eq=False)
class ReceiptStateError(ConflictError):
    """The receipt is signed or cancelled already."""

    code: ClassVar[str] = "accreditation.receipt_state"

    state: str = ""


@dataclass(eq=False)
class NothingToIssueError(ConflictError):
    """No badge of this delegation waits to be handed out."""

    code: ClassVar[str] = "accreditation.nothing_to_issue"


@dataclass(eq=False)
class PaperNumberRequiredError(InvalidError):
    """An officer records a receipt that was signed on paper by the paper's number."""

    code: ClassVar[str] = "accreditation.paper_number_required"


@dataclass(eq=False)
class BlankNotFoundError(NotFoundError):
    code: ClassVar[str] = "accreditation.blank_not_found"


@dataclass(eq=False)
class BlankStateError(ConflictError):
    """The blank is somebody's already, or was withdrawn from use."""

    code: ClassVar[str] = "accreditation.blank_state"

    state: str = ""


@dataclass(eq=False)
class BlankCategoryError(ConflictError):
    """The blank is signed for another category than the participant's."""

    code: ClassVar[str] = "accreditation.blank_category"

    category: str = ""
