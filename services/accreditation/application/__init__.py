"""All that accreditation does.

Commands: `decide_dossiers`, `activate_badges`, `revoke_badge`, `replace_badge`; `print_badges` draws in the background.
Reactions: `open_dossier`, `recheck_dossier`, `withdraw_dossier` to what registration tells (`check_dossier` is the step
that the first two share); `publish_signing_key` at the start and when the conference becomes known.
Queries: `list_queue`, `show_queue`, `get_dossier`, `list_badges`, `show_badges`, `render_badge`.
`prepare_badge` is a part of every approval and replacement; `bulk` gives each participant a commit of its own.
"""

from __future__ import annotations

from dataclasses import dataclass

from services.accreditation.application.activate_badges import ActivateBadgesHandler
from services.accreditation.application.decide_dossiers import DecideDossiersHandler
from services.accreditation.application.get_dossier import GetDossier
from services.accreditation.application.list_badges import ListBadges
from services.accreditation.application.list_queue import ListQueue
from services.accreditation.application.open_dossier import OpenDossierHandler
from services.accreditation.application.print_badges import PrintBadges
from services.accreditation.application.publish_signing_key import PublishSigningKeys
from services.accreditation.application.recheck_dossier import RecheckDossierHandler
from services.accreditation.application.render_badge import RenderBadgeHandler
from services.accreditation.application.replace_badge import ReplaceBadgeHandler
from services.accreditation.application.revoke_badge import RevokeBadgeHandler
from services.accreditation.application.show_badges import ShowBadges
from services.accreditation.application.show_queue import ShowQueue
from services.accreditation.application.withdraw_dossier import WithdrawDossierHandler


@dataclass(frozen=True)
class Application:
    open_dossier: OpenDossierHandler
    recheck_dossier: RecheckDossierHandler
    withdraw_dossier: WithdrawDossierHandler
    publish_signing_keys: PublishSigningKeys
    decide_dossiers: DecideDossiersHandler
    activate_badges: ActivateBadgesHandler
    revoke_badge: RevokeBadgeHandler
    replace_badge: ReplaceBadgeHandler
    render_badge: RenderBadgeHandler
    list_queue: ListQueue
    show_queue: ShowQueue
    get_dossier: GetDossier
    list_badges: ListBadges
    show_badges: ShowBadges
    print_badges: PrintBadges
