"""What accreditation refuses to do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from shared.errors import ConflictError, InvalidError, NotFoundError, NotPermittedError, TooLargeError


@dataclass(eq=False)
class NoConferenceError(ConflictError):
    """No conference is loaded yet, so there are no categories to decide by."""

    code: ClassVar[str] = "accreditation.no_conference"


@dataclass(eq=False)
class UnknownCategoryError(InvalidError):
    """The conference, as far as it is known here, has no such category."""

    code: ClassVar[str] = "accreditation.unknown_category"

    category: str = ""


@dataclass(eq=False)
class DossierNotFoundError(NotFoundError):
    code: ClassVar[str] = "accreditation.dossier_not_found"


@dataclass(eq=False)
class DossierStateError(ConflictError):
    """The dossier is in a state in which this cannot be decided."""

    code: ClassVar[str] = "accreditation.dossier_state"

    state: str = ""


@dataclass(eq=False)
class AlreadyDecidedError(DossierStateError):
    """Somebody was there before: `by`, a person, did `action` at that time (UTC, to the minute)."""

    code: ClassVar[str] = "accreditation.already_decided"

    action: str = ""
    by: str = ""
    at: str = ""


@dataclass(eq=False)
class ClaimedError(ConflictError):
    """Another officer, a person, works on the dossier until then (aware UTC)."""

    code: ClassVar[str] = "accreditation.claimed"

    by: str = ""
    until: str = ""


@dataclass(eq=False)
class AssignedError(ConflictError):
    """The dossier came back to the officer, a person, who asked for more information."""

    code: ClassVar[str] = "accreditation.assigned"

    by: str = ""


@dataclass(eq=False)
class AlertsOpenError(ConflictError):
    """Watchlist alerts have no disposition yet."""

    code: ClassVar[str] = "accreditation.alerts_open"

    alerts: int = 0


@dataclass(eq=False)
class WatchlistedError(ConflictError):
    """A true match with a watchlist was confirmed: the participant can be rejected and nothing else."""

    code: ClassVar[str] = "accreditation.watchlisted"


@dataclass(eq=False)
class InternalCodeRequiredError(InvalidError):
    """A rejection, and a broken glass, need a reason that stays inside."""

    code: ClassVar[str] = "accreditation.internal_code_required"


@dataclass(eq=False)
class DossierChangedError(ConflictError):
    """The delegation changed the participant after the officer looked; the checks are to be seen again."""

    code: ClassVar[str] = "accreditation.dossier_changed"

    revision: int = 0


@dataclass(eq=False)
class SamePersonError(ConflictError):
    """The second officer must be another person, whatever account is used."""

    code: ClassVar[str] = "accreditation.same_person"


@dataclass(eq=False)
class ReleasableCodeRequiredError(InvalidError):
    """A rejection needs the code that the delegation may know."""

    code: ClassVar[str] = "accreditation.releasable_code_required"


@dataclass(eq=False)
class FieldsRequiredError(InvalidError):
    """A return for correction names the fields to correct."""

    code: ClassVar[str] = "accreditation.fields_required"


@dataclass(eq=False)
class UnknownFieldError(InvalidError):
    """A field named for correction is none that a participant has. What was named is not repeated."""

    code: ClassVar[str] = "accreditation.unknown_field"


@dataclass(eq=False)
class NotApprovedError(ConflictError):
    """Only an approved participant's badge can be prepared, issued or replaced."""

    code: ClassVar[str] = "accreditation.not_approved"

    state: str = ""


@dataclass(eq=False)
class BadgeNotFoundError(NotFoundError):
    code: ClassVar[str] = "accreditation.badge_not_found"


@dataclass(eq=False)
class WalletCertificateExpiredError(ConflictError):
    """The certificate that signs passes is not valid today; `until` is its last day."""

    code: ClassVar[str] = "accreditation.wallet_certificate_expired"

    until: str = ""


@dataclass(eq=False)
class BadgeStateError(ConflictError):
    """The badge is in a state in which this cannot be done to it."""

    code: ClassVar[str] = "accreditation.badge_state"

    state: str = ""


@dataclass(eq=False)
class CredentialRefusedError(InvalidError):
    """What was scanned is no credential of this conference that holds; `reason` says why."""

    code: ClassVar[str] = "accreditation.credential_refused"

    reason: str = ""


@dataclass(eq=False)
class BadgeExpiredError(ConflictError):
    """The badge's validity is over; prepare another."""

    code: ClassVar[str] = "accreditation.badge_expired"


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


@dataclass(eq=False)
class AccessNotInConferenceError(InvalidError):
    """The conference has no such zone, day or category; `kind` says which it is."""

    code: ClassVar[str] = "accreditation.access_not_in_conference"

    kind: str = ""
    named: str = ""


@dataclass(eq=False)
class TokenNotFoundError(NotFoundError):
    code: ClassVar[str] = "accreditation.token_not_found"


@dataclass(eq=False)
class TokenNumberError(InvalidError):
    """Not a number that stands on a token: a letter, a hyphen and digits, like W-12."""

    code: ClassVar[str] = "accreditation.token_number"


@dataclass(eq=False)
class TokenStateError(ConflictError):
    code: ClassVar[str] = "accreditation.token_state"

    state: str = ""


@dataclass(eq=False)
class TokenFactsError(InvalidError):
    """Something is missing for this kind of token, or does not belong to it; `field` says what."""

    code: ClassVar[str] = "accreditation.token_facts"

    field: str = ""


