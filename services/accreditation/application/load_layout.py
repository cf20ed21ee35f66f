"""Load a version of a badge layout for a category, or for all that have none; remove it; look at a proof of it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from services.accreditation.application.badge_face import proof_face
from services.accreditation.domain.badge_layout import DEFAULT, Layout, LayoutVersion, layout_for
from services.accreditation.domain.conference_rules import ConferenceRules
from services.accreditation.domain.dossier_errors import NoConferenceError, UnknownCategoryError
from services.accreditation.domain.events import LayoutChanged
from services.accreditation.domain.layout_ports import LayoutBooks, Layouts
from services.accreditation.domain.ports import BadgePrinter, Views
from services.accreditation.domain.printing_errors import LayoutNotFoundError
from shared.messaging.cause import Cause, CommandKey
from shared.messaging.unit_of_work import Transaction, UnitOfWork
from shared.security.principal import Principal, Role

ReadLayout = Callable[[bytes, str, int], Layout]
BindLayouts = Callable[[Transaction], LayoutBooks]
LOOKS: Final = (Role.ADMINISTRATOR, Role.ACCREDITATION_OFFICER)


@dataclass(frozen=True)
class LoadLayout:
    """`code` is a category's, or `default`."""

    code: str
    content: bytes


class LoadLayoutHandler:
    def __init__(self, work: UnitOfWork, bind: BindLayouts, views: Views, read: ReadLayout) -> None:
        self._work = work
        self._bind = bind
        self._views = views
        self._read = read

    async def __call__(
        self, principal: Principal, command: LoadLayout, cause: Cause, key: CommandKey
    ) -> dict[str, Any]:
        """Answers the version in force: the same bytes again are no new one. Badges drawn from now on follow it.

        Raises RoleRequiredError, NoConferenceError, UnknownCategoryError, LayoutInvalidError.
        """
        principal.require(Role.ADMINISTRATOR)
        _require_known(command.code, await self._views.conference())
        self._read(command.content, command.code, 0)
        digest = hashlib.sha256(command.content).hexdigest()

        async def work(tx: Transaction) -> dict[str, Any]:
            books = self._bind(tx)
            current = await books.version(command.code)
            if current is not None and current.digest == digest and not current.is_removed:
                return {"version": current.version, "changed": False}
            number = current.version + 1 if current else 1
            content = command.content.decode()
            made = LayoutVersion(command.code, number, digest, content, tx.now, principal.account_id)
            await books.save_version(made)
            tx.emit(LayoutChanged("layout.loaded", made.code, number, principal.account_id, principal.person_id))
            return {"version": number, "changed": True}

        return await self._work.run_command(work, cause=cause, command=key, serialise=f"layout:{command.code}")

    async def remove(self, principal: Principal, code: str, cause: Cause, key: CommandKey) -> None:
        """Draw the category's badges by the default again. Raises RoleRequiredError, LayoutNotFoundError."""
        principal.require(Role.ADMINISTRATOR)

        async def work(tx: Transaction) -> dict[str, Any]:
            books = self._bind(tx)
            current = await books.version(code)
            if current is None or current.is_removed:
                raise LayoutNotFoundError
            gone = replace(
                current,
                version=current.version + 1,
                digest="",
                content="",
                loaded_at=tx.now,
                loaded_by=principal.account_id,
                is_removed=True,
            )
            await books.save_version(gone)
            tx.emit(LayoutChanged("layout.removed", code, gone.version, principal.account_id, principal.person_id))
            return {}

        await self._work.run_command(work, cause=cause, command=key, serialise=f"layout:{code}")


@dataclass(frozen=True)
class LayoutsShown:
    """`by_category` has each category's name and the layout that draws it."""

    versions: Sequence[LayoutVersion]
    by_category: Sequence[tuple[str, Mapping[str, str], Layout]]


class ShowLayouts:
    def __init__(
        self, layouts: Layouts, views: Views, printer: BadgePrinter, read: ReadLayout, default_content: str
    ) -> None:
        self._layouts = layouts
        self._views = views
        self._printer = printer
        self._read = read
        self._default_content = default_content

    async def __call__(self, principal: Principal) -> LayoutsShown:
        """Raises RoleRequiredError, NoConferenceError."""
        principal.require(*LOOKS)
        conference = await self._conference()
        in_force = await self._layouts.in_force()
        categories = [
            (each.code, each.name, layout_for(each.code, in_force)) for each in conference.categories.values()
        ]
        return LayoutsShown(await self._layouts.versions(), categories)

    async def content(self, principal: Principal, code: str) -> str:
        """The file in force for a category, to begin a new version from. Raises RoleRequiredError."""
        principal.require(*LOOKS)
        loaded = {version.code: version.content for version in await self._layouts.versions()}
        return loaded.get(code) or loaded.get(DEFAULT) or self._default_content

    async def proof(self, principal: Principal, code: str, content: bytes | None = None) -> bytes:
        """A picture of an invented person's badge, every side, by the file given or else by the layout in force.

        Raises RoleRequiredError, NoConferenceError, UnknownCategoryError, LayoutInvalidError.
        """
        principal.require(*LOOKS)
        conference = await self._conference()
        _require_known(code, conference)
        category = next(iter(conference.categories)) if code == DEFAULT else code
        if content is None:
            layout = layout_for(category, await self._layouts.in_force())
        else:
            layout = self._read(content, code, 0)
        return await self._printer.proof(proof_face(category, conference, layout))

    async def _conference(self) -> ConferenceRules:
        conference = await self._views.conference()
        if conference is None:
            raise NoConferenceError
        return conference


def _require_known(code: str, conference: ConferenceRules | None) -> None:
    if conference is None:
        raise NoConferenceError
    if code != DEFAULT and code not in conference.categories:
        raise UnknownCategoryError(code)
