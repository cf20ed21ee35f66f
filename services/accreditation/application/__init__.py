"""All that accreditation does.

Commands: `decide_dossiers`, `activate_badges`, `revoke_badge`, `replace_badge`, `suspend_badge`, `resume_badge`;
`print_badges` draws in the background, as
`load_layout` says how; `receive_stock` and `record_cards` account for numbered cards; `make_receipt`,
`sign_receipt`, `cancel_receipt` hand badges to a delegation; `make_blanks`, `bind_blank`, `void_blank` are for the hour
without a printer; `revoke_signing_key` ends a compromised key; `issue_token`, `end_token`, `hand_token`,
`change_manifest` are about the tokens beside the badge; `decide_permit` answers a delegation's request for one;
`set_personal_access` changes what one badge opens.
Reactions: `open_dossier`, `recheck_dossier`, `withdraw_dossier` and, when somebody was erased, `forget_participant` to
what registration tells (`check_dossier` is the step that the first two share), and `take_permit_request`;
`publish_signing_key` when a key is found; `reissue_badges` after one was revoked; `activate_after_face_check` to what a
gate tells; `publish_status_list` follows the books.
Queries: `list_queue`, `show_queue`, `show_authority`, `get_dossier`, `list_badges`, `show_badges`, `render_badge`,
`make_wallet_pass`, `find_at_desk`, `show_desk`, `show_access`, `list_receipts`, `list_blanks`, `report_stock`,
`list_signing_keys`, `show_tokens`, `print_tokens`, `show_permit_requests`; `read_token_mark` for the gates' service.
After a restore: `go_on_after_restore`, `take_over_badges`, `take_over_keys`.
`find_doubles` is a part of `show_dossier`, `prepare_badge` of every approval and replacement; `mint` makes what is new
in a badge, `face_badge` says who may have what carries its credential; `bulk` gives each participant a commit of its
own, `one_badge` is the commit of one.
"""

from __future__ import annotations

from dataclasses import dataclass

from services.accreditation.application.activate_after_face_check import ActivateAfterFaceCheckHandler
from services.accreditation.application.activate_badges import ActivateBadgesHandler
from services.accreditation.application.bind_blank import BindBlankHandler
from services.accreditation.application.break_glass import BreakGlassHandler
from services.accreditation.application.cancel_receipt import CancelReceiptHandler
from services.accreditation.application.change_manifest import ChangeManifestHandler
from services.accreditation.application.claim_dossier import ClaimDossierHandler
from services.accreditation.application.decide_dossiers import DecideDossiersHandler
from services.accreditation.application.decide_permit import DecidePermitHandler
from services.accreditation.application.dispose_alert import DisposeAlertHandler, ListAlerts
from services.accreditation.application.end_token import EndTokenHandler
from services.accreditation.application.find_at_desk import FindAtDesk
from services.accreditation.application.follow_deadlines import FollowDeadlines
from services.accreditation.application.forget_participant import ForgetParticipantHandler
from services.accreditation.application.get_dossier import GetDossier
from services.accreditation.application.go_on_after_restore import GoOnAfterRestore
from services.accreditation.application.hand_token import HandTokenHandler
from services.accreditation.application.issue_token import IssueTokenHandler
from services.accreditation.application.list_badges import ListBadges
from services.accreditation.application.list_blanks import ListBlanks
from services.accreditation.application.list_queue import ListQueue
from services.accreditation.application.list_receipts import ListReceipts
from services.accreditation.application.list_signing_keys import ListSigningKeys
from services.accreditation.application.load_layout import LoadLayoutHandler, ShowLayouts
from services.accreditation.application.load_watchlist import ListWatchlists, LoadWatchlistHandler
from services.accreditation.application.make_blanks import MakeBlanksHandler
from services.accreditation.application.make_receipt import MakeReceiptHandler
from services.accreditation.application.make_wallet_pass import MakeWalletPass
from services.accreditation.application.open_dossier import OpenDossierHandler
from services.accreditation.application.preview_decisions import PreviewDecisions
from services.accreditation.application.print_badges import PrintBadges
from services.accreditation.application.print_tokens import PrintTokens
from services.accreditation.application.publish_signing_key import PublishSigningKeys
from services.accreditation.application.publish_status_list import PublishStatusList
from services.accreditation.application.read_token_mark import ReadTokenMark
from services.accreditation.application.receive_stock import ReceiveStockHandler
from services.accreditation.application.recheck_dossier import RecheckDossierHandler
from services.accreditation.application.record_card_ranges import RecordCardRanges
from services.accreditation.application.record_cards import RecordCardsHandler
from services.accreditation.application.reissue_badges import ReissueBadges
from services.accreditation.application.render_badge import RenderBadgeHandler
from services.accreditation.application.replace_badge import ReplaceBadgeHandler
from services.accreditation.application.report_stock import ReportStock
from services.accreditation.application.resume_badge import ResumeBadgeHandler
from services.accreditation.application.revoke_badge import RevokeBadgeHandler
from services.accreditation.application.revoke_signing_key import RevokeSigningKeyHandler
from services.accreditation.application.screen_outside import AnswerScreeningHandler, ListScreening
from services.accreditation.application.screen_participants import ScreenParticipants
from services.accreditation.application.search_at_desk import SearchAtDesk
from services.accreditation.application.set_personal_access import SetPersonalAccessHandler
from services.accreditation.application.show_access import ShowAccess
from services.accreditation.application.show_authority import ShowAuthority
from services.accreditation.application.show_badges import ShowBadges
from services.accreditation.application.show_desk import ShowDesk
from services.accreditation.application.show_dossier import ShowDossier
from services.accreditation.application.show_permit_requests import ShowPermitRequests
from services.accreditation.application.show_queue import ShowQueue
from services.accreditation.application.show_tokens import ShowTokens
from services.accreditation.application.sign_receipt import SignReceiptHandler
from services.accreditation.application.suspend_badge import SuspendBadgeHandler
from services.accreditation.application.take_over_badges import TakeOverBadges
from services.accreditation.application.take_over_keys import TakeOverKeys
from services.accreditation.application.take_permit_request import TakePermitRequestHandler
from services.accreditation.application.void_blank import VoidBlankHandler
from services.accreditation.application.withdraw_dossier import WithdrawDossierHandler