@dataclass(eq=False)
class TokenQuotaError(ConflictError):
    """The delegation has all tokens of this kind that the conference file gives it."""

    code: ClassVar[str] = "accreditation.token_quota"

    places: int = 0


@dataclass(eq=False)
class PermitRequestNotFoundError(NotFoundError):
    code: ClassVar[str] = "accreditation.permit_request_not_found"


@dataclass(eq=False)
class PermitRequestDecidedError(ConflictError):
    """The request is decided or withdrawn already: `state`, and `by` whom."""

    code: ClassVar[str] = "accreditation.permit_request_decided"

    state: str = ""
    by: str = ""


@dataclass(eq=False)
class PermitRefusalRequiredError(InvalidError):
    """A permit is refused with a reason that the delegation is told."""

    code: ClassVar[str] = "accreditation.permit_refusal_required"


@dataclass(eq=False)
class SigningKeyNotFoundError(NotFoundError):
    code: ClassVar[str] = "accreditation.signing_key_not_found"


@dataclass(eq=False)
class SigningKeyStateError(ConflictError):
    """The key is revoked already."""

    code: ClassVar[str] = "accreditation.signing_key_state"

    state: str = ""


@dataclass(eq=False)
class NoOtherKeyError(ConflictError):
    """Nothing could sign in its place; make a key first."""

    code: ClassVar[str] = "accreditation.no_other_key"


@dataclass(eq=False)
class StatusListNotReadyError(NotFoundError):
    """No version of the status list is published yet."""

    code: ClassVar[str] = "accreditation.status_list_not_ready"


@dataclass(eq=False)
class PersonErasedError(NotFoundError):
    """The holder's personal data was erased; nothing that shows it can be made any more."""

    code: ClassVar[str] = "accreditation.person_erased"


@dataclass(eq=False)
class PersonUnknownError(NotFoundError):
    """The vault knows no personal data of the holder."""

    code: ClassVar[str] = "accreditation.person_unknown"


@dataclass(eq=False)
class SerialsExhaustedError(ConflictError):
    """Every serial that this installation can give is given."""

    code: ClassVar[str] = "accreditation.serials_exhausted"


@dataclass(eq=False)
class PrintJobNotFoundError(NotFoundError):
    """Absent, another account's, or over its lifetime: the answer is the same."""

    code: ClassVar[str] = "accreditation.print_job_not_found"


@dataclass(eq=False)
class NothingToPrintError(ConflictError):
    code: ClassVar[str] = "accreditation.nothing_to_print"


@dataclass(eq=False)
class PrintJobNotReadyError(ConflictError):
    """It is being drawn, or broke off; `state` says which."""

    code: ClassVar[str] = "accreditation.print_job_not_ready"

    state: str = ""


@dataclass(eq=False)
class PageNotThereError(InvalidError):
    """The file has fewer pages."""

    code: ClassVar[str] = "accreditation.page_not_there"

    page: int = 0


@dataclass(eq=False)
class PrintKeyWrongError(NotPermittedError):
    """The key does not open this file: it was given once, to who asked for the job."""

    code: ClassVar[str] = "accreditation.print_key_wrong"


@dataclass(eq=False)
class LayoutNotFoundError(NotFoundError):
    code: ClassVar[str] = "accreditation.layout_not_found"


@dataclass(eq=False)
class LayoutInvalidError(InvalidError):
    """The file is no layout, or one whose badges could not be used; the layout in force stays.

    `faults` holds places in the file with the code of what is wrong there, 50 at most; no value of the file.
    """

    code: ClassVar[str] = "accreditation.layout_invalid"

    faults: tuple[tuple[str, str], ...] = ()


@dataclass(eq=False)
class AlertNotFoundError(NotFoundError):
    code: ClassVar[str] = "accreditation.alert_not_found"


@dataclass(eq=False)
class AlertChangedError(ConflictError):
    """The alert is another than the officer saw: `by`, a person, made it so, or one side of it changed."""

    code: ClassVar[str] = "accreditation.alert_changed"

    by: str = ""
    state: str = ""


@dataclass(eq=False)
class AlertStateError(ConflictError):
    """The two are no longer alike, or the entry left its list."""

    code: ClassVar[str] = "accreditation.alert_state"

    state: str = ""


@dataclass(eq=False)
class WatchlistNotFoundError(NotFoundError):
    code: ClassVar[str] = "accreditation.watchlist_not_found"


@dataclass(eq=False)
class WatchlistInvalidError(InvalidError):
    """The file is no list, or parts of it are not: nothing of it was loaded.

    `faults` holds places in the file with the code of what is wrong there, 50 at most; no value of the file.
    """

    code: ClassVar[str] = "accreditation.watchlist_invalid"

    count: int = 0
    faults: tuple[tuple[int, str], ...] = ()


@dataclass(eq=False)
class WatchlistTooLargeError(TooLargeError):
    """More entries than are taken."""

    code: ClassVar[str] = "accreditation.watchlist_too_large"

    entries_max: int = 0


@dataclass(eq=False)
class NoAuthorityError(ConflictError):
    """No outside authority's keys are there, so no file can be sealed for it or believed."""

    code: ClassVar[str] = "accreditation.no_authority"


@dataclass(eq=False)
class ScreeningFileRefusedError(InvalidError):
    """Not the authority's file, or not for us, or altered; nothing of it was taken."""

    code: ClassVar[str] = "accreditation.screening_file_refused"
