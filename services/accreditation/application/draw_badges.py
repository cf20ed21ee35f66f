"""Draw a part of a print job: each badge's face from the vault, and who cannot be drawn left out and named."""

from __future__ import annotations

from collections.abc import Sequence

from services.accreditation.application.badge_face import badge_face, blank_face, holder
from services.accreditation.domain.badge_layout import layout_for
from services.accreditation.domain.badge_ports import DeskViews
from services.accreditation.domain.blank import Blank
from services.accreditation.domain.dossier_errors import NoConferenceError
from services.accreditation.domain.layout_ports import Layouts
from services.accreditation.domain.ports import BadgeFace, BadgePrinter, Views
from services.accreditation.domain.print_job import LeftOut, PrintJob, Sheet
from services.accreditation.domain.printing_errors import BadgeUndrawableError
from shared.errors import Refusal
from shared.security.personal_data import PersonalData, Purpose


class DrawBadges:
    """What was read of the vault is in memory for one part, and kept nowhere."""

    def __init__(
        self, views: Views, desk_views: DeskViews, layouts: Layouts, personal_data: PersonalData, printer: BadgePrinter
    ) -> None:
        self._views = views
        self._desk_views = desk_views
        self._layouts = layouts
        self._personal_data = personal_data
        self._printer = printer

    async def __call__(self, badge_ids: Sequence[str], job: PrintJob, sample: int) -> tuple[bytes | None, LeftOut]:
        """One file, None when nobody can be drawn, and who is not in it.

        Raises NoConferenceError, InfrastructureError.
        """
        faces, left_out = await (self._blank_faces(badge_ids) if job.are_blanks else self._faces(badge_ids))
        content, undrawable = await self._content(faces, sample, job.sheet)
        return content, (*left_out, *undrawable)

    async def _content(self, faces: Sequence[BadgeFace], sample: int, sheet: Sheet) -> tuple[bytes | None, LeftOut]:
        """One file of those that can be drawn, and the others: one bad photo does not keep everybody from a badge."""
        if not faces:
            return None, ()
        try:
            return await self._printer.file(faces, sample=sample, sheet=sheet), ()
        except BadgeUndrawableError:
            left_out = {face.number: code for face in faces if (code := await self._fault(face, sheet)) is not None}
        drawable = [face for face in faces if face.number not in left_out]
        content = await self._printer.file(drawable, sample=sample, sheet=sheet) if drawable else None
        return content, tuple(left_out.items())

    async def _fault(self, face: BadgeFace, sheet: Sheet) -> str | None:
        try:
            await self._printer.file([face], sample=1, sheet=sheet)
        except BadgeUndrawableError as error:
            return error.code
        return None

    async def _blank_faces(self, badge_ids: Sequence[str]) -> tuple[list[BadgeFace], LeftOut]:
        conference = await self._views.conference()
        if conference is None:
            raise NoConferenceError
        found = [await self._desk_views.by_badge_id(badge_id) for badge_id in badge_ids]
        layouts = await self._layouts.in_force()
        blanks = [blank for blank in found if isinstance(blank, Blank)]
        return [blank_face(blank, conference, layout_for(blank.category, layouts)) for blank in blanks], ()

    async def _faces(self, badge_ids: Sequence[str]) -> tuple[list[BadgeFace], LeftOut]:
        conference = await self._views.conference()
        if conference is None:
            raise NoConferenceError
        layouts = await self._layouts.in_force()
        badges = await self._views.badges_by_id(badge_ids)
        people = [badge.subject.participant_id for badge in badges]
        answers = await self._personal_data.read(people, purpose=Purpose.BADGE)
        faces: list[BadgeFace] = []
        left_out: list[tuple[str, str]] = []
        for badge in badges:
            try:
                person = holder(answers.get(badge.subject.participant_id))
                faces.append(badge_face(badge, person, conference, layout_for(badge.category, layouts)))
            except Refusal as refusal:
                left_out.append((badge.number, refusal.code))
        return faces, tuple(left_out)