@dataclass(frozen=True)
class Application:
    open_dossier: OpenDossierHandler
    recheck_dossier: RecheckDossierHandler
    withdraw_dossier: WithdrawDossierHandler
    forget_participant: ForgetParticipantHandler
    publish_signing_keys: PublishSigningKeys
    publish_status_list: PublishStatusList
    list_signing_keys: ListSigningKeys
    revoke_signing_key: RevokeSigningKeyHandler
    reissue_badges: ReissueBadges
    decide_dossiers: DecideDossiersHandler
    preview_decisions: PreviewDecisions
    claim_dossier: ClaimDossierHandler
    break_glass: BreakGlassHandler
    dispose_alert: DisposeAlertHandler
    list_alerts: ListAlerts
    load_layout: LoadLayoutHandler
    show_layouts: ShowLayouts
    load_watchlist: LoadWatchlistHandler
    list_watchlists: ListWatchlists
    screening: ScreenParticipants
    list_screening: ListScreening
    answer_screening: AnswerScreeningHandler
    follow_deadlines: FollowDeadlines
    activate_badges: ActivateBadgesHandler
    revoke_badge: RevokeBadgeHandler
    replace_badge: ReplaceBadgeHandler
    render_badge: RenderBadgeHandler
    make_wallet_pass: MakeWalletPass
    list_queue: ListQueue
    show_queue: ShowQueue
    show_authority: ShowAuthority
    show_dossier: ShowDossier
    get_dossier: GetDossier
    list_badges: ListBadges
    show_badges: ShowBadges
    print_badges: PrintBadges
    activate_after_face_check: ActivateAfterFaceCheckHandler
    bind_blank: BindBlankHandler
    cancel_receipt: CancelReceiptHandler
    find_at_desk: FindAtDesk
    search_at_desk: SearchAtDesk
    show_desk: ShowDesk
    show_access: ShowAccess
    change_manifest: ChangeManifestHandler
    end_token: EndTokenHandler
    hand_token: HandTokenHandler
    issue_token: IssueTokenHandler
    show_tokens: ShowTokens
    print_tokens: PrintTokens
    read_token_mark: ReadTokenMark
    take_permit_request: TakePermitRequestHandler
    decide_permit: DecidePermitHandler
    show_permit_requests: ShowPermitRequests
    set_personal_access: SetPersonalAccessHandler
    list_blanks: ListBlanks
    list_receipts: ListReceipts
    make_blanks: MakeBlanksHandler
    make_receipt: MakeReceiptHandler
    receive_stock: ReceiveStockHandler
    record_cards: RecordCardsHandler
    record_card_ranges: RecordCardRanges
    report_stock: ReportStock
    resume_badge: ResumeBadgeHandler
    sign_receipt: SignReceiptHandler
    suspend_badge: SuspendBadgeHandler
    void_blank: VoidBlankHandler
    go_on_after_restore: GoOnAfterRestore
    take_over_badges: TakeOverBadges
    take_over_keys: TakeOverKeys
