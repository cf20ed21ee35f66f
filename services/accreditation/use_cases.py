"""Every use case of accreditation on its adapters."""

from __future__ import annotations

from concurrent.futures import Executor
from dataclasses import dataclass

from services.accreditation.adapters.badge_books import MongoBadgeBooks, MongoDeskViews
from services.accreditation.adapters.conference import CurrentRules
from services.accreditation.adapters.dossier_books import MongoDossierBooks, MongoDossierViews
from services.accreditation.adapters.forgetting import forget_printed
from services.accreditation.adapters.given_numbers import MongoGivenNumbers
from services.accreditation.adapters.layout_files import default_content, read_layout
from services.accreditation.adapters.layouts import MongoLayoutBooks, MongoLayouts
from services.accreditation.adapters.mail import OfficeMail
from services.accreditation.adapters.mongo import MongoRecords, MongoViews
from services.accreditation.adapters.permits import MongoPermitRequests, MongoPermitViews
from services.accreditation.adapters.print_jobs import MongoPrintJobs
from services.accreditation.adapters.reminders import MongoReminderBooks, MongoReminderViews
from services.accreditation.adapters.screening_files import SealedScreeningFiles
from services.accreditation.adapters.serials import MongoSerials
from services.accreditation.adapters.signer import CredentialSigner
from services.accreditation.adapters.status_lists import MongoStatusBooks, MongoStatusLists
from services.accreditation.adapters.tokens import MongoTokens, MongoTokenViews
from services.accreditation.adapters.wallet_keys import AppleKeys, GoogleKeys
from services.accreditation.adapters.wallets import WalletPasses
from services.accreditation.adapters.watchlist_files import read_list
from services.accreditation.adapters.watchlists import (
    KeyedMark,
    MongoAlertBooks,
    MongoAlertViews,
    MongoListBooks,
    MongoWatchlists,
    read_packed,
)
from services.accreditation.application import Application
from services.accreditation.application.activate_after_face_check import ActivateAfterFaceCheckHandler
from services.accreditation.application.activate_badges import ActivateBadgesHandler
from services.accreditation.application.bind_blank import BindBlankHandler
from services.accreditation.application.break_glass import BreakGlassHandler
from services.accreditation.application.bulk import Bulk
from services.accreditation.application.cancel_receipt import CancelReceiptHandler
from services.accreditation.application.change_manifest import ChangeManifestHandler
from services.accreditation.application.check_dossier import CheckDossier
from services.accreditation.application.claim_dossier import ClaimDossierHandler
from services.accreditation.application.count_prints import CountPrints
from services.accreditation.application.decide_dossiers import DecideDossiersHandler
from services.accreditation.application.decide_permit import DecidePermitHandler
from services.accreditation.application.dispose_alert import DisposeAlertHandler, ListAlerts
from services.accreditation.application.draw_badges import DrawBadges
from services.accreditation.application.end_token import EndTokenHandler
from services.accreditation.application.face_badge import FaceBadge
from services.accreditation.application.find_at_desk import FindAtDesk
from services.accreditation.application.find_doubles import FindDoubles
from services.accreditation.application.follow_deadlines import FollowDeadlines
from services.accreditation.application.follow_decision import FollowDecision
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
from services.accreditation.application.matching import Matcher
from services.accreditation.application.mint import Mint
from services.accreditation.application.one_badge import OneBadge
from services.accreditation.application.one_token import OneToken
from services.accreditation.application.open_dossier import OpenDossierHandler
from services.accreditation.application.prepare_badge import PrepareBadge
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
from services.accreditation.application.screen_participants import ScreenParticipant, ScreenParticipants
from services.accreditation.application.screening_lists import ScreeningLists
from services.accreditation.application.search_at_desk import SearchAtDesk
from services.accreditation.application.send_reminders import SendReminders
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
from services.accreditation.domain.ports import BadgePrinter, Records
from services.accreditation.domain.serial_permutation import number_at
from services.accreditation.domain.token import TokenKind
from services.accreditation.domain.token_face import TokenPrinter
from services.accreditation.domain.wallet import Wallets
from services.accreditation.settings import AccreditationSettings
from shared.conference import ConferenceCopy
from shared.messaging.kernel import Kernel
from shared.messaging.unit_of_work import Transaction
from shared.security.key_files import read_secret
from shared.security.officer_addresses import OfficerAddresses
from shared.security.personal_data import PersonalData
from shared.security.same_people import SamePeople
from shared.security.sealed_texts import SealedTexts
from shared.security.signing_keys import KeyFolder, KeySource, Pkcs11Token
from shared.service import Parts
from shared.token_numbers import NUMBERS
from shared.web.texts import Texts

SIGNING_FOLDER, SERIAL_KEY_FILE, WATCHLIST_KEY_FILE = "signing", "serial-key", "watchlist-key"
SCREENING_FOLDER, WALLET_FOLDER, PIN_FILE = "screening", "wallet", "pkcs11-pin"


@dataclass(frozen=True)
class Makers:
    """What makes badges, tokens and passes for people to carry."""

    badges: BadgePrinter
    tokens: TokenPrinter
    wallets: Wallets


def send_reminders(
    settings: AccreditationSettings, parts: Parts, kernel: Kernel, texts: Texts, officers: OfficerAddresses
) -> SendReminders:
    """Reminders to officers, their office and its head, by e-mail."""
    views = MongoViews(kernel.database, CurrentRules(ConferenceCopy(kernel.database)))
    reminders = MongoReminderViews(kernel.database)
    deliver = OfficeMail(settings, texts, officers)
    return SendReminders(kernel.unit_of_work, MongoReminderBooks, reminders, views, deliver, parts.world)


def wallet_passes(settings: AccreditationSettings, parts: Parts, texts: Texts) -> WalletPasses:
    """Raises KeyFileError when the keys of a wallet are there in part, or do not belong together."""
    folder = settings.secrets_folder / WALLET_FOLDER
    google = GoogleKeys.open(folder, settings.wallet_google_issuer)
    return WalletPasses(AppleKeys.open(folder), google, texts, parts.world)


def key_source(settings: AccreditationSettings) -> KeySource:
    """Raises KeyFileError when a token is named and its PIN is missing."""
    if settings.pkcs11_module is None:
        return KeyFolder(settings.secrets_folder / SIGNING_FOLDER)
    pin = read_secret(settings.secrets_folder / PIN_FILE).decode().strip()
    return Pkcs11Token(settings.pkcs11_module, settings.pkcs11_token, pin)


def compose(
    settings: AccreditationSettings,
    parts: Parts,
    kernel: Kernel,
    personal_data: PersonalData,
    same_people: SamePeople,
    sealed_texts: SealedTexts,
    makers: Makers,
    matching: Executor,
) -> Application:
    """Every use case on the kernel's database. Raises KeyFileError."""
    rules = CurrentRules(ConferenceCopy(kernel.database))
    views = MongoViews(kernel.database, rules)
    work = kernel.unit_of_work
    signer = CredentialSigner(key_source(settings))
    serial_key = bytes.fromhex(read_secret(settings.secrets_folder / SERIAL_KEY_FILE).decode())
    serials = MongoSerials(kernel.database, serial_key)
    mint = Mint(serials, signer, parts.world)
    prepare_badge = PrepareBadge(mint)
    keyed = KeyedMark(bytes.fromhex(read_secret(settings.secrets_folder / WATCHLIST_KEY_FILE).decode()), parts.world)
    lists, alert_views = MongoWatchlists(kernel.database, keyed), MongoAlertViews(kernel.database)
    screening_lists = ScreeningLists(lists, keyed, Matcher(matching, read_packed), read_packed)
    screen = ScreenParticipant(screening_lists, MongoAlertBooks)
    check = CheckDossier(personal_data, same_people, prepare_badge, screen)
    bulk = Bulk(work)

    desk_views = MongoDeskViews(kernel.database)
    dossier_views = MongoDossierViews(kernel.database)
    follow = FollowDecision(prepare_badge)
    badge_layouts = MongoLayouts(kernel.database)
    faced = FaceBadge(views, badge_layouts, personal_data)
    screening_files = SealedScreeningFiles(settings.secrets_folder / SCREENING_FOLDER)

    def bind(tx: Transaction) -> Records:
        return MongoRecords(tx, rules)

    one_badge = OneBadge(work, bind, views)
    one_token = OneToken(work, MongoTokens)

    def number(kind: TokenKind, count: int) -> int:
        return number_at(count, serial_key, kind.value, numbers=NUMBERS)

    issue_token = IssueTokenHandler(work, bind, MongoTokens, number, parts.world)
    permit_views, token_views = MongoPermitViews(kernel.database), MongoTokenViews(kernel.database)
    show_tokens = ShowTokens(views, token_views, personal_data)
    count_prints = CountPrints(work, bind)
    record_cards = RecordCardsHandler(bulk, bind, MongoBadgeBooks, desk_views)
    print_badges = PrintBadges(
        views,
        desk_views,
        DrawBadges(views, desk_views, badge_layouts, personal_data, makers.badges),
        MongoPrintJobs(kernel.database, parts.world),
        makers.badges,
        count_prints,
        parts.world,
    )
    return Application(
        open_dossier=OpenDossierHandler(bind, check),
        recheck_dossier=RecheckDossierHandler(bind, check),
        withdraw_dossier=WithdrawDossierHandler(bind),
        forget_participant=ForgetParticipantHandler(
            MongoAlertBooks, forget_printed, print_badges.break_off, personal_data
        ),
        publish_signing_keys=PublishSigningKeys(work, bind, signer, parts.world),
        decide_dossiers=DecideDossiersHandler(bulk, bind, MongoDossierBooks, follow, dossier_views, sealed_texts),
        preview_decisions=PreviewDecisions(views, dossier_views, parts.world),
        claim_dossier=ClaimDossierHandler(work, bind, MongoDossierBooks),
        break_glass=BreakGlassHandler(work, bind, MongoDossierBooks, follow),
        dispose_alert=DisposeAlertHandler(work, bind, MongoDossierBooks, MongoAlertBooks),
        list_alerts=ListAlerts(alert_views, views, personal_data),
        load_layout=LoadLayoutHandler(work, MongoLayoutBooks, views, read_layout),
        show_layouts=ShowLayouts(badge_layouts, views, makers.badges, read_layout, default_content()),
        load_watchlist=LoadWatchlistHandler(work, MongoListBooks, lists, read_list, parts.pool),
        list_watchlists=ListWatchlists(lists, alert_views),
        screening=ScreenParticipants(work, bind, alert_views, screen, personal_data, parts.world),
        list_screening=ListScreening(dossier_views, views, personal_data, screening_files),
        answer_screening=AnswerScreeningHandler(bulk, bind, MongoDossierBooks, follow, screening_files),
        follow_deadlines=FollowDeadlines(work, bind, MongoReminderBooks, dossier_views, parts.world),
        activate_badges=ActivateBadgesHandler(bulk, bind),
        revoke_badge=RevokeBadgeHandler(one_badge),
        suspend_badge=SuspendBadgeHandler(one_badge),
        resume_badge=ResumeBadgeHandler(one_badge),
        replace_badge=ReplaceBadgeHandler(work, bind, views, prepare_badge),
        render_badge=RenderBadgeHandler(faced, makers.badges, count_prints),
        make_wallet_pass=MakeWalletPass(faced, makers.wallets),
        list_queue=ListQueue(views),
        show_queue=ShowQueue(views, dossier_views, personal_data, parts.world),
        show_authority=ShowAuthority(views, dossier_views, personal_data),
        show_dossier=ShowDossier(
            views,
            dossier_views,
            alert_views,
            screening_lists,
            personal_data,
            sealed_texts,
            FindDoubles(same_people, dossier_views, personal_data),
            parts.world,
        ),
        get_dossier=GetDossier(views, parts.world),
        list_badges=ListBadges(views, parts.world),
        show_badges=ShowBadges(views, personal_data, parts.world),
        print_badges=print_badges,
        publish_status_list=PublishStatusList(
            work, MongoStatusBooks, MongoStatusLists(kernel.database), views, signer, parts.world
        ),
        list_signing_keys=ListSigningKeys(desk_views, signer),
        revoke_signing_key=RevokeSigningKeyHandler(work, bind, signer),
        reissue_badges=ReissueBadges(work, bind, MongoBadgeBooks, desk_views, prepare_badge, parts.world),
        activate_after_face_check=ActivateAfterFaceCheckHandler(bind),
        find_at_desk=FindAtDesk(views, desk_views, signer, personal_data, parts.world),
        search_at_desk=SearchAtDesk(views, personal_data, parts.world),
        issue_token=issue_token,
        take_permit_request=TakePermitRequestHandler(MongoPermitRequests, MongoTokens),
        decide_permit=DecidePermitHandler(work, MongoPermitRequests, permit_views, issue_token, sealed_texts),
        show_permit_requests=ShowPermitRequests(views, dossier_views, permit_views, personal_data, sealed_texts),
        end_token=EndTokenHandler(one_token),
        hand_token=HandTokenHandler(one_token),
        change_manifest=ChangeManifestHandler(work, bind, MongoTokens),
        show_tokens=show_tokens,
        print_tokens=PrintTokens(show_tokens, views, personal_data, makers.tokens),
        read_token_mark=ReadTokenMark(token_views),
        show_access=ShowAccess(views, personal_data),
        set_personal_access=SetPersonalAccessHandler(work, bind, MongoDossierBooks),
        show_desk=ShowDesk(views, desk_views),
        receive_stock=ReceiveStockHandler(work, MongoBadgeBooks),
        record_cards=record_cards,
        record_card_ranges=RecordCardRanges(record_cards, print_badges, views, desk_views, parts.world),
        report_stock=ReportStock(desk_views),
        make_receipt=MakeReceiptHandler(work, MongoBadgeBooks, views, desk_views, parts.world),
        sign_receipt=SignReceiptHandler(work, bulk, bind, MongoBadgeBooks, desk_views),
        cancel_receipt=CancelReceiptHandler(work, MongoBadgeBooks),
        list_receipts=ListReceipts(desk_views),
        make_blanks=MakeBlanksHandler(work, bind, MongoBadgeBooks, mint),
        bind_blank=BindBlankHandler(work, bind, MongoBadgeBooks, desk_views),
        void_blank=VoidBlankHandler(work, MongoBadgeBooks, desk_views),
        list_blanks=ListBlanks(desk_views),
        go_on_after_restore=GoOnAfterRestore(MongoGivenNumbers(kernel.database)),
        take_over_badges=TakeOverBadges(bind, signer),
        take_over_keys=TakeOverKeys(bind),
    )
